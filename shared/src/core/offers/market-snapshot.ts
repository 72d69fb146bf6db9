import type { Asin, MarketplaceId } from "../ids.ts";
import type { CurrencyCode } from "../money/currency.ts";
import { equals, type Money } from "../money/money.ts";
import type { Offer, OfferCondition } from "./offer.ts";

/** A price that Amazon names beside the offers, e.g. to say why nothing is featured. */
export type ReferencePrice = {
  /** competitive_threshold is the price above which Amazon features nobody. */
  readonly kind: "list" | "competitive_threshold" | "suggested" | "competitive" | "was";
  readonly price: Money;
};

/** A place among the best sellers of a category. */
export type SalesRank = {
  /** Amazon's id of the category. */
  readonly category: string;
  /** 1 sells best. */
  readonly rank: number;
};

/** What only some sources say of a market; absent where its source said nothing. */
export type MarketExtras = {
  /** Number of offers of every condition and seller, also beyond the twenty that are listed. */
  readonly offersTotal?: number;
  /** Never empty. */
  readonly references?: readonly ReferencePrice[];
  /** Never empty. */
  readonly ranks?: readonly SalesRank[];
};

/** Everything we know about one ASIN in one marketplace at one instant. */
export type MarketSnapshot = MarketExtras & {
  readonly asin: Asin;
  readonly marketplaceId: MarketplaceId;
  readonly condition: OfferCondition;
  /** The marketplace's currency; a single offer may still be in another one. */
  readonly currency: CurrencyCode;
  /** At most the 20 lowest by landed price; ours and the featured one may be absent. No order implied. */
  readonly offers: readonly Offer[];
  /** Landed price of the featured offer; null when there is none (suppressed). */
  readonly featuredLanded: Money | null;
  /** When Amazon saw it. */
  readonly observedAt: Date;
  /** When we got to know. */
  readonly receivedAt: Date;
  readonly source: "notification" | "sweep";
};

/**
 * True when an own offer, or one of the same merchant's other accounts, holds the featured offer: to
 * undercut it would be competing with oneself.
 */
export function ownsFeatured(
  snapshot: MarketSnapshot,
  sisterSellerIds: readonly string[],
): boolean {
  return snapshot.offers.some(
    (offer) => offer.isFeatured && (offer.isOwn || sisterSellerIds.includes(offer.sellerId)),
  );
}

/** True when the featured price belongs to none of the offers listed, so nobody can say whose it is. */
export function isFeaturedUnlisted(snapshot: MarketSnapshot): boolean {
  const { featuredLanded, offers } = snapshot;
  if (featuredLanded === null || offers.some((offer) => offer.isFeatured)) return false;
  return !offers.some((offer) => !offer.isOwn && equals(offer.landed, featuredLanded));
}
