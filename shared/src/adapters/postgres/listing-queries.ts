import { toListingId } from "../../core/ids.ts";
import type { CatalogStore } from "../../ports/catalog-store.ts";
import type { ListingFact } from "../../ports/listing-source.ts";
import { jsonText } from "./json-text.ts";
import { toMinor } from "./change-store.ts";
import { storeDifferences } from "./difference-sql.ts";
import type { QueryClient } from "./query-client.ts";

type ListingQueries = Pick<
  CatalogStore,
  "saveListings" | "markUnseen" | "byExternalId" | "markProductDeleted" | "activeListings"
>;

/** Listings as rows: what a channel says of them wins, and is only moved forward in time. */
export function createListingQueries(client: QueryClient): ListingQueries {
  return {
    async saveListings(connectionId, channel, facts, seenAt, runId) {
      if (facts.length === 0) return { seen: 0, added: 0, changed: 0 };
      const answer = await client.query<{ added: string; changed: string }>(SAVE_LISTINGS, [
        connectionId,
        channel,
        jsonText(facts.map(toRow)),
        seenAt,
        runId ?? null,
      ]);
      const row = answer.rows[0];
      return {
        seen: facts.length,
        added: Number.parseInt(row?.added ?? "0", 10),
        changed: Number.parseInt(row?.changed ?? "0", 10),
      };
    },
    async markUnseen(connectionId, since, run) {
      const answer = await client.query<{ gone: string }>(MARK_UNSEEN, [
        connectionId,
        since,
        run?.marketplaceId ?? null,
        run?.runId ?? null,
        run?.at ?? since,
      ]);
      return Number.parseInt(answer.rows[0]?.gone ?? "0", 10);
    },
    byExternalId: (channel, externalIds) => byExternalId(client, channel, externalIds),
    async markProductDeleted(productGid) {
      const answer = await client.query(
        `UPDATE listing SET status = 'deleted'
          WHERE shop_id = current_shop() AND channel = 'shopify' AND parent_id = $1 AND status <> 'deleted'`,
        [productGid],
      );
      return answer.rowCount;
    },
    async activeListings(channel) {
      const answer = await client.query<{ listing_id: string }>(
        "SELECT listing_id FROM listing WHERE shop_id = current_shop() AND channel = $1 AND status = 'active' ORDER BY listing_id",
        [channel],
      );
      return answer.rows.map((row) => toListingId(row.listing_id));
    },
  };
}

async function byExternalId(
  client: QueryClient,
  ...[channel, externalIds]: Parameters<CatalogStore["byExternalId"]>
): ReturnType<CatalogStore["byExternalId"]> {
  const answer = await client.query<{
    listing_id: string;
    external_id: string;
    currency: string;
    price_minor: string | null;
    is_pushed: boolean;
  }>(
    `SELECT l.listing_id, l.external_id, l.currency, h.price_minor,
              EXISTS (SELECT 1 FROM push p JOIN price_change c USING (shop_id, change_id) WHERE p.shop_id = current_shop()
                         AND p.listing_id = l.listing_id AND p.stage <> 'done' AND c.state <> 'diverged') AS is_pushed
         FROM listing l LEFT JOIN channel_head h ON h.shop_id = current_shop() AND h.listing_id = l.listing_id
        WHERE l.shop_id = current_shop() AND l.channel = $1 AND l.external_id = ANY($2::text[])`,
    [channel, externalIds],
  );
  return answer.rows.map((row) => ({
    listingId: toListingId(row.listing_id),
    externalId: row.external_id,
    currency: row.currency,
    headMinor: toMinor(row.price_minor),
    hasPushUnderWay: row.is_pushed,
  }));
}

function toRow(fact: ListingFact): Record<string, unknown> {
  return {
    marketplace_id: fact.marketplaceId,
    external_id: fact.externalId,
    parent_id: fact.parentId,
    sku: fact.sku,
    barcode: fact.barcode,
    asin_field: fact.asinField,
    title: fact.title,
    currency: fact.currency,
    status: fact.status,
    fulfilment: fact.fulfilment,
    condition: fact.condition ?? null,
    quantity: fact.quantity,
    product_type: fact.productType,
    is_auto_priced: fact.isAutoPriced,
    sale_until: fact.saleUntil?.toISOString() ?? null,
    price_minor: fact.priceMinor === null ? null : String(fact.priceMinor),
    compare_at_minor: fact.compareAtMinor === null ? null : String(fact.compareAtMinor),
    observed_at: fact.observedAt.toISOString(),
  };
}

// What the channel says of a listing, by the names that differences are shown with.
const SAYS = `jsonb_build_object('asin', l.parent_id, 'sku', l.sku, 'barcode', l.barcode, 'asin_field', l.asin_field, 'title', l.title,
  'currency', l.currency, 'status', l.status, 'fulfilment', l.fulfilment, 'condition', l.condition, 'product_type', l.product_type,
  'is_auto_priced', l.is_auto_priced, 'sale_until', l.sale_until)`;

// A listing counts as changed when the channel says something else than before; the first look behind what a
// report named is none. The head is only moved forward in time, and keeps the version that was confirmed.
const SAVE_LISTINGS = `
  WITH incoming AS (
    SELECT DISTINCT ON (marketplace_id, external_id) * FROM jsonb_to_recordset($3::jsonb) AS r(
      marketplace_id text, external_id text, parent_id text, sku text, barcode text, asin_field text, title text, currency text, status text,
      fulfilment text, condition text, quantity int, product_type text, is_auto_priced boolean, sale_until timestamptz, price_minor bigint,
      compare_at_minor bigint, observed_at timestamptz)
  ), before AS (
    SELECT l.marketplace_id, l.external_id, ${SAYS} AS said, h.price_minor, l.condition AS was, l.details_at IS NULL AS is_first
      FROM incoming i JOIN listing l ON l.shop_id = current_shop() AND l.channel = $2 AND l.connection_id = $1
       AND l.marketplace_id = i.marketplace_id AND l.external_id = i.external_id
      LEFT JOIN channel_head h ON h.shop_id = current_shop() AND h.listing_id = l.listing_id
  ), stored AS (
    INSERT INTO listing AS l (shop_id, channel, connection_id, marketplace_id, external_id, parent_id, sku, barcode, asin_field, title, currency,
      status, fulfilment, condition, quantity, product_type, is_auto_priced, sale_until, seen_at, details_at)
    SELECT current_shop(), $2, $1, marketplace_id, external_id, parent_id, sku, barcode, asin_field, title, currency, status, fulfilment,
      coalesce(condition, was, 'new'), quantity, product_type, is_auto_priced, sale_until, $4, observed_at
      FROM incoming LEFT JOIN before USING (marketplace_id, external_id) ORDER BY marketplace_id, external_id
    ON CONFLICT (shop_id, channel, connection_id, marketplace_id, external_id) DO UPDATE
      SET parent_id = excluded.parent_id, sku = excluded.sku, barcode = excluded.barcode,
          asin_field = excluded.asin_field, title = excluded.title,
          currency = excluded.currency, status = excluded.status, fulfilment = excluded.fulfilment,
          condition = excluded.condition, quantity = excluded.quantity,
          product_type = coalesce(excluded.product_type, l.product_type), is_auto_priced = excluded.is_auto_priced,
          sale_until = excluded.sale_until, seen_at = excluded.seen_at, details_at = excluded.details_at,
          details_due_at = CASE WHEN l.details_due_at > excluded.details_at THEN l.details_due_at END
    RETURNING l.listing_id, l.marketplace_id, l.external_id, ${SAYS} AS says
  ), compared AS (
    SELECT s.listing_id, i.*, b.external_id IS NULL AS is_new, coalesce(b.is_first, false) AS is_first,
           b.said || jsonb_build_object('price', b.price_minor) AS said,
           s.says || jsonb_build_object('price', coalesce(i.price_minor, b.price_minor)) AS says,
           b.external_id IS NOT NULL AND (b.said <> s.says OR (i.price_minor IS NOT NULL AND b.price_minor IS DISTINCT FROM i.price_minor)) AS is_changed
      FROM stored s JOIN incoming i USING (marketplace_id, external_id) LEFT JOIN before b USING (marketplace_id, external_id)
  ), heads AS (
    INSERT INTO channel_head AS h (shop_id, listing_id, price_minor, currency, compare_at_minor, observed_at, received_at, source)
    SELECT current_shop(), listing_id, price_minor, currency, compare_at_minor, observed_at, $4, 'import'
      FROM compared ORDER BY listing_id
    ON CONFLICT (shop_id, listing_id) DO UPDATE
      SET price_minor = excluded.price_minor, currency = excluded.currency, compare_at_minor = excluded.compare_at_minor,
          observed_at = excluded.observed_at, received_at = excluded.received_at, source = excluded.source
      WHERE h.observed_at <= excluded.observed_at
        -- A price that could not be read this time does not wipe out the one that was; it grows stale instead.
        AND (excluded.price_minor IS NOT NULL OR h.price_minor IS NULL OR h.currency <> excluded.currency)
  ), history AS (
    INSERT INTO price_point (shop_id, listing_id, kind, observed_at, price_minor, currency, source)
    SELECT current_shop(), listing_id, 'own', observed_at, price_minor, currency, 'import' FROM compared
     WHERE price_minor > 0 AND length(currency) = 3 AND (is_new OR is_changed)
    ON CONFLICT DO NOTHING
  ), marks AS (
    INSERT INTO dirty (shop_id, listing_id, generation, cause, event_at, marked_at)
    SELECT current_shop(), listing_id, nextval('dirty_generation_seq'), 'import', observed_at, $4 FROM compared
     WHERE is_new OR is_changed OR is_first ORDER BY listing_id
    ON CONFLICT (shop_id, listing_id) DO UPDATE SET generation = excluded.generation, cause = excluded.cause,
      event_at = excluded.event_at, marked_at = excluded.marked_at
  ), found AS (
    SELECT listing_id, marketplace_id, external_id, 'added' AS kind, NULL AS field, NULL AS old_value, NULL AS new_value
      FROM compared WHERE is_new
    UNION ALL
    SELECT c.listing_id, c.marketplace_id, c.external_id, 'changed', f.key, c.said ->> f.key, f.value
      FROM compared c, jsonb_each_text(c.says) f WHERE c.is_changed AND NOT c.is_first AND (c.said ->> f.key) IS DISTINCT FROM f.value
  ), ${storeDifferences({ run: "$5", at: "$4" })}
  SELECT count(*) FILTER (WHERE is_new) AS added, count(*) FILTER (WHERE is_changed AND NOT is_first) AS changed FROM compared`;

const MARK_UNSEEN = `
  WITH found AS (
    UPDATE listing SET status = 'deleted', details_due_at = NULL
     WHERE shop_id = current_shop() AND connection_id = $1 AND seen_at < $2 AND status <> 'deleted'
       AND ($3::text IS NULL OR marketplace_id = $3)
    RETURNING listing_id, marketplace_id, external_id, 'gone' AS kind, NULL AS field, title AS old_value, NULL AS new_value
  ), ${storeDifferences({ run: "$4", at: "$5::timestamptz" })}
  SELECT count(*) AS gone FROM found`;
