import type { Channel } from "../channel.ts";
import { type CurrencyCode, currency } from "../money/currency.ts";

/** One step of a rate that depends on the price. */
export type RateTier = {
  /** The highest base this tier still covers, inclusive; null on the last tier only. */
  readonly upToMinor: bigint | null;
  /** Basis points of the base. */
  readonly rateBps: number;
};

/** One step of a fixed fee that depends on the price. */
export type FeeStep = {
  /** The highest price this step still covers, inclusive; null on the last step only. */
  readonly upToMinor: bigint | null;
  readonly feeMinor: bigint;
};

/**
 * What a channel takes from one sale, as dated data. All amounts in minor units of `currency`.
 *
 * `method` says how tiers apply: `marginal` charges each slice at its own rate; `whole` charges the
 * whole base at the rate of the tier it falls in, so that net income *drops* just above a step.
 */
export type FeeSchedule = {
  readonly key: string;
  readonly channel: Channel;
  readonly currency: CurrencyCode;
  readonly method: "marginal" | "whole";
  /** Ascending, the last with `upToMinor: null`. Amazon's referral fee or the payment rate. */
  readonly tiers: readonly RateTier[];
  /** The rate part is never less than this. */
  readonly minimumMinor: bigint;
  /** Charged once per sale: closing fee, or the fixed part of a payment fee. */
  readonly perSaleMinor: bigint;
  /** Ascending, the last open; what the channel takes for storing and shipping. */
  readonly fulfilmentSteps: readonly FeeStep[];
  /** Tax contained in the price, in basis points of the untaxed price (2000 is 20 % VAT); 0 in the US. */
  readonly taxIncludedBps: number;
  /** First day from which we take it to apply, `YYYY-MM-DD`; the channel may have charged it earlier. */
  readonly effectiveOn: string;
  /** Where the numbers come from, and how directly, and the day they were read there. */
  readonly source: string;
  readonly readOn: string;
};

/** Amazon US, categories without their own rate: 15 % of item and shipping, at least $0.30; seller fulfils. */
export const AMAZON_US_GENERIC: FeeSchedule = {
  key: "amazon-us-generic",
  channel: "amazon",
  currency: currency("USD"),
  method: "marginal",
  tiers: [{ upToMinor: null, rateBps: 1500 }],
  minimumMinor: 30n,
  perSaleMinor: 0n,
  fulfilmentSteps: [{ upToMinor: null, feeMinor: 0n }],
  taxIncludedBps: 0,
  effectiveOn: "2026-11-23",
  source:
    "https://sellercentral.amazon.com/gp/help/external/200336920 names the rule; the figures of the row for everything else come from secondary pages",
  readOn: "2026-11-23",
};

/** Shopify Payments on the Basic plan in the US, online cards: 2.9 % and 30 cents a sale. */
export const SHOPIFY_PAYMENTS_US: FeeSchedule = {
  key: "shopify-payments-us-basic",
  channel: "shopify",
  currency: currency("USD"),
  method: "marginal",
  tiers: [{ upToMinor: null, rateBps: 290 }],
  minimumMinor: 0n,
  perSaleMinor: 30n,
  fulfilmentSteps: [{ upToMinor: null, feeMinor: 0n }],
  taxIncludedBps: 0,
  effectiveOn: "2026-11-23",
  source:
    "https://www.shopify.com/pricing is where Shopify states it; the figures come from secondary pages",
  readOn: "2026-11-23",
};

/**
 * True when the numbers can be reckoned with: steps ascend and end open, rates are whole basis points
 * from 0 to 10,000, amounts are not negative. Fees are only ever worked out from a valid schedule.
 */
export function isScheduleValid(schedule: FeeSchedule): boolean {
  return (
    isAscendingAndOpen(schedule.tiers) &&
    isAscendingAndOpen(schedule.fulfilmentSteps) &&
    schedule.tiers.every((tier) => isBps(tier.rateBps)) &&
    schedule.fulfilmentSteps.every((step) => step.feeMinor >= 0n) &&
    isBps(schedule.taxIncludedBps) &&
    schedule.minimumMinor >= 0n &&
    schedule.perSaleMinor >= 0n
  );
}

function isAscendingAndOpen(steps: readonly { readonly upToMinor: bigint | null }[]): boolean {
  let previous = 0n;
  for (const [index, step] of steps.entries()) {
    const isLast = index === steps.length - 1;
    if (isLast) return step.upToMinor === null;
    if (step.upToMinor === null || step.upToMinor <= previous) return false;
    previous = step.upToMinor;
  }
  return false;
}

function isBps(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 10_000;
}
