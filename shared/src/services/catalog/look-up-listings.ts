import { DETAILS_MAX, type KnownListing } from "../../ports/catalog-source.ts";
import type { SyncPart } from "../../ports/sync-store.ts";
import type { TaskHandler, TaskStep } from "../tasks/run-tasks.ts";
import { linkListings } from "./link-listings.ts";
import { type CatalogTaskDeps, inPart, REST } from "./in-part.ts";
import { settleParts } from "./settle-import.ts";

// Five hundred listings take a few seconds at Amazon's five calls a second; other tasks get their turn then.
const CALLS_OF_STEP = 25;

/**
 * Reads price, currency, product type and what else moves the price of listings that wait for it, twenty a
 * call. Each answer is stored at once: a step that is put off for quota, or killed, goes on where it was.
 * When none is left, the marketplace's part of an import is done.
 */
export function createListingLookUp(deps: CatalogTaskDeps): TaskHandler {
  return async (step, signal) => {
    const { connectionId } = step.connection;
    const part = await step.inLease((tx) => tx.syncs.openPart(connectionId, step.key));
    const shown = part?.state === "details" ? part : null;
    return inPart(deps, step, shown, async () => {
      for (let call = 0; call < CALLS_OF_STEP && !signal.aborted; call += 1) {
        if (!(await lookUpNext(deps, step, part, signal))) return REST;
      }
      return { dueAt: deps.clock.now(), progress: {} };
    });
  };
}

/** Looks the next listings up. @returns false when none waited. */
async function lookUpNext(
  deps: CatalogTaskDeps,
  step: TaskStep,
  part: SyncPart | null,
  signal: AbortSignal,
): Promise<boolean> {
  const { connectionId, channel } = step.connection;
  const scope = { connectionId, marketplaceId: step.key };
  // What is shown is at least as new as the question; the answer may be older than its arrival.
  const askedAt = deps.clock.now();
  const next = await step.inLease(async (tx) => {
    const listings = await tx.catalog.dueDetails(scope, askedAt, DETAILS_MAX);
    if (listings.length === 0) {
      await settle(tx, { step, part, at: askedAt });
      return null;
    }
    const runId = part?.runId ?? (await tx.syncs.openRun(connectionId, "changes"));
    return { listings, runId };
  });
  if (next === null) return false;
  const listings: readonly KnownListing[] = next.listings;
  const lookup = { marketplaceId: step.key, listings };
  const { facts, issues, missing } = await deps.catalog.readDetails(step.account, lookup, signal);
  const { runId } = next;
  await step.inLease(async (tx) => {
    const at = deps.clock.now();
    const { changed } = await tx.catalog.saveListings(connectionId, channel, facts, at, runId);
    await tx.notifications.recordIssues(scope, issues, askedAt);
    await tx.catalog.noteMissing(scope, missing, askedAt);
    if (runId !== null) {
      const read = { looked_up: listings.length, changed };
      await tx.connections.countRun(runId, {
        ...read,
        ...(missing.length > 0 ? { not_found: missing.length } : {}),
      });
    }
    await tx.wake("decide");
  });
  return true;
}

type Store = Parameters<Parameters<TaskStep["inLease"]>[0]>[0];

async function settle(
  tx: Store,
  end: { readonly step: TaskStep; readonly part: SyncPart | null; readonly at: Date },
): Promise<void> {
  const { step, part, at } = end;
  const { connectionId } = step.connection;
  if (part?.state === "details") {
    const { runId } = part;
    const marked = { runId, marketplaceId: step.key };
    await tx.syncs.movePart(marked, { state: "done", errorCode: null, at });
    await settleParts(tx, { connectionId, runId, at });
  }
  const changes = await tx.syncs.openRun(connectionId, "changes");
  if (changes === null || (await tx.catalog.hasDueDetails(connectionId, null))) return;
  const { added = 0 } = await tx.syncs.countsOf(changes);
  if (added > 0) {
    const links = await linkListings(tx, at, connectionId);
    await tx.connections.countRun(changes, { linked: links.linked });
  }
  await tx.connections.endRun(changes, { state: "done", errorCode: null, at });
}
