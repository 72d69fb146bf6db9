import type { ConnectionId } from "../../core/ids.ts";
import type { Day } from "../../core/sales/marketplace-time.ts";
import type { TrafficAge } from "../../core/sales/traffic-days.ts";
import type { TrafficDay } from "../../core/sales/traffic.ts";
import type { MarketplaceDay, SalesStore, SavedSales } from "../../ports/sales-store.ts";
import { jsonText } from "./json-text.ts";
import type { QueryClient } from "./query-client.ts";
import { type ListingDayKey, recomputeDays } from "./sales-facts.ts";

type Report = Parameters<SalesStore["saveTraffic"]>[0];

/** Replaces the traffic of a day as a whole: a report names every SKU that had any. */
export async function saveTraffic(
  client: QueryClient,
  report: Report,
  rows: readonly TrafficDay[],
): Promise<SavedSales> {
  const { connectionId, marketplaceId, day, endsAt, reportedAt, by, at } = report;
  const address = [connectionId, marketplaceId, day];
  const taken = await client.query(TAKE_DAY, [...address, endsAt, reportedAt, by]);
  if (taken.rowCount === 0) return { rows: 0, days: 0 };
  const before = await client.query<ListingDayKey>(LISTINGS_OF_DAY, address);
  await client.query(DROP_DAY, address);
  const saved = await client.query(SAVE_ROWS, [...address, jsonText(rows.map(toRow))]);
  const after = await client.query<ListingDayKey>(LISTINGS_OF_DAY, address);
  const pairs = [
    ...new Map([...before.rows, ...after.rows].map((pair) => [pair.listing_id, pair])).values(),
  ];
  await recomputeDays(client, pairs, at);
  return { rows: saved.rowCount, days: pairs.length };
}

/** Notes that a report of the day was asked for. */
export async function noteTrafficAsked(
  client: QueryClient,
  connectionId: ConnectionId,
  day: MarketplaceDay,
  at: Date,
): Promise<void> {
  await client.query(NOTE_ASKED, [connectionId, day.marketplaceId, day.day, day.endsAt, at]);
}

/** How far the traffic of each noted day is known, oldest first. */
export async function trafficStandings(
  client: QueryClient,
  connectionId: ConnectionId,
  marketplaceId: string,
  from: Day,
): Promise<readonly TrafficAge[]> {
  const answer = await client.query<{
    day: string;
    ends_at: Date;
    traffic_at: Date | null;
    traffic_asked_at: Date | null;
  }>(STANDINGS, [connectionId, marketplaceId, from]);
  return answer.rows.map((row) => ({
    day: row.day,
    endsAt: row.ends_at,
    trafficAt: row.traffic_at,
    askedAt: row.traffic_asked_at,
  }));
}

function toRow(row: TrafficDay): unknown {
  return {
    external_id: row.externalId ?? "",
    parent_id: row.parentId ?? "",
    sessions: row.sessions,
    page_views: row.pageViews,
    featured_share_bps: row.featuredShareBps,
    units: row.units,
    revenue_minor: row.revenueMinor === null ? null : String(row.revenueMinor),
    currency: row.currency,
  };
}

const MATCHES = `l.shop_id = current_shop() AND l.connection_id = $1 AND l.marketplace_id = $2`;

// The row also is the lock: two reports of one day come one after the other.
const TAKE_DAY = `
  INSERT INTO sales_day AS d (shop_id, connection_id, marketplace_id, day, ends_at, traffic_at, traffic_by)
  VALUES (current_shop(), $1, $2, $3, $4, $5, $6)
  ON CONFLICT (shop_id, connection_id, marketplace_id, day) DO UPDATE SET traffic_at = excluded.traffic_at, traffic_by = excluded.traffic_by
    WHERE d.traffic_at IS NULL OR d.traffic_at <= excluded.traffic_at`;

const LISTINGS_OF_DAY = `
  SELECT DISTINCT l.listing_id, t.day::text AS day FROM traffic_day t JOIN listing l ON ${MATCHES}
     AND (l.external_id = t.external_id OR (t.external_id = '' AND l.parent_id = t.parent_id))
   WHERE t.shop_id = current_shop() AND t.connection_id = $1 AND t.marketplace_id = $2 AND t.day = $3`;

const DROP_DAY = `
  DELETE FROM traffic_day WHERE shop_id = current_shop() AND connection_id = $1 AND marketplace_id = $2 AND day = $3`;

// One SKU twice in a report: counts add up.
const SAVE_ROWS = `
  INSERT INTO traffic_day (shop_id, connection_id, marketplace_id, day, external_id, parent_id, sessions, page_views,
    featured_share_bps, units, revenue_minor, currency, is_attached)
  SELECT current_shop(), $1, $2, $3, r.external_id, r.parent_id, sum(r.sessions)::int, sum(r.page_views)::int,
         round(avg(r.featured_share_bps))::int, sum(r.units)::int, sum(r.revenue_minor)::bigint, min(r.currency),
         EXISTS (SELECT 1 FROM listing l WHERE ${MATCHES}
                   AND (l.external_id = r.external_id OR (r.external_id = '' AND l.parent_id = r.parent_id)))
    FROM jsonb_to_recordset($4::jsonb) AS r(external_id text, parent_id text, sessions int, page_views int,
         featured_share_bps int, units int, revenue_minor bigint, currency text)
   GROUP BY r.external_id, r.parent_id`;

const NOTE_ASKED = `
  INSERT INTO sales_day AS d (shop_id, connection_id, marketplace_id, day, ends_at, traffic_asked_at)
  VALUES (current_shop(), $1, $2, $3, $4, $5)
  ON CONFLICT (shop_id, connection_id, marketplace_id, day) DO UPDATE SET traffic_asked_at = excluded.traffic_asked_at`;

const STANDINGS = `
  SELECT day::text AS day, ends_at, traffic_at, traffic_asked_at FROM sales_day
   WHERE shop_id = current_shop() AND connection_id = $1 AND marketplace_id = $2 AND day >= $3 ORDER BY day`;
