import type { CatalogFactStore, CatalogScope } from "../../ports/catalog-facts.ts";
import type { FeeQuestion } from "../../ports/catalog-source.ts";
import { toMinor } from "./change-store.ts";
import { jsonText } from "./json-text.ts";
import type { QueryClient } from "./query-client.ts";

/** Catalogue pages, stock and fee estimates as rows. */
export function createCatalogFactStore(client: QueryClient): CatalogFactStore {
  return {
    async dueAsins(scope, before, limit) {
      const answer = await client.query<{ asin: string }>(DUE_ASINS, [
        ...placeOf(scope),
        before,
        limit,
      ]);
      return answer.rows.map((row) => row.asin);
    },
    async saveAsins(marketplaceId, asked, facts, at) {
      await client.query(SAVE_ASINS, [marketplaceId, asked, jsonText(facts), at]);
    },
    async dueStock(scope, before, limit) {
      const answer = await client.query<{ external_id: string }>(DUE_STOCK, [
        ...placeOf(scope),
        before,
        limit,
      ]);
      return answer.rows.map((row) => row.external_id);
    },
    async saveStock(scope, asked, facts, at) {
      await client.query(SAVE_STOCK, [...placeOf(scope), asked, jsonText(facts), at]);
    },
    dueFees: (scope, before, limit) => dueFees(client, scope, before, limit),
    async saveFees(scope, questions, answers, at) {
      const bySku = new Map(answers.map((answer) => [answer.sku, answer]));
      const rows = questions.map((question) => {
        const answer = bySku.get(question.sku);
        return {
          sku: question.sku,
          price_minor: String(question.priceMinor),
          currency: question.currency,
          is_amazon_fulfilled: question.isAmazonFulfilled,
          total_minor: answer?.totalMinor == null ? null : String(answer.totalMinor),
          fees: (answer?.fees ?? []).map(({ type, minor }) => ({ type, minor: String(minor) })),
          vendor_code: answer === undefined ? "no_answer" : answer.vendorCode,
        };
      });
      await client.query(SAVE_FEES, [...placeOf(scope), jsonText(rows), at]);
    },
  };
}

function placeOf(scope: CatalogScope): readonly [string, string] {
  return [scope.connectionId, scope.marketplaceId];
}

async function dueFees(
  client: QueryClient,
  ...[scope, before, limit]: Parameters<CatalogFactStore["dueFees"]>
): Promise<FeeQuestion[]> {
  const answer = await client.query<{
    external_id: string;
    price_minor: string;
    currency: string;
    is_amazon: boolean;
  }>(DUE_FEES, [...placeOf(scope), before, limit]);
  return answer.rows.flatMap((row) => {
    const priceMinor = toMinor(row.price_minor);
    if (priceMinor === null) return [];
    const { external_id: sku, currency, is_amazon: isAmazonFulfilled } = row;
    return [{ sku, priceMinor, currency, isAmazonFulfilled }];
  });
}

const OF_MARKETPLACE = `l.shop_id = current_shop() AND l.connection_id = $1 AND l.channel = 'amazon' AND l.marketplace_id = $2`;

const DUE_ASINS = `
  SELECT l.parent_id AS asin FROM listing l
    LEFT JOIN asin_fact f ON f.shop_id = current_shop() AND f.marketplace_id = l.marketplace_id AND f.asin = l.parent_id
   WHERE ${OF_MARKETPLACE} AND l.status <> 'deleted' AND l.parent_id IS NOT NULL AND (f.read_at IS NULL OR f.read_at < $3)
   GROUP BY l.parent_id ORDER BY min(f.read_at) NULLS FIRST, l.parent_id LIMIT $4`;

// A page that could not be found keeps what was known of it.
const SAVE_ASINS = `
  INSERT INTO asin_fact AS f (shop_id, marketplace_id, asin, title, brand, image_url, product_group, identifiers, ranks, is_known, read_at)
  SELECT current_shop(), $1, a.asin, r.title, r.brand, r."imageUrl", r."productGroup", coalesce(r.identifiers, '[]'), coalesce(r.ranks, '[]'),
         r.asin IS NOT NULL, $4
    FROM (SELECT DISTINCT unnest($2::text[]) AS asin) a
    LEFT JOIN jsonb_to_recordset($3::jsonb) AS r(asin text, title text, brand text, "imageUrl" text, "productGroup" text,
      identifiers jsonb, ranks jsonb) USING (asin)
   ORDER BY a.asin
  ON CONFLICT (shop_id, marketplace_id, asin) DO UPDATE
    SET title = coalesce(excluded.title, f.title), brand = coalesce(excluded.brand, f.brand),
        image_url = coalesce(excluded.image_url, f.image_url), product_group = coalesce(excluded.product_group, f.product_group),
        identifiers = CASE WHEN excluded.is_known THEN excluded.identifiers ELSE f.identifiers END,
        ranks = CASE WHEN excluded.is_known THEN excluded.ranks ELSE f.ranks END,
        is_known = excluded.is_known, read_at = excluded.read_at`;

const DUE_STOCK = `
  SELECT l.external_id FROM listing l LEFT JOIN stock_level s ON s.shop_id = current_shop() AND s.listing_id = l.listing_id
   WHERE ${OF_MARKETPLACE} AND l.status <> 'deleted' AND l.fulfilment = 'amazon' AND (s.observed_at IS NULL OR s.observed_at < $3)
   ORDER BY s.observed_at NULLS FIRST, l.listing_id LIMIT $4`;

const SAVE_STOCK = `
  WITH said AS (
    SELECT l.listing_id, r."fnSku" AS fn_sku, coalesce(r.fulfillable, 0) AS fulfillable, coalesce(r.inbound, 0) AS inbound,
           coalesce(r.reserved, 0) AS reserved, coalesce(r.unfulfillable, 0) AS unfulfillable, coalesce(r.total, 0) AS total
      FROM listing l LEFT JOIN jsonb_to_recordset($4::jsonb) AS r(sku text, "fnSku" text, fulfillable int, inbound int, reserved int,
        unfulfillable int, total int) ON r.sku = l.external_id
     WHERE ${OF_MARKETPLACE} AND l.external_id = ANY ($3::text[])
  ), quantities AS (
    UPDATE listing l SET quantity = said.fulfillable FROM said
     WHERE l.shop_id = current_shop() AND l.listing_id = said.listing_id AND l.quantity IS DISTINCT FROM said.fulfillable
  )
  INSERT INTO stock_level AS s (shop_id, listing_id, fn_sku, fulfillable, inbound, reserved, unfulfillable, total, observed_at)
  SELECT DISTINCT ON (listing_id) current_shop(), listing_id, fn_sku, fulfillable, inbound, reserved, unfulfillable, total, $5::timestamptz
    FROM said ORDER BY listing_id
  ON CONFLICT (shop_id, listing_id) DO UPDATE
    SET fn_sku = coalesce(excluded.fn_sku, s.fn_sku), fulfillable = excluded.fulfillable, inbound = excluded.inbound,
        reserved = excluded.reserved, unfulfillable = excluded.unfulfillable, total = excluded.total, observed_at = excluded.observed_at`;

// Fees follow the price: an estimate for another price counts as none. Those never asked come first.
const DUE_FEES = `
  SELECT l.external_id, h.price_minor, h.currency, coalesce(l.fulfilment = 'amazon', false) AS is_amazon FROM listing l
    JOIN channel_head h ON h.shop_id = current_shop() AND h.listing_id = l.listing_id
    LEFT JOIN fee_estimate f ON f.shop_id = current_shop() AND f.listing_id = l.listing_id
   WHERE ${OF_MARKETPLACE} AND l.status = 'active' AND h.price_minor > 0 AND length(h.currency) = 3
     AND (f.estimated_at IS NULL OR f.estimated_at < $3 OR f.price_minor <> h.price_minor OR f.currency <> h.currency
          OR f.is_amazon_fulfilled <> coalesce(l.fulfilment = 'amazon', false))
   ORDER BY f.estimated_at NULLS FIRST, l.listing_id LIMIT $4`;

const SAVE_FEES = `
  INSERT INTO fee_estimate AS f (shop_id, listing_id, price_minor, currency, is_amazon_fulfilled, total_minor, fees, vendor_code, estimated_at)
  SELECT DISTINCT ON (l.listing_id) current_shop(), l.listing_id, r.price_minor, r.currency, r.is_amazon_fulfilled, r.total_minor, r.fees,
         r.vendor_code, $4::timestamptz
    FROM jsonb_to_recordset($3::jsonb) AS r(sku text, price_minor bigint, currency text, is_amazon_fulfilled boolean, total_minor bigint,
      fees jsonb, vendor_code text)
    JOIN listing l ON ${OF_MARKETPLACE} AND l.external_id = r.sku ORDER BY l.listing_id
  ON CONFLICT (shop_id, listing_id) DO UPDATE
    SET price_minor = excluded.price_minor, currency = excluded.currency, is_amazon_fulfilled = excluded.is_amazon_fulfilled,
        total_minor = excluded.total_minor, fees = excluded.fees, vendor_code = excluded.vendor_code, estimated_at = excluded.estimated_at`;
