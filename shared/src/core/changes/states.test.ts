import { expect, it } from "vitest";
import {
  canBeUndone,
  IN_FLIGHT_STATES,
  isFinal,
  isInFlight,
  isLegalMove,
  LEGAL_MOVES,
  parsePriceChangeState,
  PRICE_CHANGE_STATES,
  type PriceChangeState,
} from "./states.ts";

function reachableFrom(start: PriceChangeState): Set<PriceChangeState> {
  const seen = new Set<PriceChangeState>();
  const open = [start];
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    if (seen.has(state)) continue;
    seen.add(state);
    open.push(...LEGAL_MOVES[state]);
  }
  return seen;
}

it("reaches every state from proposed, and never comes back to it", () => {
  expect(reachableFrom("proposed").size).toBe(PRICE_CHANGE_STATES.length);
  expect(Object.values(LEGAL_MOVES).flat()).not.toContain("proposed");
});

it("lets every accepted change end live, diverged or overtaken and nowhere else", () => {
  expect(reachableFrom("accepted")).toEqual(new Set(["accepted", "live", "diverged", "overtaken"]));
});

it("sends nothing that was not approved first", () => {
  const before = PRICE_CHANGE_STATES.filter((state) => isLegalMove({ from: state, to: "sending" }));

  expect(before).toEqual(["approved", "unknown"]);
  expect(isLegalMove({ from: "proposed", to: "sending" })).toBe(false);
  expect(isLegalMove({ from: "rejected", to: "approved" })).toBe(false);
  expect(isLegalMove({ from: "live", to: "live" })).toBe(false);
});

it("believes a price only after it was accepted and seen", () => {
  const before = PRICE_CHANGE_STATES.filter((state) => isLegalMove({ from: state, to: "live" }));

  expect(before).toEqual(["accepted", "diverged"]);
});

it("knows what is in flight, what is over and what can be taken back", () => {
  expect(PRICE_CHANGE_STATES.filter(isInFlight)).toEqual([...IN_FLIGHT_STATES]);
  expect(PRICE_CHANGE_STATES.filter(isFinal)).toEqual([
    "overtaken",
    "failed",
    "rejected",
    "stale",
    "superseded",
  ]);
  expect(PRICE_CHANGE_STATES.filter(canBeUndone)).toEqual(["live"]);
});

it("reads a stored word and refuses others", () => {
  expect(parsePriceChangeState("live")).toBe("live");
  expect(parsePriceChangeState("done")).toBeNull();
});
