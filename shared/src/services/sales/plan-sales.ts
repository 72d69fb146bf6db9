import type { StoredConnection } from "../../ports/connection-store.ts";
import type { ShopTransaction } from "../../ports/shop-transaction.ts";
import { marketplacesOf } from "./sales-deps.ts";

/**
 * Makes sure that sales of an Amazon account are read: orders of the account, traffic of each marketplace.
 * Safe to call again: what is planned keeps its plan, and new marketplaces join in.
 */
export async function planSales(
  tx: ShopTransaction,
  connection: StoredConnection,
  at: Date,
): Promise<void> {
  if (connection.channel !== "amazon") return;
  const { connectionId } = connection;
  await tx.tasks.ensure({ connectionId, kind: "orders", key: "" }, at);
  for (const key of marketplacesOf(connection))
    await tx.tasks.ensure({ connectionId, kind: "traffic", key }, at);
}
