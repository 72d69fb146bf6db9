import type { ConnectionId } from "../../core/ids.ts";
import type { StoredConnection } from "../../ports/connection-store.ts";
import type { ShopTransaction } from "../../ports/shop-transaction.ts";
import { linkListings } from "./link-listings.ts";

/** An import that has read all it will read. */
export interface ImportEnd {
  readonly connection: Pick<StoredConnection, "connectionId" | "channel">;
  readonly runId: string;
  /** Why a part of it failed; null when all of it was read. */
  readonly errorCode: string | null;
  readonly at: Date;
}

// A month of what changed is what anybody asks about; the counts of older runs stay.
const DIFFERENCES_KEPT_MS = 31 * 24 * 60 * 60_000;

/**
 * What follows an import of either channel, whether all or only some of it was read: linking, changes that
 * the channel has overtaken, the run's end and the next look at the market.
 */
export async function settleImport(tx: ShopTransaction, end: ImportEnd): Promise<void> {
  const { connection, runId, errorCode, at } = end;
  const { connectionId, channel } = connection;
  const links = await linkListings(tx, at, channel === "amazon" ? connectionId : null);
  await tx.changes.noteOvertaken(await tx.catalog.activeListings(connection.channel), at);
  await tx.connections.countRun(runId, {
    linked: links.linked,
    review: links.review,
    unmatched: links.unmatched,
  });
  const state = errorCode === null ? "done" : "failed";
  await tx.connections.endRun(runId, { state, errorCode, at });
  await tx.connections.noteProblem(connection.connectionId, errorCode, at);
  await tx.syncs.forgetDifferences(new Date(at.getTime() - DIFFERENCES_KEPT_MS));
  if (connection.channel === "amazon") {
    await tx.connections.requestDue(connection.connectionId, "sweep", at);
    await tx.wake("sweep");
  }
  await tx.wake("decide");
}

/** The tasks that keep a catalogue fresh between imports, each of one marketplace. */
const FOLLOWING = ["listing_changes", "catalog_items", "inventory", "fees"] as const;

/** Another try for the marketplaces that failed; the others are read again on the way, at little cost. */
const RETRY_MS = 60 * 60_000;

/**
 * Ends an import that runs part by part, once no part is under way. While another part is, nothing happens:
 * the last one ends it.
 */
export async function settleParts(
  tx: ShopTransaction,
  run: { readonly connectionId: ConnectionId; readonly runId: string; readonly at: Date },
): Promise<void> {
  const { connectionId, runId, at } = run;
  const stand = await tx.syncs.standOf(runId);
  const connection = await tx.connections.read(connectionId);
  if (stand.open > 0 || connection === null) return;
  await settleImport(tx, { connection, runId, errorCode: stand.errorCode, at });
  if (stand.done > 0) await tx.connections.noteImported(connectionId, at);
  if (stand.errorCode !== null) {
    const retryAt = new Date(at.getTime() + RETRY_MS);
    await tx.connections.requestDue(connectionId, "import", retryAt);
  }
  for (const { marketplaceId } of connection.marketplaces) {
    for (const kind of FOLLOWING)
      await tx.tasks.plan({ connectionId, kind, key: marketplaceId }, at);
  }
}
