import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MARKETPLACES } from "../marketplaces.ts";
import { HOUR_MS } from "../time/duration.ts";
import { addDays, dayOf, daysBetween, spanOf, withOffset } from "./marketplace-time.ts";

const hoursOf = (day: string, zone: string) => {
  const { from, until } = spanOf(day, zone);
  return (until.getTime() - from.getTime()) / HOUR_MS;
};

describe("a day in a store's own time", () => {
  it.each([
    ["2026-11-01T06:59:59.999Z", "America/Los_Angeles", "2026-10-31"],
    ["2026-11-01T07:00:00.000Z", "America/Los_Angeles", "2026-11-01"],
    ["2026-11-02T08:00:00.000Z", "America/Los_Angeles", "2026-11-02"],
    ["2026-11-22T15:00:00.000Z", "Asia/Tokyo", "2026-11-23"],
    ["2026-06-30T18:30:00.000Z", "Asia/Kolkata", "2026-07-01"],
  ])("%s in %s is %s", (at, zone, day) => {
    expect(dayOf(new Date(at), zone)).toBe(day);
  });

  // Clocks change at 2 a.m. in California and Berlin, at midnight in Cairo, never in Tokyo.
  it.each([
    ["2026-03-08", "America/Los_Angeles", 23],
    ["2026-11-01", "America/Los_Angeles", 25],
    ["2026-03-29", "Europe/Berlin", 23],
    ["2026-10-25", "Europe/Berlin", 25],
    ["2026-04-24", "Africa/Cairo", 23],
    ["2026-10-29", "Africa/Cairo", 25],
    ["2026-10-04", "Australia/Sydney", 23],
    ["2026-11-01", "Asia/Tokyo", 24],
  ])("%s in %s has %d hours", (day, zone, hours) => {
    expect(hoursOf(day, zone)).toBe(hours);
  });

  it.each(MARKETPLACES.map(({ country, timeZone }) => [country, timeZone]))(
    "holds every instant exactly once in %s (%s)",
    (_country, zone) => {
      const instants = fc.date({
        min: new Date("2024-01-01T00:00:00Z"),
        max: new Date("2029-01-01T00:00:00Z"),
        noInvalidDate: true,
      });
      fc.assert(
        fc.property(instants, (at) => {
          const day = dayOf(at, zone);
          const { from, until } = spanOf(day, zone);
          expect(from <= at && at < until).toBe(true);
          expect(spanOf(addDays(day, 1), zone).from).toEqual(until);
          expect(dayOf(new Date(until.getTime() - 1), zone)).toBe(day);
        }),
        { numRuns: 20 },
      );
    },
  );

  it("moves over months and leap days", () => {
    expect(addDays("2028-02-28", 1)).toBe("2028-02-29");
    expect(addDays("2027-01-01", -1)).toBe("2026-12-31");
    expect(daysBetween("2026-12-30", "2027-01-02")).toEqual([
      "2026-12-30",
      "2026-12-31",
      "2027-01-01",
    ]);
    expect(daysBetween("2026-12-30", "2026-12-30")).toEqual([]);
    expect(() => addDays("yesterday", 1)).toThrow("no calendar day");
  });

  it.each([
    ["2026-11-01T07:00:00Z", "America/Los_Angeles", "2026-11-01T00:00:00-07:00"],
    ["2026-11-02T08:00:00.500Z", "America/Los_Angeles", "2026-11-02T00:00:00-08:00"],
    ["2026-06-30T18:30:00Z", "Asia/Kolkata", "2026-07-01T00:00:00+05:30"],
    ["2026-01-01T00:00:00Z", "Europe/London", "2026-01-01T00:00:00+00:00"],
  ])("writes %s in %s as %s", (at, zone, text) => {
    expect(withOffset(new Date(at), zone)).toBe(text);
    expect(Math.floor(Date.parse(text) / 1_000)).toBe(Math.floor(Date.parse(at) / 1_000));
  });
});
