import { isScheduleValid } from "../fees/fee-schedule.ts";
import { type CurrencyCode, parseCurrency } from "../money/currency.ts";
import type { Money } from "../money/money.ts";
import { moneyToText } from "../money/money-json.ts";
import type { DecisionInputs } from "./inputs.ts";
import { isRuleValid } from "./pricing-rule.ts";
import { type Reason, reason } from "./reasons.ts";

/** Inputs that can be reckoned with: what was nullable is there, and all money is in one currency. */
export type SoundInputs = {
  readonly inputs: DecisionInputs;
  readonly currency: CurrencyCode;
  readonly currentPrice: Money;
  readonly cost: Money;
};

/** What the check found; every problem is named, so that a merchant can mend them in one go. */
export type CheckedInputs =
  | { readonly kind: "sound"; readonly sound: SoundInputs }
  | { readonly kind: "unsound"; readonly because: readonly Reason[] };

/** Asks everything that must be true before a price may be thought about at all. */
export function checkInputs(inputs: DecisionInputs): CheckedInputs {
  const { listing, costs } = inputs;
  const currency = parseCurrency(listing.currency);
  if (currency === null) {
    const found = reason("currency_unknown", { currency: listing.currency });
    return { kind: "unsound", because: [found] };
  }
  const because = [
    ...ruleProblems(inputs),
    ...listingProblems(inputs),
    ...amountProblems(inputs),
    ...currencyProblems(inputs, currency),
  ];
  const { currentPrice } = listing;
  const { cost } = costs;
  if (because.length > 0 || currentPrice === null || cost === null) {
    return { kind: "unsound", because };
  }
  return { kind: "sound", sound: { inputs, currency, currentPrice, cost } };
}

function ruleProblems({ rule, fees, costs }: DecisionInputs): Reason[] {
  const found: Reason[] = [];
  if (!isRuleValid(rule)) found.push(reason("rule_invalid", { ruleVersion: String(rule.version) }));
  const reserve = costs.returnReserveBps;
  if (!isScheduleValid(fees) || !Number.isInteger(reserve) || reserve < 0 || reserve > 10_000) {
    found.push(reason("fees_invalid", { schedule: fees.key }));
  }
  return found;
}

function listingProblems({ listing, rule }: DecisionInputs): Reason[] {
  const found: Reason[] = [];
  if (!listing.isActive) found.push(reason("listing_inactive"));
  if (rule.strategy.kind !== "follow" && listing.asin === null) found.push(reason("asin_missing"));
  if (listing.changeInFlight !== null) {
    found.push(reason("change_in_flight", { changeId: listing.changeInFlight }));
  }
  if (listing.hasActiveSale) found.push(reason("sale_price_active"));
  if (listing.isAutoPriced) found.push(reason("automate_pricing_active"));
  return found;
}

function amountProblems({ listing, costs, bounds, rule }: DecisionInputs): Reason[] {
  const found: Reason[] = [];
  if (!isPositive(listing.currentPrice)) {
    found.push(reason("price_unknown", shown("price", listing.currentPrice)));
  }
  // A cost of nothing is a blank that somebody turned into a number: no floor can stand on it.
  if (!isPositive(costs.cost)) found.push(reason("cost_missing", shown("cost", costs.cost)));
  if (isNegative(costs.other) || isNegative(listing.shipping) || isNegative(listing.points)) {
    found.push(reason("cost_missing", shown("other", costs.other)));
  }
  if (bounds.handFloor === null && rule.needsHandFloor) found.push(reason("floor_blank"));
  for (const floor of [bounds.handFloor, bounds.map]) {
    if (floor !== null && !isPositive(floor)) {
      found.push(reason("floor_invalid", shown("floor", floor)));
    }
  }
  if (bounds.handCeiling !== null && !isPositive(bounds.handCeiling)) {
    found.push(reason("ceiling_invalid", shown("ceiling", bounds.handCeiling)));
  }
  return found;
}

function currencyProblems(inputs: DecisionInputs, currency: CurrencyCode): Reason[] {
  const { listing, costs, bounds, fees, rule } = inputs;
  // Only what the strategy looks at counts: a follower may know a market in another currency.
  const isFollower = rule.strategy.kind === "follow";
  const market = isFollower ? null : inputs.market;
  const sibling = isFollower ? inputs.sibling : null;
  const amounts: [string, string | undefined][] = [
    ["price", listing.currentPrice?.currency],
    ["shipping", listing.shipping?.currency],
    ["points", listing.points?.currency],
    ["cost", costs.cost?.currency],
    ["otherCosts", costs.other?.currency],
    ["floor", bounds.handFloor?.currency],
    ["ceiling", bounds.handCeiling?.currency],
    ["map", bounds.map?.currency],
    ["recentPrice", bounds.recentPrice?.currency],
    ["fees", fees.currency],
    ["market", market?.currency],
    ["featured", market?.featuredLanded?.currency],
    ["sibling", sibling?.price?.currency],
    ["siblingLanded", sibling?.landed?.currency],
  ];
  return amounts
    .filter(([, code]) => code !== undefined && code !== currency)
    .map(([what, code]) =>
      reason("currency_mismatch", { what, found: String(code), expected: currency }),
    );
}

function isPositive(amount: Money | null): boolean {
  return amount !== null && amount.amountMinor > 0n;
}

function isNegative(amount: Money | null): boolean {
  return amount !== null && amount.amountMinor < 0n;
}

function shown(name: string, amount: Money | null): Record<string, string> {
  return amount === null ? {} : { [name]: moneyToText(amount) };
}
