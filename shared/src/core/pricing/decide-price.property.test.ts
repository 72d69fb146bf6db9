import { describe, expect, it } from "vitest";
import { buildInputs, buildMarket } from "../../testing/decision-inputs.ts";
import { randomInputs, SeededDice } from "../../testing/random-decision-inputs.ts";
import { isFeasible } from "../fees/margin.ts";
import { checkLastGate, type LastGateInputs } from "../guards/last-gate.ts";
import type { Money } from "../money/money.ts";
import { marginTermsOf } from "./bounds.ts";
import { checkInputs } from "./check-inputs.ts";
import { decidePrice } from "./decide-price.ts";
import { encodeDecision, type PriceDecision } from "./decision.ts";
import type { DecisionInputs } from "./inputs.ts";
import { decodeInputs, encodeInputs, replay } from "./inputs-json.ts";
import { REASON_CODES } from "./reasons.ts";

type Proposal = Extract<PriceDecision, { kind: "propose" }>;
type Case = { readonly inputs: DecisionInputs; readonly decision: PriceDecision };

const SEED = 20261123;
const CASES: readonly Case[] = makeCases(50_000);
const PROPOSALS = CASES.flatMap(({ inputs, decision }) =>
  decision.kind === "propose" ? [{ inputs, decision }] : [],
);

function makeCases(count: number): Case[] {
  const dice = new SeededDice(SEED);
  return Array.from({ length: count }, () => {
    const inputs = randomInputs(dice);
    return { inputs, decision: decidePrice(inputs) };
  });
}

function gateFor({
  inputs,
  decision,
}: {
  inputs: DecisionInputs;
  decision: Proposal;
}): LastGateInputs {
  const { listing, bounds, costs, fees, rule } = inputs;
  return {
    price: decision.price,
    listingCurrency: listing.currency,
    isListingActive: listing.isActive,
    isPaused: false,
    isAutoPriced: false,
    hasActiveSale: false,
    mirror: { minMinor: null, maxMinor: null },
    floorMinor: decision.floor.amountMinor,
    ceilingMinor: decision.ceiling.amountMinor,
    handFloorMinor: bounds.handFloor?.amountMinor ?? null,
    handCeilingMinor: bounds.handCeiling?.amountMinor ?? null,
    mapMinor: bounds.map?.amountMinor ?? null,
    boundsCurrency: "USD",
    rawCost: {
      amountMinor: costs.cost?.amountMinor ?? null,
      currency: costs.cost?.currency ?? null,
    },
    otherCostsMinor: costs.other?.amountMinor ?? 0n,
    shippingMinor: listing.shipping?.amountMinor ?? 0n,
    pointsMinor: listing.points?.amountMinor ?? 0n,
    returnReserveBps: costs.returnReserveBps,
    feeRates: fees,
    minMarginBps: rule.minMarginBps,
  };
}

describe(`over ${CASES.length} random decisions`, () => {
  it("proposes often and holds often, and meets most reasons", () => {
    const met = new Set(
      CASES.flatMap(({ decision }) =>
        (decision.kind === "propose" ? decision.reasons : decision.because).map(({ code }) => code),
      ),
    );

    expect(PROPOSALS.length).toBeGreaterThan(CASES.length / 10);
    expect(PROPOSALS.length).toBeLessThan(CASES.length);
    // These need a very particular input; each has its own test beside this one.
    expect(REASON_CODES.filter((code) => !met.has(code))).toEqual([
      "rule_invalid",
      "asin_missing",
      "fees_invalid",
      "floor_unreachable",
      "undone_by_merchant",
    ]);
  });

  it("never goes below the floor, above the ceiling, or to where it already is", () => {
    const wrong = PROPOSALS.filter(({ inputs, decision: { price, floor, ceiling } }) => {
      const { handFloor, handCeiling, map } = inputs.bounds;
      const lows = [floor, handFloor, map].map((each) => each?.amountMinor ?? 1n);
      const highs = [ceiling, handCeiling].map((each) => each?.amountMinor ?? price.amountMinor);
      return (
        lows.some((low) => price.amountMinor < low) ||
        highs.some((high) => price.amountMinor > high) ||
        price.amountMinor === inputs.listing.currentPrice?.amountMinor
      );
    });

    expect(wrong).toEqual([]);
  });

  it("earns the margin at the exact price it proposes", () => {
    const wrong = PROPOSALS.filter(({ inputs, decision }) => {
      const checked = checkInputs(inputs);
      if (checked.kind !== "sound") return true;
      return !isFeasible(marginTermsOf(checked.sound), decision.price.amountMinor);
    });

    expect(wrong).toEqual([]);
  });

  it("never lowers a price or a floor because the cost rose", () => {
    const dice = new SeededDice(SEED + 1);
    const wrong = PROPOSALS.slice(0, 10_000).filter(({ inputs, decision }) => {
      const { cost } = inputs.costs;
      if (cost === null) return true;
      const dearer: Money = { ...cost, amountMinor: cost.amountMinor + dice.cents(1, 400) };
      const after = decidePrice({ ...inputs, costs: { ...inputs.costs, cost: dearer } });
      const fell = after.kind === "propose" && after.price.amountMinor < decision.price.amountMinor;
      const floorFell =
        after.floor !== null && after.floor.amountMinor < decision.floor.amountMinor;
      return fell || floorFell;
    });

    expect(wrong).toEqual([]);
  });

  it("does not care in which order offers come", () => {
    const wrong = CASES.slice(0, 10_000).filter(({ inputs, decision }) => {
      if (inputs.market === null) return false;
      const offers = [...inputs.market.offers].reverse();
      const other = decidePrice({ ...inputs, market: { ...inputs.market, offers } });
      return encodeDecision(other) !== encodeDecision(decision);
    });

    expect(wrong).toEqual([]);
  });

  it("replays stored inputs to the same bytes", () => {
    const wrong = CASES.slice(0, 10_000).filter(({ inputs, decision }) => {
      const text = encodeInputs(inputs);
      return replay(text) !== encodeDecision(decision) || encodeInputs(decodeInputs(text)) !== text;
    });

    expect(wrong).toEqual([]);
  });

  it("passes the last gate with every price it proposes", () => {
    const shut = PROPOSALS.map((each) => checkLastGate(gateFor(each))).filter(
      (verdict) => verdict.kind === "deny",
    );

    expect(shut).toEqual([]);
  });

  // What a broken engine might emit: one cent, nothing, a lost digit, a sign, a cent below the floor,
  // walls that were mutated along with the price.
  it.each<[string, (gate: LastGateInputs) => LastGateInputs]>([
    ["one cent", (gate) => at(gate, 1n)],
    ["nothing", (gate) => at(gate, 0n)],
    ["a negative price", (gate) => at(gate, -gate.price.amountMinor)],
    ["a cent below the floor", (gate) => at(gate, (gate.floorMinor ?? 1n) - 1n)],
    ["a cent above the ceiling", (gate) => at(gate, (gate.ceilingMinor ?? 0n) + 1n)],
    ["a hundred times the price", (gate) => at(gate, gate.price.amountMinor * 100n)],
    ["a blank floor", (gate) => ({ ...gate, floorMinor: null })],
    ["a blank ceiling", (gate) => ({ ...gate, ceilingMinor: null })],
    ["half the cost as price, with walls to suit", (gate) => halfCost(gate)],
    ["another currency", (gate) => ({ ...gate, listingCurrency: "EUR" })],
  ])("is stopped at the last gate with %s", (_what, mutate) => {
    const open = PROPOSALS.filter(({ decision }) => decision.floor.amountMinor > 1n)
      .map((each) => mutate(gateFor(each)))
      .filter((gate) => checkLastGate(gate).kind === "allow");

    expect(open).toEqual([]);
  });
});

function at(gate: LastGateInputs, amountMinor: bigint): LastGateInputs {
  return { ...gate, price: { ...gate.price, amountMinor } };
}

function halfCost(gate: LastGateInputs): LastGateInputs {
  const half = (gate.rawCost.amountMinor ?? 0n) / 2n - gate.shippingMinor;
  return { ...at(gate, half), floorMinor: 1n, handFloorMinor: null, mapMinor: null };
}

describe("stored inputs", () => {
  it("gives equal bytes whatever order the fields were written in", () => {
    const inputs = buildInputs();
    const shuffled = Object.fromEntries(Object.entries(inputs).reverse());

    expect(encodeInputs({ ...inputs, ...shuffled })).toBe(encodeInputs(inputs));
  });

  it.each([
    ["a float where cents belong", '"minChangeMinor":"1"', '"minChangeMinor":1.5'],
    ["an instant without a zone", "2026-11-23T10:00:00.000Z", "2026-11-23T10:00:00"],
    ["an unknown word", '"target":"featured"', '"target":"cheapest"'],
    ["an id that is none", '"listingId":"11"', '"listingId":"eleven"'],
    ["a field nobody knows", '"takenBack":null', '"takenBack":null,"extra":1'],
    ["a missing field", ',"takenBack":null', ""],
    ["a text where a flag belongs", '"isActive":true', '"isActive":"yes"'],
    ["a number where text belongs", '"currency":"USD"', '"currency":5'],
    ["a broken list", '"sisterSellerIds":[]', '"sisterSellerIds":{}'],
    ["a broken object", '"bounds":{', '"bounds":[],"x":{'],
    ["a number that is too large", '"version":1', '"version":1e300'],
    ["an unknown number", '"feedbackCount":500', '"feedbackCount":"many"'],
    ["an instant that is a number", '"2026-11-23T10:00:00.000Z"', "5"],
  ])("refuses %s", (_what, before, after) => {
    const text = encodeInputs(buildInputs());
    const damaged = text.replace(before, after);

    expect(damaged).not.toBe(text);
    expect(() => decodeInputs(damaged)).toThrow("inputs");
  });

  it("keeps a market without offers", () => {
    const inputs = buildInputs({ market: buildMarket([]) });

    expect(decodeInputs(encodeInputs(inputs))).toEqual(inputs);
  });
});
