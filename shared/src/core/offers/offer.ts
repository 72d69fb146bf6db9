import type { Money } from "../money/money.ts";

/** Who stores and ships the item: Amazon itself (FBA and the like) or the seller. */
export type Fulfilment = "amazon" | "merchant";

/** Amazon's condition classes, lower case; offers of different classes do not compete. */
export type OfferCondition = "new" | "used" | "collectible" | "refurbished" | "club";

/** A price cut that a shopper gets beside the listing price; never taken off `landed`. */
export type Promotion = {
  /** As Amazon writes it (COUPON, DEAL …): an open set. */
  readonly kind: string;
  /** Taken off the listing price; null when Amazon names a share instead, or nothing. */
  readonly amountOff: Money | null;
  /** Share taken off, in basis points; null when Amazon names an amount instead, or nothing. */
  readonly offBps: number | null;
};

/** A group of shoppers to whom an offer is the featured one. */
export type FeaturedSegment = {
  readonly membership: "prime" | "non_prime" | "default";
  /** Share of the product page's views that this group makes, in basis points; null when not said. */
  readonly viewsBps: number | null;
};

/**
 * What only some sources say of an offer. A field its source left out is absent, so that texts written
 * before the field existed read and write as they were.
 */
export type OfferExtras = {
  /** Amazon's word within the condition class, lower case with underscores. */
  readonly subcondition?: string;
  readonly prime?: "national" | "regional" | "none";
  /** Where it is sent from, as Amazon writes it; either part may be null. */
  readonly shipsFrom?: { readonly country: string | null; readonly state: string | null };
  /** Shortest time until dispatch, in hours. */
  readonly handlingHoursMin?: number;
  /** Whether it can be sent now, or only from a later day on. */
  readonly availability?: "now" | "later";
  /** Never empty. */
  readonly promotions?: readonly Promotion[];
  /** Whose featured offer it is, when a source tells shoppers apart. Never empty. */
  readonly segments?: readonly FeaturedSegment[];
};

/** What an adapter knows of an offer before the landed price is worked out. */
export type OfferParts = OfferExtras & {
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
