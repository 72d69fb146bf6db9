import type { ConnectionId } from "../../core/ids.ts";
import type { Day } from "../../core/sales/marketplace-time.ts";
import { checkTotals, type DayTotals } from "../../core/sales/traffic.ts";
import type { MarketplaceDay, SalesStore } from "../../ports/sales-store.ts";
import { jsonText } from "./json-text.ts";
import type { QueryClient } from "./query-client.ts";

/** Notes that all orders of the days are known; a day that was over when it was noted is left as it is. */
export async function noteOrdersKnown(
  client: QueryClient,
  connectionId: ConnectionId,
  days: readonly MarketplaceDay[],
  asOf: Date,
): Promise<void> {
  if (days.length === 0) return;
  await client.query(NOTE_ORDERS, [
    connectionId,
    days.map((day) => day.marketplaceId),
    days.map((day) => day.day),
    days.map((day) => day.endsAt),
    asOf,
  ]);
}

/** Says how reading a source goes; a note older than the one there is dropped. */
export async function noteSource(
  client: QueryClient,
  connectionId: ConnectionId,
  note: Parameters<SalesStore["noteSource"]>[1],
): Promise<void> {
  const { marketplaceId, source, state, code, at } = note;
  await client.query(NOTE_SOURCE, [connectionId, marketplaceId, source, state, code, at]);
}

/** Keeps the channel's totals beside ours of the same days. @returns days that differ. */
export async function checkDayTotals(
  client: QueryClient,
  check: {
    readonly connectionId: ConnectionId;
    readonly marketplaceId: string;
    readonly totals: readonly DayTotals[];
    readonly at: Date;
  },
): Promise<readonly Day[]> {
  const { connectionId, marketplaceId, totals, at } = check;
  const days = totals.map((total) => total.day);
  const ours = await client.query<OurRow>(OUR_TOTALS, [connectionId, marketplaceId, days]);
  const byDay = new Map(ours.rows.map((row) => [row.day, row]));
  const rows = totals.map((said) => {
    const our = byDay.get(said.day) ?? NOTHING_SOLD;
    // Money of two currencies cannot be compared; the units still can.
    const isOneCurrency =
      our.currencies === 0 || (our.currencies === 1 && our.currency === said.currency);
    const ourRevenueMinor = BigInt(our.revenue_minor);
    const result = checkTotals({
      saidUnits: said.units,
      ourUnits: our.units,
      saidRevenueMinor: isOneCurrency ? said.revenueMinor : null,
      ourRevenueMinor,
      unpricedUnits: our.unpriced_units,
    });
    return {
      day: said.day,
      said_units: said.units,
      said_orders: said.orders,
      said_revenue_minor: said.revenueMinor === null ? null : String(said.revenueMinor),
      said_currency: said.currency,
      our_units: our.units,
      our_orders: our.orders,
      our_revenue_minor: String(ourRevenueMinor),
      check_result: result,
    };
  });
  const saved = await client.query<{ day: string; check_result: string }>(SAVE_CHECK, [
    connectionId,
    marketplaceId,
    jsonText(rows),
    at,
  ]);
  return saved.rows.filter((row) => row.check_result === "differs").map((row) => row.day);
}

interface OurRow {
  readonly day: string;
  readonly units: number;
  readonly orders: number;
  readonly revenue_minor: string;
  readonly unpriced_units: number;
  readonly currency: string | null;
  readonly currencies: number;
}

const NOTHING_SOLD: Omit<OurRow, "day"> = {
  units: 0,
  orders: 0,
  revenue_minor: "0",
  unpriced_units: 0,
  currency: null,
  currencies: 0,
};

const NOTE_ORDERS = `
  INSERT INTO sales_day AS d (shop_id, connection_id, marketplace_id, day, ends_at, orders_at)
  SELECT current_shop(), $1, n.marketplace_id, n.day, n.ends_at, $5
    FROM unnest($2::text[], $3::date[], $4::timestamptz[]) AS n(marketplace_id, day, ends_at) ORDER BY n.marketplace_id, n.day
  ON CONFLICT (shop_id, connection_id, marketplace_id, day) DO UPDATE SET orders_at = excluded.orders_at
    WHERE d.orders_at IS NULL OR (d.orders_at < d.ends_at AND d.orders_at < excluded.orders_at)`;

const NOTE_SOURCE = `
  INSERT INTO sales_source AS s (shop_id, connection_id, marketplace_id, source, state, code, at)
  VALUES (current_shop(), $1, $2, $3, $4, $5, $6)
  ON CONFLICT (shop_id, connection_id, marketplace_id, source) DO UPDATE SET state = excluded.state, code = excluded.code, at = excluded.at
    WHERE s.at <= excluded.at`;

// From order lines, not from listing_day: a sale counts also while we do not know its listing.
const OUR_TOTALS = `
  SELECT o.sold_on::text AS day, coalesce(sum(o.quantity), 0)::int AS units,
         (count(DISTINCT o.order_id) FILTER (WHERE o.quantity > 0))::int AS orders,
         coalesce(sum(o.item_minor), 0)::bigint::text AS revenue_minor,
         coalesce(sum(o.quantity) FILTER (WHERE o.item_minor IS NULL), 0)::int AS unpriced_units,
         min(o.currency) AS currency, count(DISTINCT o.currency)::int AS currencies
    FROM order_line o
   WHERE o.shop_id = current_shop() AND o.connection_id = $1 AND o.marketplace_id = $2 AND o.sold_on = ANY ($3::date[])
     AND o.is_current AND o.status <> 'cancelled'
   GROUP BY o.sold_on`;

// A day whose orders were never read is not compared: it is a gap, not a difference.
const SAVE_CHECK = `
  UPDATE sales_day d SET totals_at = $4, said_units = r.said_units, said_orders = r.said_orders,
         said_revenue_minor = r.said_revenue_minor, said_currency = r.said_currency, our_units = r.our_units,
         our_orders = r.our_orders, our_revenue_minor = r.our_revenue_minor, check_result = r.check_result
    FROM jsonb_to_recordset($3::jsonb) AS r(day date, said_units int, said_orders int, said_revenue_minor bigint,
         said_currency text, our_units int, our_orders int, our_revenue_minor bigint, check_result text)
   WHERE d.shop_id = current_shop() AND d.connection_id = $1 AND d.marketplace_id = $2 AND d.day = r.day
     AND d.orders_at >= d.ends_at
  RETURNING d.day::text AS day, d.check_result`;
