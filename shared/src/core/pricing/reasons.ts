/** Why a price is proposed: what it answers, in the order asked. */
export const STRATEGY_REASON_CODES = [
  "matched_featured",
  "beat_featured",
  "matched_lowest",
  "beat_lowest",
  "matched_amazon_retail",
  "followed_sibling",
  "featured_missing",
  "featured_left_out",
] as const;

/** What then moved the price away from its target. */
export const LIMIT_REASON_CODES = [
  "raised_to_floor",
  "raised_to_parity",
  "lowered_to_ceiling",
  "step_limited",
  "moved_to_feasible",
] as const;

/** Why nothing is proposed. */
export const HOLD_REASON_CODES = [
  "rule_invalid",
  "currency_unknown",
  "listing_inactive",
  "asin_missing",
  "change_in_flight",
  "sale_price_active",
  "automate_pricing_active",
  "price_unknown",
  "cost_missing",
  "floor_blank",
  "floor_invalid",
  "ceiling_invalid",
  "currency_mismatch",
  "fees_invalid",
  "floor_unreachable",
  "floor_above_ceiling",
  "no_market_data",
  "market_stale",
  "no_competitor",
  "own_offer_featured",
  "featured_owner_unknown",
  "not_linked",
  "sibling_price_unknown",
  "sibling_stale",
  "no_feasible_price",
  "already_at_target",
  "change_too_small",
  "undone_by_merchant",
] as const;

/** Every code a decision can carry; a test proves that each has a sentence for the merchant. */
export const REASON_CODES = [
  ...STRATEGY_REASON_CODES,
  ...LIMIT_REASON_CODES,
  ...HOLD_REASON_CODES,
] as const;

/** One stable reason word. */
export type ReasonCode = (typeof REASON_CODES)[number];

/**
 * One step of an explanation. Facts are texts keyed by camelCase names; money facts are written as
 * `moneyToText` does ("USD 1999", minor units), instants as ISO text.
 */
export type Reason = {
  readonly code: ReasonCode;
  readonly facts: Readonly<Record<string, string>>;
};

/** Ordered, never empty: the first reason is the one that lists show. */
export type Reasons = readonly [Reason, ...Reason[]];

/** Makes a reason; without facts when the code says it all. */
export function reason(code: ReasonCode, facts: Readonly<Record<string, string>> = {}): Reason {
  return { code, facts };
}

/** The list as one that is known not to be empty; null when it is. */
export function asReasons(list: readonly Reason[]): Reasons | null {
  const [first, ...rest] = list;
  return first === undefined ? null : [first, ...rest];
}
