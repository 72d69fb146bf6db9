/** Shoppers: how many come, whether one buys at a price, and the sales rank that follows from it. */
import type { SeededRandom } from "./random.ts";
import type { DemandTruth } from "./types.ts";

export const DAY_MS = 86_400_000;

/** Ranges in the order of what small and medium sellers see; not measured facts. */
export function drawDemand(random: SeededRandom, basePriceMinor: number): DemandTruth {
  return {
    arrivalsPerDay: Math.round(random.between(20, 240)),
    buyShareAtBase: random.whole(50, 150) / 1_000,
    basePriceMinor,
    elasticity: -random.whole(120, 350) / 100,
    searchShareWithoutFeatured: 0.1,
  };
}

/** The chance that a shopper who sees this landed price buys: constant elasticity, capped at 1. */
export function buyShare(demand: DemandTruth, landedPriceMinor: number): number {
  const relative = Math.max(1, landedPriceMinor) / demand.basePriceMinor;
  return Math.min(1, demand.buyShareAtBase * relative ** demand.elasticity);
}

/** Sales a day with a half-life of one day, as a rank follows recent sales more than old ones. */
export interface SalesPace {
  readonly unitsPerDay: number;
  readonly asOf: Date;
}

export function paceAt(pace: SalesPace, at: Date): number {
  return pace.unitsPerDay * 0.5 ** ((at.getTime() - pace.asOf.getTime()) / DAY_MS);
}

export function paceAfterSale(pace: SalesPace, at: Date): SalesPace {
  // Each unit adds ln 2 so that n units a day settle at a pace of n: the decay's area is 1 / ln 2.
  return { unitsPerDay: paceAt(pace, at) + Math.LN2, asOf: at };
}

/** A power law, as published rank-to-sales studies find; the constants only set the scale. */
export function rankOfPace(unitsPerDay: number): number {
  return Math.max(1, Math.round(150_000 * (unitsPerDay + 0.05) ** -1.1));
}
