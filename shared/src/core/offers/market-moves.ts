import type { Money } from "../money/money.ts";
import type { MarketSnapshot } from "./market-snapshot.ts";
import type { Fulfilment, Offer } from "./offer.ts";

/** A rival's cheapest offer of one fulfilment in one picture. */
export type RivalOffer = {
  readonly sellerId: string;
  readonly fulfilment: Fulfilment;
  readonly isAmazonRetail: boolean;
  readonly feedbackCount: number | null;
  readonly positivePercent: number | null;
  readonly landed: Money;
};

/** A rival's new price between two pictures. */
export type RivalMove = {
  readonly sellerId: string;
  readonly fulfilment: Fulfilment;
  readonly from: Money;
  readonly to: Money;
  /** It was not below our landed price before and is now. False when we are in only one of the pictures. */
  readonly isUndercut: boolean;
};

/** What is different between two pictures of one ASIN, the rivals' part apart from our own. */
export type MarketDifference = {
  /** Rivals' prices, who they are, or who is featured: what a notification must tell. Ours alone does not count. */
  readonly isMoved: boolean;
  readonly appeared: readonly RivalOffer[];
  readonly left: readonly RivalOffer[];
  readonly moves: readonly RivalMove[];
  /** Our own landed price is another one, or we came or went. */
  readonly isOwnMoved: boolean;
};

/**
 * Compares two pictures of one ASIN, marketplace and condition, the older one first. Only offers of the
 * pictures' own condition and currency count. A rival beyond the twenty that are listed looks as if it had left.
 * @param ownSellerIds every seller account of the merchant.
 */
export function differenceBetween(
  before: MarketSnapshot,
  after: MarketSnapshot,
  ownSellerIds: readonly string[],
): MarketDifference {
  const isOurs = (offer: Offer) => offer.isOwn || ownSellerIds.includes(offer.sellerId);
  const was = rivalsOf(before, isOurs);
  const is = rivalsOf(after, isOurs);
  const ownBefore = ownLandedMinor(before, ownSellerIds);
  const ownAfter = ownLandedMinor(after, ownSellerIds);
  const appeared = [...is].flatMap(([key, offer]) => (was.has(key) ? [] : [offer]));
  const left = [...was].flatMap(([key, offer]) => (is.has(key) ? [] : [offer]));
  const moves = [...is].flatMap(([key, offer]): RivalMove[] => {
    const from = was.get(key)?.landed;
    if (from === undefined || from.amountMinor === offer.landed.amountMinor) return [];
    const isUndercut =
      ownBefore !== null &&
      ownAfter !== null &&
      from.amountMinor >= ownBefore &&
      offer.landed.amountMinor < ownAfter;
    const { sellerId, fulfilment, landed: to } = offer;
    return [{ sellerId, fulfilment, from, to, isUndercut }];
  });
  const isMoved =
    appeared.length + left.length + moves.length > 0 ||
    featuredKey(before, isOurs) !== featuredKey(after, isOurs);
  return { isMoved, appeared, left, moves, isOwnMoved: ownBefore !== ownAfter };
}

/** Every rival of one picture, each seller's cheapest offer of one fulfilment. Any order. */
export function rivalOffers(
  snapshot: MarketSnapshot,
  ownSellerIds: readonly string[],
): readonly RivalOffer[] {
  const isOurs = (offer: Offer) => offer.isOwn || ownSellerIds.includes(offer.sellerId);
  return [...rivalsOf(snapshot, isOurs).values()];
}

/** Our cheapest landed price among the listed offers, in minor units; null when we are not listed. */
export function ownLandedMinor(
  snapshot: MarketSnapshot,
  ownSellerIds: readonly string[],
): bigint | null {
  return cheapestMinor(
    comparable(snapshot).filter((offer) => offer.isOwn || ownSellerIds.includes(offer.sellerId)),
  );
}

/** The lowest positive landed price of all listed offers, in minor units; null when there is none. */
export function lowestLandedMinor(snapshot: MarketSnapshot): bigint | null {
  return cheapestMinor(comparable(snapshot).filter((offer) => offer.landed.amountMinor > 0n));
}

function cheapestMinor(offers: readonly Offer[]): bigint | null {
  let lowest: bigint | null = null;
  for (const { landed } of offers)
    if (lowest === null || landed.amountMinor < lowest) lowest = landed.amountMinor;
  return lowest;
}

function comparable(snapshot: MarketSnapshot): readonly Offer[] {
  const { offers, currency, condition } = snapshot;
  return offers.filter(
    (offer) => offer.landed.currency === currency && offer.condition === condition,
  );
}

function rivalsOf(
  snapshot: MarketSnapshot,
  isOurs: (offer: Offer) => boolean,
): Map<string, RivalOffer> {
  const rivals = new Map<string, RivalOffer>();
  for (const offer of comparable(snapshot)) {
    // An offer without a seller's name cannot be followed from one picture to the next.
    if (isOurs(offer) || offer.sellerId === "") continue;
    const key = `${offer.sellerId} ${offer.fulfilment}`;
    const known = rivals.get(key);
    if (known === undefined || offer.landed.amountMinor < known.landed.amountMinor)
      rivals.set(key, offer);
  }
  return rivals;
}

function featuredKey(snapshot: MarketSnapshot, isOurs: (offer: Offer) => boolean): string {
  const holders = snapshot.offers.filter((offer) => offer.isFeatured);
  if (holders.length > 0) {
    const names = holders.map((offer) => (isOurs(offer) ? "us" : offer.sellerId));
    return [...new Set(names)].sort().join(" ");
  }
  // Featured, but nobody can say who: its price is all there is to compare.
  return snapshot.featuredLanded === null ? "" : `at ${snapshot.featuredLanded.amountMinor}`;
}
