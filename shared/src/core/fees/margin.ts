import { BPS_ONE } from "../money/money.ts";
import { divide } from "../money/rounding.ts";
import { feeAt } from "./fee-at.ts";
import type { FeeSchedule } from "./fee-schedule.ts";

/** What one unit costs its seller beside the channel's fees, in minor units of the fee schedule's currency. */
export type UnitCosts = {
  /** What the unit was bought or made for. */
  readonly costMinor: bigint;
  /** Inbound freight, packing, advertising per unit and the like. */
  readonly otherMinor: bigint;
  /** What the buyer pays us for shipping on top of the price. */
  readonly shippingMinor: bigint;
  /** Points that we give to the buyer (Japan). */
  readonly pointsMinor: bigint;
  /** Share of the price set aside for returns. */
  readonly returnReserveBps: number;
};

/** What a price has to earn. */
export type MarginTerms = {
  readonly schedule: FeeSchedule;
  readonly costs: UnitCosts;
  /** Basis points of the price that must stay as profit, 0–9,999. */
  readonly minMarginBps: number;
  /** The least profit per unit in minor units; 0 means "no loss". */
  readonly minProfitMinor: bigint;
};

/**
 * What stays with the seller after tax, fees and costs when one unit is sold at `priceMinor`.
 *
 * Every rounding goes against the seller, so the true result is never lower.
 */
export function netAt(terms: MarginTerms, priceMinor: bigint): bigint {
  const { schedule, costs } = terms;
  const { shippingMinor } = costs;
  const untaxed = divide(
    (priceMinor + shippingMinor) * BPS_ONE,
    BPS_ONE + BigInt(schedule.taxIncludedBps),
    "down",
  );
  const reserve = divide(priceMinor * BigInt(costs.returnReserveBps), BPS_ONE, "up");
  const fees = feeAt(schedule, { priceMinor, shippingMinor }).totalMinor;
  return untaxed - fees - reserve - costs.pointsMinor - costs.costMinor - costs.otherMinor;
}

/**
 * True when this exact price earns the margin and the least profit.
 *
 * A price above the floor can still be infeasible: fees step up on the whole price, and whole minor
 * units make net income wiggle. So every price is asked again before it is proposed.
 */
export function isFeasible(terms: MarginTerms, priceMinor: bigint): boolean {
  const margin = divide(priceMinor * BigInt(terms.minMarginBps), BPS_ONE, "up");
  return priceMinor > 0n && netAt(terms, priceMinor) - margin >= terms.minProfitMinor;
}
