import { encodeCanonical } from "../../core/json/canonical.ts";
import type { MarketSnapshot } from "../../core/offers/market-snapshot.ts";
import type { DirtyCause, DirtyMark, MarketStore } from "../../ports/market-store.ts";
import { jsonText } from "./json-text.ts";
import type { QueryClient } from "./query-client.ts";

/** The market as rows: latest picture per ASIN, history, and dirty marks. */
export function createMarketStore(client: QueryClient): MarketStore {
  return {
    recordSnapshots: (snapshots, cause) => recordSnapshots(client, snapshots, cause),
    markDirty: (marks, markedAt) => markDirty(client, marks, markedAt),
  };
}

async function recordSnapshots(
  client: QueryClient,
  snapshots: readonly MarketSnapshot[],
  cause: DirtyCause,
): Promise<number> {
  const newest = newestPerAsin(snapshots);
  if (newest.length === 0) return 0;
  const rows = jsonText(
    newest.map((snapshot) => ({
      marketplace_id: snapshot.marketplaceId,
      asin: snapshot.asin,
      condition: snapshot.condition,
      snapshot: encodeCanonical(snapshot),
      featured:
        snapshot.featuredLanded === null ? null : String(snapshot.featuredLanded.amountMinor),
      lowest: lowestLandedMinor(snapshot),
      currency: snapshot.currency,
      observed_at: snapshot.observedAt.toISOString(),
      received_at: snapshot.receivedAt.toISOString(),
      source: snapshot.source,
    })),
  );
  const marked = await client.query<{ listing_id: string }>(RECORD_SNAPSHOTS, [rows, cause]);
  return marked.rowCount;
}

/** Two pictures of one ASIN in one batch: only the newer may win, and one statement may not touch a row twice. */
function newestPerAsin(snapshots: readonly MarketSnapshot[]): MarketSnapshot[] {
  const byKey = new Map<string, MarketSnapshot>();
  for (const snapshot of snapshots) {
    const key = `${snapshot.marketplaceId}|${snapshot.asin}|${snapshot.condition}`;
    const known = byKey.get(key);
    if (known === undefined || known.observedAt < snapshot.observedAt) byKey.set(key, snapshot);
  }
  return [...byKey.values()];
}

function lowestLandedMinor(snapshot: MarketSnapshot): string | null {
  let lowest: bigint | null = null;
  for (const offer of snapshot.offers) {
    if (offer.landed.currency !== snapshot.currency || offer.landed.amountMinor <= 0n) continue;
    if (lowest === null || offer.landed.amountMinor < lowest) lowest = offer.landed.amountMinor;
  }
  return lowest === null ? null : String(lowest);
}

async function markDirty(
  client: QueryClient,
  marks: readonly DirtyMark[],
  markedAt: Date,
): Promise<void> {
  if (marks.length === 0) return;
  await client.query(MARK_DIRTY, [
    marks.map((mark) => mark.listingId),
    marks.map((mark) => mark.cause),
    marks.map((mark) => mark.eventAt),
    markedAt,
  ]);
}

// Shared tail of both statements: the listings that follow a marked Amazon listing are marked with it, so
// that both are decided in one batch. Rows are locked in one order, so that two batches cannot deadlock.
const UPSERT_DIRTY = `
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
      observed_at timestamptz, received_at timestamptz, source text)
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
    RETURNING marketplace_id, asin, featured_landed_minor, lowest_landed_minor, currency, observed_at, received_at, source
  ), ours AS (
    SELECT l.listing_id, l.item_id, s.*
      FROM stored s JOIN listing l ON l.shop_id = current_shop() AND l.channel = 'amazon'
       AND l.marketplace_id = s.marketplace_id AND l.parent_id = s.asin AND l.status = 'active'
  ), history AS (
    INSERT INTO price_point (shop_id, listing_id, kind, observed_at, price_minor, currency, source)
    SELECT current_shop(), o.listing_id, p.kind, o.observed_at, p.price_minor, o.currency, o.source
      FROM ours o CROSS JOIN LATERAL (VALUES ('featured', o.featured_landed_minor), ('lowest', o.lowest_landed_minor)) AS p(kind, price_minor)
     WHERE p.price_minor IS NOT NULL
    ON CONFLICT DO NOTHING
  ), wanted AS (
    SELECT listing_id, $2::text AS cause, observed_at AS event_at, received_at AS marked_at FROM ours
    UNION ALL
    SELECT f.listing_id, $2::text, o.observed_at, o.received_at
      FROM ours o JOIN listing f ON f.shop_id = current_shop() AND f.item_id = o.item_id AND f.channel = 'shopify' AND f.status = 'active'
  )
  ${UPSERT_DIRTY}`;

const MARK_DIRTY = `
  WITH marks AS (
    SELECT * FROM unnest($1::bigint[], $2::text[], $3::timestamptz[]) AS m(listing_id, cause, event_at)
  ), known AS (
    SELECT m.*, l.item_id, l.channel FROM marks m JOIN listing l ON l.shop_id = current_shop() AND l.listing_id = m.listing_id
  ), wanted AS (
    SELECT listing_id, cause, event_at, $4::timestamptz AS marked_at FROM known
    UNION ALL
    SELECT f.listing_id, k.cause, k.event_at, $4::timestamptz
      FROM known k JOIN listing f ON f.shop_id = current_shop() AND f.item_id = k.item_id
       AND f.channel = 'shopify' AND f.status = 'active' AND k.channel = 'amazon'
  )
  ${UPSERT_DIRTY}`;
