import { AMAZON_US_GENERIC, type FeeSchedule } from "../core/fees/fee-schedule.ts";
import { toChangeId, toListingId } from "../core/ids.ts";
import { type Money, money } from "../core/money/money.ts";
import type { Offer } from "../core/offers/offer.ts";
import type { DecisionInputs } from "../core/pricing/inputs.ts";
import type { PricingRule, Strategy } from "../core/pricing/pricing-rule.ts";
import { FAIR_FILTERS } from "../core/offers/filter-offers.ts";
import { buildInputs, buildMarket, buildOffer, DECIDED_AT, usd } from "./decision-inputs.ts";

/** Whole numbers from a seed: mulberry32, small and the same on every machine. */
export class SeededDice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** A whole number from 0 to `sides − 1`. */
  roll(sides: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides;
  }

  /** True once in `times`. */
  once(times: number): boolean {
    return this.roll(times) === 0;
  }

  /** An amount of cents from `least` to `most`. */
  cents(least: number, most: number): bigint {
    return BigInt(least + this.roll(most - least + 1));
  }
}

/**
 * Random inputs of a decision: mostly believable, with a share of blanks, zeros, wrong currencies and
 * old facts, so that every branch of the engine is met.
 */
export function randomInputs(dice: SeededDice): DecisionInputs {
  const strategy = randomStrategy(dice);
  const price = dice.cents(1, 6000);
  const fees = randomFees(dice);
  const shipping = dice.once(3) ? usd(dice.cents(0, 600)) : null;
  return buildInputs({
    listing: {
      currentPrice: odd(dice, usd(price)),
      currency: dice.once(60) ? "???" : "USD",
      isActive: !dice.once(60),
      shipping,
      hasActiveSale: dice.once(60),
      isAutoPriced: dice.once(60),
      changeInFlight: dice.once(60) ? toChangeId("5") : null,
    },
    bounds: {
      handFloor: dice.once(2) ? odd(dice, usd(dice.cents(1, 4000))) : null,
      handCeiling: dice.once(2) ? odd(dice, usd(dice.cents(1000, 9000))) : null,
      map: dice.once(8) ? usd(dice.cents(1, 4000)) : null,
      recentPrice: dice.once(2) ? usd(price + dice.cents(0, 800)) : null,
    },
    costs: {
      cost: odd(dice, usd(dice.cents(1, 2500))),
      other: dice.once(3) ? usd(dice.cents(0, 300)) : null,
      returnReserveBps: dice.once(2) ? 0 : dice.roll(800),
    },
    fees,
    rule: randomRule(dice, strategy),
    market: dice.once(40) ? null : randomMarket(dice, Number(price)),
    sisterSellerIds: ["A7"],
    sibling: dice.once(10) ? null : randomSibling(dice, price),
    takenBack: dice.once(20) ? { price: usd(price), reference: null } : null,
  });
}

function randomStrategy(dice: SeededDice): Strategy {
  if (dice.once(4)) {
    return { kind: "follow", offsetBps: dice.roll(1500) - 500, keepsParity: dice.once(2) };
  }
  return dice.once(2)
    ? { kind: "match", beatByMinor: 0n }
    : { kind: "beat", beatByMinor: dice.cents(1, 50) };
}

function randomRule(dice: SeededDice, strategy: Strategy): Partial<PricingRule> {
  return {
    version: 1 + dice.roll(9),
    strategy,
    target: dice.once(2) ? "featured" : "lowest",
    filters: { ...FAIR_FILTERS, mustBeEligible: dice.once(2) },
    minMarginBps: dice.roll(3000),
    minProfitMinor: dice.once(3) ? dice.cents(0, 100) : 0n,
    needsHandFloor: dice.once(10),
    maxStepBps: dice.once(3) ? null : 100 + dice.roll(4000),
    minChangeMinor: dice.cents(0, 10),
  };
}

function randomFees(dice: SeededDice): FeeSchedule {
  const isStepped = dice.once(2);
  const low = { upToMinor: 1000n, rateBps: dice.roll(1500) };
  const high = { upToMinor: null, rateBps: dice.roll(2500) };
  return {
    ...AMAZON_US_GENERIC,
    method: dice.once(2) ? "whole" : "marginal",
    tiers: isStepped ? [low, high] : [high],
    minimumMinor: dice.cents(0, 60),
    perSaleMinor: dice.cents(0, 60),
    fulfilmentSteps: [
      { upToMinor: 999n, feeMinor: dice.cents(0, 200) },
      { upToMinor: null, feeMinor: dice.cents(0, 300) },
    ],
    taxIncludedBps: dice.once(3) ? 2000 : 0,
  };
}

function randomMarket(dice: SeededDice, around: number): DecisionInputs["market"] {
  const featuredAt = dice.roll(8);
  const offers = Array.from({ length: dice.roll(6) }, (_, index): Offer => {
    const isOwn = dice.once(8);
    return buildOffer({
      sellerId: `A${dice.roll(9)}`,
      isOwn,
      isFeatured: index === featuredAt,
      isAmazonRetail: dice.once(10),
      isFeaturedMerchant: !dice.once(5),
      shipping: usd(dice.once(3) ? dice.cents(0, 500) : 0n),
      cents: dice.once(30) ? 1n : dice.cents(Math.floor(around / 2), around * 2),
      condition: dice.once(20) ? "used" : "new",
    });
  });
  const ageMs = dice.once(30) ? 86_400_000 : dice.roll(3_600_000);
  const observedAt = new Date(DECIDED_AT.getTime() - ageMs);
  const unlisted = dice.once(10) ? { featuredLanded: usd(dice.cents(1, around * 2)) } : {};
  return buildMarket(offers, { observedAt, ...unlisted });
}

function randomSibling(dice: SeededDice, around: bigint): DecisionInputs["sibling"] {
  const price = usd(around + dice.cents(0, 500));
  return {
    listingId: toListingId("10"),
    price: odd(dice, price),
    landed: dice.once(10) ? null : usd(price.amountMinor + dice.cents(0, 500)),
    observedAt: new Date(DECIDED_AT.getTime() - (dice.once(20) ? 86_400_000 : 0)),
  };
}

// Now and then what real rows hold: nothing, zero, less than zero, or another currency.
function odd(dice: SeededDice, amount: Money): Money | null {
  if (!dice.once(40)) return amount;
  const oddities = [null, usd(0n), usd(-5n), money(amount.amountMinor, "EUR")];
  return oddities[dice.roll(oddities.length)] ?? null;
}
