import type { QueryClient } from "./query-client.ts";

/** A listing and a day whose facts must be computed again. */
export interface ListingDayKey {
  readonly listing_id: string;
  readonly day: string;
}

/**
 * Computes the facts of exactly these (listing, day) pairs again from order lines and traffic, in one statement.
 * A row whose numbers stay the same is not touched; one that was made from nothing any more goes away.
 */
export async function recomputeDays(
  client: QueryClient,
  pairs: readonly ListingDayKey[],
  at: Date,
): Promise<void> {
  if (pairs.length === 0) return;
  const listingIds = pairs.map((pair) => pair.listing_id);
  const days = pairs.map((pair) => pair.day);
  await client.query(RECOMPUTE, [listingIds, days, at]);
}

const SALES_NUMBERS =
  "units, orders, revenue_minor, promo_minor, tax_minor, shipping_minor, business_units, cancelled_units, units_unpriced";
const TRAFFIC_NUMBERS = "sessions, page_views, featured_share_bps, is_traffic_shared";
const NUMBERS = `${SALES_NUMBERS}, ${TRAFFIC_NUMBERS}`;
const of = (table: string, names: string) =>
  `(${names
    .split(", ")
    .map((name) => `${table}.${name}`)
    .join(", ")})`;

// A price in another currency than the listing's cannot be added to it: those units count as unpriced.
const RECOMPUTE = `
  WITH pair AS MATERIALIZED (
    SELECT DISTINCT p.listing_id, p.day, l.connection_id, l.marketplace_id, l.external_id, l.parent_id, l.currency
      FROM unnest($1::bigint[], $2::date[]) AS p(listing_id, day)
      JOIN listing l ON l.shop_id = current_shop() AND l.listing_id = p.listing_id
  ), sold AS (
    SELECT o.listing_id, o.sold_on AS day, o.order_id, o.quantity_most, o.is_business, o.status <> 'cancelled' AS is_live,
           CASE WHEN o.status = 'cancelled' THEN 0 ELSE o.quantity END AS units,
           o.status <> 'cancelled' AND o.item_minor IS NOT NULL AND o.currency = p.currency AS is_priced,
           o.item_minor, o.promo_minor, o.tax_minor, o.shipping_minor
      FROM pair p JOIN order_line o ON o.shop_id = current_shop() AND o.listing_id = p.listing_id AND o.sold_on = p.day AND o.is_current
  ), sales AS (
    SELECT listing_id, day, sum(units)::int AS units, (count(DISTINCT order_id) FILTER (WHERE units > 0))::int AS orders,
           coalesce(sum(item_minor) FILTER (WHERE is_priced), 0)::bigint AS revenue_minor,
           coalesce(sum(promo_minor) FILTER (WHERE is_priced), 0)::bigint AS promo_minor,
           coalesce(sum(tax_minor) FILTER (WHERE is_priced), 0)::bigint AS tax_minor,
           coalesce(sum(shipping_minor) FILTER (WHERE is_priced), 0)::bigint AS shipping_minor,
           coalesce(sum(units) FILTER (WHERE is_business), 0)::int AS business_units,
           sum(quantity_most - units)::int AS cancelled_units,
           coalesce(sum(units) FILTER (WHERE NOT is_priced), 0)::int AS units_unpriced
      FROM sold GROUP BY listing_id, day
  ), traffic AS (
    SELECT p.listing_id, p.day, sum(t.sessions)::int AS sessions, sum(t.page_views)::int AS page_views,
           coalesce(round(sum(t.featured_share_bps::bigint * t.page_views) / nullif(sum(t.page_views) FILTER (WHERE t.featured_share_bps IS NOT NULL), 0)),
                    round(avg(t.featured_share_bps)))::int AS featured_share_bps,
           bool_or(t.external_id = '') AS is_traffic_shared
      FROM pair p JOIN traffic_day t ON t.shop_id = current_shop() AND t.connection_id = p.connection_id
       AND t.marketplace_id = p.marketplace_id AND t.day = p.day
       AND (t.external_id = p.external_id OR (t.external_id = '' AND t.parent_id = p.parent_id))
     GROUP BY p.listing_id, p.day
  ), fact AS (
    SELECT p.listing_id, p.day, p.currency, ${of("s", SALES_NUMBERS).slice(1, -1)}, ${of("t", TRAFFIC_NUMBERS).slice(1, -1)},
           array_remove(ARRAY[CASE WHEN s.listing_id IS NOT NULL THEN 'orders' END, CASE WHEN t.listing_id IS NOT NULL THEN 'traffic' END], NULL) AS sources
      FROM pair p LEFT JOIN sales s USING (listing_id, day) LEFT JOIN traffic t USING (listing_id, day)
  ), emptied AS (
    DELETE FROM listing_day d USING fact f
     WHERE d.shop_id = current_shop() AND d.listing_id = f.listing_id AND d.day = f.day AND cardinality(f.sources) = 0
  )
  INSERT INTO listing_day AS d (shop_id, listing_id, day, currency, ${NUMBERS}, sources, computed_at)
  SELECT current_shop(), listing_id, day, currency, ${NUMBERS}, sources, $3
    FROM fact WHERE cardinality(sources) > 0 ORDER BY listing_id, day
  ON CONFLICT (shop_id, listing_id, day) DO UPDATE
    SET (currency, ${NUMBERS}, sources, computed_at) = ROW (excluded.currency, ${of("excluded", NUMBERS).slice(1, -1)}, excluded.sources, excluded.computed_at),
        restated_at = CASE
          WHEN (d.units IS NOT NULL AND ${of("d", SALES_NUMBERS)} IS DISTINCT FROM ${of("excluded", SALES_NUMBERS)})
            OR (d.sessions IS NOT NULL AND ${of("d", TRAFFIC_NUMBERS)} IS DISTINCT FROM ${of("excluded", TRAFFIC_NUMBERS)})
          THEN excluded.computed_at ELSE d.restated_at END
    WHERE (d.currency, ${of("d", NUMBERS).slice(1, -1)}, d.sources) IS DISTINCT FROM (excluded.currency, ${of("excluded", NUMBERS).slice(1, -1)}, excluded.sources)`;
