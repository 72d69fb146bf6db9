import type { CatalogStore } from "../../ports/catalog-store.ts";
import type { KnownListing } from "../../ports/catalog-source.ts";
import { storeDifferences } from "./difference-sql.ts";
import { jsonText } from "./json-text.ts";
import type { QueryClient } from "./query-client.ts";

type ReportQueries = Pick<
  CatalogStore,
  "saveReported" | "countReported" | "askDetails" | "dueDetails" | "hasDueDetails" | "noteMissing"
>;

/** Listings that a report names, and the queue of those to be looked up, as rows. */
export function createReportQueries(client: QueryClient): ReportQueries {
  return {
    async saveReported({ connectionId, marketplaceId, listings, ...report }) {
      if (listings.length === 0) return { added: 0, seen: 0 };
      const { currency, seenAt, runId, isReport } = report;
      const rows = listings.map((each) => ({
        sku: each.sku,
        asin: each.asin,
        title: each.title,
        barcode: each.barcode,
        status: each.status,
        fulfilment: each.fulfilment,
        quantity: each.quantity,
        price: each.priceText,
      }));
      const place = [connectionId, marketplaceId];
      const values = [...place, jsonText(rows), seenAt, runId, currency, isReport];
      const answer = await client.query<{ added: number; seen: number }>(SAVE_REPORTED, values);
      return answer.rows[0] ?? { added: 0, seen: 0 };
    },
    async countReported({ connectionId, marketplaceId }, seenAt) {
      const answer = await client.query<{ known: number; named: number }>(
        `SELECT count(*) FILTER (WHERE status <> 'deleted')::int AS known, count(*) FILTER (WHERE reported_at >= $3)::int AS named
           FROM listing WHERE shop_id = current_shop() AND connection_id = $1 AND channel = 'amazon' AND marketplace_id = $2`,
        [connectionId, marketplaceId, seenAt],
      );
      return answer.rows[0] ?? { known: 0, named: 0 };
    },
    async askDetails({ connectionId, marketplaceId }, skus, at) {
      await client.query(
        `UPDATE listing SET details_due_at = coalesce(details_due_at, $4)
          WHERE shop_id = current_shop() AND connection_id = $1 AND channel = 'amazon' AND marketplace_id = $2
            AND external_id = ANY ($3::text[]) AND status <> 'deleted'`,
        [connectionId, marketplaceId, skus, at],
      );
    },
    dueDetails: (scope, now, limit) => dueDetails(client, scope, now, limit),
    async hasDueDetails(connectionId, marketplaceId) {
      const answer = await client.query(
        `SELECT 1 FROM listing WHERE shop_id = current_shop() AND connection_id = $1
            AND ($2::text IS NULL OR marketplace_id = $2) AND details_due_at IS NOT NULL AND status <> 'deleted' LIMIT 1`,
        [connectionId, marketplaceId],
      );
      return answer.rowCount > 0;
    },
    async noteMissing({ connectionId, marketplaceId }, skus, at) {
      if (skus.length === 0) return;
      await client.query(
        `UPDATE listing SET details_at = $4, details_due_at = NULL
          WHERE shop_id = current_shop() AND connection_id = $1 AND channel = 'amazon' AND marketplace_id = $2
            AND external_id = ANY ($3::text[])`,
        [connectionId, marketplaceId, skus, at],
      );
    },
  };
}

async function dueDetails(
  client: QueryClient,
  ...[scope, now, limit]: Parameters<CatalogStore["dueDetails"]>
): Promise<KnownListing[]> {
  const answer = await client.query<{
    external_id: string;
    parent_id: string | null;
    barcode: string | null;
    title: string;
    status: "active" | "inactive";
    fulfilment: "merchant" | "amazon" | null;
    quantity: number | null;
  }>(
    `SELECT external_id, parent_id, barcode, title, status, fulfilment, quantity FROM listing
      WHERE shop_id = current_shop() AND connection_id = $1 AND channel = 'amazon' AND marketplace_id = $2
        AND details_due_at IS NOT NULL AND details_due_at <= $3 AND status <> 'deleted'
      ORDER BY details_at NULLS FIRST, details_due_at, listing_id LIMIT $4`,
    [scope.connectionId, scope.marketplaceId, now, limit],
  );
  return answer.rows.map((row) => ({
    sku: row.external_id,
    asin: row.parent_id,
    barcode: row.barcode,
    title: row.title,
    status: row.status,
    fulfilment: row.fulfilment,
    quantity: row.quantity,
  }));
}

const SAVE_REPORTED = `
  WITH incoming AS (
    SELECT DISTINCT ON (sku) * FROM jsonb_to_recordset($3::jsonb) AS r(
      sku text, asin text, title text, barcode text, status text, fulfilment text, quantity int, price text)
  ), before AS (
    SELECT l.external_id, l.status, l.reported_at FROM incoming i JOIN listing l ON l.shop_id = current_shop() AND l.channel = 'amazon'
       AND l.connection_id = $1 AND l.marketplace_id = $2 AND l.external_id = i.sku
  ), stored AS (
    INSERT INTO listing AS l (shop_id, channel, connection_id, marketplace_id, external_id, parent_id, sku, barcode, title, currency,
      status, fulfilment, quantity, seen_at, reported_at, reported_price, details_due_at)
    SELECT current_shop(), 'amazon', $1, $2, sku, asin, sku, barcode, title, $6, status, fulfilment, quantity, $4,
           CASE WHEN $7::boolean THEN $4::timestamptz END, price, $4
      FROM incoming ORDER BY sku
    ON CONFLICT (shop_id, channel, connection_id, marketplace_id, external_id) DO UPDATE
      SET seen_at = greatest(l.seen_at, excluded.seen_at), reported_at = coalesce(excluded.reported_at, l.reported_at),
          reported_price = CASE WHEN $7 THEN excluded.reported_price ELSE l.reported_price END,
          details_due_at = coalesce(l.details_due_at, excluded.details_due_at),
          status = CASE WHEN l.details_at IS NULL OR l.status = 'deleted' THEN excluded.status ELSE l.status END,
          parent_id = CASE WHEN l.details_at IS NULL THEN coalesce(excluded.parent_id, l.parent_id) ELSE l.parent_id END,
          title = CASE WHEN l.details_at IS NULL THEN excluded.title ELSE l.title END,
          fulfilment = CASE WHEN l.details_at IS NULL THEN coalesce(excluded.fulfilment, l.fulfilment) ELSE l.fulfilment END,
          quantity = CASE WHEN l.details_at IS NULL THEN coalesce(excluded.quantity, l.quantity) ELSE l.quantity END
    RETURNING l.listing_id, l.external_id, l.status
  ), compared AS (
    SELECT s.listing_id, s.external_id, s.status, b.status AS was, b.external_id IS NULL AS is_new,
           b.reported_at IS NULL OR b.reported_at < $4::timestamptz AS is_seen
      FROM stored s LEFT JOIN before b USING (external_id)
  ), found AS (
    SELECT listing_id, $2 AS marketplace_id, external_id, CASE WHEN is_new THEN 'added' ELSE 'changed' END AS kind,
           CASE WHEN is_new THEN NULL ELSE 'status' END AS field, was AS old_value, CASE WHEN is_new THEN NULL ELSE status END AS new_value
      FROM compared WHERE is_new OR (was = 'deleted' AND status <> 'deleted')
  ), ${storeDifferences({ run: "$5", at: "$4::timestamptz" })}
  SELECT count(*) FILTER (WHERE is_new)::int AS added, count(*) FILTER (WHERE is_seen)::int AS seen FROM compared`;
