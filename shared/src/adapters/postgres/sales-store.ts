import type { ConnectionId } from "../../core/ids.ts";
import type { OrderLine } from "../../core/sales/order.ts";
import type { DatedOrder, SalesStore, SavedSales } from "../../ports/sales-store.ts";
import { jsonText } from "./json-text.ts";
import type { QueryClient } from "./query-client.ts";
import { checkDayTotals, noteOrdersKnown, noteSource } from "./sales-days.ts";
import { type ListingDayKey, recomputeDays } from "./sales-facts.ts";
import { noteTrafficAsked, saveTraffic, trafficStandings } from "./traffic-days.ts";

/** Sales as rows: order lines and traffic as reported, daily facts computed from them. */
export function createSalesStore(client: QueryClient): SalesStore {
  return {
    saveOrders: (batch, orders) => saveOrders(client, batch, orders),
    saveTraffic: (report, rows) => saveTraffic(client, report, rows),
    attachListings: (connectionId, at) => attachListings(client, connectionId, at),
    noteOrdersKnown: (connectionId, days, asOf) =>
      noteOrdersKnown(client, connectionId, days, asOf),
    noteTrafficAsked: (connectionId, day, at) => noteTrafficAsked(client, connectionId, day, at),
    trafficStandings: (connectionId, marketplaceId, from) =>
      trafficStandings(client, connectionId, marketplaceId, from),
    checkTotals: (connectionId, marketplaceId, totals, at) =>
      checkDayTotals(client, { connectionId, marketplaceId, totals, at }),
    noteSource: (connectionId, note) => noteSource(client, connectionId, note),
  };
}

type Batch = Parameters<SalesStore["saveOrders"]>[0];

async function saveOrders(
  client: QueryClient,
  batch: Batch,
  orders: readonly DatedOrder[],
): Promise<SavedSales> {
  const { connectionId, channel, reportedAt, at } = batch;
  const newest = newestOfEach(orders);
  if (newest.length === 0) return { rows: 0, days: 0 };
  const orderIds = newest.map((order) => order.orderId);
  const rows = jsonText(newest.flatMap((order) => order.lines.map((line) => toRow(order, line))));
  await lockConnection(client, connectionId);
  const before = await client.query<ListingDayKey>(DAYS_OF_ORDERS, [connectionId, orderIds]);
  const saved = await client.query(SAVE_LINES, [connectionId, rows, reportedAt, channel]);
  await client.query(RAISE_MOST, [connectionId, rows]);
  await client.query(MARK_CURRENT, [connectionId, orderIds]);
  const after = await client.query<ListingDayKey>(DAYS_OF_ORDERS, [connectionId, orderIds]);
  const pairs = distinct([...before.rows, ...after.rows]);
  await recomputeDays(client, pairs, at);
  return { rows: saved.rowCount, days: pairs.length };
}

// Two batches of one connection could each miss the other's lines of a common order. They wait for each other;
// rows of other connections do not.
async function lockConnection(client: QueryClient, connectionId: ConnectionId): Promise<void> {
  await client.query(
    "SELECT pg_advisory_xact_lock(hashtextextended('sales ' || current_shop() || ' ' || $1, 0))",
    [connectionId],
  );
}

/** Two pictures of one order in one batch: one statement may not touch a row twice. */
function newestOfEach(orders: readonly DatedOrder[]): readonly DatedOrder[] {
  const byId = new Map<string, DatedOrder>();
  for (const order of orders) {
    const known = byId.get(order.orderId);
    if (known === undefined || known.updatedAt <= order.updatedAt) byId.set(order.orderId, order);
  }
  return [...byId.values()];
}

function toRow(order: DatedOrder, line: OrderLine): unknown {
  const digits = (minor: bigint | null) => (minor === null ? null : String(minor));
  return {
    order_id: order.orderId,
    line_key: line.lineKey,
    marketplace_id: order.marketplaceId,
    external_id: line.externalId,
    parent_id: line.parentId,
    purchased_at: order.purchasedAt.toISOString(),
    sold_on: order.soldOn,
    updated_at: order.updatedAt.toISOString(),
    status: line.status,
    quantity: line.quantity,
    items: line.items,
    currency: line.currency,
    item_minor: digits(line.itemMinor),
    tax_minor: digits(line.taxMinor),
    promo_minor: digits(line.promoMinor),
    shipping_minor: digits(line.shippingMinor),
    is_business: order.isBusiness,
  };
}

function distinct(pairs: readonly ListingDayKey[]): ListingDayKey[] {
  return [...new Map(pairs.map((pair) => [`${pair.listing_id} ${pair.day}`, pair])).values()];
}

async function attachListings(
  client: QueryClient,
  connectionId: ConnectionId,
  at: Date,
): Promise<number> {
  await lockConnection(client, connectionId);
  const attached = await client.query<ListingDayKey>(ATTACH, [connectionId]);
  const pairs = distinct(attached.rows);
  await recomputeDays(client, pairs, at);
  return pairs.length;
}

const LINES = `
  SELECT * FROM jsonb_to_recordset($2::jsonb) AS r(
    order_id text, line_key text, marketplace_id text, external_id text, parent_id text, purchased_at timestamptz, sold_on date,
    updated_at timestamptz, status text, quantity int, items int, currency text, item_minor bigint, tax_minor bigint,
    promo_minor bigint, shipping_minor bigint, is_business boolean)`;

const DAYS_OF_ORDERS = `
  SELECT DISTINCT listing_id, sold_on::text AS day FROM order_line
   WHERE shop_id = current_shop() AND connection_id = $1 AND order_id = ANY ($2::text[]) AND listing_id IS NOT NULL`;

const SAVE_LINES = `
  INSERT INTO order_line AS o (shop_id, connection_id, order_id, line_key, marketplace_id, external_id, parent_id, listing_id,
    purchased_at, sold_on, updated_at, reported_at, status, quantity, quantity_most, items, currency, item_minor, tax_minor,
    promo_minor, shipping_minor, is_business)
  SELECT current_shop(), $1, i.order_id, i.line_key, i.marketplace_id, i.external_id, i.parent_id, l.listing_id,
         i.purchased_at, i.sold_on, i.updated_at, $3, i.status, i.quantity, i.quantity, i.items, i.currency, i.item_minor, i.tax_minor,
         i.promo_minor, i.shipping_minor, i.is_business
    FROM (${LINES}) i
    LEFT JOIN listing l ON l.shop_id = current_shop() AND l.channel = $4 AND l.connection_id = $1
     AND l.marketplace_id = i.marketplace_id AND l.external_id = i.external_id
   ORDER BY i.order_id, i.line_key
  ON CONFLICT (shop_id, connection_id, order_id, line_key) DO UPDATE
    SET marketplace_id = excluded.marketplace_id, external_id = excluded.external_id,
        parent_id = excluded.parent_id, listing_id = excluded.listing_id,
        purchased_at = excluded.purchased_at, sold_on = excluded.sold_on, updated_at = excluded.updated_at,
        reported_at = excluded.reported_at, status = excluded.status, quantity = excluded.quantity,
        quantity_most = greatest(o.quantity_most, excluded.quantity), items = excluded.items, currency = excluded.currency,
        item_minor = excluded.item_minor, tax_minor = excluded.tax_minor, promo_minor = excluded.promo_minor,
        shipping_minor = excluded.shipping_minor, is_business = excluded.is_business
    WHERE (o.updated_at, o.reported_at) < (excluded.updated_at, excluded.reported_at)`;

// An old report that comes late says nothing new but how much was ordered at first.
const RAISE_MOST = `
  UPDATE order_line o SET quantity_most = i.quantity FROM (${LINES}) i
   WHERE o.shop_id = current_shop() AND o.connection_id = $1 AND o.order_id = i.order_id AND o.line_key = i.line_key
     AND o.quantity_most < i.quantity`;

const MARK_CURRENT = `
  WITH newest AS (
    SELECT DISTINCT ON (order_id) order_id, updated_at, reported_at FROM order_line
     WHERE shop_id = current_shop() AND connection_id = $1 AND order_id = ANY ($2::text[])
     ORDER BY order_id, updated_at DESC, reported_at DESC
  )
  UPDATE order_line o SET is_current = NOT o.is_current FROM newest n
   WHERE o.shop_id = current_shop() AND o.connection_id = $1 AND o.order_id = n.order_id
     AND o.is_current <> ((o.updated_at, o.reported_at) = (n.updated_at, n.reported_at))`;

const ATTACH = `
  WITH lines AS (
    UPDATE order_line o SET listing_id = l.listing_id FROM listing l
     WHERE o.shop_id = current_shop() AND o.connection_id = $1 AND o.listing_id IS NULL
       AND l.shop_id = current_shop() AND l.connection_id = $1 AND l.marketplace_id = o.marketplace_id AND l.external_id = o.external_id
    RETURNING o.listing_id, o.sold_on AS day
  ), traffic AS (
    UPDATE traffic_day t SET is_attached = true FROM listing l
     WHERE t.shop_id = current_shop() AND t.connection_id = $1 AND NOT t.is_attached
       AND l.shop_id = current_shop() AND l.connection_id = $1 AND l.marketplace_id = t.marketplace_id
       AND (l.external_id = t.external_id OR (t.external_id = '' AND l.parent_id = t.parent_id))
    RETURNING t.marketplace_id, t.external_id, t.parent_id, t.day
  )
  SELECT listing_id, day::text AS day FROM lines
  UNION
  SELECT l.listing_id, t.day::text FROM traffic t JOIN listing l
      ON l.shop_id = current_shop() AND l.connection_id = $1 AND l.marketplace_id = t.marketplace_id
     AND (l.external_id = t.external_id OR (t.external_id = '' AND l.parent_id = t.parent_id))`;
