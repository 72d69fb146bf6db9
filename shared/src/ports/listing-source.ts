import type { ChannelAccount } from "./channel-account.ts";
import type { Channel } from "../core/channel.ts";
import type { OfferCondition } from "../core/offers/offer.ts";

/** One listing as its channel describes it during an import. Money is minor units of `currency`. */
export interface ListingFact {
  readonly marketplaceId: string;
  /** Amazon seller SKU, or Shopify variant gid. */
  readonly externalId: string;
  /** ASIN or Shopify product gid; null when the channel names none. */
  readonly parentId: string | null;
  readonly sku: string | null;
  readonly barcode: string | null;
  /** The ASIN that a Shopify metafield names; null when none does, and for Amazon (see parentId). */
  readonly asinField: string | null;
  readonly title: string;
  /** As the channel says it, also when it is no code we know. */
  readonly currency: string;
  readonly status: "active" | "inactive";
  readonly fulfilment: "merchant" | "amazon" | null;
  /** Left out where the channel says none: what was known stands, and a listing is new until somebody says otherwise. */
  readonly condition?: OfferCondition;
  readonly quantity: number | null;
  readonly productType: string | null;
  /** Null when the channel names no price, or one we cannot read exactly. */
  readonly priceMinor: bigint | null;
  readonly compareAtMinor: bigint | null;
  /** Unit cost where the channel knows it (Shopify); null = not said. */
  readonly costMinor: bigint | null;
  readonly costCurrency: string | null;
  readonly isAutoPriced: boolean;
  readonly saleUntil: Date | null;
  readonly observedAt: Date;
}

/** What the channel says about the account itself. */
export interface AccountFacts {
  readonly name: string | null;
  readonly currency: string | null;
  readonly timeZone: string | null;
  readonly marketplaces: readonly {
    readonly marketplaceId: string;
    readonly currency: string;
    readonly storeName: string;
    /** False when the seller no longer sells there; left out = sells. */
    readonly isParticipating?: boolean;
    readonly hasSuspendedListings?: boolean;
  }[];
}

/** Reads a whole catalogue from one channel, batch by batch, never all at once. */
export interface ListingSource {
  readonly channel: Channel;
  readAccount(account: ChannelAccount, signal: AbortSignal): Promise<AccountFacts>;
  readListings(
    account: ChannelAccount,
    marketplaceIds: readonly string[],
    signal: AbortSignal,
  ): AsyncIterable<readonly ListingFact[]>;
}
