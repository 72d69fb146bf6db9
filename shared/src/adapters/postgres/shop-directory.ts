import { invariant } from "../../core/assert.ts";
import { toConnectionId, toShopId } from "../../core/ids.ts";
import type { SellerConnection, ShopDirectory } from "../../ports/shop-directory.ts";
import { onConnection, type Pool } from "./pool.ts";

/** The cross-shop questions, each one SQL function that answers with ids only. */
export function createShopDirectory(pool: Pool): ShopDirectory {
  async function ask<Row>(text: string, values: readonly unknown[]): Promise<Row[]> {
    return onConnection(pool, async (client) => (await client.query<Row>(text, values)).rows);
  }
  async function connections(
    question: "connections_of_seller" | "connections_of_subscription",
    id: string,
  ): Promise<SellerConnection[]> {
    const rows = await ask<{ shop_id: number; connection_id: string; region: string }>(
      `SELECT shop_id, connection_id, region FROM ${question}($1)`,
      [id],
    );
    return rows.map((row) => ({
      shopId: toShopId(row.shop_id),
      connectionId: toConnectionId(row.connection_id),
      region: row.region,
    }));
  }
  return {
    async shopIdOfDomain(domain) {
      const [row] = await ask<{ id: number | null }>("SELECT shop_id_of_domain($1) AS id", [
        domain,
      ]);
      return row === undefined || row.id === null ? null : toShopId(row.id);
    },
    async registerShop(domain) {
      const [row] = await ask<{ id: number }>("SELECT register_shop($1) AS id", [domain]);
      invariant(row !== undefined, "a registered shop has an id");
      return toShopId(row.id);
    },
    async shopOfLinkState(stateHash) {
      const [row] = await ask<{ id: number | null }>("SELECT shop_of_link_state($1) AS id", [
        Buffer.from(stateHash),
      ]);
      return row === undefined || row.id === null ? null : toShopId(row.id);
    },
    connectionsOfSeller: (sellerId) => connections("connections_of_seller", sellerId),
    connectionsOfSubscription: (subscriptionId) =>
      connections("connections_of_subscription", subscriptionId),
    async dueWork(now) {
      const rows = await ask<{ shop_id: number; stage: string }>(
        "SELECT shop_id, stage FROM due_work($1)",
        [now],
      );
      return rows.map((row) => ({ shopId: toShopId(row.shop_id), stage: row.stage }));
    },
    async shopsLeasedBy(worker) {
      const rows = await ask<{ shop_id: number }>("SELECT shop_id FROM shops_leased_by($1)", [
        worker,
      ]);
      return rows.map((row) => toShopId(row.shop_id));
    },
  };
}
