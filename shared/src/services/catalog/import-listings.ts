import { AppError } from "../../core/app-error.ts";
import type { Channel } from "../../core/channel.ts";
import type { ShopId } from "../../core/ids.ts";
import type { Clock } from "../../ports/clock.ts";
import type { StoredConnection } from "../../ports/connection-store.ts";
import type { CostFact } from "../../ports/catalog-store.ts";
import type { ListingSource } from "../../ports/listing-source.ts";
import type { Logger } from "../../ports/logger.ts";
import type { ChannelAccount } from "../../ports/channel-account.ts";
import type { InShop } from "../../ports/shop-transaction.ts";
import { linkListings } from "./link-listings.ts";

/** What importing needs from outside. */
export interface ImportDeps {
  readonly inShop: InShop;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly sources: Readonly<Record<Channel, ListingSource>>;
  readonly worker: string;
}

// An import of a large catalogue waits for Amazon's report; its lease is renewed by nobody, so it is long.
const LEASE_MS = 30 * 60_000;
const NEXT_IMPORT_MS = 60 * 60_000;
const RETRY_MS = 60_000;

/**
 * Runs every due import of a shop: account facts, listings batch by batch with counts a page can show,
 * then linking and costs.
 *
 * Interrupted half-way, what was read stays and the next run starts over; only a complete run marks
 * listings it did not see as deleted.
 */
export async function importListings(
  deps: ImportDeps,
  shopId: ShopId,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const startedAt = deps.clock.now();
    const connection = await deps.inShop(shopId, (tx) =>
      tx.connections.claimDue("import", {
        worker: deps.worker,
        now: startedAt,
        leaseUntil: new Date(startedAt.getTime() + LEASE_MS),
      }),
    );
    if (connection === null) return;
    await importOne(deps, { shopId, connection, startedAt }, signal);
  }
}

type ImportRun = {
  readonly shopId: ShopId;
  readonly connection: StoredConnection;
  readonly startedAt: Date;
};

async function importOne(deps: ImportDeps, run: ImportRun, signal: AbortSignal): Promise<void> {
  const { shopId, connection } = run;
  const runId = await deps.inShop(shopId, (tx) =>
    tx.connections.startRun(connection.connectionId, "import", run.startedAt),
  );
  try {
    const costs = await readEverything(deps, { ...run, runId }, signal);
    await deps.inShop(shopId, async (tx) => {
      const at = deps.clock.now();
      const gone = await tx.catalog.markUnseen(connection.connectionId, run.startedAt);
      const links = await linkListings(tx, at);
      await tx.changes.noteOvertaken(await tx.catalog.activeListings(connection.channel), at);
      // After linking: a cost belongs to an item, and the item must exist.
      await tx.catalog.saveShopifyCosts(connection.connectionId, costs, at);
      await tx.connections.countRun(runId, {
        gone,
        linked: links.linked,
        review: links.review,
        unmatched: links.unmatched,
      });
      await tx.connections.endRun(runId, { state: "done", errorCode: null, at });
      await tx.connections.noteProblem(connection.connectionId, null, at);
      await tx.connections.finishDue(connection.connectionId, "import", {
        at,
        nextDueAt: new Date(at.getTime() + NEXT_IMPORT_MS),
      });
      if (connection.channel === "amazon") {
        await tx.connections.requestDue(connection.connectionId, "sweep", at);
        await tx.wake("sweep");
      }
      await tx.wake("decide");
    });
  } catch (cause) {
    await endFailed(deps, { ...run, runId, isStopping: signal.aborted }, cause);
  }
}

/** Reads and stores the whole catalogue. @returns the unit costs the channel named. */
async function readEverything(
  deps: ImportDeps,
  run: ImportRun & { runId: string },
  signal: AbortSignal,
): Promise<CostFact[]> {
  const { shopId, connection, runId } = run;
  const source = deps.sources[connection.channel];
  const account: ChannelAccount = {
    shopId,
    connectionId: connection.connectionId,
    accountId: connection.accountId,
    region: connection.region,
  };
  const facts = await source.readAccount(account, signal);
  await deps.inShop(shopId, (tx) =>
    tx.connections.saveAccountFacts(connection.connectionId, facts),
  );
  const marketplaceIds = facts.marketplaces.map((each) => each.marketplaceId);
  const costs: CostFact[] = [];
  for await (const batch of source.readListings(account, marketplaceIds, signal)) {
    await deps.inShop(shopId, async (tx) => {
      const counts = await tx.catalog.saveListings(
        connection.connectionId,
        connection.channel,
        batch,
        deps.clock.now(),
      );
      await tx.connections.countRun(runId, { ...counts });
    });
    for (const { externalId, costMinor, costCurrency } of batch) {
      if (costMinor !== null) costs.push({ externalId, costMinor, costCurrency });
    }
  }
  return costs;
}

/** Ends a failed run with its code; a revoked authorisation disconnects, everything else is tried again. */
async function endFailed(
  deps: ImportDeps,
  run: ImportRun & { runId: string; isStopping: boolean },
  cause: unknown,
): Promise<void> {
  const { shopId, connection, runId } = run;
  const code = failureCode(cause, run.isStopping);
  deps.logger.error(
    "import_failed",
    { shopId, connectionId: connection.connectionId, code },
    cause,
  );
  await deps.inShop(shopId, async (tx) => {
    const at = deps.clock.now();
    if (run.isStopping) {
      // Nothing is wrong with the connection: the next worker starts over at once.
      await tx.connections.endRun(runId, { state: "failed", errorCode: code, at });
      await tx.connections.finishDue(connection.connectionId, "import", {
        at: null,
        nextDueAt: at,
      });
      return;
    }
    await tx.connections.endRun(runId, { state: "failed", errorCode: code, at });
    if (cause instanceof AppError && cause.retry === "never") {
      await tx.connections.disconnect(connection.connectionId, code, at);
    } else {
      await tx.connections.noteProblem(connection.connectionId, code, at);
    }
    await tx.connections.finishDue(connection.connectionId, "import", {
      at: null,
      nextDueAt: new Date(at.getTime() + retryMs(cause)),
    });
  });
}

/** The code a failed run is shown with. */
export function failureCode(cause: unknown, isStopping: boolean): string {
  if (isStopping) return "worker_stopping";
  return cause instanceof AppError ? cause.code : "unexpected";
}

/** How long to wait before the next try. */
export function retryMs(cause: unknown): number {
  return cause instanceof AppError && typeof cause.retry === "object"
    ? Math.max(cause.retry.afterMs, 1_000)
    : RETRY_MS;
}
