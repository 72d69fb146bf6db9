import type { AppError } from "../../core/app-error.ts";
import { msBetween } from "../../core/time/duration.ts";
import type { CatalogReportState } from "../../ports/catalog-source.ts";
import type { TaskHandler, TaskPlan, TaskStep } from "../tasks/run-tasks.ts";
import { type Asked, askAgain, LOOK_FIRST_MS, readAsked, type ReportLook } from "./asked-report.ts";
import { type CatalogTaskDeps, factsOf, inPart, REST } from "./in-part.ts";
import { storeReport } from "./store-report.ts";
import { settleParts } from "./settle-import.ts";

/**
 * The listings report of one marketplace (the task's key), for the import under way.
 *
 * States: ask → (asked) pending → ready → stored, and the part goes on with look-ups. A report that fails,
 * is empty or is not believed is asked for again, three times; then the part fails.
 */
export function createReportImport(deps: CatalogTaskDeps): TaskHandler {
  return async (step, signal) => {
    const { connectionId } = step.connection;
    const part = await step.inLease((tx) => tx.syncs.openPart(connectionId, step.key));
    if (part === null || part.state !== "report") return REST;
    const asked = readAsked(step.progress);
    return inPart(deps, step, part, () =>
      asked.reportId === null
        ? ask(deps, step, asked, signal)
        : look(deps, { step, part, asked: { ...asked, reportId: asked.reportId } }, signal),
    );
  };
}

// Small reports are done in seconds, large ones in minutes: look often first, then rarely.
const LOOK_GROWTH = 1.5;
const LOOK_MS_MAX = 30_000;
// Amazon names no limit; the slowest on record took over an hour.
const REPORT_MS_MAX = 2 * 60 * 60_000;

async function ask(
  deps: CatalogTaskDeps,
  step: TaskStep,
  asked: Asked,
  signal: AbortSignal,
): Promise<TaskPlan> {
  const { connectionId } = step.connection;
  const requestedAt = deps.clock.now();
  const scope = { connectionId, marketplaceId: step.key };
  const { known } = await step.inLease((tx) => tx.catalog.countReported(scope, requestedAt));
  const reportId = await deps.catalog.requestCatalog(step.account, step.key, signal);
  const progress = { ...asked, reportId, requestedAt, known, waitMs: LOOK_FIRST_MS };
  return { dueAt: inMs(deps, LOOK_FIRST_MS), progress };
}

async function look(
  deps: CatalogTaskDeps,
  report: ReportLook,
  signal: AbortSignal,
): Promise<TaskPlan> {
  const { step, asked } = report;
  const state: CatalogReportState = await deps.catalog.checkCatalog(
    step.account,
    asked.reportId,
    signal,
  );
  switch (state.kind) {
    case "pending": {
      if (msBetween(asked.requestedAt, deps.clock.now()) > REPORT_MS_MAX)
        return comeToNothing(deps, report, "pending for two hours");
      const waitMs = Math.min(asked.waitMs * LOOK_GROWTH, LOOK_MS_MAX);
      return { dueAt: inMs(deps, waitMs), progress: { ...asked, waitMs } };
    }
    case "failed":
      return comeToNothing(deps, report, state.reason ?? "failed");
    case "empty":
      // "No data" from an account whose listings we know is no empty catalogue.
      if (asked.known > 0) return comeToNothing(deps, report, "cancelled");
      return storeReport(deps, report, null, signal);
    case "ready":
      return storeReport(deps, report, state.documentId, signal);
  }
}

const ASKS_MAX = 3;
// A report that failed may be made a minute later; one that failed twice has met something lasting.
const ASK_AGAIN_MS = [60_000, 5 * 60_000];

async function comeToNothing(
  deps: CatalogTaskDeps,
  report: ReportLook,
  found: string,
): Promise<TaskPlan> {
  const { step, part, asked } = report;
  const { connectionId } = step.connection;
  const asks = asked.asks + 1;
  deps.logger.warn("listings_report_failed", {
    ...factsOf(step),
    reportId: asked.reportId,
    found,
    asks,
  });
  const marked = { runId: part.runId, marketplaceId: step.key };
  const code: AppError["code"] = "amazon_report_failed";
  if (asks < ASKS_MAX) {
    await step.inLease((tx) => tx.syncs.noteFailure(marked, code));
    return askAgain(inMs(deps, ASK_AGAIN_MS[asks - 1] ?? 0), { ...asked, asks });
  }
  await step.inLease(async (tx) => {
    const at = deps.clock.now();
    await tx.syncs.movePart(marked, { state: "failed", errorCode: code, at });
    await settleParts(tx, { connectionId, runId: part.runId, at });
  });
  return REST;
}

function inMs(deps: CatalogTaskDeps, ms: number): Date {
  return new Date(deps.clock.now().getTime() + ms);
}
