import { Link } from "@remix-run/react";
import { Badge, Card, Text } from "@shopify/polaris";
import { SECOND_MS } from "@calibr/shared/core/time/duration";
import type { SyncRunView } from "@calibr/shared/ports/sync-views";
import { CHANNEL_NAMES } from "../copy/channels.ts";
import { failureWords } from "../copy/failures.ts";
import { countsWords } from "../copy/sync-counts.ts";
import { SYNC_KIND_WORDS, SYNC_STATE_WORDS } from "../copy/syncs.ts";
import { durationWords } from "../copy/time.ts";
import { paths } from "../http/paths.ts";
import { Ago } from "./ago.tsx";

/** The newest runs, in the space beside the cards. */
export function LatestSyncs({ runs, now }: { runs: readonly SyncRunView[]; now: string }) {
  const amazon = runs.filter((run) => run.channel === "amazon");
  const hasSeveral = new Set(amazon.map((run) => run.connectionId)).size > 1;
  return (
    <Card padding="0">
      <div className="card-head">
        <Text as="h2" variant="headingMd">
          Latest syncs
        </Text>
        <Link to={paths.syncs()}>All</Link>
      </div>
      {runs.length === 0 ? (
        <p className="card-note">The first import is listed here as soon as it starts.</p>
      ) : (
        <ul className="lines">
          {runs.map((run) => (
            <li key={run.runId}>
              <Link to={paths.sync(run.runId)} className="line">
                <span className="line-main">
                  <span className="line-title">{runTitle(run)}</span>
                  {hasSeveral && run.channel === "amazon" && (
                    <span className="quiet breakable">{run.accountId}</span>
                  )}
                  <span className="quiet">{runOutcome(run)}</span>
                </span>
                <span className="line-end">
                  <span className="quiet">
                    <Ago at={run.startedAt} now={now} />
                  </span>
                  <RunBadge state={run.state} />
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

/** "Amazon import". */
export function runTitle(run: Pick<SyncRunView, "channel" | "kind">): string {
  return `${CHANNEL_NAMES[run.channel]} ${SYNC_KIND_WORDS[run.kind].toLowerCase()}`;
}

/** What a run counted, or why it failed. */
export function runOutcome(run: Pick<SyncRunView, "counts" | "errorCode" | "state">): string {
  if (run.errorCode !== null) return failureWords(run.errorCode).title;
  return countsWords(run.counts) || (run.state === "running" ? "Under way" : "Nothing new");
}

/** How long a run took; null while it goes on. */
export function runDuration(run: Pick<SyncRunView, "startedAt" | "finishedAt">): string | null {
  if (run.finishedAt === null) return null;
  const ms = Date.parse(run.finishedAt) - Date.parse(run.startedAt);
  return ms < SECOND_MS ? "under 1 s" : durationWords(ms);
}

export function RunBadge({ state }: { state: SyncRunView["state"] }) {
  const tone = { running: "info", done: "success", failed: "critical" } as const;
  return <Badge tone={tone[state]}>{SYNC_STATE_WORDS[state]}</Badge>;
}
