import type { ReviewCandidate, ReviewCause } from "../../../core/linking/match-listings.ts";
import type { LinkReviewView, PageOf, ShopViews } from "../../../ports/shop-views.ts";
import type { QueryClient } from "../query-client.ts";
import { digitsOrNull, toPage } from "./change-views.ts";
import { iso, moneyColumn } from "./money-columns.ts";

interface ReviewRow {
  listing_id: string;
  title: string;
  sku: string | null;
  asin: string | null;
  marketplace_id: string;
  currency: string;
  price_minor: string | null;
  why: ReviewCause;
  candidates: ReviewCandidate[];
  found_at: Date;
}

interface VariantRow {
  listing_id: string;
  title: string;
  sku: string | null;
  currency: string;
  price_minor: string | null;
}

/** Open link reviews with the variants in question, by listing; variants that are gone are left out. */
export async function readLinkReviews(
  client: QueryClient,
  page: Parameters<ShopViews["linkReviews"]>[1],
): Promise<PageOf<LinkReviewView>> {
  const total = await client.query<{ n: number }>(
    "SELECT count(*)::int AS n FROM link_review WHERE shop_id = current_shop() AND state = 'open'",
  );
  const reviews = await client.query<ReviewRow>(
    `SELECT r.listing_id, l.title, l.sku, l.parent_id AS asin, l.marketplace_id, l.currency, h.price_minor, r.why, r.candidates, r.found_at
       FROM link_review r JOIN listing l ON l.shop_id = current_shop() AND l.listing_id = r.listing_id
       LEFT JOIN channel_head h ON h.shop_id = current_shop() AND h.listing_id = r.listing_id
      WHERE r.shop_id = current_shop() AND r.state = 'open' AND r.listing_id > coalesce($1::bigint, 0)
      ORDER BY r.listing_id LIMIT $2`,
    [digitsOrNull(page.after), page.limit + 1],
  );
  const ids = reviews.rows.flatMap((row) => row.candidates.map((each) => each.shopifyId));
  const variants = await client.query<VariantRow>(
    `SELECT l.listing_id, l.title, l.sku, l.currency, h.price_minor
       FROM listing l LEFT JOIN channel_head h ON h.shop_id = current_shop() AND h.listing_id = l.listing_id
      WHERE l.shop_id = current_shop() AND l.listing_id = ANY($1::bigint[]) AND l.status <> 'deleted'`,
    [ids],
  );
  const known = new Map(variants.rows.map((row) => [row.listing_id, row]));
  const rows = reviews.rows.map((row) => toReview(row, known));
  return toPage(rows, page.limit, total.rows[0]?.n ?? 0, (row) => row.listingId);
}

function toReview(row: ReviewRow, variants: ReadonlyMap<string, VariantRow>): LinkReviewView {
  return {
    listingId: row.listing_id,
    title: row.title,
    sku: row.sku,
    asin: row.asin,
    marketplaceId: row.marketplace_id,
    price: moneyColumn(row.price_minor, row.currency),
    why: row.why,
    foundAt: iso(row.found_at),
    candidates: row.candidates.flatMap(({ shopifyId, ...said }) => {
      const variant = variants.get(shopifyId);
      if (variant === undefined) return [];
      const { listing_id: listingId, title, sku } = variant;
      const price = moneyColumn(variant.price_minor, variant.currency);
      return [{ listingId, title, sku, price, ...said }];
    }),
  };
}
