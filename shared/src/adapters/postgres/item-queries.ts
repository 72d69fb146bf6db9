import { toListingId } from "../../core/ids.ts";
import type { CatalogStore } from "../../ports/catalog-store.ts";
import type { QueryClient } from "./query-client.ts";

type ItemQueries = Pick<
  CatalogStore,
  "saveShopifyCosts" | "setItemMoney" | "itemCurrency" | "listingsOfItem"
>;

/** Items as rows: what the merchant says of cost and bounds. */
export function createItemQueries(client: QueryClient): ItemQueries {
  return {
    async saveShopifyCosts(connectionId, facts, at) {
      const priced = facts.filter(
        (fact) => fact.costMinor !== null && fact.costMinor > 0n && fact.costCurrency !== null,
      );
      if (priced.length === 0) return 0;
      const answer = await client.query(SAVE_COSTS, [
        connectionId,
        priced.map((fact) => fact.externalId),
        priced.map((fact) => String(fact.costMinor)),
        priced.map((fact) => fact.costCurrency),
        at,
      ]);
      return answer.rowCount;
    },
    setItemMoney: (itemId, money, at) => setItemMoney(client, itemId, money, at),
    async itemCurrency(itemId) {
      const answer = await client.query<{ currency: string }>(
        `SELECT DISTINCT currency FROM listing
          WHERE shop_id = current_shop() AND item_id = $1 AND status <> 'deleted' LIMIT 2`,
        [itemId],
      );
      return answer.rows.length === 1 ? (answer.rows[0]?.currency ?? null) : null;
    },
    async listingsOfItem(itemId) {
      const answer = await client.query<{ listing_id: string }>(
        "SELECT listing_id FROM listing WHERE shop_id = current_shop() AND item_id = $1 AND status <> 'deleted' ORDER BY listing_id",
        [itemId],
      );
      return answer.rows.map((row) => toListingId(row.listing_id));
    },
  };
}

async function setItemMoney(
  client: QueryClient,
  ...[itemId, money, at]: Parameters<CatalogStore["setItemMoney"]>
): Promise<boolean> {
  const answer = await client.query(
    `UPDATE item SET cost_minor = $2, cost_currency = CASE WHEN $2::bigint IS NULL THEN NULL ELSE $6 END,
              cost_source = CASE WHEN $2::bigint IS DISTINCT FROM cost_minor THEN 'merchant' ELSE cost_source END,
              floor_minor = $3, ceiling_minor = $4, map_minor = $5,
              bounds_currency = CASE WHEN coalesce($3::bigint, $4::bigint, $5::bigint) IS NULL THEN NULL ELSE $6 END, updated_at = $7
        WHERE shop_id = current_shop() AND item_id = $1`,
    [
      itemId,
      money.costMinor,
      money.floorMinor,
      money.ceilingMinor,
      money.mapMinor,
      money.currency,
      at,
    ].map(plain),
  );
  return answer.rowCount === 1;
}

/** pg has no encoder for bigint; digits are exact. */
function plain(value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}

const SAVE_COSTS = `
  WITH changed AS (
    UPDATE item i SET cost_minor = c.cost_minor, cost_currency = c.currency, cost_source = 'shopify', updated_at = $5
      FROM unnest($2::text[], $3::bigint[], $4::text[]) AS c(external_id, cost_minor, currency)
      JOIN listing l ON l.shop_id = current_shop() AND l.channel = 'shopify' AND l.connection_id = $1 AND l.external_id = c.external_id
     WHERE i.shop_id = current_shop() AND i.item_id = l.item_id AND i.cost_source IS DISTINCT FROM 'merchant'
       AND (i.cost_minor, i.cost_currency) IS DISTINCT FROM (c.cost_minor, c.currency::char(3))
    RETURNING i.item_id
  ), marks AS (
    INSERT INTO dirty (shop_id, listing_id, generation, cause, event_at, marked_at)
    SELECT current_shop(), l.listing_id, nextval('dirty_generation_seq'), 'bounds_changed', $5, $5
      FROM changed c JOIN listing l ON l.shop_id = current_shop() AND l.item_id = c.item_id AND l.status = 'active'
     ORDER BY l.listing_id
    ON CONFLICT (shop_id, listing_id) DO UPDATE SET generation = excluded.generation, cause = excluded.cause,
      event_at = excluded.event_at, marked_at = excluded.marked_at
  )
  SELECT item_id FROM changed`;
