import type { QuotaLineView } from "@calibr/shared/ports/connection-views";
import { countWords } from "../copy/money.ts";
import { operationName, quotaSummary } from "../copy/quotas.ts";
import { longSpanWords } from "../copy/time.ts";

/** How much Amazon allows and how much is used: a line, and a table for those who want to know. */
export function QuotaDetails({ quotas }: { quotas: readonly QuotaLineView[] }) {
  if (quotas.length === 0) return null;
  const busiestFirst = quotas.toSorted(
    (left, right) =>
      right.waitSeconds - left.waitSeconds || right.takenLastHour - left.takenLastHour,
  );
  const hasWaiting = quotas.some((quota) => quota.waitingCalls > 0);
  return (
    <details className="inputs">
      <summary>
        Amazon’s limits <span className="summary-note">{quotaSummary(quotas)}</span>
      </summary>
      <div className="table-scroll">
        <table className="plain-table">
          <caption className="visually-hidden">Calls to Amazon and what is left of them</caption>
          <thead>
            <tr>
              <th scope="col">Calls</th>
              <th scope="col" className="number">
                Last hour
              </th>
              <th scope="col" className="number">
                Left now
              </th>
              {hasWaiting && <th scope="col">Waiting work</th>}
              <th scope="col" className="number">
                Refused
              </th>
            </tr>
          </thead>
          <tbody>
            {busiestFirst.map((quota) => (
              <tr key={quota.operation}>
                <th scope="row" title={quota.operation}>
                  {operationName(quota.operation)}
                </th>
                <td className="number">{countWords(quota.takenLastHour)}</td>
                <td className="number">{`${countWords(quota.turnsNow)} of ${countWords(quota.burst)}`}</td>
                {hasWaiting && <td>{waitWords(quota)}</td>}
                <td className="number">{countWords(quota.throttledLastHour)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

function waitWords(quota: QuotaLineView): string {
  if (quota.waitingCalls === 0) return "–";
  const done =
    quota.waitSeconds === 0 ? "at once" : `in ${longSpanWords(quota.waitSeconds * 1_000)}`;
  return `${countWords(quota.waitingCalls)}, done ${done}`;
}
