import { floorForMargin } from "../fees/floor-for-margin.ts";
import type { MarginTerms } from "../fees/margin.ts";
import { compare, type Money, percentage, subtract } from "../money/money.ts";
import { moneyToText } from "../money/money-json.ts";
import type { SoundInputs } from "./check-inputs.ts";
import { type Reason, reason } from "./reasons.ts";

/** Which fact set the floor. */
export type FloorSource = "hand" | "margin" | "map";

/** Which fact set the lowest price that may be proposed now. */
export type LeastSource = FloorSource | "parity";

/** Which fact set the ceiling. */
export type CeilingSource = "hand" | "cap";

/** The walls of one listing now, or why there are none. */
export type Bounds =
  | {
      readonly kind: "bounds";
      /** The lowest price that may ever be live, whatever the sibling costs. */
      readonly floor: Money;
      readonly floorSource: FloorSource;
      /** The lowest price that may be proposed now: the floor, or what parity asks above it. */
      readonly least: Money;
      readonly leastSource: LeastSource;
      readonly ceiling: Money;
      readonly ceilingSource: CeilingSource;
    }
  | {
      readonly kind: "none";
      readonly because: Reason;
      readonly floor: Money | null;
      readonly ceiling: Money | null;
    };

/**
 * Floor = the highest of hand-set floor, margin floor and MAP. Ceiling = the lower of hand-set ceiling and
 * the cap on the recent price. A follower that keeps parity proposes nothing below the sibling's landed
 * price; that moves with the sibling, so it is no wall: an undo of both must be able to go back.
 *
 * When they cross, nobody wins: the price is held and the merchant is told.
 */
export function boundsFor(sound: SoundInputs): Bounds {
  const ceiling = ceilingOf(sound);
  const margin = floorForMargin(marginTermsOf(sound));
  if (margin.kind === "unreachable") {
    const facts = {
      cost: moneyToText(sound.cost),
      marginBps: String(sound.inputs.rule.minMarginBps),
    };
    const because = reason("floor_unreachable", facts);
    return { kind: "none", because, floor: null, ceiling: ceiling.amount };
  }
  const floor = floorOf(sound, margin.price);
  const parity = parityOf(sound);
  const isParityHigher = parity !== null && compare(parity, floor.amount) > 0;
  const least = isParityHigher ? { amount: parity, source: "parity" as const } : floor;
  if (compare(least.amount, ceiling.amount) > 0) {
    const because = reason("floor_above_ceiling", {
      floor: moneyToText(least.amount),
      floorSource: least.source,
      ceiling: moneyToText(ceiling.amount),
      ceilingSource: ceiling.source,
    });
    return { kind: "none", because, floor: floor.amount, ceiling: ceiling.amount };
  }
  return {
    kind: "bounds",
    floor: floor.amount,
    floorSource: floor.source,
    least: least.amount,
    leastSource: least.source,
    ceiling: ceiling.amount,
    ceilingSource: ceiling.source,
  };
}

/** What a price of this listing has to earn. */
export function marginTermsOf({ inputs, cost }: SoundInputs): MarginTerms {
  const { costs, listing, rule, fees } = inputs;
  return {
    schedule: fees,
    costs: {
      costMinor: cost.amountMinor,
      otherMinor: costs.other?.amountMinor ?? 0n,
      shippingMinor: listing.shipping?.amountMinor ?? 0n,
      pointsMinor: listing.points?.amountMinor ?? 0n,
      returnReserveBps: costs.returnReserveBps,
    },
    minMarginBps: rule.minMarginBps,
    minProfitMinor: rule.minProfitMinor,
  };
}

function floorOf(sound: SoundInputs, margin: Money): { amount: Money; source: FloorSource } {
  const { bounds } = sound.inputs;
  const candidates: [FloorSource, Money | null][] = [
    ["margin", margin],
    ["hand", bounds.handFloor],
    ["map", bounds.map],
  ];
  let highest: { amount: Money; source: FloorSource } = { amount: margin, source: "margin" };
  for (const [source, amount] of candidates) {
    if (amount !== null && compare(amount, highest.amount) > 0) highest = { amount, source };
  }
  return highest;
}

// A shop that is cheaper than its own Amazon listing can lose the featured offer there, so what the buyer
// pays in all is compared: price and shipping here against the landed price there.
function parityOf({ inputs, currency }: SoundInputs): Money | null {
  const { strategy } = inputs.rule;
  const landed = inputs.sibling?.landed ?? null;
  if (strategy.kind !== "follow" || !strategy.keepsParity || landed === null) return null;
  return subtract(landed, inputs.listing.shipping ?? { amountMinor: 0n, currency });
}

function ceilingOf(sound: SoundInputs): { amount: Money; source: CeilingSource } {
  const { bounds, rule } = sound.inputs;
  const recent = bounds.recentPrice;
  const base = recent !== null && recent.amountMinor > 0n ? recent : sound.currentPrice;
  const cap = percentage(base, rule.ceilingCapBps, "down");
  const hand = bounds.handCeiling;
  if (hand !== null && compare(hand, cap) <= 0) return { amount: hand, source: "hand" };
  return { amount: cap, source: "cap" };
}
