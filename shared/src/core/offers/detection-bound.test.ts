import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { detectionBound, watchPace, type WatchLoad } from "./detection-bound.ts";

const CALL = { callsPerSecond: 0.5, perCall: 20 };
const minutes = (ms: number) => Math.ceil(ms / 60_000);

describe("the detection bound", () => {
  it("of few ASINs is the shortest pace", () => {
    expect(detectionBound({ heard: 100, unheard: 0, ...CALL })).toEqual({
      changeMs: 616_000,
      unheardChangeMs: 206_000,
      silenceMs: 3 * 616_000 + 300_000,
    });
  });

  it("of ten thousand ASINs is the time the quota needs for one round", () => {
    expect(minutes(detectionBound({ heard: 10_000, unheard: 0, ...CALL }).changeMs)).toBe(17);
    expect(minutes(detectionBound({ heard: 0, unheard: 10_000, ...CALL }).unheardChangeMs)).toBe(
      17,
    );
  });

  it("of silent ASINs is shorter than that of those that speak", () => {
    const load = { heard: 8_000, unheard: 2_000, ...CALL };

    expect(watchPace(load)).toEqual({ heardMs: 1_297_298, unheardMs: 600_000 });
  });

  const anyLoad = fc.record({
    heard: fc.nat(100_000),
    unheard: fc.nat(100_000),
    callsPerSecond: fc.constantFrom(0.5, 0.1, 2),
    perCall: fc.constant(20),
  });

  it("is a finite number of milliseconds for any shop, also one of which nobody speaks", () => {
    fc.assert(
      fc.property(anyLoad, (load) => {
        const roundMs =
          (load.heard + load.unheard) / ((load.callsPerSecond * load.perCall) / 1_000);
        const { changeMs, unheardChangeMs, silenceMs } = detectionBound(load);

        for (const bound of [changeMs, unheardChangeMs, silenceMs])
          expect(bound).toSatisfy(Number.isSafeInteger);
        expect(changeMs).toBeGreaterThanOrEqual(roundMs);
        expect(changeMs).toBeLessThanOrEqual(watchPace(load).heardMs + roundMs + 40_001);
      }),
      {
        examples: [
          [{ heard: 0, unheard: 10_000, ...CALL }],
          [{ heard: 1, unheard: 9_999, ...CALL }],
        ],
      },
    );
  });

  it("never plans more calls than the quota has, whatever is watched", () => {
    fc.assert(
      fc.property(anyLoad, (load) => {
        const { heardMs, unheardMs } = watchPace(load);
        const perMs = (load.callsPerSecond * load.perCall) / 1_000;

        expect(load.heard / heardMs + load.unheard / unheardMs).toBeLessThanOrEqual(perMs * 1.0001);
      }),
    );
  });

  it("holds for every ASIN when the longest due is asked first, also after all were due at once", () => {
    const small = fc.record({ heard: fc.integer({ min: 1, max: 120 }), unheard: fc.nat(60) });
    fc.assert(
      fc.property(small, fc.nat(3_000), ({ heard, unheard }, askedAtS) => {
        const load: WatchLoad = { heard, unheard, callsPerSecond: 0.02, perCall: 2 };
        const gaps = longestGapsMs(load, askedAtS * 1_000);
        const bound = detectionBound(load);

        expect(gaps.heard).toBeLessThanOrEqual(bound.changeMs);
        expect(gaps.unheard).toBeLessThanOrEqual(bound.unheardChangeMs);
      }),
      { numRuns: 500 },
    );
  });
});

/** Asks as the sweep does for some rounds, one call a turn; at one instant everything becomes due. */
function longestGapsMs(load: WatchLoad, askedAtMs: number) {
  const pace = watchPace(load);
  const turnMs = 1_000 / load.callsPerSecond;
  const watched = Array.from({ length: load.heard + load.unheard }, (_, place) => ({
    isHeard: place < load.heard,
    dueMs: 0,
    sweptMs: 0,
  }));
  const gaps = { heard: 0, unheard: 0 };
  const endMs = 4 * Math.max(pace.heardMs, pace.unheardMs);
  let isAsked = false;
  for (let nowMs = 0; nowMs < endMs; nowMs += turnMs) {
    if (!isAsked && nowMs >= askedAtMs) {
      isAsked = true;
      for (const each of watched) each.dueMs = Math.min(each.dueMs, nowMs);
    }
    const due = watched
      .filter((each) => each.dueMs <= nowMs)
      .sort((a, b) => a.dueMs - b.dueMs || a.sweptMs - b.sweptMs)
      .slice(0, load.perCall);
    for (const each of due) {
      const kind = each.isHeard ? "heard" : "unheard";
      gaps[kind] = Math.max(gaps[kind], nowMs - each.sweptMs);
      each.sweptMs = nowMs;
      each.dueMs = nowMs + (each.isHeard ? pace.heardMs : pace.unheardMs);
    }
  }
  return gaps;
}
