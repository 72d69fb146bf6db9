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

/** A notification from the channel, verified and parsed as far as its envelope. */
export interface MarketEvent {
  readonly eventId: string;
  readonly topic: string;
  /** Amazon seller id the notification is for. */
  readonly sellerId: string;
  readonly occurredAt: Date;
  readonly payload: unknown;
  /** Null when the topic carries no market picture, or one we cannot read: then `problem` says why. */
  readonly snapshot: MarketSnapshot | null;
  readonly problem: string | null;
}

/** A batch from the queue; acknowledged only after its rows are committed. */
export interface MarketEventBatch {
  readonly events: readonly MarketEvent[];
  acknowledge(): Promise<void>;
}

/** Market notifications and sweeps of one channel. */
export interface OfferSource {
  /** Waits up to about 20 s for events; an empty batch is normal. */
  receive(signal: AbortSignal): Promise<MarketEventBatch>;
  /** Reads offers in batches within the published quota; yields as they come. */
  sweep(
    account: ChannelAccount,
    queries: readonly OfferQuery[],
    signal: AbortSignal,
  ): AsyncIterable<readonly OfferReading[]>;
  /** Makes sure that the account's notifications reach our queue; creates what is missing. */
  ensureSubscribed(
    account: ChannelAccount,
    signal: AbortSignal,
  ): Promise<"subscribed" | "no_queue_configured">;
}
