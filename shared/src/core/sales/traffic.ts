import type { Day } from "./marketplace-time.ts";

/** Traffic of one SKU, or of one ASIN, on one day. Null = not said. Money is minor units of `currency`. */
export interface TrafficDay {
  /** Null where the report speaks of the whole ASIN. */
  readonly externalId: string | null;
  readonly parentId: string | null;
  readonly sessions: number | null;
  readonly pageViews: number | null;
  /** Share of page views with our offer as the featured one, basis points. */
  readonly featuredShareBps: number | null;
  readonly units: number | null;
  readonly revenueMinor: bigint | null;
  readonly currency: string | null;
}

/** The channel's own totals of one day of one marketplace. */
export interface DayTotals {
  readonly day: Day;
  readonly units: number;
  readonly orders: number;
  readonly revenueMinor: bigint | null;
  readonly currency: string | null;
}

/** Two counts of one day side by side. */
export interface TotalsPair {
  readonly saidUnits: number;
  readonly ourUnits: number;
  readonly saidRevenueMinor: bigint | null;
  readonly ourRevenueMinor: bigint;
  /** Units of ours whose price is not said yet. */
  readonly unpricedUnits: number;
}

/** What a comparison says. provisional: only prices that are not said yet are missing. */
export type TotalsCheck = "agrees" | "provisional" | "differs";

// Amazon counts an order that is cancelled within the hour in one place and not in the other; larger
// differences mean lost or doubled orders. Two percent of a small day is less than one unit, hence the two.
const UNITS_TOLERATED = 2;
const TOLERANCE_PERCENT = 2;

/** Compares the channel's totals with ours; both sides of one currency. */
export function checkTotals(pair: TotalsPair): TotalsCheck {
  const { saidUnits, ourUnits, saidRevenueMinor, ourRevenueMinor } = pair;
  const unitsOff = Math.abs(saidUnits - ourUnits);
  if (unitsOff > UNITS_TOLERATED && unitsOff * 100 > saidUnits * TOLERANCE_PERCENT)
    return "differs";
  if (pair.unpricedUnits > 0) return "provisional";
  if (saidRevenueMinor === null || unitsOff > 0) return "agrees";
  const off = saidRevenueMinor - ourRevenueMinor;
  const isNear = (off < 0n ? -off : off) * 100n <= saidRevenueMinor * BigInt(TOLERANCE_PERCENT);
  return isNear ? "agrees" : "differs";
}
