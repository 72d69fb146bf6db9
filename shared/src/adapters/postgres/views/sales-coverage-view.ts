import { findMarketplace } from "../../../core/marketplaces.ts";
import { addDays, dayOf, daysBetween } from "../../../core/sales/marketplace-time.ts";
import type { SalesCoverage, SalesDayCoverage } from "../../../ports/sales-views.ts";
import type { QueryClient } from "../query-client.ts";

const DAYS = 30;

/** Which days of a connection's sales are known, provisional or missing, per marketplace it sells in. */
export async function readSalesCoverage(
  client: QueryClient,
  connectionId: string,
  now: Date,
): Promise<SalesCoverage[]> {
  const answer = await client.query<MarketplaceRow>(MARKETPLACES, [connectionId]);
  const since = addDays(now.toISOString().slice(0, 10), -DAYS);
  const days = await client.query<DayRow>(KNOWN_DAYS, [connectionId, since]);
  return answer.rows.map((row) => {
    const today = dayOf(now, findMarketplace(row.marketplace_id)?.timeZone ?? "UTC");
    const known = new Map(
      days.rows.filter((day) => day.marketplace_id === row.marketplace_id).map((day) => [day.day, day]),
    );
    return {
      marketplaceId: row.marketplace_id,
      sources: row.sources,
      knownSince: row.known_since,
      days: daysBetween(addDays(today, 1 - DAYS), addDays(today, 1)).map((day) => toCoverage(day, known.get(day))),
    };
  });
} // prettier-ignore

interface MarketplaceRow {
  readonly marketplace_id: string;
  readonly known_since: string | null;
  readonly sources: SalesCoverage["sources"];
}

interface DayRow {
  readonly marketplace_id: string;
  readonly day: string;
  readonly orders: SalesDayCoverage["orders"];
  readonly has_traffic: boolean;
  readonly traffic_by: "sku" | "asin" | null;
  readonly is_provisional: boolean;
  readonly check_result: "agrees" | "provisional" | "differs" | null;
  readonly said_units: number | null;
  readonly our_units: number | null;
}

function toCoverage(day: string, row: DayRow | undefined): SalesDayCoverage {
  const { check_result: result = null, said_units = null, our_units = null } = row ?? {};
  return {
    day,
    orders: row?.orders ?? "gap",
    traffic: row?.has_traffic === true ? "known" : "gap",
    isTrafficByAsin: row?.traffic_by === "asin",
    isProvisional: row?.is_provisional ?? false,
    check:
      result === null || said_units === null || our_units === null
        ? null
        : { result, saidUnits: said_units, ourUnits: our_units },
  };
}

const MARKETPLACES = `
  SELECT m.marketplace_id,
         (SELECT min(d.day)::text FROM sales_day d
           WHERE d.shop_id = current_shop() AND d.connection_id = $1 AND d.marketplace_id = m.marketplace_id
             AND d.orders_at >= d.ends_at) AS known_since,
         coalesce((SELECT jsonb_agg(jsonb_build_object('source', s.source, 'state', s.state, 'code', s.code,
                            'at', to_char(s.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) ORDER BY s.source)
                     FROM sales_source s WHERE s.shop_id = current_shop() AND s.connection_id = $1
                      AND s.marketplace_id = m.marketplace_id), '[]') AS sources
    FROM connection_marketplace m WHERE m.shop_id = current_shop() AND m.connection_id = $1 ORDER BY m.marketplace_id`;

const KNOWN_DAYS = `
  SELECT d.marketplace_id, d.day::text AS day,
         CASE WHEN d.orders_at >= d.ends_at THEN 'known' WHEN d.orders_at IS NOT NULL THEN 'running' ELSE 'gap' END AS orders,
         d.traffic_at IS NOT NULL AS has_traffic, d.traffic_by,
         EXISTS (SELECT 1 FROM order_line o WHERE o.shop_id = current_shop() AND o.connection_id = $1
                    AND o.marketplace_id = d.marketplace_id AND o.sold_on = d.day AND o.is_current
                    AND o.status <> 'cancelled' AND o.quantity > 0 AND o.item_minor IS NULL) AS is_provisional,
         d.check_result, d.said_units, d.our_units
    FROM sales_day d WHERE d.shop_id = current_shop() AND d.connection_id = $1 AND d.day >= $2::date - 1`;
