import type { ListingId } from "../core/ids.ts";
import type { Money } from "../core/money/money.ts";
import type { MarketSnapshot } from "../core/offers/market-snapshot.ts";
import type { ChannelAccount } from "./channel-account.ts";
import type { OfferQuery, OfferReading } from "./offer-source.ts";

/** Most things one call may ask about. */
export const EXPECTATIONS_MAX = 40;
export const SUMMARIES_MAX = 20;
export const ASIN_OFFERS_MAX = 20;

/** One of our listings whose expected featured price is asked for. */
export interface ExpectationQuery {
  readonly listingId: ListingId;
  readonly marketplaceId: string;
  readonly sku: string;
}

/** The highest price at which the channel expects to feature one of our listings: an estimate, no promise. */
export interface Expectation {
  readonly listingId: ListingId;
  /** The channel's word, or its code when it refused; an open set. */
  readonly status: string;
  /** Without shipping; null when the channel names none. */
  readonly price: Money | null;
  readonly competing: FeaturedRival | null;
  readonly featured: FeaturedRival | null;
}

/** Who would be, or is, featured, with the landed price; null when it is not exactly known. */
export interface FeaturedRival {
  readonly sellerId: string | null;
  readonly landed: Money | null;
}

/** One ASIN in one marketplace. */
export interface AsinQuery {
  readonly marketplaceId: string;
  readonly asin: string;
}

/** Featured offers by segment, promotions and reference prices of one ASIN, or why there are none. */
export interface SummaryReading {
  readonly query: AsinQuery;
  readonly snapshot: MarketSnapshot | null;
  readonly vendorCode: string | null;
}

/**
 * Calls for few ASINs that say more than a sweep; each has a small budget of its own. One call each, at most its
 * number of things, none twice.
 * @throws AppError amazon_throttled with the time until the next turn; retry "never" when the account is refused.
 */
export interface CloserLookSource {
  readExpectations(
    account: ChannelAccount,
    queries: readonly ExpectationQuery[],
    signal: AbortSignal,
  ): Promise<readonly Expectation[]>;
  readSummaries(
    account: ChannelAccount,
    queries: readonly AsinQuery[],
    signal: AbortSignal,
  ): Promise<readonly SummaryReading[]>;
  /** Offers by ASIN, for those of which our own SKU has no readable answer. */
  readAsinOffers(
    account: ChannelAccount,
    queries: readonly OfferQuery[],
    signal: AbortSignal,
  ): Promise<readonly OfferReading[]>;
}
