import { BPS_ONE } from "../money/money.ts";
import { divide } from "../money/rounding.ts";
import type { FeeSchedule, RateTier } from "./fee-schedule.ts";

/** The parts of what a channel takes from one sale, in minor units of the schedule's currency. */
export type Fees = {
  /** Referral fee or payment rate, at least the minimum. */
  readonly rateMinor: bigint;
  readonly perSaleMinor: bigint;
  readonly fulfilmentMinor: bigint;
  readonly totalMinor: bigint;
};

/** A candidate price and what the buyer pays for shipping, in minor units. */
export type FeeBase = { readonly priceMinor: bigint; readonly shippingMinor: bigint };

/**
 * What the channel takes when one unit is sold at this price.
 *
 * The rate applies to price + shipping (Amazon's "total sales price"); fulfilment steps to the price.
 * The rate part is rounded up, so that a floor solved from it never earns less than asked.
 */
export function feeAt(schedule: FeeSchedule, base: FeeBase): Fees {
  const baseMinor = base.priceMinor + base.shippingMinor;
  const charged = divide(chargedBps(schedule, baseMinor), BPS_ONE, "up");
  const rateMinor = charged > schedule.minimumMinor ? charged : schedule.minimumMinor;
  const fulfilmentMinor = stepFor(schedule.fulfilmentSteps, base.priceMinor).feeMinor;
  const { perSaleMinor } = schedule;
  return {
    rateMinor,
    perSaleMinor,
    fulfilmentMinor,
    totalMinor: rateMinor + perSaleMinor + fulfilmentMinor,
  };
}

/** The rate part before rounding and minimum, in ten-thousandths of a minor unit. */
export function chargedBps(schedule: FeeSchedule, baseMinor: bigint): bigint {
  if (schedule.method === "whole") {
    return baseMinor * BigInt(stepFor(schedule.tiers, baseMinor).rateBps);
  }
  return marginalBps(schedule.tiers, baseMinor);
}

/** The first step that still covers `amountMinor`. */
export function stepFor<Step extends { readonly upToMinor: bigint | null }>(
  steps: readonly Step[],
  amountMinor: bigint,
): Step {
  const step = steps.find((each) => each.upToMinor === null || amountMinor <= each.upToMinor);
  if (step === undefined) throw new RangeError("A fee schedule must end with an open step.");
  return step;
}

function marginalBps(tiers: readonly RateTier[], baseMinor: bigint): bigint {
  let total = 0n;
  let from = 0n;
  for (const tier of tiers) {
    const until =
      tier.upToMinor === null || tier.upToMinor > baseMinor ? baseMinor : tier.upToMinor;
    total += (until - from) * BigInt(tier.rateBps);
    if (until === baseMinor) return total;
    from = until;
  }
  return total;
}
