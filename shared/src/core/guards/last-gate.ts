import type { Money } from "../money/money.ts";

/**
 * The last question before a price leaves. It trusts nothing that the engine worked out: from the raw
 * facts, read again in the claiming transaction, it derives by its own arithmetic that the price is not
 * below cost, fees and margin. Nothing here is shared with the engine but the Money type, so that one
 * mistake cannot open both doors.
 */

/** One step of a fee that depends on the price; the last step has `upToMinor: null`. */
export type GateRate = { readonly upToMinor: bigint | null; readonly rateBps: number };
/** One step of a fixed fee; the last step has `upToMinor: null`. */
export type GateFee = { readonly upToMinor: bigint | null; readonly feeMinor: bigint };

/** The channel's fees, as stored; a `FeeSchedule` fits. */
export type GateFees = {
  readonly currency: string;
  readonly method: "marginal" | "whole";
  readonly tiers: readonly GateRate[];
  readonly minimumMinor: bigint;
  readonly perSaleMinor: bigint;
  readonly fulfilmentSteps: readonly GateFee[];
  readonly taxIncludedBps: number;
};

/** What the gate looks at. Amounts without a currency are minor units of the price's currency. */
export type LastGateInputs = {
  readonly price: Money;
  /** The listing's currency, read again from its row. */
  readonly listingCurrency: string;
  readonly isListingActive: boolean;
  /** Pushes of this shop are stopped. */
  readonly isPaused: boolean;
  /** The channel's own repricer moves this price. */
  readonly isAutoPriced: boolean;
  /** A sale price runs now, under which the price sent has no effect. */
  readonly hasActiveSale: boolean;
  /** Walls to be set at the channel with the price; null leaves one as it is there. */
  readonly mirror: { readonly minMinor: bigint | null; readonly maxMinor: bigint | null };
  /** Walls copied when the change was approved. */
  readonly floorMinor: bigint | null;
  readonly ceilingMinor: bigint | null;
  /** The merchant's own walls as they stand now; null when none was typed. */
  readonly handFloorMinor: bigint | null;
  readonly handCeilingMinor: bigint | null;
  readonly mapMinor: bigint | null;
  /** Currency of the three above; null when none of them is set. */
  readonly boundsCurrency: string | null;
  readonly rawCost: { readonly amountMinor: bigint | null; readonly currency: string | null };
  readonly otherCostsMinor: bigint;
  readonly shippingMinor: bigint;
  readonly pointsMinor: bigint;
  readonly returnReserveBps: number;
  readonly feeRates: GateFees;
  readonly minMarginBps: number | null;
};

/** Why the gate stays shut. */
export const LAST_GATE_REASONS = [
  "gate_paused",
  "gate_listing_inactive",
  "gate_auto_priced",
  "gate_sale_running",
  "gate_price_not_positive",
  "gate_currency_mismatch",
  "gate_floor_blank",
  "gate_ceiling_blank",
  "gate_walls_crossed",
  "gate_below_floor",
  "gate_above_ceiling",
  "gate_mirror_narrow",
  "gate_cost_blank",
  "gate_rates_invalid",
  "gate_loses_margin",
] as const;

/** One reason word of the gate. */
export type LastGateReason = (typeof LAST_GATE_REASONS)[number];

/** The gate's word: it allows, or denies with the first reason found. */
export type LastGateVerdict =
  { readonly kind: "allow" } | { readonly kind: "deny"; readonly because: LastGateReason };

/** Asks everything again about one price that is about to leave. Anything blank denies. */
export function checkLastGate(inputs: LastGateInputs): LastGateVerdict {
  const because = stateProblem(inputs) ?? wallProblem(inputs) ?? marginProblem(inputs);
  return because === null ? { kind: "allow" } : { kind: "deny", because };
}

function stateProblem(inputs: LastGateInputs): LastGateReason | null {
  const { currency, amountMinor } = inputs.price;
  if (inputs.isPaused) return "gate_paused";
  if (!inputs.isListingActive) return "gate_listing_inactive";
  if (inputs.isAutoPriced) return "gate_auto_priced";
  if (inputs.hasActiveSale) return "gate_sale_running";
  if (amountMinor <= 0n) return "gate_price_not_positive";
  const { listingCurrency, feeRates, boundsCurrency } = inputs;
  const hasHandWalls = [inputs.handFloorMinor, inputs.handCeilingMinor, inputs.mapMinor].some(
    (wall) => wall !== null,
  );
  if (listingCurrency !== currency || feeRates.currency !== currency) {
    return "gate_currency_mismatch";
  }
  return hasHandWalls && boundsCurrency !== currency ? "gate_currency_mismatch" : null;
}

function wallProblem(inputs: LastGateInputs): LastGateReason | null {
  const price = inputs.price.amountMinor;
  const { floorMinor, ceilingMinor, handFloorMinor, handCeilingMinor, mapMinor } = inputs;
  if (floorMinor === null || floorMinor <= 0n) return "gate_floor_blank";
  if (ceilingMinor === null || ceilingMinor <= 0n) return "gate_ceiling_blank";
  const floors = [floorMinor, handFloorMinor ?? floorMinor, mapMinor ?? floorMinor];
  const ceilings = [ceilingMinor, handCeilingMinor ?? ceilingMinor];
  if (floors.some((floor) => floor <= 0n)) return "gate_floor_blank";
  if (ceilings.some((ceiling) => ceiling <= 0n)) return "gate_ceiling_blank";
  if (floors.some((floor) => ceilings.some((ceiling) => floor > ceiling))) {
    return "gate_walls_crossed";
  }
  if (floors.some((floor) => price < floor)) return "gate_below_floor";
  if (ceilings.some((ceiling) => price > ceiling)) return "gate_above_ceiling";
  return isMirrorNarrow(inputs.mirror, { floors, ceilings }) ? "gate_mirror_narrow" : null;
}

// The channel must never refuse what this gate would let through: its walls stand at ours or outside.
function isMirrorNarrow(
  mirror: LastGateInputs["mirror"],
  walls: { readonly floors: readonly bigint[]; readonly ceilings: readonly bigint[] },
): boolean {
  const { minMinor, maxMinor } = mirror;
  const isMinNarrow =
    minMinor !== null && (minMinor <= 0n || walls.floors.every((floor) => minMinor > floor));
  const isMaxNarrow = maxMinor !== null && walls.ceilings.every((ceiling) => maxMinor < ceiling);
  return isMinNarrow || isMaxNarrow;
}

const ONE = 10_000n;

/**
 * Everything multiplied by 10,000 × (10,000 + tax), so that no division and no rounding is needed:
 * (P+S)·10⁸ − [fees + fixed costs]·scale − P·(margin + returns)·(10,000 + tax) ≥ 0.
 */
function marginProblem(inputs: LastGateInputs): LastGateReason | null {
  const { rawCost, feeRates, minMarginBps, returnReserveBps, shippingMinor } = inputs;
  const price = inputs.price.amountMinor;
  if (rawCost.amountMinor === null || rawCost.amountMinor <= 0n) return "gate_cost_blank";
  if (rawCost.currency !== inputs.price.currency) return "gate_currency_mismatch";
  if (minMarginBps === null || ![minMarginBps, returnReserveBps].every(isShare)) {
    return "gate_rates_invalid";
  }
  const paid = price + shippingMinor;
  const rate = rateOf(feeRates, paid);
  const fulfilment = feeRates.fulfilmentSteps.find((step) => covers(step, price));
  const amounts = [
    inputs.otherCostsMinor,
    shippingMinor,
    inputs.pointsMinor,
    feeRates.perSaleMinor,
  ];
  const isAnyNegative = [...amounts, feeRates.minimumMinor].some((amount) => amount < 0n);
  if (
    rate === null ||
    fulfilment === undefined ||
    fulfilment.feeMinor < 0n ||
    isAnyNegative ||
    !isShare(feeRates.taxIncludedBps)
  ) {
    return "gate_rates_invalid";
  }
  const taxed = ONE + BigInt(feeRates.taxIncludedBps);
  const minimum = feeRates.minimumMinor * ONE;
  const fixed =
    rawCost.amountMinor +
    inputs.otherCostsMinor +
    inputs.pointsMinor +
    feeRates.perSaleMinor +
    fulfilment.feeMinor;
  const taken =
    (rate < minimum ? minimum : rate) +
    fixed * ONE +
    price * BigInt(minMarginBps + returnReserveBps);
  return paid * ONE * ONE < taken * taxed ? "gate_loses_margin" : null;
}

// The rate part in ten-thousandths of a minor unit; null when the tiers cannot be read.
function rateOf(fees: GateFees, paid: bigint): bigint | null {
  let total = 0n;
  let start = 0n;
  for (const tier of fees.tiers) {
    if (!isShare(tier.rateBps)) return null;
    const rate = BigInt(tier.rateBps);
    if (covers(tier, paid)) {
      return fees.method === "whole" ? paid * rate : total + (paid - start) * rate;
    }
    const end = tier.upToMinor ?? start;
    if (end <= start) return null;
    total += (end - start) * rate;
    start = end;
  }
  return null;
}

function covers(step: { readonly upToMinor: bigint | null }, amountMinor: bigint): boolean {
  return step.upToMinor === null || amountMinor <= step.upToMinor;
}

function isShare(bps: number): boolean {
  return Number.isInteger(bps) && bps >= 0 && bps <= 10_000;
}
