import { findMarketplace } from "../../../core/marketplaces.ts";
import { addDays, dayOf, daysBetween } from "../../../core/sales/marketplace-time.ts";
import type { SalesDayView } from "../../../ports/market-views.ts";
import type { QueryClient } from "../query-client.ts";
import { moneyColumn } from "./money-columns.ts";

// What a person means by "lately", and long enough for every weekday four times.
const DAYS = 30;

interface DayRow {
  day: string;
  is_known: boolean;
  is_complete: boolean;
  units: number | null;
  revenue_minor: string | null;
  units_unpriced: number | null;
  currency: string | null;
}

/** Sales of the last 30 days; empty when no day of them is known. A day whose orders are not known stays a gap. */
export async function readSalesDays(
  client: QueryClient,
  listing: { readonly listingId: string; readonly marketplaceId: string },
  now: Date,
): Promise<SalesDayView[]> {
  const today = dayOf(now, findMarketplace(listing.marketplaceId)?.timeZone ?? "UTC");
  const from = addDays(today, 1 - DAYS);
  const answer = await client.query<DayRow>(
    `SELECT to_char(s.day, 'YYYY-MM-DD') AS day, s.orders_at IS NOT NULL AS is_known,
            coalesce(s.orders_at >= s.ends_at, false) AS is_complete,
            d.units, d.revenue_minor, d.units_unpriced, coalesce(d.currency, l.currency) AS currency
       FROM listing l
       JOIN sales_day s ON s.shop_id = current_shop() AND s.connection_id = l.connection_id AND s.marketplace_id = l.marketplace_id
       LEFT JOIN listing_day d ON d.shop_id = current_shop() AND d.listing_id = l.listing_id AND d.day = s.day
      WHERE l.shop_id = current_shop() AND l.listing_id = $1 AND s.day >= $2::date AND s.day <= $3::date`,
    [listing.listingId, from, today],
  );
  const known = new Map(answer.rows.filter((row) => row.is_known).map((row) => [row.day, row]));
  if (known.size === 0) return [];
  return daysBetween(from, addDays(today, 1)).map((day) => toDay(day, known.get(day)));
}

function toDay(day: string, row: DayRow | undefined): SalesDayView {
  if (row === undefined) return { day, units: null, revenue: null, isComplete: false };
  // The day's orders are known: without a line of this listing it sold none.
  const units = row.units ?? 0;
  const isPriced = (row.units_unpriced ?? 0) === 0;
  const minor = units === 0 ? "0" : row.revenue_minor;
  const revenue = isPriced ? moneyColumn(minor, row.currency) : null;
  return { day, units, revenue, isComplete: row.is_complete };
}
