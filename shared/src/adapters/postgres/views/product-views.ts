import type {
  ListingView,
  PageOf,
  ProductRow,
  ProductView,
  ShopViews,
} from "../../../ports/shop-views.ts";
import { parseCurrency } from "../../../core/money/currency.ts";
import type { QueryClient } from "../query-client.ts";
import { CHANGE_COLUMNS, CHANGE_JOINS, type ChangeRow, toChangeView } from "./change-rows.ts";
import { digitsOrNull, likePattern, toPage } from "./change-views.ts";
import { IS_KEPT_FROM_BUYERS } from "./amazon-fact-rows.ts";
import { LISTING_COLUMNS, LISTING_JOINS, type ListingRow, toListingView } from "./listing-rows.ts";
import { readListingMarkets } from "./market-views.ts";
import { iso, moneyColumn, moneyOf } from "./money-columns.ts";

interface ItemRow {
  item_id: string;
  sku: string;
  title: string;
  cost_minor: string | null;
  cost_currency: string | null;
  floor_minor: string | null;
  ceiling_minor: string | null;
  map_minor: string | null;
  bounds_currency: string | null;
}

const ITEM_COLUMNS =
  "i.item_id, i.sku, i.title, i.cost_minor, i.cost_currency, i.floor_minor, i.ceiling_minor, i.map_minor, i.bounds_currency";

/** An Amazon listing of the item for which something holds. */
function anyAmazonListing(condition: string): string {
  return `EXISTS (SELECT 1 FROM listing l WHERE l.shop_id = current_shop() AND l.item_id = i.item_id AND l.channel = 'amazon'
            AND l.status <> 'deleted' AND (${condition}))`;
}

const BUY_BOX = `SELECT 1 FROM buy_box b WHERE b.shop_id = current_shop() AND b.marketplace_id = l.marketplace_id AND b.asin = l.parent_id`;

// What each filter of the Products page means, as a condition on the item.
const FILTERS = {
  all: "true",
  linked: `2 = (SELECT count(DISTINCT l.channel) FROM listing l WHERE l.shop_id = current_shop() AND l.item_id = i.item_id AND l.status <> 'deleted')`,
  unlinked: `NOT EXISTS (SELECT 1 FROM listing l WHERE l.shop_id = current_shop() AND l.item_id = i.item_id AND l.channel = 'shopify' AND l.status <> 'deleted')`,
  no_cost: "i.cost_minor IS NULL",
  held: `EXISTS (SELECT 1 FROM listing l JOIN decision_head d ON d.shop_id = current_shop() AND d.listing_id = l.listing_id
           WHERE l.shop_id = current_shop() AND l.item_id = i.item_id AND l.status <> 'deleted' AND d.kind = 'hold'
             AND d.reason_code NOT IN ('already_at_target', 'own_offer_featured', 'change_in_flight', 'change_too_small'))`,
  box_lost: anyAmazonListing(`l.status = 'active' AND EXISTS (${BUY_BOX} AND b.state = 'lost')`),
  suppressed: anyAmazonListing(
    `${IS_KEPT_FROM_BUYERS} OR (l.status = 'active' AND EXISTS (${BUY_BOX} AND b.state = 'suppressed'))`,
  ),
  silent:
    anyAmazonListing(`EXISTS (SELECT 1 FROM asin_watch a WHERE a.shop_id = current_shop() AND a.connection_id = l.connection_id
             AND a.marketplace_id = l.marketplace_id AND a.asin = l.parent_id AND a.silent_since IS NOT NULL)`),
} as const;

/** Items with their listings, those on Amazon first, by item key. */
export async function readProducts(
  client: QueryClient,
  page: Parameters<ShopViews["products"]>[1],
): Promise<PageOf<ProductRow>> {
  const filter = `i.shop_id = current_shop() AND ${FILTERS[page.filter]}
    AND EXISTS (SELECT 1 FROM listing l WHERE l.shop_id = current_shop() AND l.item_id = i.item_id AND l.status <> 'deleted')
    AND ($1::text IS NULL OR i.title ILIKE $1 OR i.sku ILIKE $1 OR EXISTS (
      SELECT 1 FROM listing l WHERE l.shop_id = current_shop() AND l.item_id = i.item_id AND (l.parent_id ILIKE $1 OR l.sku ILIKE $1)))`;
  const pattern = likePattern(page.query);
  const total = await client.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM item i WHERE ${filter}`,
    [pattern],
  );
  const [, place = "0", key = "0"] = /^([01]):(\d{1,18})$/.exec(page.after ?? "") ?? [];
  const answer = await client.query<ItemRow & { place: number }>(
    `SELECT * FROM (
       SELECT ${ITEM_COLUMNS}, CASE WHEN EXISTS (SELECT 1 FROM listing l WHERE l.shop_id = current_shop() AND l.item_id = i.item_id
              AND l.channel = 'amazon' AND l.status <> 'deleted') THEN 0 ELSE 1 END AS place
         FROM item i WHERE ${filter}) i
      WHERE (i.place, i.item_id) > ($2::int, $3::bigint) ORDER BY i.place, i.item_id LIMIT $4`,
    [pattern, place, key, page.limit + 1],
  );
  const listings = await listingsOf(
    client,
    answer.rows.map((row) => row.item_id),
  );
  const places = new Map(answer.rows.map((row) => [row.item_id, row.place]));
  const rows = answer.rows.map((row) => toProductRow(row, listings.get(row.item_id) ?? []));
  return toPage(
    rows,
    page.limit,
    total.rows[0]?.n ?? 0,
    (row) => `${String(places.get(row.itemId) ?? 0)}:${row.itemId}`,
  );
}

/** One item with its listings, changes and price history of the last 90 days. */
export async function readProduct(
  client: QueryClient,
  itemId: string,
  now: Date,
): Promise<ProductView | null> {
  const id = digitsOrNull(itemId);
  if (id === null) return null;
  const found = await client.query<ItemRow>(
    `SELECT ${ITEM_COLUMNS} FROM item i WHERE i.shop_id = current_shop() AND i.item_id = $1`,
    [id],
  );
  const item = found.rows[0];
  if (item === undefined) return null;
  const listings = (await listingsOf(client, [id])).get(id) ?? [];
  const changes = await client.query<ChangeRow>(
    `SELECT ${CHANGE_COLUMNS} FROM price_change c ${CHANGE_JOINS}
      WHERE c.shop_id = current_shop() AND l.item_id = $1 ORDER BY c.change_id DESC LIMIT 50`,
    [id],
  );
  const history = await client.query<{
    listing_id: string;
    kind: "own" | "featured" | "lowest";
    observed_at: Date;
    price_minor: string;
    currency: string;
  }>(
    `SELECT * FROM (
       SELECT p.listing_id, p.kind, p.observed_at, p.price_minor, p.currency
         FROM price_point p JOIN listing l ON l.shop_id = current_shop() AND l.listing_id = p.listing_id
        WHERE p.shop_id = current_shop() AND l.item_id = $1 AND p.observed_at > now() - interval '90 days'
        ORDER BY p.observed_at DESC LIMIT 2000) newest ORDER BY observed_at`,
    [id],
  );
  const currencies = new Set(
    listings
      .filter((listing) => listing.status !== "deleted")
      .map((listing) => listing.currencyText),
  );
  const [only] = currencies;
  return {
    ...toProductRow(item, listings),
    currency: currencies.size === 1 ? parseCurrency(only) : null,
    changes: changes.rows.map(toChangeView),
    markets: await readListingMarkets(client, listings, now),
    history: history.rows.map((row) => ({
      listingId: row.listing_id,
      kind: row.kind,
      at: iso(row.observed_at),
      price: moneyOf(row.price_minor, row.currency),
    })),
  };
}

async function listingsOf(
  client: QueryClient,
  itemIds: readonly string[],
): Promise<Map<string, ListingView[]>> {
  const answer = await client.query<ListingRow & { item_id: string }>(
    `SELECT l.item_id, ${LISTING_COLUMNS} FROM listing l ${LISTING_JOINS}
      WHERE l.shop_id = current_shop() AND l.item_id = ANY($1::bigint[]) AND l.status <> 'deleted' ORDER BY l.channel, l.listing_id`,
    [itemIds],
  );
  const byItem = new Map<string, ListingView[]>();
  for (const row of answer.rows)
    byItem.set(row.item_id, [...(byItem.get(row.item_id) ?? []), toListingView(row)]);
  return byItem;
}

function toProductRow(row: ItemRow, listings: readonly ListingView[]): ProductRow {
  return {
    itemId: row.item_id,
    sku: shownSku(row.sku, listings),
    title: row.title,
    cost: moneyColumn(row.cost_minor, row.cost_currency),
    floor: moneyColumn(row.floor_minor, row.bounds_currency),
    ceiling: moneyColumn(row.ceiling_minor, row.bounds_currency),
    map: moneyColumn(row.map_minor, row.bounds_currency),
    listings,
  };
}

/** The SKU a person knows: items without a SKU of their own carry a made-up key, and their listing's SKU is shown. */
function shownSku(itemSku: string, listings: readonly ListingView[]): string {
  const isMadeUp = itemSku.startsWith("amazon:") || itemSku.startsWith("shopify:");
  return isMadeUp ? (listings[0]?.sku ?? "") : itemSku;
}
