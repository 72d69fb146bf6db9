import { describe, expect, it } from "vitest";
import { addMs, DAY_MS, HOUR_MS } from "../time/duration.ts";
import { nextTrafficDay, type TrafficAge } from "./traffic-days.ts";

const ENDED = new Date("2026-11-23T08:00:00.000Z");
const after = (hours: number) => addMs(ENDED, hours * HOUR_MS);
const NEXT_END = addMs(ENDED, DAY_MS);

function age(given: { trafficH?: number; askedH?: number; daysBack?: number } = {}): TrafficAge {
  const { trafficH, askedH, daysBack = 0 } = given;
  return {
    day: `2026-11-${String(22 - daysBack).padStart(2, "0")}`,
    endsAt: addMs(ENDED, -daysBack * DAY_MS),
    trafficAt: trafficH === undefined ? null : after(trafficH),
    askedAt: askedH === undefined ? (trafficH === undefined ? null : after(trafficH)) : after(askedH),
  };
} // prettier-ignore

const planAt = (hours: number, ...days: readonly TrafficAge[]) =>
  nextTrafficDay(days, NEXT_END, after(hours));

describe("a day's traffic", () => {
  // Age of the day in hours, what is known of it, and whether it is asked for.
  it.each([
    [11, {}, false],
    [12, {}, true],
    [13, { trafficH: 12 }, false],
    [36, { trafficH: 12 }, true],
    [59, { trafficH: 37 }, false],
    [60, { trafficH: 37 }, true],
    [84, { trafficH: 60 }, true],
    [85, { trafficH: 84 }, false],
    [500, { trafficH: 84 }, false],
    // Readings missed while the worker was away are made up for by one.
    [500, { trafficH: 12 }, true],
    [501, { trafficH: 500 }, false],
    // Asked for in vain: again after six hours.
    [14, { askedH: 12 }, false],
    [18, { askedH: 12 }, true],
    [38, { trafficH: 12, askedH: 36 }, false],
    [42, { trafficH: 12, askedH: 36 }, true],
    // Amazon had nothing on a day two weeks back: it will not have more.
    [400, { askedH: 390 }, false],
  ])("at %d h with %o is asked for: %s", (hours, known, isAsked) => {
    expect(planAt(hours, age(known)).kind).toBe(isAsked ? "ask" : "wait");
  });

  it("is asked for newest first, then history", () => {
    const days = [age({ daysBack: 9 }), age(), age({ daysBack: 2 })];

    expect(planAt(12, ...days)).toMatchObject({ kind: "ask", day: { day: "2026-11-22" } });
    expect(planAt(1, ...days)).toMatchObject({ kind: "ask", day: { day: "2026-11-20" } });
  });

  it("waits for the next reading, of this day or the one that is running", () => {
    expect(planAt(13, age({ trafficH: 12 }))).toEqual({ kind: "wait", until: after(36) });
    expect(planAt(90, age({ trafficH: 84 }))).toEqual({ kind: "wait", until: after(36) });
    expect(planAt(13)).toEqual({ kind: "wait", until: after(36) });
  });
});
