import { describe, expect, it } from "vitest";
import {
  buildInputs,
  buildMarket,
  buildOffer,
  proposedMinor,
  reasonCodes,
  usd,
} from "../../testing/decision-inputs.ts";
import { AMAZON_US_GENERIC, type FeeSchedule } from "../fees/fee-schedule.ts";
import { decidePrice } from "./decide-price.ts";

const featured = (cents: bigint, parts = {}) => buildOffer({ cents, isFeatured: true, ...parts });

type Parts = Parameters<typeof buildInputs>[0];

describe("walls and limits", () => {
  it.each<[string, Parts, bigint, string[]]>([
    [
      "stops at the margin floor when the rival is below it",
      { rule: { maxStepBps: null }, market: buildMarket([featured(500n)]) },
      1335n,
      ["matched_featured", "raised_to_floor"],
    ],
    [
      "stops at a rival of one cent too, when it is alone",
      { rule: { maxStepBps: null }, market: buildMarket([featured(1n)]) },
      1335n,
      ["matched_featured", "raised_to_floor"],
    ],
    [
      "stops at the hand-set floor when it is the higher one",
      { bounds: { handFloor: usd(2050n) } },
      2050n,
      ["matched_featured", "raised_to_floor"],
    ],
    [
      "stops at the minimum advertised price",
      { bounds: { handFloor: usd(1400n), map: usd(2075n) } },
      2075n,
      ["matched_featured", "raised_to_floor"],
    ],
    [
      "stops at the hand-set ceiling",
      { bounds: { handCeiling: usd(2150n) }, market: buildMarket([featured(2200n)]) },
      2150n,
      ["matched_featured", "lowered_to_ceiling"],
    ],
    [
      "stops at the cap on the recent price",
      {
        bounds: { recentPrice: usd(1450n), handCeiling: usd(9000n) },
        market: buildMarket([featured(2300n)]),
      },
      2175n,
      ["matched_featured", "lowered_to_ceiling"],
    ],
    [
      "moves at most one step down",
      { market: buildMarket([featured(1500n)]) },
      1890n,
      ["matched_featured", "step_limited"],
    ],
    [
      "moves at most one step up",
      { market: buildMarket([featured(3000n)]) },
      2310n,
      ["matched_featured", "step_limited"],
    ],
    [
      "comes back above the floor in one move, whatever the step",
      { bounds: { handFloor: usd(2900n) } },
      2900n,
      ["matched_featured", "raised_to_floor"],
    ],
  ])("%s", (_claim, parts, price, reasons) => {
    const decision = decidePrice(buildInputs(parts));

    expect(proposedMinor(decision)).toBe(price);
    expect(reasonCodes(decision)).toEqual(reasons);
  });

  const whole: FeeSchedule = {
    ...AMAZON_US_GENERIC,
    method: "whole",
    tiers: [
      { upToMinor: 1000n, rateBps: 800 },
      { upToMinor: null, rateBps: 1500 },
    ],
  };
  const inTheHole = {
    fees: whole,
    costs: { cost: usd(900n) },
    listing: { currentPrice: usd(1100n) },
    market: buildMarket([featured(1010n)]),
  };

  it("leaves the hole above a fee step upwards", () => {
    const decision = decidePrice(buildInputs({ ...inTheHole, rule: { minMarginBps: 0 } }));

    expect(decision).toMatchObject({ kind: "propose", price: usd(1059n), floor: usd(979n) });
    expect(reasonCodes(decision)).toEqual(["matched_featured", "moved_to_feasible"]);
  });

  it("holds when the hole reaches beyond the ceiling", () => {
    const bounds = { handCeiling: usd(1050n) };
    const decision = decidePrice(buildInputs({ ...inTheHole, bounds, rule: { minMarginBps: 0 } }));

    expect(reasonCodes(decision)).toEqual(["no_feasible_price", "matched_featured"]);
  });
});
