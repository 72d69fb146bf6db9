import type { Clock } from "../../ports/clock.ts";
import type { CatalogSource } from "../../ports/catalog-source.ts";
import type { ChannelAccount } from "../../ports/channel-account.ts";
import type { StoredConnection } from "../../ports/connection-store.ts";
import type { InShop } from "../../ports/shop-transaction.ts";
import { planSales } from "../sales/plan-sales.ts";
import { settleParts } from "./settle-import.ts";

/** What planning an import needs from outside. */
export interface PlanImportDeps {
  readonly inShop: InShop;
  readonly clock: Clock;
}

/** An import of a channel whose catalogue is read by tasks. */
export interface PlannedImport {
  readonly connection: StoredConnection;
  readonly account: ChannelAccount;
  readonly catalog: CatalogSource;
}

// Reports are asked for once a day; between them changes are followed every few minutes.
const NEXT_IMPORT_MS = 24 * 60 * 60_000;
/** An import still under way after this has lost its tasks: a hundred thousand listings take half an hour. */
const STALE_MS = 12 * 60 * 60_000;

/**
 * Reads what the account is and plans the import of each of its marketplaces as a task. The run goes on in
 * the tasks and ends with the last of them (settle-import.ts); one that is under way goes on instead of a
 * second one.
 * @throws AppError when the account cannot be read; nothing is planned then.
 */
export async function planImport(
  deps: PlanImportDeps,
  import_: PlannedImport,
  signal: AbortSignal,
): Promise<void> {
  const { connection, account, catalog } = import_;
  const { connectionId } = connection;
  const { shopId } = account;
  const facts = await catalog.readAccount(account, signal);
  await deps.inShop(shopId, async (tx) => {
    const at = deps.clock.now();
    await tx.connections.saveAccountFacts(connectionId, facts);
    const marketplaceIds = facts.marketplaces
      .filter(({ isParticipating }) => isParticipating ?? true)
      .map(({ marketplaceId }) => marketplaceId);
    const staleBefore = new Date(at.getTime() - STALE_MS);
    const run = { connectionId, marketplaceIds, at, staleBefore };
    const { runId } = await tx.syncs.startImport(run);
    for (const key of marketplaceIds) {
      await tx.tasks.plan({ connectionId, kind: "listings_report", key }, at);
      // Look-ups of an import that goes on may have come to a dead end; planning brings them back to life.
      await tx.tasks.plan({ connectionId, kind: "listing_details", key }, at);
    }
    await planSales(tx, { connectionId, marketplaceIds }, at);
    // Linking plans it once; this brings it back after a day in which the queue or Amazon could not be reached.
    await tx.tasks.ensure({ connectionId, kind: "subscriptions", key: "" }, at);
    await tx.connections.finishDue(connectionId, "import", {
      at: null,
      nextDueAt: new Date(at.getTime() + NEXT_IMPORT_MS),
    });
    // An account that sells nowhere has nothing to read.
    await settleParts(tx, { connectionId, runId, at });
    await tx.wake("task");
  });
}
