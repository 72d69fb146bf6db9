import type { ChannelAccount } from "./channel-account.ts";
import type { MarketSnapshot } from "../core/offers/market-snapshot.ts";

/** One listing the sweep asks about. */
export interface OfferQuery {
  readonly marketplaceId: string;
  readonly sku: string;
  readonly asin: string;
}

/** The market of one listing as a sweep found it, or why it could not be read. */
export type OfferReading =
  | { readonly kind: "market"; readonly query: OfferQuery; readonly snapshot: MarketSnapshot }
  | { readonly kind: "unreadable"; readonly query: OfferQuery; readonly vendorCode: string };

/** Sweeps of one channel's market. */
export interface OfferSource {
  /** Reads offers in batches within the published quota; yields as they come. */
  sweep(
    account: ChannelAccount,
    queries: readonly OfferQuery[],
    signal: AbortSignal,
  ): AsyncIterable<readonly OfferReading[]>;
}
