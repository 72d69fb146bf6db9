import { add, compare, type Money, percentage, subtract } from "../money/money.ts";
import { moneyToText } from "../money/money-json.ts";
import { type FilteredOffers, filterOffers } from "../offers/filter-offers.ts";
import {
  isFeaturedUnlisted,
  type MarketSnapshot,
  ownsFeatured,
} from "../offers/market-snapshot.ts";
import type { Offer } from "../offers/offer.ts";
import { msBetween } from "../time/duration.ts";
import type { SoundInputs } from "./check-inputs.ts";
import type { Strategy } from "./pricing-rule.ts";
import { type Reason, reason } from "./reasons.ts";

/** Where the strategy wants to go, before any limit. */
export type Target =
  /** A price, and the reference it answers. */
  | {
      readonly kind: "go";
      readonly price: Money;
      readonly reference: Money;
      readonly reasons: readonly Reason[];
    }
  /** All is well where it is; the price only moves when it stands outside the walls. */
  | { readonly kind: "stay"; readonly because: Reason }
  /** Something is not known; the price does not move at all. */
  | { readonly kind: "blocked"; readonly because: Reason };

/** What the rule's strategy asks for, from the market or from the sibling listing. */
export function findTarget(sound: SoundInputs): Target {
  const { strategy } = sound.inputs.rule;
  return strategy.kind === "follow" ? followTarget(sound, strategy) : marketTarget(sound, strategy);
}

type Follow = Extract<Strategy, { kind: "follow" }>;
type Answer = Exclude<Strategy, Follow>;

function followTarget({ inputs }: SoundInputs, strategy: Follow): Target {
  const { sibling, decidedAt, rule } = inputs;
  if (sibling === null) return blocked("not_linked");
  const { price, observedAt } = sibling;
  const isLandedNeeded = strategy.keepsParity && sibling.landed === null;
  if (price === null || price.amountMinor <= 0n || isLandedNeeded) {
    return blocked("sibling_price_unknown", { siblingId: sibling.listingId });
  }
  if (msBetween(observedAt, decidedAt) > rule.maxAgeMs) {
    return blocked("sibling_stale", { observedAt: observedAt.toISOString() });
  }
  const target = add(price, percentage(price, strategy.offsetBps, "up"));
  const facts = {
    siblingId: sibling.listingId,
    reference: moneyToText(price),
    offsetBps: String(strategy.offsetBps),
    target: moneyToText(target),
  };
  const reasons = [reason("followed_sibling", facts)];
  return { kind: "go", price: target, reference: price, reasons };
}

function marketTarget(sound: SoundInputs, strategy: Answer): Target {
  const { inputs, currency } = sound;
  const { market, listing, rule, decidedAt, sisterSellerIds } = inputs;
  if (market === null || market.asin !== listing.asin) return blocked("no_market_data");
  if (msBetween(market.observedAt, decidedAt) > rule.maxAgeMs) {
    return blocked("market_stale", { observedAt: market.observedAt.toISOString() });
  }
  const filtered = filterOffers({
    snapshot: market,
    currency,
    sisterSellerIds,
    filters: rule.filters,
  });
  const winning = stayWhenWinning(sound, market, filtered);
  if (winning !== null) return winning;
  const choice = chooseReference(sound, market, filtered);
  return choice.kind === "reference" ? answer(sound, strategy, choice) : choice;
}

function stayWhenWinning(
  sound: SoundInputs,
  market: MarketSnapshot,
  { rivals }: FilteredOffers,
): Target | null {
  if (!ownsFeatured(market, sound.inputs.sisterSellerIds)) return null;
  const next = rivals[0];
  const isBeaten =
    next !== undefined && compare(next.landed, landedNow(sound, sound.currentPrice)) < 0;
  // Who wants the featured offer has it; who wants to be the lowest goes on while somebody is lower.
  if (sound.inputs.rule.target === "lowest" && isBeaten) return null;
  const facts: Record<string, string> =
    next === undefined ? {} : { nextRival: moneyToText(next.landed) };
  return { kind: "stay", because: reason("own_offer_featured", facts) };
}

type Reference = {
  readonly kind: "reference";
  readonly offer: "featured" | "lowest";
  readonly landed: Money;
  readonly isAmazonRetail: boolean;
  readonly before: readonly Reason[];
};

function chooseReference(
  sound: SoundInputs,
  market: MarketSnapshot,
  filtered: FilteredOffers,
): Reference | Target {
  const lowest = filtered.rivals[0];
  if (sound.inputs.rule.target === "featured") {
    const featured = filtered.rivals.find((offer) => offer.isFeatured);
    if (featured !== undefined) return referenceTo("featured", featured, []);
    const unlisted = unlistedFeatured(sound, market, lowest);
    if (unlisted !== null) return unlisted;
  }
  if (lowest === undefined) {
    const leftOut = String(filtered.leftOut.filter((each) => each.why !== "own_offer").length);
    return { kind: "stay", because: reason("no_competitor", { leftOut }) };
  }
  const before = sound.inputs.rule.target === "featured" ? whyNotFeatured(market, filtered) : [];
  return referenceTo("lowest", lowest, before);
}

// Amazon lists at most twenty offers, so the featured one can be missing. It is then a price without an
// owner: it is answered only when it cannot be our own and is no outlier beside the offers we see.
function unlistedFeatured(
  sound: SoundInputs,
  market: MarketSnapshot,
  lowest: Offer | undefined,
): Reference | Target | null {
  const landed = market.featuredLanded;
  if (landed === null || !isFeaturedUnlisted(market)) return null;
  const isOurs = compare(landed, landedNow(sound, sound.currentPrice)) === 0;
  const isOutlier = lowest !== undefined && landed.amountMinor * 2n < lowest.landed.amountMinor;
  if (isOurs || isOutlier || landed.amountMinor <= 0n) {
    return blocked("featured_owner_unknown", { featured: moneyToText(landed) });
  }
  return { kind: "reference", offer: "featured", landed, isAmazonRetail: false, before: [] };
}

function whyNotFeatured(market: MarketSnapshot, { leftOut }: FilteredOffers): Reason[] {
  const ignored = leftOut.find(({ offer }) => offer.isFeatured);
  if (ignored !== undefined) {
    const facts = { featured: moneyToText(ignored.offer.landed), why: ignored.why };
    return [reason("featured_left_out", facts)];
  }
  return market.featuredLanded === null ? [reason("featured_missing")] : [];
}

function referenceTo(
  offer: Reference["offer"],
  { landed, isAmazonRetail }: Offer,
  before: readonly Reason[],
): Reference {
  return { kind: "reference", offer, landed, isAmazonRetail, before };
}

function answer(sound: SoundInputs, strategy: Answer, reference: Reference): Target {
  const { currency } = sound;
  // Amazon's own retail arm matches every cut and has no floor: undercutting it only costs money.
  const cutMinor = reference.isAmazonRetail ? 0n : strategy.beatByMinor;
  const wanted = subtract(reference.landed, { amountMinor: cutMinor, currency });
  const price = listingPriceFor(sound, wanted);
  const facts = { reference: moneyToText(reference.landed), target: moneyToText(price) };
  const main = reason(codeFor(strategy, reference), facts);
  const reasons = [main, ...reference.before];
  return { kind: "go", price, reference: reference.landed, reasons };
}

function codeFor(strategy: Answer, { offer, isAmazonRetail }: Reference): Reason["code"] {
  if (isAmazonRetail && strategy.kind === "beat") return "matched_amazon_retail";
  if (strategy.kind === "beat") return offer === "featured" ? "beat_featured" : "beat_lowest";
  return offer === "featured" ? "matched_featured" : "matched_lowest";
}

// Shoppers compare landed prices and we write a listing price: listing = landed − shipping + points.
function listingPriceFor({ inputs, currency }: SoundInputs, landed: Money): Money {
  const shippingMinor = inputs.listing.shipping?.amountMinor ?? 0n;
  const pointsMinor = inputs.listing.points?.amountMinor ?? 0n;
  return { amountMinor: landed.amountMinor - shippingMinor + pointsMinor, currency };
}

function landedNow({ inputs, currency }: SoundInputs, listing: Money): Money {
  const shippingMinor = inputs.listing.shipping?.amountMinor ?? 0n;
  const pointsMinor = inputs.listing.points?.amountMinor ?? 0n;
  return { amountMinor: listing.amountMinor + shippingMinor - pointsMinor, currency };
}

function blocked(code: Reason["code"], facts: Readonly<Record<string, string>> = {}): Target {
  return { kind: "blocked", because: reason(code, facts) };
}
