import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addMs, DAY_MS, HOUR_MS, MINUTE_MS, msBetween } from "../time/duration.ts";
import {
  decodeOrderProgress,
  isBusy,
  nextStepAt,
  nextWindow,
  type OrderProgress,
  startProgress,
  withWindowRead,
} from "./order-windows.ts";

const NOW = new Date("2026-11-23T12:00:00.000Z");

/** Asks for the next window at `now` and reads it. */
function readNext(progress: OrderProgress, now: Date): OrderProgress {
  const window = nextWindow(progress, now);
  return window === null
    ? progress
    : withWindowRead(progress, { ...window, reportId: "R", askedAt: now });
}

function checked(progress: OrderProgress, now: Date): OrderProgress {
  return { ...progress, checkedOn: now.toISOString().slice(0, 10) };
}

describe("reading order changes", () => {
  it("begins with the last 30 days and goes back a year, a window at a time", () => {
    let progress = startProgress(["M"], NOW);
    const windows = [];
    for (let turn = 0; turn < 13; turn += 1) {
      windows.push(nextWindow(progress, NOW)?.kind);
      progress = readNext(progress, NOW);
    }

    expect(windows).toEqual(["recent", ...Array.from({ length: 12 }, () => "history")]);
    expect(progress.knownFrom).toEqual(progress.goal);
    expect(nextWindow(checked(progress, NOW), NOW)).toBeNull();
  });

  it("never asks for more than 30 days, leaves no hole, and catches up after any pause", () => {
    const pauses = fc.array(fc.integer({ min: 0, max: 90 * 24 * 60 }), { maxLength: 40 });
    fc.assert(
      fc.property(pauses, (minutes) => {
        let now = NOW;
        let progress = startProgress(["M"], now);
        for (const pause of minutes) {
          now = addMs(now, pause * MINUTE_MS);
          const window = nextWindow(progress, now);
          if (window === null) continue;
          const { knownFrom, knownUntil } = progress;
          expect(msBetween(window.from, window.until)).toBeGreaterThan(0);
          expect(msBetween(window.from, window.until)).toBeLessThanOrEqual(30 * DAY_MS);
          expect(window.until <= now).toBe(true);
          // It touches what is known, so that the known stretch stays one.
          if (knownUntil !== null && knownFrom !== null) {
            expect(window.from <= knownUntil && window.until >= knownFrom).toBe(true);
            expect(window.until > knownUntil || window.from < knownFrom).toBe(true);
          }
          progress = readNext(progress, now);
        }
        for (let turn = 0; turn < 400 && isBusy(checked(progress, now), now); turn += 1)
          progress = readNext(progress, now);
        for (let turn = 0; turn < 400 && msBetween(progress.knownUntil ?? now, now) > 0; turn += 1)
          progress = readNext(progress, now);
        expect(progress.knownFrom).toEqual(progress.goal);
        expect(msBetween(progress.knownUntil ?? NOW, now)).toBeLessThan(15 * MINUTE_MS);
      }),
      { numRuns: 60 },
    );
  });

  it("waits a quarter of an hour by itself, and two minutes when woken", () => {
    const idle = {
      ...checked(startProgress(["M"], NOW), NOW),
      knownFrom: addMs(NOW, -366 * DAY_MS),
      knownUntil: NOW,
      deepAt: NOW,
    };

    expect(nextStepAt(idle, NOW)).toEqual(addMs(NOW, 15 * MINUTE_MS));
    expect(nextWindow(idle, addMs(NOW, MINUTE_MS))).toBeNull();
    expect(nextWindow(idle, addMs(NOW, 2 * MINUTE_MS))).toEqual({
      kind: "recent",
      from: addMs(NOW, -HOUR_MS),
      until: addMs(NOW, 2 * MINUTE_MS),
    });
  });

  it("reaches three days back once a day, and to where totals differ", () => {
    const now = addMs(NOW, 20 * MINUTE_MS);
    const idle = {
      ...checked(startProgress(["M"], NOW), NOW),
      knownFrom: addMs(NOW, -366 * DAY_MS),
      knownUntil: NOW,
      deepAt: addMs(NOW, -DAY_MS),
    };
    const deep = readNext(idle, now);
    const doubted = { ...deep, againFrom: addMs(NOW, -6 * DAY_MS) };

    expect(nextWindow(idle, now)?.from).toEqual(addMs(NOW, -3 * DAY_MS));
    expect(deep.deepAt).toEqual(now);
    expect(nextWindow(deep, addMs(now, HOUR_MS))?.from).toEqual(addMs(now, -HOUR_MS));
    expect(nextWindow(doubted, addMs(now, HOUR_MS))?.from).toEqual(doubted.againFrom);
    expect(readNext(doubted, addMs(now, HOUR_MS)).againFrom).toBeNull();
  });

  it("remembers its progress as text and starts over for another version", () => {
    const open = { kind: "recent", from: NOW, until: NOW, reportId: "R", askedAt: NOW } as const;
    const progress = { ...startProgress(["M"], NOW), open };
    const stored = JSON.parse(JSON.stringify(progress)) as Record<string, unknown>;

    expect(decodeOrderProgress(stored)).toEqual(progress);
    expect(decodeOrderProgress({})).toBeNull();
    expect(decodeOrderProgress({ ...stored, version: 2 })).toBeNull();
  });
});
