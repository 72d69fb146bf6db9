import { BPS_ONE, type Money } from "../money/money.ts";
import { divide } from "../money/rounding.ts";
import { chargedBps, stepFor } from "./fee-at.ts";
import { isFeasible, type MarginTerms } from "./margin.ts";

/** The lowest price that earns what is asked, or that there is none. */
export type MarginFloor =
  { readonly kind: "floor"; readonly price: Money } | { readonly kind: "unreachable" };

/**
 * Lowest price at which the sale still earns `minMarginBps` and `minProfitMinor` after channel fees.
 *
 * Fees depend on the price, so this solves for it. Net income is not monotone: it drops at every step
 * of a whole-price tier and wiggles by whole minor units. The price line is therefore cut where any
 * fee changes its formula; in each piece net income is a straight line minus at most
 * {@link WIGGLE_MINOR} of rounding, so the first feasible price is found between the price where the
 * line reaches what is asked and the one where it exceeds that by the wiggle.
 *
 * Units: minor units of the schedule's currency. The result is feasible at the exact price.
 * @returns "unreachable" when fees and margin together take the whole price.
 */
export function floorForMargin(terms: MarginTerms): MarginFloor {
  const found = firstFeasibleFrom(terms, 1n);
  if (found === null) return { kind: "unreachable" };
  return { kind: "floor", price: { amountMinor: found, currency: terms.schedule.currency } };
}

/** The lowest feasible price at or above `fromMinor`; null when there is none. */
export function firstFeasibleFrom(terms: MarginTerms, fromMinor: bigint): bigint | null {
  const start = fromMinor < 1n ? 1n : fromMinor;
  if (isFeasible(terms, start)) return start;
  const cuts = [start, ...breakpoints(terms).filter((cut) => cut > start)];
  for (const [index, from] of cuts.entries()) {
    const found = firstInPiece(terms, { from, until: cuts[index + 1] ?? null });
    if (found !== null) return found;
  }
  return null;
}

/** A stretch of prices `[from, until)` in which every fee keeps one formula. */
type Piece = { readonly from: bigint; readonly until: bigint | null };

// Four roundings (tax, rate, returns, margin) lose less than one minor unit each.
const WIGGLE_MINOR = 4n;

// Where less than 1 % of each further unit stays with the seller, a floor would be a hundred times
// what is missing and a search as long; we look only at the piece's first prices and otherwise report
// "unreachable", which holds. A hundred times the wiggle covers every case above 1 %.
const KEPT_SHARE_MIN = 100n;
const SCAN_MAX = WIGGLE_MINOR * KEPT_SHARE_MIN + 1n;

function firstInPiece(terms: MarginTerms, piece: Piece): bigint | null {
  const line = lineIn(terms, piece.from);
  const isRising = line.risePerUnit * KEPT_SHARE_MIN >= line.scale;
  const needed = line.missing <= 0n ? 0n : divide(line.missing, line.risePerUnit || 1n, "up");
  const from = isRising ? piece.from + needed : piece.from;
  const last = piece.until === null ? from + SCAN_MAX : min(from + SCAN_MAX, piece.until - 1n);
  for (let price = from; price <= last; price += 1n) {
    if (isFeasible(terms, price)) return price;
  }
  return null;
}

/**
 * The exact, unrounded profit above what is asked, as a line from a piece's first price:
 * `(−missing + risePerUnit · (P − from)) ÷ scale`.
 */
type Line = { readonly missing: bigint; readonly risePerUnit: bigint; readonly scale: bigint };

function lineIn(terms: MarginTerms, from: bigint): Line {
  const { schedule, costs } = terms;
  const taxed = BPS_ONE + BigInt(schedule.taxIncludedBps);
  const scale = BPS_ONE * taxed;
  const baseMinor = from + costs.shippingMinor;
  const charged = chargedBps(schedule, baseMinor);
  const isMinimum = charged < schedule.minimumMinor * BPS_ONE;
  const rateBps = isMinimum ? 0n : BigInt(stepFor(schedule.tiers, baseMinor).rateBps);
  const shareBps = BigInt(costs.returnReserveBps) + BigInt(terms.minMarginBps);
  const fixedMinor =
    schedule.perSaleMinor +
    stepFor(schedule.fulfilmentSteps, from).feeMinor +
    costs.pointsMinor +
    costs.costMinor +
    costs.otherMinor +
    terms.minProfitMinor;
  const takenBps =
    (isMinimum ? schedule.minimumMinor * BPS_ONE : charged) +
    from * shareBps +
    fixedMinor * BPS_ONE;
  return {
    missing: takenBps * taxed - baseMinor * BPS_ONE * BPS_ONE,
    risePerUnit: BPS_ONE * BPS_ONE - (rateBps + shareBps) * taxed,
    scale,
  };
}

/** The first price of every piece but the first, ascending. */
function breakpoints(terms: MarginTerms): bigint[] {
  const { schedule, costs } = terms;
  const cuts = new Set<bigint>();
  for (const tier of schedule.tiers) {
    if (tier.upToMinor !== null) cuts.add(tier.upToMinor - costs.shippingMinor + 1n);
  }
  for (const step of schedule.fulfilmentSteps) {
    if (step.upToMinor !== null) cuts.add(step.upToMinor + 1n);
  }
  for (const cut of minimumEnds(terms)) cuts.add(cut);
  return [...cuts].sort((left, right) => (left < right ? -1 : left > right ? 1 : 0));
}

/** Prices from which a tier's rate charges at least the minimum fee. */
function minimumEnds(terms: MarginTerms): bigint[] {
  const { schedule, costs } = terms;
  const minimumBps = schedule.minimumMinor * BPS_ONE;
  const ends: bigint[] = [];
  let fromBase = 0n;
  for (const tier of schedule.tiers) {
    const rate = BigInt(tier.rateBps);
    const chargedBefore =
      schedule.method === "whole" ? fromBase * rate : chargedBps(schedule, fromBase);
    if (rate > 0n && chargedBefore < minimumBps) {
      const base = fromBase + divide(minimumBps - chargedBefore, rate, "up");
      if (tier.upToMinor === null || base <= tier.upToMinor) ends.push(base - costs.shippingMinor);
    }
    fromBase = tier.upToMinor ?? fromBase;
  }
  return ends;
}

function min(left: bigint, right: bigint): bigint {
  return left < right ? left : right;
}
