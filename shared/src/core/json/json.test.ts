import { expect, it } from "vitest";
import { buildMarket, buildOffer, buildRule } from "../../testing/decision-inputs.ts";
import { decodeSnapshot, encodeSnapshot } from "../offers/snapshot-json.ts";
import { decodeRule, encodeRule } from "../pricing/rule-json.ts";
import { encodeCanonical } from "./canonical.ts";
import { fail } from "./decode.ts";

it("sorts keys and writes bigints and instants as text", () => {
  const value = { b: 5n, a: [true, null, 1.5, "é\n"], at: new Date(0), "": {} };

  expect(encodeCanonical(value)).toBe(
    '{"":{},"a":[true,null,1.5,"é\\n"],"at":"1970-01-01T00:00:00.000Z","b":"5"}',
  );
});

it.each([NaN, Infinity])("has no text for %s", (value) => {
  expect(() => encodeCanonical(value)).toThrow(RangeError);
});

it("has no text for an instant that is none", () => {
  expect(() => encodeCanonical(new Date(NaN))).toThrow(RangeError);
});

it("names where, what was expected and what was found", () => {
  expect(() => fail("rule.target", "a word", undefined)).toThrow(
    "rule.target: expected a word, found undefined.",
  );
});

it("reads back the snapshot and the rule it wrote", () => {
  const snapshot = buildMarket([buildOffer({ isFeatured: true, feedbackCount: null })]);
  const follower = buildRule({ strategy: { kind: "follow", offsetBps: 300, keepsParity: true } });

  expect(decodeSnapshot(JSON.parse(encodeSnapshot(snapshot)))).toEqual(snapshot);
  for (const rule of [buildRule(), follower]) {
    expect(decodeRule(JSON.parse(encodeRule(rule)))).toEqual(rule);
  }
});
