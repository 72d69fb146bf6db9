import type { MoneyJson } from "../core/money/money-json.ts";

/** Who holds the featured offer. */
export type BuyBoxState = "won" | "lost" | "suppressed" | "none";

/** What only Amazon says of a listing. Instants are ISO 8601 text. */
export interface AmazonFactsView {
  readonly buyBox: { readonly state: BuyBoxState; readonly since: string } | null;
  /** Amazon's words for what keeps it from buyers, e.g. SEARCH_SUPPRESSED; empty when nothing does. */
  readonly enforcements: readonly string[];
  /** True when Amazon named issues of severity ERROR, or took it out of search or sale. */
  readonly isSuppressed: boolean;
  readonly hasWarnings: boolean;
  readonly noticedAt: string | null;
  /** Since when its notifications no longer arrive; null = they do, or nothing says otherwise. */
  readonly silentSince: string | null;
  /** Its best place among the best sellers. */
  readonly rank: { readonly category: string; readonly rank: number } | null;
  /** Units in Amazon's warehouses; null when the seller ships it, or it was not read yet. */
  readonly stock: {
    readonly fulfillable: number;
    readonly inbound: number;
    readonly reserved: number;
    readonly unfulfillable: number;
  } | null;
  readonly terms: OfferTermsView | null;
  readonly isAutoPriced: boolean;
}

/** What stands on the Amazon offer beside the price. */
export interface OfferTermsView {
  readonly min: MoneyJson | null;
  readonly max: MoneyJson | null;
  /** Where our own copy of floor and ceiling at Amazon stands; null when none was ever sent. */
  readonly mirror: "wanted" | "sent" | "done" | "failed" | null;
  readonly mirrorCode: string | null;
  readonly sale: MoneyJson | null;
  readonly saleFrom: string | null;
  readonly saleUntil: string | null;
  readonly business: MoneyJson | null;
  readonly businessTiers: number;
  readonly autoRules: readonly string[];
}

/** Another seller's offer on the ASIN of a listing. */
export interface RivalView {
  readonly sellerId: string;
  readonly isAmazonRetail: boolean;
  readonly isOwn: boolean;
  readonly isFeatured: boolean;
  readonly fulfilment: "amazon" | "merchant";
  readonly landed: MoneyJson;
  readonly feedbackCount: number | null;
  readonly positivePercent: number | null;
  /** Price moves of this seller on this ASIN in the last 30 days. */
  readonly moves: number;
}

/** Sales of one day; a null is a gap: not known (yet), never none. */
export interface SalesDayView {
  readonly day: string;
  readonly units: number | null;
  readonly revenue: MoneyJson | null;
  /** False while the day is not over or its orders may still come. */
  readonly isComplete: boolean;
}

/** The market and the sales of one Amazon listing. */
export interface ListingMarketView {
  readonly listingId: string;
  readonly rivals: readonly RivalView[];
  readonly offersTotal: number | null;
  readonly boxChanges: readonly {
    readonly at: string;
    readonly state: BuyBoxState;
    readonly landed: MoneyJson | null;
  }[];
  readonly ranks: readonly { readonly category: string; readonly rank: number }[];
  /** The last 30 days in the store's own time zone, oldest first; empty when no day of it is known. */
  readonly sales: readonly SalesDayView[];
}
