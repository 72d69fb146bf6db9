import type { AmazonFactsView, BuyBoxState, OfferTermsView } from "../../../ports/market-views.ts";
import { iso, moneyColumn } from "./money-columns.ts";

/** Columns of what only Amazon says of a listing; all null on other channels. */
export interface AmazonFactRow {
  box_state: BuyBoxState | null;
  box_since: Date | null;
  notice_statuses: string[] | null;
  notice_status_at: Date | null;
  notice_severities: string[] | null;
  notice_enforcements: string[] | null;
  notice_at: Date | null;
  silent_since: Date | null;
  ranks: { title: string | null; listId: string; rank: number }[] | null;
  stock_fulfillable: number | null;
  stock_inbound: number | null;
  stock_reserved: number | null;
  stock_unfulfillable: number | null;
  is_auto_priced: boolean;
  terms_currency: string | null;
  terms_min: string | null;
  terms_max: string | null;
  terms_sale: string | null;
  terms_sale_from: Date | null;
  terms_sale_until: Date | null;
  terms_business: string | null;
  terms_tiers: number | null;
  terms_rules: string[] | null;
  mirror: OfferTermsView["mirror"];
  mirror_code: string | null;
}

/** Selected from `listing l` with {@link AMAZON_JOINS}. */
export const AMAZON_COLUMNS = `
  bb.state AS box_state, bb.since AS box_since, ln.statuses AS notice_statuses, ln.status_at AS notice_status_at,
  ln.severities AS notice_severities, ln.enforcements AS notice_enforcements,
  greatest(ln.status_at, ln.issues_at) AS notice_at, aw.silent_since, af.ranks,
  sl.fulfillable AS stock_fulfillable, sl.inbound AS stock_inbound, sl.reserved AS stock_reserved,
  sl.unfulfillable AS stock_unfulfillable, l.is_auto_priced, ot.currency AS terms_currency, ot.min_minor AS terms_min,
  ot.max_minor AS terms_max, ot.sale_minor AS terms_sale, ot.sale_from AS terms_sale_from, ot.sale_until AS terms_sale_until,
  ot.business_minor AS terms_business, ot.business_tiers AS terms_tiers, ot.auto_rules AS terms_rules,
  CASE WHEN lw.wanted_at IS NOT NULL OR lw.sent_at IS NOT NULL THEN lw.mirror END AS mirror, lw.mirror_code`;

const OF_ASIN = "= current_shop() AND l.channel = 'amazon'";

/** The joins that {@link AMAZON_COLUMNS} needs; each finds at most one row. */
export const AMAZON_JOINS = `
  LEFT JOIN buy_box bb ON bb.shop_id ${OF_ASIN} AND bb.marketplace_id = l.marketplace_id AND bb.asin = l.parent_id
  LEFT JOIN asin_fact af ON af.shop_id ${OF_ASIN} AND af.marketplace_id = l.marketplace_id AND af.asin = l.parent_id
  LEFT JOIN asin_watch aw ON aw.shop_id ${OF_ASIN} AND aw.connection_id = l.connection_id
        AND aw.marketplace_id = l.marketplace_id AND aw.asin = l.parent_id
  LEFT JOIN listing_notice ln ON ln.shop_id ${OF_ASIN} AND ln.connection_id = l.connection_id
        AND ln.marketplace_id = l.marketplace_id AND ln.sku = l.external_id
  LEFT JOIN stock_level sl ON sl.shop_id ${OF_ASIN} AND sl.listing_id = l.listing_id
  LEFT JOIN offer_terms ot ON ot.shop_id ${OF_ASIN} AND ot.listing_id = l.listing_id
  LEFT JOIN listing_write lw ON lw.shop_id ${OF_ASIN} AND lw.listing_id = l.listing_id`;

/** A notice that keeps the listing `l` from buyers: an error, an enforcement, or no word of being for sale. */
export const IS_KEPT_FROM_BUYERS = `EXISTS (
  SELECT 1 FROM listing_notice n WHERE n.shop_id = current_shop() AND n.connection_id = l.connection_id
     AND n.marketplace_id = l.marketplace_id AND n.sku = l.external_id
     AND (('ERROR' = ANY (n.severities) AND n.status_at IS NULL) OR cardinality(n.enforcements) > 0
          OR (n.status_at IS NOT NULL AND NOT n.statuses @> ARRAY['BUYABLE', 'DISCOVERABLE'])))`;

/** A row as pages get it. */
export function toAmazonFacts(row: AmazonFactRow): AmazonFactsView {
  const statuses = row.notice_statuses ?? [];
  const enforcements = row.notice_enforcements ?? [];
  const isOffered = statuses.includes("BUYABLE") && statuses.includes("DISCOVERABLE");
  const { box_state: state, box_since: since } = row;
  return {
    buyBox: state === null || since === null ? null : { state, since: iso(since) },
    enforcements,
    isSuppressed:
      enforcements.length > 0 ||
      // Many errors leave a listing for sale: where Amazon says whether it is, that counts.
      (row.notice_status_at === null
        ? row.notice_severities?.includes("ERROR") === true
        : !isOffered),
    hasWarnings: row.notice_severities?.includes("WARNING") === true,
    noticedAt: iso(row.notice_at),
    silentSince: iso(row.silent_since),
    rank: bestRank(row.ranks ?? []),
    stock: toStock(row),
    terms: toTerms(row),
    isAutoPriced: row.is_auto_priced,
  };
}

function bestRank(ranks: NonNullable<AmazonFactRow["ranks"]>): AmazonFactsView["rank"] {
  const [best] = ranks.toSorted((left, right) => left.rank - right.rank);
  return best === undefined ? null : { category: best.title ?? best.listId, rank: best.rank };
}

function toStock(row: AmazonFactRow): AmazonFactsView["stock"] {
  if (row.stock_fulfillable === null) return null;
  return {
    fulfillable: row.stock_fulfillable,
    inbound: row.stock_inbound ?? 0,
    reserved: row.stock_reserved ?? 0,
    unfulfillable: row.stock_unfulfillable ?? 0,
  };
}

function toTerms(row: AmazonFactRow): OfferTermsView | null {
  const { terms_currency: currency, mirror } = row;
  if (currency === null && mirror === null) return null;
  return {
    min: moneyColumn(row.terms_min, currency),
    max: moneyColumn(row.terms_max, currency),
    mirror,
    mirrorCode: row.mirror_code,
    sale: moneyColumn(row.terms_sale, currency),
    saleFrom: iso(row.terms_sale_from),
    saleUntil: iso(row.terms_sale_until),
    business: moneyColumn(row.terms_business, currency),
    businessTiers: row.terms_tiers ?? 0,
    autoRules: row.terms_rules ?? [],
  };
}
