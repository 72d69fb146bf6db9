import { toListingId } from "../../core/ids.ts";
import { encodeSnapshot } from "../../core/offers/snapshot-json.ts";
import type { FeaturedRival, SummaryReading } from "../../ports/closer-look-source.ts";
import type { CloserLookStore, LookScope } from "../../ports/closer-look-store.ts";
import { jsonText } from "./json-text.ts";
import type { QueryClient } from "./query-client.ts";

/** Closer looks as rows, and the order in which listings need one. */
export function createCloserLookStore(client: QueryClient): CloserLookStore {
  return {
    async expectationTargets(scope) {
      const answer = await client.query<{ listing_id: string; sku: string }>(
        targets("l.listing_id, l.external_id AS sku", EXPECTED, "true"),
        valuesOf(scope),
      );
      return answer.rows.map((row) => ({
        listingId: toListingId(row.listing_id),
        marketplaceId: scope.marketplaceId,
        sku: row.sku,
      }));
    },
    async summaryTargets(scope) {
      // One listing speaks for its ASIN.
      const only = `l.listing_id = (SELECT min(o.listing_id) FROM listing o WHERE o.shop_id = current_shop() AND o.channel = 'amazon'
        AND o.parent_id = l.parent_id AND o.marketplace_id = l.marketplace_id AND o.connection_id = l.connection_id AND o.condition = 'new' AND o.status = 'active')`;
      const answer = await client.query<{ asin: string }>(
        targets("l.parent_id AS asin", SUMMARISED, only),
        valuesOf(scope),
      );
      return answer.rows.map((row) => ({ marketplaceId: scope.marketplaceId, asin: row.asin }));
    },
    async unreadTargets(scope) {
      const answer = await client.query<{ asin: string; sku: string }>(UNREAD_TARGETS, [
        scope.connectionId,
        scope.marketplaceId,
        scope.staleBefore,
        scope.limit,
      ]);
      return answer.rows.map((row) => ({ ...row, marketplaceId: scope.marketplaceId }));
    },
    async saveExpectations(expectations, at) {
      const rows = expectations.map((each) => ({
        listing_id: each.listingId,
        status: each.status,
        price: minorOf(each.price),
        currency: each.price?.currency ?? currencyOf(each.competing) ?? currencyOf(each.featured),
        competing_id: each.competing?.sellerId ?? null,
        competing: minorOf(each.competing?.landed ?? null),
        featured_id: each.featured?.sellerId ?? null,
        featured: minorOf(each.featured?.landed ?? null),
      }));
      if (rows.length > 0) await client.query(SAVE_EXPECTATIONS, [jsonText(rows), at]);
    },
    async saveSummaries(summaries, at) {
      const rows = summaries.map((each) => ({
        marketplace_id: each.query.marketplaceId,
        asin: each.query.asin,
        snapshot: each.snapshot === null ? null : encodeSnapshot(each.snapshot),
        own_views: ownViewsBps(each),
        vendor_code: each.vendorCode,
      }));
      if (rows.length > 0) await client.query(SAVE_SUMMARIES, [jsonText(rows), at]);
    },
  };
}

/** The share of views to which we are featured; null when a featured offer does not say its share. */
function ownViewsBps({ snapshot }: SummaryReading): number | null {
  const featured = snapshot?.offers.filter((offer) => offer.isFeatured) ?? [];
  const own = featured.filter((offer) => offer.isOwn).flatMap((offer) => offer.segments ?? []);
  if (
    snapshot === null ||
    featured.some((offer) => offer.segments?.some((each) => each.viewsBps === null) ?? true)
  )
    return null;
  return Math.min(
    10_000,
    own.reduce((sum, each) => sum + (each.viewsBps ?? 0), 0),
  );
}

function minorOf(money: { readonly amountMinor: bigint } | null): string | null {
  return money === null ? null : String(money.amountMinor);
}

function currencyOf(rival: FeaturedRival | null): string | null {
  return rival?.landed?.currency ?? null;
}

function valuesOf(scope: LookScope): readonly unknown[] {
  const { connectionId, marketplaceId, staleBefore, restBefore, limit, now } = scope;
  return [connectionId, marketplaceId, staleBefore, restBefore, limit, now];
}

const EXPECTED = `LEFT JOIN featured_expectation k ON k.shop_id = current_shop() AND k.listing_id = l.listing_id`;
const SUMMARISED = `LEFT JOIN competitive_summary k ON k.shop_id = current_shop() AND k.marketplace_id = l.marketplace_id AND k.asin = l.parent_id`;

// Texts above only, never anything from outside. Need: 5 suppressed, 4 lost within a day, 3 lost, 2 at the floor or
// in a price war, 0 none; revenue of the last 30 days breaks ties.
const targets = (columns: string, look: string, only: string): string => `
  SELECT ${columns}
    FROM listing l ${look}
    LEFT JOIN buy_box b ON b.shop_id = current_shop() AND b.marketplace_id = l.marketplace_id AND b.asin = l.parent_id
    LEFT JOIN decision_head h ON h.shop_id = current_shop() AND h.listing_id = l.listing_id
    LEFT JOIN decision d ON d.shop_id = current_shop() AND d.decision_id = h.decision_id
    LEFT JOIN LATERAL (SELECT sum(s.revenue_minor) AS minor FROM listing_day s
      WHERE s.shop_id = current_shop() AND s.listing_id = l.listing_id AND s.day >= ($6::timestamptz - interval '30 days')::date) r ON true
    CROSS JOIN LATERAL (SELECT CASE WHEN b.state = 'suppressed' THEN 5 WHEN b.state = 'lost' AND b.since > $6::timestamptz - interval '1 day' THEN 4
      WHEN b.state = 'lost' THEN 3 WHEN d.price_minor <= d.floor_minor THEN 2
      WHEN 5 <= (SELECT count(*) FROM (SELECT 1 FROM competitor_move m WHERE m.shop_id = current_shop() AND m.marketplace_id = l.marketplace_id
        AND m.asin = l.parent_id AND m.to_minor < m.from_minor AND m.observed_at > $6::timestamptz - interval '1 hour' LIMIT 5) w) THEN 2
      ELSE 0 END AS need) n
   WHERE l.shop_id = current_shop() AND l.channel = 'amazon' AND l.status = 'active' AND l.connection_id = $1 AND l.marketplace_id = $2
     -- Amazon says of new goods alone who is featured.
     AND l.condition = 'new' AND l.parent_id IS NOT NULL AND ${only}
     AND (k.observed_at IS NULL OR k.observed_at < CASE WHEN n.need > 0 THEN $3::timestamptz ELSE $4::timestamptz END)
   ORDER BY n.need DESC, r.minor DESC NULLS LAST, k.observed_at NULLS FIRST, l.listing_id LIMIT $5`;

const UNREAD_TARGETS = `
  SELECT w.asin, min(l.external_id) AS sku
    FROM asin_watch w JOIN listing l ON l.shop_id = current_shop() AND l.channel = 'amazon' AND l.parent_id = w.asin AND l.status = 'active'
     AND l.connection_id = w.connection_id AND l.marketplace_id = w.marketplace_id
    LEFT JOIN offer_current o ON o.shop_id = current_shop() AND o.marketplace_id = w.marketplace_id AND o.asin = w.asin AND o.condition = 'new'
   WHERE w.shop_id = current_shop() AND w.connection_id = $1 AND w.marketplace_id = $2 AND w.unread >= 2
     AND (o.received_at IS NULL OR o.received_at < $3)
   GROUP BY w.asin, o.received_at ORDER BY o.received_at NULLS FIRST, w.asin LIMIT $4`;

const SAVE_EXPECTATIONS = `
  INSERT INTO featured_expectation (shop_id, listing_id, status, price_minor, currency, competing_id, competing_minor, featured_id, featured_minor, observed_at)
  SELECT current_shop(), r.listing_id, r.status, r.price, r.currency, r.competing_id, r.competing, r.featured_id, r.featured, $2
    FROM jsonb_to_recordset($1::jsonb) AS r(listing_id bigint, status text, price bigint, currency text, competing_id text, competing bigint,
      featured_id text, featured bigint) JOIN listing l ON l.shop_id = current_shop() AND l.listing_id = r.listing_id
  ON CONFLICT (shop_id, listing_id) DO UPDATE SET status = excluded.status, price_minor = excluded.price_minor, currency = excluded.currency,
    competing_id = excluded.competing_id, competing_minor = excluded.competing_minor, featured_id = excluded.featured_id,
    featured_minor = excluded.featured_minor, observed_at = excluded.observed_at`;

const SAVE_SUMMARIES = `
  INSERT INTO competitive_summary (shop_id, marketplace_id, asin, snapshot, own_views_bps, vendor_code, observed_at)
  SELECT current_shop(), r.marketplace_id, r.asin, r.snapshot::jsonb, r.own_views, r.vendor_code, $2
    FROM jsonb_to_recordset($1::jsonb) AS r(marketplace_id text, asin text, snapshot text, own_views int, vendor_code text)
  ON CONFLICT (shop_id, marketplace_id, asin) DO UPDATE SET snapshot = coalesce(excluded.snapshot, competitive_summary.snapshot),
    own_views_bps = excluded.own_views_bps, vendor_code = excluded.vendor_code, observed_at = excluded.observed_at`;
