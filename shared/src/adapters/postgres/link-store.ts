import type { Channel } from "../../core/channel.ts";
import {
  parseAsin,
  toConnectionId,
  toItemId,
  toListingId,
  type ListingId,
} from "../../core/ids.ts";
import type { ReviewCandidate } from "../../core/linking/match-listings.ts";
import type { HandLink, ItemLink, LinkCandidate, LinkStore } from "../../ports/link-store.ts";
import { jsonText } from "./json-text.ts";
import type { QueryClient } from "./query-client.ts";

/** Links between listings and items, and the reviews of those in doubt, as rows. */
export function createLinkStore(client: QueryClient): LinkStore {
  return {
    async candidates() {
      const answer = await client.query<CandidateRow>(CANDIDATES);
      return answer.rows.map(toCandidate);
    },
    async hasAlone(connectionId) {
      const answer = await client.query(
        `SELECT 1 FROM listing WHERE shop_id = current_shop() AND connection_id = $1 AND channel = 'amazon'
            AND status <> 'deleted' AND link_evidence = 'own_sku' LIMIT 1`,
        [connectionId],
      );
      return answer.rows.length > 0;
    },
    save: (links) => save(client, links),
    async saveReviews(reviews, foundAt) {
      const rows = reviews.map(({ amazonId, why, candidates }) => ({ amazonId, why, candidates }));
      await client.query(SAVE_REVIEWS, [jsonText(rows), foundAt]);
    },
    async dismissed() {
      const answer = await client.query<{ listing_id: string; candidates: ReviewCandidate[] }>(
        "SELECT listing_id, candidates FROM link_review WHERE shop_id = current_shop() AND state = 'dismissed'",
      );
      return new Map(
        answer.rows.map((row) => [
          toListingId(row.listing_id),
          new Set(row.candidates.map((each) => each.shopifyId)),
        ]),
      );
    },
    async openReview(listingId) {
      const answer = await client.query<{ candidates: ReviewCandidate[] }>(
        "SELECT candidates FROM link_review WHERE shop_id = current_shop() AND listing_id = $1 AND state = 'open'",
        [listingId],
      );
      return answer.rows[0]?.candidates ?? null;
    },
    linkByHand: (link) => linkByHand(client, link),
    async dismiss(listingId, { person, at }) {
      const answer = await client.query(
        `UPDATE link_review SET state = 'dismissed', decided_at = $2, decided_by = $3
          WHERE shop_id = current_shop() AND listing_id = $1 AND state = 'open'`,
        [listingId, at, person],
      );
      return answer.rowCount > 0;
    },
  };
}

interface CandidateRow {
  listing_id: string;
  connection_id: string;
  channel: Channel;
  sku: string | null;
  barcode: string | null;
  asin: string | null;
  title: string;
  item_id: string | null;
  link_evidence: string | null;
}

function toCandidate(row: CandidateRow): LinkCandidate {
  return {
    listingId: toListingId(row.listing_id),
    connectionId: toConnectionId(row.connection_id),
    channel: row.channel,
    sku: row.sku,
    barcode: row.barcode,
    asin: parseAsin(row.asin),
    title: row.title,
    itemId: row.item_id === null ? null : toItemId(row.item_id),
    isByHand: row.link_evidence === "merchant",
  };
}

async function save(client: QueryClient, links: readonly ItemLink[]): Promise<number> {
  if (links.length === 0) return 0;
  const rows = links.map((link) => ({
    listing_id: link.listingId,
    sku: link.sku,
    title: link.title,
    evidence: link.evidence,
    supports: link.supports,
    confidence_bps: link.confidenceBps,
  }));
  return (await client.query(SAVE_LINKS, [jsonText(rows)])).rowCount;
}

async function linkByHand(client: QueryClient, link: HandLink): Promise<ListingId[] | null> {
  const { listingId, variantId, unitsPerSale, person, at } = link;
  const answer = await client.query<{ item_id: string }>(LINK_BY_HAND, [
    listingId,
    variantId,
    unitsPerSale,
  ]);
  const [row] = answer.rows;
  if (row === undefined) return null;
  await client.query(
    `UPDATE link_review SET state = 'linked', decided_at = $2, decided_by = $3
      WHERE shop_id = current_shop() AND listing_id = $1`,
    [listingId, at, person],
  );
  const together = await client.query<{ listing_id: string }>(
    "SELECT listing_id FROM listing WHERE shop_id = current_shop() AND item_id = $1 AND status <> 'deleted' ORDER BY listing_id",
    [row.item_id],
  );
  return together.rows.map((each) => toListingId(each.listing_id));
}

// Amazon seldom says a listing's barcode; its catalogue page does, in several forms of one number.
const CANDIDATES = `
  WITH own_sku AS (
    SELECT DISTINCT sku FROM listing WHERE shop_id = current_shop() AND channel = 'shopify' AND status <> 'deleted' AND sku <> ''
  )
  SELECT l.listing_id, l.connection_id, l.channel, l.sku, coalesce(l.barcode, page.barcode) AS barcode,
         CASE WHEN l.channel = 'amazon' THEN l.parent_id ELSE l.asin_field END AS asin, l.title, l.item_id, l.link_evidence
    FROM listing l
    LEFT JOIN own_sku o ON o.sku = l.sku
    LEFT JOIN asin_fact f ON f.shop_id = current_shop() AND f.marketplace_id = l.marketplace_id AND f.asin = l.parent_id
         AND l.channel = 'amazon' AND l.barcode IS NULL AND o.sku IS NULL
    LEFT JOIN LATERAL (
      SELECT i ->> 'value' AS barcode FROM jsonb_array_elements(f.identifiers) i
       WHERE i ->> 'type' IN ('EAN', 'UPC', 'GTIN', 'JAN') ORDER BY i ->> 'type' LIMIT 1
    ) page ON true
   WHERE l.shop_id = current_shop() AND l.status <> 'deleted' ORDER BY l.listing_id`;

// Items are made where the SKU has none; listings whose item changes are marked to be decided again.
const SAVE_LINKS = `
  WITH wanted AS (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS w(
      listing_id bigint, sku text, title text, evidence text, supports text[], confidence_bps int)
  ), made AS (
    INSERT INTO item (shop_id, sku, title)
    SELECT DISTINCT ON (sku) current_shop(), sku, title FROM wanted ORDER BY sku, listing_id
    ON CONFLICT (shop_id, sku) DO UPDATE SET title = item.title
    RETURNING item_id, sku
  ), moved AS (
    SELECT w.listing_id FROM wanted w JOIN made m USING (sku)
      JOIN listing l ON l.shop_id = current_shop() AND l.listing_id = w.listing_id
     WHERE l.item_id IS DISTINCT FROM m.item_id AND l.link_evidence IS DISTINCT FROM 'merchant'
  ), linked AS (
    UPDATE listing l SET item_id = m.item_id, link_evidence = w.evidence, link_supports = w.supports,
           link_confidence_bps = w.confidence_bps,
           units_per_sale = CASE WHEN l.item_id IS DISTINCT FROM m.item_id THEN 1 ELSE l.units_per_sale END
      FROM wanted w JOIN made m USING (sku)
     WHERE l.shop_id = current_shop() AND l.listing_id = w.listing_id AND l.link_evidence IS DISTINCT FROM 'merchant'
       AND (l.item_id, l.link_evidence, l.link_supports, l.link_confidence_bps)
           IS DISTINCT FROM (m.item_id, w.evidence, w.supports, w.confidence_bps)
    RETURNING l.listing_id, l.item_id
  ), together AS (
    -- A listing that joins an item changes what the item's other listings follow.
    SELECT listing_id FROM moved
    UNION
    SELECT o.listing_id FROM linked n JOIN moved USING (listing_id)
      JOIN listing o ON o.shop_id = current_shop() AND o.item_id = n.item_id AND o.status = 'active'
  )
  INSERT INTO dirty (shop_id, listing_id, generation, cause, event_at, marked_at)
  SELECT current_shop(), listing_id, nextval('dirty_generation_seq'), 'import', now(), now() FROM together ORDER BY listing_id
  ON CONFLICT (shop_id, listing_id) DO UPDATE SET generation = excluded.generation, cause = excluded.cause, marked_at = excluded.marked_at`;

// A review that a person closed opens again only when other variants come into question.
const SAVE_REVIEWS = `
  WITH found AS (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS r("amazonId" bigint, why text, candidates jsonb)
  ), solved AS (
    DELETE FROM link_review r WHERE r.shop_id = current_shop() AND r.state = 'open'
       AND r.listing_id NOT IN (SELECT "amazonId" FROM found)
  )
  INSERT INTO link_review AS r (shop_id, listing_id, why, candidates, found_at)
  SELECT current_shop(), "amazonId", why, candidates, $2 FROM found ORDER BY "amazonId"
  ON CONFLICT (shop_id, listing_id) DO UPDATE
    SET why = excluded.why, candidates = excluded.candidates, state = 'open', decided_at = NULL, decided_by = NULL,
        found_at = CASE WHEN r.state = 'open' THEN r.found_at ELSE excluded.found_at END
    WHERE r.candidates <> excluded.candidates OR r.why <> excluded.why`;

const LINK_BY_HAND = `
  UPDATE listing l SET item_id = v.item_id, link_evidence = 'merchant', link_supports = '{}', link_confidence_bps = 10000,
         units_per_sale = $3
    FROM listing v
   WHERE l.shop_id = current_shop() AND l.listing_id = $1 AND l.channel = 'amazon' AND l.status <> 'deleted'
     AND v.shop_id = current_shop() AND v.listing_id = $2 AND v.channel = 'shopify' AND v.status <> 'deleted' AND v.item_id IS NOT NULL
  RETURNING l.item_id`;
