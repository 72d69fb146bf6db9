import type { Channel } from "../core/channel.ts";
import type { ErrorCode } from "../core/app-error.ts";
import type { ListingId } from "../core/ids.ts";
import type { Money } from "../core/money/money.ts";
import type { ChannelAccount } from "./channel-account.ts";

/** A listing as its channel addresses it. */
export interface ListingAddress {
  readonly listingId: ListingId;
  /** Amazon marketplace id; empty for Shopify. */
  readonly marketplaceId: string;
  /** Amazon seller SKU, or Shopify variant gid. */
  readonly externalId: string;
  /** ASIN or Shopify product gid; null when the channel names none. */
  readonly parentId: string | null;
  /** Amazon product type; null elsewhere. */
  readonly productType: string | null;
}

/** One price to bring to the channel. The last gate has passed; the adapter decides nothing about it. */
export interface PricePush {
  readonly address: ListingAddress;
  readonly price: Money;
  /** Identifies the push in logs and, where the channel keeps one, in its own records. */
  readonly pushKey: string;
}

/**
 * What became of one push.
 *
 * - `accepted`: the channel took it; it is not yet proven live. `receiptId` is the channel's own id.
 * - `refused`: the channel said no for good; nothing was changed.
 * - `not_sent`: we know that the channel did not process it (throttled, no connection): send later.
 * - `unknown`: it may or may not have been processed (timeout, 5xx, broken answer): read back first.
 */
export type PushOutcome =
  | { readonly kind: "accepted"; readonly receiptId: string | null }
  | { readonly kind: "refused"; readonly code: ErrorCode; readonly vendorMessage: string }
  | {
      readonly kind: "not_sent";
      readonly code: ErrorCode | "worker_stopping";
      readonly afterMs: number;
    }
  | { readonly kind: "unknown"; readonly code: ErrorCode };

/**
 * What the channel shows for one listing now.
 *
 * - `price`: the price a buyer's list price is set to, when the channel says it changed last if known.
 * - `missing`: the channel no longer has the listing.
 * - `unreadable`: no answer for this listing this time; try later.
 */
export type PriceReading =
  | {
      readonly kind: "price";
      readonly price: Money;
      readonly observedAt: Date;
      readonly saleUntil: Date | null;
    }
  | { readonly kind: "missing" }
  | { readonly kind: "unreadable"; readonly code: ErrorCode };

/**
 * Writes prices to one channel and reads them back. Results stand in the order of the argument, one for
 * each element. A failure of the whole account (revoked token) is thrown as `AppError`.
 */
export interface PriceChannel {
  readonly channel: Channel;
  /** Most listings one call may carry. */
  readonly batchMax: { readonly push: number; readonly read: number };
  pushPrices(
    account: ChannelAccount,
    pushes: readonly PricePush[],
    signal: AbortSignal,
  ): Promise<PushOutcome[]>;
  readPrices(
    account: ChannelAccount,
    listings: readonly ListingAddress[],
    signal: AbortSignal,
  ): Promise<PriceReading[]>;
}
