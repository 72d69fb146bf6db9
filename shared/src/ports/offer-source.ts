import type { ChannelAccount } from "./channel-account.ts";
import type { MarketSnapshot } from "../core/offers/market-snapshot.ts";
import type { OfferCondition } from "../core/offers/offer.ts";

/** One listing the sweep asks about. */
export interface OfferQuery {
  readonly marketplaceId: string;
  readonly sku: string;
  readonly asin: string;
  /** Whose offers: those of the listing's own condition; new when left out. */
  readonly condition?: OfferCondition;
}

/** The market of one listing as a sweep found it, or why it could not be read. */
export type OfferReading =
  | { readonly kind: "market"; readonly query: OfferQuery; readonly snapshot: MarketSnapshot }
  | { readonly kind: "unreadable"; readonly query: OfferQuery; readonly vendorCode: string };

/** How fast a channel's published plan lets us sweep one account. */
export interface SweepQuota {
  readonly callsPerSecond: number;
  /** Listings that one call may ask about. */
  readonly perCall: number;
}

/** Sweeps of one channel's market. */
export interface OfferSource {
  readonly sweepQuota: SweepQuota;
  /**
   * Asks once about at most `sweepQuota.perCall` listings, no SKU twice. One reading for each, in any order; a call
   * that the channel refuses as a whole leaves all of them unreadable.
   * @throws AppError amazon_throttled with the time until the next turn; retry "never" when the account is refused.
   */
  readOffers(
    account: ChannelAccount,
    queries: readonly OfferQuery[],
    signal: AbortSignal,
  ): Promise<readonly OfferReading[]>;
}
