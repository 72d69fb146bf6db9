import { AppError, endsPermission } from "../../core/app-error.ts";
import { invariant } from "../../core/assert.ts";
import type { Channel } from "../../core/channel.ts";
import type { ShopId } from "../../core/ids.ts";
import type { CatalogSource } from "../../ports/catalog-source.ts";
import type { Clock } from "../../ports/clock.ts";
import type { StoredConnection } from "../../ports/connection-store.ts";
import type { CostFact } from "../../ports/catalog-store.ts";
import type { ListingSource } from "../../ports/listing-source.ts";
import type { Logger } from "../../ports/logger.ts";
import type { ChannelAccount } from "../../ports/channel-account.ts";
import type { InShop } from "../../ports/shop-transaction.ts";
import { type PlannedImport, planImport } from "./plan-import.ts";
import { settleImport } from "./settle-import.ts";

/** What importing needs from outside. */
export interface ImportDeps {
  readonly inShop: InShop;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Channels whose catalogue is read in one go. */
  readonly sources: Partial<Readonly<Record<Channel, ListingSource>>>;
  /** Channels whose catalogue is too large for that: it is read by tasks, which are planned here. */
  readonly catalogs?: Partial<Readonly<Record<Channel, CatalogSource>>>;
  readonly worker: string;
}

// An import of a large catalogue waits for Amazon's report; its lease is renewed by nobody, so it is long.
const LEASE_MS = 30 * 60_000;
const NEXT_IMPORT_MS = 60 * 60_000;
const RETRY_MS = 60_000;
const REFUSED_RETRY_MS = 15 * 60_000;

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
  const source = deps.sources[connection.channel];
  const catalog = deps.catalogs?.[connection.channel];
  if (source !== undefined) return importAtOnce(deps, { ...run, source }, signal);
  invariant(catalog !== undefined, `no source of ${connection.channel} listings`);
  const account = accountOf(shopId, connection);
  return planOne(deps, { ...run, catalog, account }, signal);
}

/** Plans an import by tasks; when that fails, a run says why. */
async function planOne(
  deps: ImportDeps,
  run: ImportRun & PlannedImport,
  signal: AbortSignal,
): Promise<void> {
  try {
    await planImport(deps, run, signal);
  } catch (cause) {
    const { shopId, connection, startedAt: at } = run;
    const started = await deps.inShop(shopId, (tx) =>
      tx.syncs.startImport({
        connectionId: connection.connectionId,
        marketplaceIds: [],
        at,
        staleBefore: new Date(0),
      }),
    );
    // An import under way goes on: it is only this look at the account that failed.
    const runId = started.isNew ? started.runId : null;
    await endFailed(deps, { ...run, runId, isStopping: signal.aborted }, cause);
  }
}

async function importAtOnce(
  deps: ImportDeps,
  run: ImportRun & { readonly source: ListingSource },
  signal: AbortSignal,
): Promise<void> {
  const { shopId, connection } = run;
  const runId = await deps.inShop(shopId, (tx) =>
    tx.connections.startRun(connection.connectionId, "import", run.startedAt),
  );
  try {
    const costs = await readEverything(deps, { ...run, runId }, signal);
    await deps.inShop(shopId, async (tx) => {
      const at = deps.clock.now();
      const seen = { marketplaceId: null, runId, at };
      const gone = await tx.catalog.markUnseen(connection.connectionId, run.startedAt, seen);
      await tx.connections.countRun(runId, { gone });
      await settleImport(tx, { connection, runId, errorCode: null, at });
      // After linking: a cost belongs to an item, and the item must exist.
      await tx.catalog.saveShopifyCosts(connection.connectionId, costs, at);
      await tx.connections.finishDue(connection.connectionId, "import", {
        at,
        nextDueAt: new Date(at.getTime() + NEXT_IMPORT_MS),
      });
    });
  } catch (cause) {
    await endFailed(deps, { ...run, runId, isStopping: signal.aborted }, cause);
  }
}

/** Reads and stores the whole catalogue. @returns the unit costs the channel named. */
async function readEverything(
  deps: ImportDeps,
  run: ImportRun & { readonly runId: string; readonly source: ListingSource },
  signal: AbortSignal,
): Promise<CostFact[]> {
  const { shopId, connection, runId, source } = run;
  const account = accountOf(shopId, connection);
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
        runId,
      );
      await tx.connections.countRun(runId, { ...counts });
    });
    for (const { externalId, costMinor, costCurrency } of batch) {
      if (costMinor !== null) costs.push({ externalId, costMinor, costCurrency });
    }
  }
  return costs;
}

function accountOf(shopId: ShopId, connection: StoredConnection): ChannelAccount {
  const { connectionId, accountId, region } = connection;
  return { shopId, connectionId, accountId, region };
}

/** Ends a failed run with its code; a revoked authorisation disconnects, everything else is tried again. */
async function endFailed(
  deps: ImportDeps,
  run: ImportRun & { runId: string | null; isStopping: boolean },
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
    if (runId !== null)
      await tx.connections.endRun(runId, { state: "failed", errorCode: code, at });
    if (run.isStopping) {
      // Nothing is wrong with the connection: the next worker starts over at once.
      await tx.connections.finishDue(connection.connectionId, "import", {
        at: null,
        nextDueAt: at,
      });
      return;
    }
    if (endsPermission(code)) {
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

/** How long to wait before the next try; what was refused for good may be allowed again by a person. */
export function retryMs(cause: unknown): number {
  if (cause instanceof AppError && cause.retry === "never") return REFUSED_RETRY_MS;
  return cause instanceof AppError && typeof cause.retry === "object"
    ? Math.max(cause.retry.afterMs, 1_000)
    : RETRY_MS;
}
