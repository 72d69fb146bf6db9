import { FAIR_FILTERS, type OfferFilters } from "../offers/filter-offers.ts";
import { HOUR_MS } from "../time/duration.ts";

/** How a price answers what it sees. */
export type Strategy =
  /** Go to the reference offer, or below it by `beatByMinor` (0 for `match`). */
  | { readonly kind: "match" | "beat"; readonly beatByMinor: bigint }
  /** Go to the sibling listing's price plus `offsetBps` of it; negative is below. */
  | {
      readonly kind: "follow";
      readonly offsetBps: number;
      /** Price and shipping here may not be less than the sibling's landed price. */
      readonly keepsParity: boolean;
    };

/**
 * A merchant's strategy and its limits, one version of it. Amounts are in minor units of the listing's
 * own currency.
 */
export type PricingRule = {
  /** Grows by one with every edit; stored with each decision. */
  readonly version: number;
  readonly strategy: Strategy;
  /** Which offer `match` and `beat` answer. Without a featured offer both answer the lowest. */
  readonly target: "featured" | "lowest";
  readonly filters: OfferFilters;
  /** Least profit as a share of the price, 0–9,999. */
  readonly minMarginBps: number;
  /** Least profit per unit. */
  readonly minProfitMinor: bigint;
  /** True refuses to price a listing whose floor nobody typed, even when its cost is known. */
  readonly needsHandFloor: boolean;
  /** Largest move of one change as a share of the current price; null for no limit. */
  readonly maxStepBps: number | null;
  /** Smaller moves are not worth a write. */
  readonly minChangeMinor: bigint;
  /** Facts older than this are not acted on. */
  readonly maxAgeMs: number;
  /** Highest price as a share of the recent price; 15,000 is one and a half times. */
  readonly ceilingCapBps: number;
};

/**
 * Cautious limits to start a rule from; a merchant changes what does not fit.
 *
 * 10 % margin covers the returns and advertising most sellers do not book per unit. A step of 10 % keeps a
 * mistake small and clear of Amazon's price-error pause. Six hours is one sweep of a large catalogue;
 * twice that and a silent ASIN would be priced on yesterday's market. One and a half times the recent
 * price stays clear of Amazon's high-price deactivation.
 */
export const CAUTIOUS_LIMITS = {
  target: "featured",
  filters: FAIR_FILTERS,
  minMarginBps: 1000,
  minProfitMinor: 0n,
  needsHandFloor: false,
  maxStepBps: 1000,
  minChangeMinor: 1n,
  maxAgeMs: 6 * HOUR_MS,
  ceilingCapBps: 15_000,
} as const satisfies Partial<PricingRule>;

/** True when the rule's numbers make sense: whole basis points in range, amounts not negative. */
export function isRuleValid(rule: PricingRule): boolean {
  return (
    isWhole(rule.version, 1, Number.MAX_SAFE_INTEGER) &&
    isStrategyValid(rule.strategy) &&
    isWhole(rule.minMarginBps, 0, 9_999) &&
    rule.minProfitMinor >= 0n &&
    (rule.maxStepBps === null || isWhole(rule.maxStepBps, 1, 10_000)) &&
    rule.minChangeMinor >= 0n &&
    isWhole(rule.maxAgeMs, 1, Number.MAX_SAFE_INTEGER) &&
    isWhole(rule.ceilingCapBps, 10_000, 100_000)
  );
}

function isStrategyValid(strategy: Strategy): boolean {
  // Half to triple of the sibling: beyond that somebody typed percent where basis points were meant.
  if (strategy.kind === "follow") return isWhole(strategy.offsetBps, -5_000, 20_000);
  return strategy.kind === "match" ? strategy.beatByMinor === 0n : strategy.beatByMinor > 0n;
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isSafeInteger(value) && value >= least && value <= most;
}
