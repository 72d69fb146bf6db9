import { encodeCanonical } from "../../core/json/canonical.ts";
import { lowestLandedMinor } from "../../core/offers/market-moves.ts";
import type { MarketSnapshot } from "../../core/offers/market-snapshot.ts";
import { HOUR_MS } from "../../core/time/duration.ts";
import type { DirtyCause } from "../../ports/market-store.ts";
import { jsonText } from "./json-text.ts";
import { type FollowedPicture, marketKey } from "./followed-picture.ts";
import type { QueryClient } from "./query-client.ts";

/**
 * Stores the newest picture of each ASIN where it is newer than what is known, adds to the price history and
 * marks the listings that it concerns. @returns the number of listings marked.
 */
export async function storeSnapshots(
  client: QueryClient,
  pictures: readonly FollowedPicture[],
  cause: DirtyCause,
): Promise<number> {
  const newest = new Map<string, FollowedPicture>();
  for (const picture of pictures)
    if (!picture.isLate) newest.set(marketKey(picture.snapshot), picture);
  if (newest.size === 0) return 0;
  const rows = jsonText([...newest.values()].map(toRow));
  const marked = await client.query<{ listing_id: string }>(RECORD_SNAPSHOTS, [rows, cause]);
  return marked.rowCount;
}

function toRow(picture: FollowedPicture): Record<string, unknown> {
  const { snapshot, before } = picture;
  const featured = featuredMinor(snapshot);
  const lowest = lowestLandedMinor(snapshot);
  // A price that stands is said once an hour, so that a gap in the history is a gap in what we know.
  const isNewHour = before !== null && hourOf(before.observedAt) !== hourOf(snapshot.observedAt);
  return {
    marketplace_id: snapshot.marketplaceId,
    asin: snapshot.asin,
    condition: snapshot.condition,
    snapshot: encodeCanonical(snapshot),
    featured,
    lowest: lowest === null ? null : String(lowest),
    currency: snapshot.currency,
    observed_at: snapshot.observedAt.toISOString(),
    received_at: snapshot.receivedAt.toISOString(),
    source: snapshot.source,
    is_featured_told: before === null || isNewHour || featuredMinor(before) !== featured,
    is_lowest_told: before === null || isNewHour || lowestLandedMinor(before) !== lowest,
  };
}

function featuredMinor(snapshot: MarketSnapshot): string | null {
  const { featuredLanded } = snapshot;
  return featuredLanded === null ? null : String(featuredLanded.amountMinor);
}

function hourOf(at: Date): number {
  return Math.floor(at.getTime() / HOUR_MS);
}

// Shared tail of both statements: the listings that follow a marked Amazon listing are marked with it, so
// that both are decided in one batch. Rows are locked in one order, so that two batches cannot deadlock.
export const UPSERT_DIRTY = `
  INSERT INTO dirty (shop_id, listing_id, generation, cause, event_at, marked_at)
  SELECT current_shop(), w.listing_id, nextval('dirty_generation_seq'), w.cause, w.event_at, w.marked_at
    FROM (SELECT DISTINCT ON (listing_id) * FROM wanted ORDER BY listing_id, event_at DESC) w
   ORDER BY w.listing_id
  ON CONFLICT (shop_id, listing_id) DO UPDATE
    SET generation = excluded.generation, cause = excluded.cause, event_at = excluded.event_at, marked_at = excluded.marked_at
  RETURNING listing_id`;

const RECORD_SNAPSHOTS = `
  WITH incoming AS (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS r(
      marketplace_id text, asin text, condition text, snapshot text, featured bigint, lowest bigint, currency text,
      observed_at timestamptz, received_at timestamptz, source text, is_featured_told boolean, is_lowest_told boolean)
  ), stored AS (
    INSERT INTO offer_current AS o (shop_id, marketplace_id, asin, condition, snapshot, featured_landed_minor,
      lowest_landed_minor, currency, observed_at, received_at, source)
    SELECT current_shop(), marketplace_id, asin, condition, snapshot::jsonb, featured, lowest, currency, observed_at, received_at, source
      FROM incoming ORDER BY marketplace_id, asin, condition
    ON CONFLICT (shop_id, marketplace_id, asin, condition) DO UPDATE
      SET snapshot = excluded.snapshot, featured_landed_minor = excluded.featured_landed_minor,
          lowest_landed_minor = excluded.lowest_landed_minor, currency = excluded.currency,
          observed_at = excluded.observed_at, received_at = excluded.received_at, source = excluded.source
      WHERE o.observed_at < excluded.observed_at
         OR (o.observed_at = excluded.observed_at AND o.received_at < excluded.received_at)
    RETURNING marketplace_id, asin, condition, featured_landed_minor, lowest_landed_minor, currency, observed_at, received_at, source
  ), ours AS (
    SELECT l.listing_id, l.item_id, s.*, i.is_featured_told, i.is_lowest_told
      FROM stored s JOIN incoming i USING (marketplace_id, asin, condition)
      JOIN listing l ON l.shop_id = current_shop() AND l.channel = 'amazon'
       AND l.marketplace_id = s.marketplace_id AND l.parent_id = s.asin AND l.condition = s.condition AND l.status = 'active'
  ), history AS (
    INSERT INTO price_point (shop_id, listing_id, kind, observed_at, price_minor, currency, source)
    SELECT current_shop(), o.listing_id, p.kind, o.observed_at, p.price_minor, o.currency, o.source
      FROM ours o CROSS JOIN LATERAL (VALUES ('featured', o.featured_landed_minor, o.is_featured_told),
        ('lowest', o.lowest_landed_minor, o.is_lowest_told)) AS p(kind, price_minor, is_told)
     WHERE p.price_minor IS NOT NULL AND p.is_told
    ON CONFLICT DO NOTHING
  ), wanted AS (
    SELECT listing_id, $2::text AS cause, observed_at AS event_at, received_at AS marked_at FROM ours
    UNION ALL
    SELECT f.listing_id, $2::text, o.observed_at, o.received_at
      FROM ours o JOIN listing f ON f.shop_id = current_shop() AND f.item_id = o.item_id AND f.channel = 'shopify' AND f.status = 'active'
  )
  ${UPSERT_DIRTY}`;
