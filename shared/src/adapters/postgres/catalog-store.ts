import type { ListingFact } from "../../ports/listing-source.ts";
import type { CatalogStore, LinkCandidate } from "../../ports/catalog-store.ts";
import { toItemId, toListingId } from "../../core/ids.ts";
import type { Channel } from "../../core/channel.ts";
import { toMinor } from "./change-store.ts";
import { jsonText } from "./json-text.ts";
import type { QueryClient } from "./query-client.ts";

/** Listings, items and links as rows. The channel's facts win for its own; the merchant's are never touched. */
export function createCatalogStore(client: QueryClient): CatalogStore {
  return {
    async saveListings(connectionId, channel, facts, seenAt) {
      if (facts.length === 0) return { seen: 0, added: 0, changed: 0 };
      const answer = await client.query<{ added: string; changed: string }>(SAVE_LISTINGS, [
        connectionId,
        channel,
        jsonText(facts.map(toRow)),
        seenAt,
      ]);
      const row = answer.rows[0];
      return { seen: facts.length, added: Number.parseInt(row?.added ?? "0", 10), changed: Number.parseInt(row?.changed ?? "0", 10) };
    },
    async markUnseen(connectionId, since) {
      const answer = await client.query(
        `UPDATE listing SET status = 'deleted'
          WHERE shop_id = current_shop() AND connection_id = $1 AND seen_at < $2 AND status <> 'deleted'`,
        [connectionId, since],
      );
      return answer.rowCount;
    },
    async linkCandidates() {
      const answer = await client.query<{
        listing_id: string;
        channel: Channel;
        sku: string | null;
        barcode: string | null;
        title: string;
        item_id: string | null;
      }>(
        `SELECT listing_id, channel, sku, barcode, title, item_id FROM listing
          WHERE shop_id = current_shop() AND status <> 'deleted' ORDER BY listing_id`,
      );
      return answer.rows.map(
        (row): LinkCandidate => ({
          listingId: toListingId(row.listing_id),
          channel: row.channel,
          sku: row.sku,
          barcode: row.barcode,
          title: row.title,
          itemId: row.item_id === null ? null : toItemId(row.item_id),
        }),
      );
    },
    async link(links) {
      if (links.length === 0) return 0;
      const answer = await client.query(LINK, [
        links.map((each) => each.listingId),
        links.map((each) => each.sku),
        links.map((each) => each.title),
        links.map((each) => each.evidence),
      ]);
      return answer.rowCount;
    },
    async saveShopifyCosts(connectionId, facts, at) {
      const priced = facts.filter((fact) => fact.costMinor !== null && fact.costMinor > 0n && fact.costCurrency !== null);
      if (priced.length === 0) return 0;
      const answer = await client.query(SAVE_COSTS, [
        connectionId,
        priced.map((fact) => fact.externalId),
        priced.map((fact) => String(fact.costMinor)),
        priced.map((fact) => fact.costCurrency),
        at,
      ]);
      return answer.rowCount;
    },
    async setItemMoney(itemId, money, at) {
      const answer = await client.query(
        `UPDATE item SET cost_minor = $2, cost_currency = CASE WHEN $2::bigint IS NULL THEN NULL ELSE $6 END,
                cost_source = CASE WHEN $2::bigint IS DISTINCT FROM cost_minor THEN 'merchant' ELSE cost_source END,
                floor_minor = $3, ceiling_minor = $4, map_minor = $5,
                bounds_currency = CASE WHEN coalesce($3::bigint, $4::bigint, $5::bigint) IS NULL THEN NULL ELSE $6 END, updated_at = $7
          WHERE shop_id = current_shop() AND item_id = $1`,
        [itemId, money.costMinor, money.floorMinor, money.ceilingMinor, money.mapMinor, money.currency, at].map(plain),
      );
      return answer.rowCount === 1;
    },
    async itemCurrency(itemId) {
      const answer = await client.query<{ currency: string }>(
        `SELECT DISTINCT currency FROM listing
          WHERE shop_id = current_shop() AND item_id = $1 AND status <> 'deleted' LIMIT 2`,
        [itemId],
      );
      return answer.rows.length === 1 ? (answer.rows[0]?.currency ?? null) : null;
    },
    async listingsOfItem(itemId) {
      const answer = await client.query<{ listing_id: string }>(
        "SELECT listing_id FROM listing WHERE shop_id = current_shop() AND item_id = $1 AND status <> 'deleted' ORDER BY listing_id",
        [itemId],
      );
      return answer.rows.map((row) => toListingId(row.listing_id));
    },
    async sweepTargets(connectionId, limit) {
      const answer = await client.query<{ marketplace_id: string; sku: string; asin: string }>(SWEEP_TARGETS, [connectionId, limit]);
      return answer.rows.map((row) => ({ marketplaceId: row.marketplace_id, sku: row.sku, asin: row.asin }));
    },
    async byExternalId(channel, externalIds) {
      const answer = await client.query<{
        listing_id: string;
        external_id: string;
        currency: string;
        price_minor: string | null;
        is_pushed: boolean;
      }>(
        `SELECT l.listing_id, l.external_id, l.currency, h.price_minor,
                EXISTS (SELECT 1 FROM push p WHERE p.shop_id = current_shop() AND p.listing_id = l.listing_id AND p.stage <> 'done') AS is_pushed
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
    },
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

/** pg has no encoder for bigint; digits are exact. */
function plain(value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}

function toRow(fact: ListingFact): Record<string, unknown> {
  return {
    marketplace_id: fact.marketplaceId,
    external_id: fact.externalId,
    parent_id: fact.parentId,
    sku: fact.sku,
    barcode: fact.barcode,
    title: fact.title,
    currency: fact.currency,
    status: fact.status,
    fulfilment: fact.fulfilment,
    quantity: fact.quantity,
    product_type: fact.productType,
    is_auto_priced: fact.isAutoPriced,
    sale_until: fact.saleUntil?.toISOString() ?? null,
    price_minor: fact.priceMinor === null ? null : String(fact.priceMinor),
    compare_at_minor: fact.compareAtMinor === null ? null : String(fact.compareAtMinor),
    observed_at: fact.observedAt.toISOString(),
  };
}

// A listing counts as changed when the channel says something else than before. The head is only moved
// forward in time, and keeps the version that was confirmed.
const SAVE_LISTINGS = `
  WITH incoming AS (
    SELECT DISTINCT ON (marketplace_id, external_id) * FROM jsonb_to_recordset($3::jsonb) AS r(
      marketplace_id text, external_id text, parent_id text, sku text, barcode text, title text, currency text, status text,
      fulfilment text, quantity int, product_type text, is_auto_priced boolean, sale_until timestamptz, price_minor bigint,
      compare_at_minor bigint, observed_at timestamptz)
  ), before AS (
    SELECT l.marketplace_id, l.external_id, md5(row(l.parent_id, l.sku, l.barcode, l.title, l.currency, l.status, l.fulfilment,
           l.product_type, l.is_auto_priced, l.sale_until)::text) AS said, h.price_minor
      FROM incoming i JOIN listing l ON l.shop_id = current_shop() AND l.channel = $2 AND l.connection_id = $1
       AND l.marketplace_id = i.marketplace_id AND l.external_id = i.external_id
      LEFT JOIN channel_head h ON h.shop_id = current_shop() AND h.listing_id = l.listing_id
  ), stored AS (
    INSERT INTO listing AS l (shop_id, channel, connection_id, marketplace_id, external_id, parent_id, sku, barcode, title, currency,
      status, fulfilment, quantity, product_type, is_auto_priced, sale_until, seen_at)
    SELECT current_shop(), $2, $1, marketplace_id, external_id, parent_id, sku, barcode, title, currency, status, fulfilment,
      quantity, product_type, is_auto_priced, sale_until, $4 FROM incoming ORDER BY marketplace_id, external_id
    ON CONFLICT (shop_id, channel, connection_id, marketplace_id, external_id) DO UPDATE
      SET parent_id = excluded.parent_id, sku = excluded.sku, barcode = excluded.barcode, title = excluded.title,
          currency = excluded.currency, status = excluded.status, fulfilment = excluded.fulfilment, quantity = excluded.quantity,
          product_type = coalesce(excluded.product_type, l.product_type), is_auto_priced = excluded.is_auto_priced,
          sale_until = excluded.sale_until, seen_at = excluded.seen_at
    RETURNING l.listing_id, l.marketplace_id, l.external_id, md5(row(l.parent_id, l.sku, l.barcode, l.title, l.currency, l.status,
          l.fulfilment, l.product_type, l.is_auto_priced, l.sale_until)::text) AS said
  ), compared AS (
    SELECT s.listing_id, i.*, b.external_id IS NULL AS is_new,
           b.external_id IS NOT NULL AND (b.said <> s.said OR (i.price_minor IS NOT NULL AND b.price_minor IS DISTINCT FROM i.price_minor)) AS is_changed
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
     WHERE is_new OR is_changed ORDER BY listing_id
    ON CONFLICT (shop_id, listing_id) DO UPDATE SET generation = excluded.generation, cause = excluded.cause,
      event_at = excluded.event_at, marked_at = excluded.marked_at
  )
  SELECT count(*) FILTER (WHERE is_new) AS added, count(*) FILTER (WHERE is_changed) AS changed FROM compared`;

// Items are made where the SKU has none; listings whose item changes are marked to be decided again.
const LINK = `
  WITH wanted AS (
    SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) AS w(listing_id, sku, title, evidence)
  ), made AS (
    INSERT INTO item (shop_id, sku, title)
    SELECT DISTINCT ON (sku) current_shop(), sku, title FROM wanted ORDER BY sku, listing_id
    ON CONFLICT (shop_id, sku) DO UPDATE SET title = item.title
    RETURNING item_id, sku
  ), linked AS (
    UPDATE listing l SET item_id = m.item_id, link_evidence = w.evidence
      FROM wanted w JOIN made m USING (sku)
     WHERE l.shop_id = current_shop() AND l.listing_id = w.listing_id
       AND (l.item_id IS DISTINCT FROM m.item_id) AND l.link_evidence IS DISTINCT FROM 'merchant'
    RETURNING l.listing_id
  )
  INSERT INTO dirty (shop_id, listing_id, generation, cause, event_at, marked_at)
  SELECT current_shop(), listing_id, nextval('dirty_generation_seq'), 'import', now(), now() FROM linked ORDER BY listing_id
  ON CONFLICT (shop_id, listing_id) DO UPDATE SET generation = excluded.generation, cause = excluded.cause, marked_at = excluded.marked_at`;

const SAVE_COSTS = `
  WITH changed AS (
    UPDATE item i SET cost_minor = c.cost_minor, cost_currency = c.currency, cost_source = 'shopify', updated_at = $5
      FROM unnest($2::text[], $3::bigint[], $4::text[]) AS c(external_id, cost_minor, currency)
      JOIN listing l ON l.shop_id = current_shop() AND l.channel = 'shopify' AND l.connection_id = $1 AND l.external_id = c.external_id
     WHERE i.shop_id = current_shop() AND i.item_id = l.item_id AND i.cost_source IS DISTINCT FROM 'merchant'
       AND (i.cost_minor, i.cost_currency) IS DISTINCT FROM (c.cost_minor, c.currency::char(3))
    RETURNING i.item_id
  ), marks AS (
    INSERT INTO dirty (shop_id, listing_id, generation, cause, event_at, marked_at)
    SELECT current_shop(), l.listing_id, nextval('dirty_generation_seq'), 'bounds_changed', $5, $5
      FROM changed c JOIN listing l ON l.shop_id = current_shop() AND l.item_id = c.item_id AND l.status = 'active'
     ORDER BY l.listing_id
    ON CONFLICT (shop_id, listing_id) DO UPDATE SET generation = excluded.generation, cause = excluded.cause,
      event_at = excluded.event_at, marked_at = excluded.marked_at
  )
  SELECT item_id FROM changed`;

const SWEEP_TARGETS = `
  SELECT l.marketplace_id, l.external_id AS sku, l.parent_id AS asin
    FROM listing l
    LEFT JOIN offer_current o ON o.shop_id = current_shop() AND o.marketplace_id = l.marketplace_id
          AND o.asin = l.parent_id AND o.condition = 'new'
   WHERE l.shop_id = current_shop() AND l.connection_id = $1 AND l.channel = 'amazon' AND l.status = 'active' AND l.parent_id IS NOT NULL
   ORDER BY o.received_at NULLS FIRST, l.listing_id LIMIT $2`;
