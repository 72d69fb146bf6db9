import { describe, expect, it } from "vitest";
import { buildInputs } from "../../testing/decision-inputs.ts";
import { isRuleValid } from "./pricing-rule.ts";
import { asReasons, REASON_CODES } from "./reasons.ts";

type Parts = Parameters<typeof buildInputs>[0];

describe("rules and reasons", () => {
  it.each<[string, Parts]>([
    ["a match that beats", { rule: { strategy: { kind: "match", beatByMinor: 1n } } }],
    ["a beat by nothing", { rule: { strategy: { kind: "beat", beatByMinor: 0n } } }],
    [
      "an offset that is no number",
      { rule: { strategy: { kind: "follow", offsetBps: NaN, keepsParity: true } } },
    ],
    ["a step of nothing", { rule: { maxStepBps: 0 } }],
    ["a cap below the price", { rule: { ceilingCapBps: 9_999 } }],
    ["a negative profit", { rule: { minProfitMinor: -1n } }],
    ["a negative least change", { rule: { minChangeMinor: -1n } }],
    ["an age of nothing", { rule: { maxAgeMs: 0 } }],
    ["version nought", { rule: { version: 0 } }],
  ])("finds %s invalid", (_what, parts) => {
    expect(isRuleValid(buildInputs(parts).rule)).toBe(false);
  });

  it("lists each reason code once, in snake case", () => {
    expect(new Set(REASON_CODES).size).toBe(REASON_CODES.length);
    expect(REASON_CODES.every((code) => /^[a-z_]+$/.test(code))).toBe(true);
    expect(asReasons([])).toBeNull();
  });
});
