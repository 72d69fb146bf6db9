import { describe, expect, it } from "vitest";
import { consentAge } from "./consent-age.ts";

const GIVEN = new Date("2026-01-01T10:00:00Z");
const after = (days: number, ms = 0) => new Date(GIVEN.getTime() + days * 86_400_000 + ms);

describe("a consent", () => {
  it.each([
    ["on its day", after(0), 365, "fresh"],
    ["31 whole days before its end", after(334), 31, "fresh"],
    ["a moment later", after(334, 1), 30, "ending"],
    ["in its last hour", after(365, -1), 0, "ending"],
    ["at its end", after(365), 0, "ended"],
    ["long after", after(900), 0, "ended"],
  ] as const)("%s", (_when, now, daysLeft, state) => {
    expect(consentAge(GIVEN, now)).toEqual({ daysLeft, state });
  });
});
