/**
 * Who is featured. Amazon does not publish its rule; this one has the features that sellers report:
 * landed price first, a preference for Amazon's own fulfilment, conditions for taking part, no winner
 * at all above the price known from elsewhere, and a holder who is not displaced by a hair.
 */
import type { MarketOffer } from "./types.ts";

/** An offer fulfilled by Amazon competes as if it were this much cheaper. */
export const AMAZON_FULFILMENT_PREMIUM_BPS = 300;

/** A challenger must be cheaper than the holder by this much, and by at least one minor unit. */
export const HOLDER_ADVANTAGE_BPS = 5;

export const POSITIVE_PERCENT_MIN = 80;
export const HANDLING_HOURS_MAX = 72;

export function landedMinor(
  offer: Pick<MarketOffer, "listingPriceMinor" | "shippingMinor" | "points">,
): number {
  return offer.listingPriceMinor + offer.shippingMinor - (offer.points ?? 0);
}

export function isEligible(offer: MarketOffer): boolean {
  return (
    offer.isFeaturedMerchant &&
    offer.positivePercent >= POSITIVE_PERCENT_MIN &&
    offer.handlingHoursMax <= HANDLING_HOURS_MAX
  );
}

/**
 * The key of the featured offer, or null when nobody is eligible or all eligible offers cost more
 * than `thresholdMinor` (the Buy Box is then suppressed). The order of `offers` is irrelevant.
 */
export function chooseFeatured(input: {
  offers: ReadonlyMap<string, MarketOffer>;
  holder: string | null;
  thresholdMinor: number;
}): string | null {
  let best: { key: string; score: number } | null = null;
  let holderScore: number | null = null;
  for (const [key, offer] of input.offers) {
    if (!isEligible(offer) || landedMinor(offer) > input.thresholdMinor) continue;
    const score = comparedPrice(offer);
    if (key === input.holder) holderScore = score;
    if (best === null || score < best.score || (score === best.score && key < best.key)) {
      best = { key, score };
    }
  }
  if (best === null || holderScore === null) return best?.key ?? null;
  const advantage = Math.max(1, Math.floor((holderScore * HOLDER_ADVANTAGE_BPS) / 10_000));
  return best.score <= holderScore - advantage ? best.key : input.holder;
}

function comparedPrice(offer: MarketOffer): number {
  const premiumBps = offer.fulfilment === "AMAZON" ? AMAZON_FULFILMENT_PREMIUM_BPS : 0;
  return (landedMinor(offer) * (10_000 - premiumBps)) / 10_000;
}
