import type { Money } from "../money/money.ts";

/** Who stores and ships the item: Amazon itself (FBA and the like) or the seller. */
export type Fulfilment = "amazon" | "merchant";

/** Amazon's condition classes, lower case; offers of different classes do not compete. */
export type OfferCondition = "new" | "used" | "collectible" | "refurbished" | "club";

/** What an adapter knows of an offer before the landed price is worked out. */
export type OfferParts = {
  /** Amazon's merchant token of the seller. One seller may have several offers. */
  readonly sellerId: string;
  /** Ours: the connection's own seller account. */
  readonly isOwn: boolean;
  /** Holds the featured offer (Buy Box). Two offers may, one of them for Prime members. */
  readonly isFeatured: boolean;
  /** Sold by Amazon itself, which usually matches and has no floor. */
  readonly isAmazonRetail: boolean;
  /** The price of the item alone. */
  readonly listing: Money;
  readonly shipping: Money;
  /** What the buyer gets back in points (Japan only); null elsewhere. */
  readonly points: Money | null;
  readonly fulfilment: Fulfilment;
  readonly condition: OfferCondition;
  /** Number of ratings; null when Amazon did not say. */
  readonly feedbackCount: number | null;
  /** Share of positive ratings, 0–100; null when Amazon did not say. */
  readonly positivePercent: number | null;
  /** Longest time until dispatch, in hours; null when Amazon did not say. */
  readonly handlingHoursMax: number | null;
  /** Amazon lets this seller compete for the featured offer. */
  readonly isFeaturedMerchant: boolean;
};

/** Somebody's price for an ASIN, in one normal shape whatever document it came from. */
export type Offer = OfferParts & {
  /** listing + shipping − points: what shoppers compare. */
  readonly landed: Money;
};

/**
 * Completes an offer with its landed price.
 * @returns null when its amounts are in more than one currency: such an offer cannot be compared.
 */
export function makeOffer(parts: OfferParts): Offer | null {
  const { listing, shipping, points } = parts;
  if (shipping.currency !== listing.currency) return null;
  if (points !== null && points.currency !== listing.currency) return null;
  const amountMinor = listing.amountMinor + shipping.amountMinor - (points?.amountMinor ?? 0n);
  return { ...parts, landed: { amountMinor, currency: listing.currency } };
}
