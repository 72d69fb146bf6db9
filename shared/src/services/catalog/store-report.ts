import { findMarketplace } from "../../core/marketplaces.ts";
import type { TaskPlan } from "../tasks/run-tasks.ts";
import { askAgain, type ReportLook } from "./asked-report.ts";
import { type CatalogTaskDeps, factsOf, REST } from "./in-part.ts";
import { settleParts } from "./settle-import.ts";

/**
 * Stores a report while it is downloaded, a few hundred rows to a transaction: what was read stays when the
 * download breaks, and the next try goes over it again. Only a report that was read to its end, and is
 * believed, marks what it does not name as gone.
 */
export async function storeReport(
  deps: CatalogTaskDeps,
  report: ReportLook,
  documentId: string | null,
  signal: AbortSignal,
): Promise<TaskPlan> {
  const { step, part, asked } = report;
  const { connectionId } = step.connection;
  const marketplaceId = step.key;
  const currency =
    step.connection.marketplaces.find((each) => each.marketplaceId === marketplaceId)?.currency ??
    findMarketplace(marketplaceId)?.currency ??
    "";
  const { runId } = part;
  if (documentId !== null) {
    const rows = deps.catalog.readCatalog(step.account, { marketplaceId, documentId }, signal);
    for await (const { listings, unreadable } of rows) {
      await step.inLease(async (tx) => {
        const { added, seen } = await tx.catalog.saveReported({
          connectionId,
          marketplaceId,
          currency,
          listings,
          seenAt: asked.requestedAt,
          runId,
          isReport: true,
        });
        await tx.connections.countRun(runId, {
          seen,
          added,
          ...(unreadable > 0 ? { unreadable } : {}),
        });
      });
    }
  }
  return step.inLease(async (tx) => {
    const at = deps.clock.now();
    const scope = { connectionId, marketplaceId };
    const { named } = await tx.catalog.countReported(scope, asked.requestedAt);
    await tx.tasks.plan({ connectionId, kind: "listing_details", key: marketplaceId }, at);
    if (!isBelieved({ ...asked, named })) {
      const { known, asks } = asked;
      deps.logger.warn("listings_report_not_believed", { ...factsOf(step), known, named, asks });
      await tx.syncs.noteNotBelieved({ runId, marketplaceId, known, named, at });
      await tx.connections.countRun(runId, { not_believed: 1 });
      const marked = { runId, marketplaceId };
      const errorCode = "amazon_report_not_believed";
      if (asks + 1 < NOT_BELIEVED_MAX) {
        await tx.syncs.noteFailure(marked, errorCode);
        const againAt = new Date(at.getTime() + NOT_BELIEVED_MS);
        return askAgain(againAt, { asks: asks + 1, lastNamed: named });
      }
      await tx.syncs.movePart(marked, { state: "failed", errorCode, at });
      await settleParts(tx, { connectionId, runId, at });
      return REST;
    }
    const run = { marketplaceId, runId, at };
    const gone = await tx.catalog.markUnseen(connectionId, asked.requestedAt, run);
    await tx.connections.countRun(runId, { gone });
    await tx.syncs.movePart({ runId, marketplaceId }, { state: "details", errorCode: null, at });
    return REST;
  });
}

const NOT_BELIEVED_MAX = 3;
// Long enough for Amazon to make a report anew rather than to hand out the same one.
const NOT_BELIEVED_MS = 30 * 60_000;
// A handful of listings may well shrink by half in a day.
const SMALL = 20;

/**
 * Whether a report may be taken at its word. One that names fewer than half of what is known is not, nor one
 * that names nothing; three in a row that agree on more than nothing are, for sellers do clear out.
 */
function isBelieved(report: {
  readonly known: number;
  readonly named: number;
  readonly asks: number;
  readonly lastNamed: number | null;
}): boolean {
  const { known, named, asks, lastNamed } = report;
  if (known === 0) return true;
  if (named === 0) return false;
  if (known < SMALL || named * 2 >= known) return true;
  const isSame = lastNamed !== null && Math.abs(named - lastNamed) * 10 <= lastNamed;
  return isSame && asks + 1 >= NOT_BELIEVED_MAX;
}
