import { AppError } from "../../core/app-error.ts";
import { findMarketplace } from "../../core/marketplaces.ts";
import type { ChangesPage } from "../../ports/catalog-source.ts";
import type { TaskProgress } from "../../ports/task-store.ts";
import type { TaskHandler, TaskPlan, TaskStep } from "../tasks/run-tasks.ts";
import type { CatalogTaskDeps } from "./in-part.ts";

const EVERY_MS = 3 * 60_000;
// Amazon shows a change in its search some time after it happened.
const OVERLAP_MS = 2 * 60_000;
/** Before the first look: what changed while the import before it was going on. */
const FIRST_MS = 60 * 60_000;
/** However many changed, a search shows no more than this. */
const PAGEABLE_MAX = 1_000;

/**
 * Finds the listings of a marketplace (the task's key) that changed since the last look and has them looked
 * up, page by page. A search that is cut at a thousand goes on from the last change it showed; when a
 * thousand changed in one instant, the whole catalogue is asked for.
 */
export function createChangeFollower(deps: CatalogTaskDeps): TaskHandler {
  return async (step, signal) => {
    const look = readLook(step.progress, deps.clock.now());
    const { since, pageToken } = look;
    const question = { marketplaceId: step.key, since, pageToken };
    try {
      const page = await deps.catalog.readChanges(step.account, question, signal);
      await store(deps, step, page);
      return await planNext(deps, step, look, page);
    } catch (cause) {
      if (!(cause instanceof AppError) || cause.retry !== "never") throw cause;
      // A page's token ages while nobody works; the search itself is good at any time.
      if (pageToken !== null && cause.code === "amazon_request_refused")
        return { dueAt: deps.clock.now(), progress: { since } };
      await tell(deps, step, cause.code);
      throw cause;
    }
  };
}

/** Shows in the history why changes are no longer followed. */
async function tell(deps: CatalogTaskDeps, step: TaskStep, errorCode: string): Promise<void> {
  await step.inLease(async (tx) => {
    const at = deps.clock.now();
    const runId = await tx.syncs.ensureRun(step.connection.connectionId, "changes", at);
    await tx.connections.endRun(runId, { state: "failed", errorCode, at });
  });
}

interface Look {
  readonly since: Date;
  /** When the first page was asked for. */
  readonly startedAt: Date;
  readonly pageToken: string | null;
  readonly found: number;
}

function readLook(progress: TaskProgress, now: Date): Look {
  const { since, startedAt, pageToken, found } = progress;
  return {
    since: typeof since === "string" ? new Date(since) : new Date(now.getTime() - FIRST_MS),
    startedAt: typeof startedAt === "string" ? new Date(startedAt) : now,
    pageToken: typeof pageToken === "string" ? pageToken : null,
    found: typeof found === "number" ? found : 0,
  };
}

async function store(deps: CatalogTaskDeps, step: TaskStep, page: ChangesPage): Promise<void> {
  const { listings } = page;
  if (listings.length === 0) return;
  const { connectionId } = step.connection;
  const marketplaceId = step.key;
  await step.inLease(async (tx) => {
    const at = deps.clock.now();
    // An import under way shows what changes on its way.
    const part = await tx.syncs.openPart(connectionId, marketplaceId);
    const runId = part?.runId ?? (await tx.syncs.ensureRun(connectionId, "changes", at));
    const { added } = await tx.catalog.saveReported({
      connectionId,
      marketplaceId,
      currency: findMarketplace(marketplaceId)?.currency ?? "",
      listings,
      seenAt: at,
      runId,
      isReport: false,
    });
    await tx.connections.countRun(runId, { seen: listings.length, added });
    await tx.tasks.plan({ connectionId, kind: "listing_details", key: marketplaceId }, at);
  });
}

async function planNext(
  deps: CatalogTaskDeps,
  step: TaskStep,
  look: Look,
  page: ChangesPage,
): Promise<TaskPlan> {
  const now = deps.clock.now();
  const found = look.found + page.listings.length;
  if (page.nextToken !== null) {
    return { dueAt: now, progress: { ...look, found, pageToken: page.nextToken } };
  }
  const until = new Date(look.startedAt.getTime() - OVERLAP_MS);
  const following = { dueAt: new Date(now.getTime() + EVERY_MS), progress: { since: until } };
  if (found < PAGEABLE_MAX) return following;
  const { lastChangedAt } = page;
  if (lastChangedAt !== null && lastChangedAt > look.since) {
    return { dueAt: now, progress: { since: lastChangedAt } };
  }
  await step.inLease((tx) =>
    tx.connections.requestDue(step.connection.connectionId, "import", now),
  );
  return following;
}
