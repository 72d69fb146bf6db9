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

/** Walls of a listing as the channel itself is to hold them. */
export interface ChannelWalls {
  /** Lowest price the channel may show; null leaves what is set there. */
  readonly min: Money | null;
  /** Highest price; null leaves what is set there, `remove` takes away one that we set before. */
  readonly max: Money | "remove" | null;
}

/** One price to bring to the channel. The last gate has passed; the adapter decides nothing about it. */
export interface PricePush {
  readonly address: ListingAddress;
  readonly price: Money;
  /** Set in the same call as the price: Amazon checks one against the other. Left alone when not given. */
  readonly walls?: ChannelWalls;
  /** Ask the channel for a preview first, where it has one: this listing was never written by us. */
  readonly needsPreview?: boolean;
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
  | { readonly kind: "accepted"; readonly receiptId: string | null; readonly requestId?: string }
  | {
      readonly kind: "refused";
      readonly requestId?: string;
      readonly code: ErrorCode;
      readonly vendorMessage: string;
      /** It was the preview that was refused; the write itself was never sent. */
      readonly inPreview?: boolean;
    }
  | {
      readonly kind: "not_sent";
      /** `no_turn`: our own quota had none in time, which is nobody's refusal. */
      readonly code: ErrorCode | "worker_stopping" | "no_turn";
      readonly afterMs: number;
    }
  | { readonly kind: "unknown"; readonly code: ErrorCode; readonly requestId?: string };

/** What the seller has set on an offer beside the price in force (Amazon's purchasable_offer). */
export interface OfferTerms {
  readonly currency: string;
  /** The ordinary price as stored; a running sale hides it from buyers. */
  readonly listedMinor: bigint | null;
  readonly minMinor: bigint | null;
  readonly maxMinor: bigint | null;
  /** The sale that runs, or else the next one. */
  readonly sale: {
    readonly minor: bigint | null;
    readonly from: Date | null;
    readonly until: Date | null;
  } | null;
  readonly businessMinor: bigint | null;
  readonly businessTiers: number;
  /** Rules of Amazon's Automate Pricing on it. */
  readonly autoRules: readonly string[];
}

/** Calls that the channel's quota has room for. */
export interface Turns {
  /** Turns that come within about a second; more than that need not be claimed now. */
  readonly count: number;
  /** When the next turn comes, if there is none. */
  readonly nextAt: Date;
  /** The same for pushes that need a preview; not given = as many as turns. */
  readonly previews?: { readonly count: number; readonly nextAt: Date };
}

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
      /** Where the channel has such terms and they could be read. */
      readonly terms?: OfferTerms;
    }
  | { readonly kind: "missing" }
  | {
      readonly kind: "unreadable";
      readonly code: ErrorCode;
      /** The channel's own words, when it gives any. */
      readonly vendorMessage?: string;
    };

/**
 * Writes prices to one channel and reads them back. Results stand in the order of the argument, one for
 * each element. A failure of the whole account (revoked token) is thrown as `AppError`.
 */
export interface PriceChannel {
  readonly channel: Channel;
  /** Most listings one call may carry. */
  readonly batchMax: { readonly push: number; readonly read: number };
  /** Many prices may go at once by feed (see PriceFeeder). */
  readonly hasFeeds?: boolean;
  /** How many calls the account's quota has room for; not given = as many as one likes. */
  turns?(account: ChannelAccount, work: "push" | "read"): Promise<Turns>;
  /** Sets walls alone, without a price. Not given = the channel has none. */
  pushWalls?(
    account: ChannelAccount,
    push: { readonly address: ListingAddress; readonly walls: ChannelWalls },
    signal: AbortSignal,
  ): Promise<PushOutcome>;
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
