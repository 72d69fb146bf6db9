import type { CurrencyCode } from "../money/currency.ts";
import type { MarketSnapshot } from "./market-snapshot.ts";
import type { Fulfilment, Offer } from "./offer.ts";

/** Which rivals a rule wants to compete with. */
export type OfferFilters = {
  /** Only sellers whom Amazon lets win the featured offer. */
  readonly mustBeEligible: boolean;
  readonly fulfilment: Fulfilment | "any";
  readonly ignoresAmazonRetail: boolean;
  /** 0 accepts everybody; an unknown count passes only when this is 0. */
  readonly feedbackCountMin: number;
  /** 0–100; 0 accepts everybody. */
  readonly positivePercentMin: number;
  /** Null accepts any handling time. */
  readonly handlingHoursMax: number | null;
  readonly ignoredSellerIds: readonly string[];
};

/** Filters that leave out only what can never be a fair rival. */
export const FAIR_FILTERS: OfferFilters = {
  mustBeEligible: true,
  fulfilment: "any",
  ignoresAmazonRetail: false,
  feedbackCountMin: 0,
  positivePercentMin: 0,
  handlingHoursMax: null,
  ignoredSellerIds: [],
};

/** Why an offer is no rival, in the order in which it is asked. */
export type LeftOutWhy =
  | "own_offer"
  | "sister_account"
  | "other_condition"
  | "other_currency"
  | "price_not_positive"
  | "ignored_seller"
  | "amazon_retail"
  | "other_fulfilment"
  | "not_eligible"
  | "few_ratings"
  | "low_rating"
  | "slow_handling"
  | "outlier";

/** An offer that was left out, with the first reason found. */
export type LeftOut = { readonly offer: Offer; readonly why: LeftOutWhy };

/** The outcome of filtering: every offer is in exactly one of the two lists. */
export type FilteredOffers = {
  /** Sorted by landed price, then seller; may be empty. */
  readonly rivals: readonly Offer[];
  /** Sorted by landed price, then seller; may be empty. */
  readonly leftOut: readonly LeftOut[];
};

/** What filtering needs to know. */
export type FilterContext = {
  readonly snapshot: MarketSnapshot;
  /** The currency of our listing. */
  readonly currency: CurrencyCode;
  /** Other seller accounts of the same merchant: never compete with yourself. */
  readonly sisterSellerIds: readonly string[];
  readonly filters: OfferFilters;
};

/**
 * Splits the offers of a snapshot into fair rivals and those left out, with why.
 *
 * With three or more rivals left, an offer below half their median is an outlier: a hijacker or a
 * typing error (a rival at 0.01) must not pull our price. The order of offers never matters.
 */
export function filterOffers(context: FilterContext): FilteredOffers {
  const sorted = [...context.snapshot.offers].sort(byLandedThenSeller);
  const leftOut: LeftOut[] = [];
  const fair: Offer[] = [];
  for (const offer of sorted) {
    const why = reasonToLeaveOut(offer, context);
    if (why === null) fair.push(offer);
    else leftOut.push({ offer, why });
  }
  const isOutlier = outlierTest(fair);
  const rivals = fair.filter((offer) => !isOutlier(offer));
  for (const offer of fair) if (isOutlier(offer)) leftOut.push({ offer, why: "outlier" });
  leftOut.sort((left, right) => byLandedThenSeller(left.offer, right.offer));
  return { rivals, leftOut };
}

function reasonToLeaveOut(offer: Offer, context: FilterContext): LeftOutWhy | null {
  const { snapshot, currency, sisterSellerIds } = context;
  if (offer.isOwn) return "own_offer";
  if (sisterSellerIds.includes(offer.sellerId)) return "sister_account";
  if (offer.condition !== snapshot.condition) return "other_condition";
  if (offer.landed.currency !== currency) return "other_currency";
  if (offer.landed.amountMinor <= 0n || offer.listing.amountMinor <= 0n)
    return "price_not_positive";
  return reasonByChoice(offer, context.filters);
}

function reasonByChoice(offer: Offer, filters: OfferFilters): LeftOutWhy | null {
  if (filters.ignoredSellerIds.includes(offer.sellerId)) return "ignored_seller";
  if (filters.ignoresAmazonRetail && offer.isAmazonRetail) return "amazon_retail";
  if (filters.fulfilment !== "any" && offer.fulfilment !== filters.fulfilment) {
    return "other_fulfilment";
  }
  if (filters.mustBeEligible && !offer.isFeaturedMerchant && !offer.isFeatured) {
    return "not_eligible";
  }
  if ((offer.feedbackCount ?? 0) < filters.feedbackCountMin) return "few_ratings";
  if ((offer.positivePercent ?? 0) < filters.positivePercentMin) return "low_rating";
  const { handlingHoursMax } = filters;
  if (handlingHoursMax !== null && (offer.handlingHoursMax ?? Infinity) > handlingHoursMax) {
    return "slow_handling";
  }
  return null;
}

// Below three offers a median says nothing about who is the odd one out.
const OUTLIER_NEEDS_OFFERS = 3;

function outlierTest(sorted: readonly Offer[]): (offer: Offer) => boolean {
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  const upper = sorted[Math.floor(sorted.length / 2)];
  if (sorted.length < OUTLIER_NEEDS_OFFERS || lower === undefined || upper === undefined) {
    return () => false;
  }
  // landed < ½ · (lower + upper) / 2, without dividing.
  const medianTwice = lower.landed.amountMinor + upper.landed.amountMinor;
  return (offer) => 4n * offer.landed.amountMinor < medianTwice;
}

// A total order over everything that can change a decision, so that shuffled input sorts alike.
function byLandedThenSeller(left: Offer, right: Offer): number {
  return compareKeys(sortKey(left), sortKey(right));
}

type SortKey = readonly (bigint | string)[];

function sortKey(offer: Offer): SortKey {
  return [
    offer.landed.amountMinor,
    offer.landed.currency,
    offer.sellerId,
    offer.listing.amountMinor,
    offer.fulfilment,
    offer.condition,
    `${offer.isFeatured} ${offer.isOwn} ${offer.isAmazonRetail} ${offer.isFeaturedMerchant}`,
    `${offer.feedbackCount} ${offer.positivePercent} ${offer.handlingHoursMax}`,
  ];
}

function compareKeys(left: SortKey, right: SortKey): number {
  for (const [index, value] of left.entries()) {
    const other = right[index] ?? "";
    if (value !== other) return value < other ? -1 : 1;
  }
  return 0;
}
