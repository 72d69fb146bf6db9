import type { ConnectionId } from "../../core/ids.ts";
import type { ShopTransaction } from "../../ports/shop-transaction.ts";

/**
 * Makes sure that sales of an Amazon account are read: orders of the account, traffic of each marketplace.
 * Safe to call again: what is planned keeps its plan, and new marketplaces join in.
 */
export async function planSales(
  tx: ShopTransaction,
  account: { readonly connectionId: ConnectionId; readonly marketplaceIds: readonly string[] },
  at: Date,
): Promise<void> {
  const { connectionId, marketplaceIds } = account;
  // An account that sells nowhere sells nothing.
  if (marketplaceIds.length === 0) return;
  await tx.tasks.ensure({ connectionId, kind: "orders", key: "" }, at);
  for (const key of marketplaceIds)
    await tx.tasks.ensure({ connectionId, kind: "traffic", key }, at);
}
