/** What a competitor does next, given the other offers it sees. */
import { landedMinor } from "./buy-box.ts";
import type { SeededRandom } from "./random.ts";
import type { Competitor, MarketOffer } from "./types.ts";

/** A competitor as it stands now. */
export interface CompetitorState {
  readonly competitor: Competitor;
  readonly listingPriceMinor: number;
  readonly isInStock: boolean;
}

/** The walker's step in log price, and how strongly it is drawn back to the price it entered with. */
const WALK_SPREAD = 0.015;
const WALK_RETURN = 0.1;

/**
 * The state after the competitor's next move; the same price and stock when it stays.
 * `others` are the offers of all other sellers that are in stock, in any order.
 */
export function nextState(
  state: CompetitorState,
  others: readonly MarketOffer[],
  random: SeededRandom,
): CompetitorState {
  const { competitor } = state;
  switch (competitor.kind) {
    case "undercutter": {
      const lowest = lowestLanded(others);
      return lowest === null ? atCeiling(state) : at(state, lowest - competitor.stepMinor);
    }
    case "matcher": {
      const lowest = lowestLanded(others);
      return lowest === null ? atCeiling(state) : at(state, lowest);
    }
    case "random-walker": {
      const entry = competitor.listingPriceMinor + competitor.shippingMinor;
      const current = state.listingPriceMinor + competitor.shippingMinor;
      const drift = WALK_RETURN * Math.log(entry / current);
      return at(state, current * Math.exp(drift + WALK_SPREAD * random.normal()));
    }
    case "out-of-stock-cycler": {
      if (state.isInStock) return { ...state, isInStock: false };
      const entry = competitor.listingPriceMinor + competitor.shippingMinor;
      return { ...at(state, entry * random.between(0.97, 1.03)), isInStock: true };
    }
    case "premium":
      return state;
  }
}

/** How long until the competitor's next move, from the change it answers or from its last move. */
export function nextDelayMs(state: CompetitorState, random: SeededRandom): number {
  const { kind, reactionDelayMs } = state.competitor;
  if (kind === "out-of-stock-cycler") {
    return Math.round(random.gap(state.isInStock ? reactionDelayMs : reactionDelayMs / 3));
  }
  return Math.round(reactionDelayMs * random.between(0.8, 1.2));
}

/** Reactors answer what others do; a rhythm goes on whatever others do. */
export function paceOf(competitor: Competitor): "reacts" | "rhythm" | "never" {
  switch (competitor.kind) {
    case "undercutter":
    case "matcher":
      return "reacts";
    case "random-walker":
    case "out-of-stock-cycler":
      return "rhythm";
    case "premium":
      return "never";
  }
}

function at(state: CompetitorState, landed: number): CompetitorState {
  const { floorMinor, ceilingMinor, shippingMinor } = state.competitor;
  const kept = Math.min(ceilingMinor, Math.max(floorMinor, Math.round(landed)));
  return { ...state, listingPriceMinor: Math.max(1, kept - shippingMinor) };
}

function atCeiling(state: CompetitorState): CompetitorState {
  return at(state, state.competitor.ceilingMinor);
}

function lowestLanded(offers: readonly MarketOffer[]): number | null {
  return offers.length === 0 ? null : Math.min(...offers.map(landedMinor));
}
