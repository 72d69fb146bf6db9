import type { Channel } from "../../../core/channel.ts";
import type { PriceChangeState } from "../../../core/changes/states.ts";
import type { ListingView, ReasonView } from "../../../ports/shop-views.ts";
import {
  AMAZON_COLUMNS,
  AMAZON_JOINS,
  type AmazonFactRow,
  toAmazonFacts,
} from "./amazon-fact-rows.ts";
import { iso, moneyColumn, moneyOf } from "./money-columns.ts";

/** Columns of a listing with its price, market, last decision and open change. */
export interface ListingRow extends AmazonFactRow {
  listing_id: string;
  channel: Channel;
  marketplace_id: string;
  external_id: string;
  sku: string | null;
  parent_id: string | null;
  title: string;
  status: ListingView["status"];
  fulfilment: ListingView["fulfilment"];
  quantity: number | null;
  currency: string;
  link_evidence: string | null;
  link_confidence_bps: number | null;
  units_per_sale: number;
  head_minor: string | null;
  head_received_at: Date | null;
  featured_minor: string | null;
  lowest_minor: string | null;
  market_currency: string | null;
  market_received_at: Date | null;
  decision_kind: "propose" | "hold" | null;
  decision_reasons: ReasonView[] | null;
  decided_at: Date | null;
  decision_floor: string | null;
  decision_ceiling: string | null;
  open_change_id: string | null;
  open_state: PriceChangeState | null;
  open_minor: string | null;
  image_url: string | null;
}

/** Selected from `listing l` with {@link LISTING_JOINS}. */
export const LISTING_COLUMNS = `
  l.listing_id, l.channel, l.marketplace_id, l.external_id, l.sku, l.parent_id, l.title, l.status, l.fulfilment, l.quantity,
  l.currency, l.link_evidence, l.link_confidence_bps, l.units_per_sale, h.price_minor AS head_minor, h.received_at AS head_received_at,
  o.featured_landed_minor AS featured_minor, o.lowest_landed_minor AS lowest_minor, o.currency AS market_currency,
  o.received_at AS market_received_at, d.kind AS decision_kind, d.reasons AS decision_reasons, d.decided_at,
  d.floor_minor AS decision_floor, d.ceiling_minor AS decision_ceiling,
  p.change_id AS open_change_id, p.state AS open_state, p.new_minor AS open_minor, af.image_url, ${AMAZON_COLUMNS}`;

/** The joins that {@link LISTING_COLUMNS} needs; each finds at most one row. */
export const LISTING_JOINS = `
  LEFT JOIN channel_head h ON h.shop_id = current_shop() AND h.listing_id = l.listing_id
  LEFT JOIN offer_current o ON o.shop_id = current_shop() AND l.channel = 'amazon' AND o.marketplace_id = l.marketplace_id
        AND o.asin = l.parent_id AND o.condition = l.condition
  LEFT JOIN decision_head dh ON dh.shop_id = current_shop() AND dh.listing_id = l.listing_id
  LEFT JOIN decision d ON d.shop_id = current_shop() AND d.decision_id = dh.decision_id
  LEFT JOIN LATERAL (
    SELECT c.change_id, c.state, c.new_minor FROM price_change c
     WHERE c.shop_id = current_shop() AND c.listing_id = l.listing_id
       AND c.state IN ('proposed', 'approved', 'sending', 'unknown', 'accepted')
     ORDER BY c.version DESC LIMIT 1) p ON true
  ${AMAZON_JOINS}`;

/** A row as pages get it. */
export function toListingView(row: ListingRow): ListingView {
  return {
    listingId: row.listing_id,
    channel: row.channel,
    marketplaceId: row.marketplace_id,
    externalId: row.external_id,
    sku: row.sku,
    asin: row.channel === "amazon" ? row.parent_id : null,
    title: row.title,
    status: row.status,
    fulfilment: row.fulfilment,
    quantity: row.quantity,
    currencyText: row.currency,
    price: moneyColumn(row.head_minor, row.currency),
    priceSeenAt: iso(row.head_received_at),
    featuredLanded: moneyColumn(row.featured_minor, row.market_currency),
    lowestLanded: moneyColumn(row.lowest_minor, row.market_currency),
    marketSeenAt: iso(row.market_received_at),
    linkEvidence: row.link_evidence,
    linkConfidenceBps: row.link_confidence_bps,
    unitsPerSale: row.units_per_sale,
    imageUrl: row.image_url,
    amazon: row.channel === "amazon" ? toAmazonFacts(row) : null,
    decision:
      row.decision_kind === null || row.decided_at === null
        ? null
        : {
            kind: row.decision_kind,
            reasons: row.decision_reasons ?? [],
            decidedAt: iso(row.decided_at),
            floor: moneyColumn(row.decision_floor, row.currency),
            ceiling: moneyColumn(row.decision_ceiling, row.currency),
          },
    openChange:
      row.open_change_id === null || row.open_state === null || row.open_minor === null
        ? null
        : {
            changeId: row.open_change_id,
            state: row.open_state,
            newPrice: moneyOf(row.open_minor, row.currency),
          },
  };
}
