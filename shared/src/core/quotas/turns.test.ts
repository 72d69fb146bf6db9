import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { leaseTurns, nextTurnUs, paceOf, RATE_SHARE, secondsForCalls, SLACK_US } from "./turns.ts";

const START_US = Date.parse("2026-11-23T09:00:00Z") * 1_000;

const plans = fc.record({
  ratePerSecond: fc.constantFrom(0.0083, 0.033, 0.1, 0.5, 1, 2, 5, 20, 100, 500),
  burst: fc.constantFrom(1, 2, 5, 10, 15, 100, 500),
});
const asks = fc.array(
  fc.record({
    restUs: fc.integer({ min: 0, max: 3_000_000 }),
    horizonUs: fc.constantFrom(0, 200_000, 1_000_000),
    want: fc.integer({ min: 1, max: 20 }),
    /** When in its window each turn is used: 0 at once, 1 at the last instant. */
    use: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  { minLength: 1, maxLength: 80 },
);

describe("turns of a bucket", () => {
  it("never exceed burst + rate × t in any window, whoever holds them and however late each is used", () => {
    fc.assert(
      fc.property(plans, asks, (plan, list) => {
        const pace = paceOf(plan, null);
        const used: number[] = [];
        let nowUs = START_US;
        let fullUs = 0;
        for (const { restUs, use, ...ask } of list) {
          nowUs += restUs;
          const leased = leaseTurns({ fullUs, pace, nowUs, ...ask });
          fullUs = leased.fullUs;
          for (let turn = 0; turn < leased.turns; turn += 1) {
            const lastUs = leased.fullUs - (leased.turns - turn) * pace.intervalUs;
            const firstUs = Math.max(nowUs, lastUs - pace.toleranceUs);
            used.push(firstUs + (lastUs - firstUs) * use);
          }
        }
        used.sort((a, b) => a - b);

        for (const [first, fromUs] of used.entries()) {
          for (let last = first; last < used.length; last += 1) {
            const seconds = ((used[last] ?? fromUs) - fromUs) / 1e6;
            const allowed = plan.burst + plan.ratePerSecond * seconds;
            expect(last - first + 1).toBeLessThanOrEqual(allowed + 1e-6);
          }
        }
      }),
    );
  });

  it("are all given in the end: a waiting caller gets the rate less one percent", () => {
    fc.assert(
      fc.property(plans, fc.integer({ min: 1, max: 500 }), (plan, calls) => {
        const pace = paceOf(plan, null);
        let nowUs = START_US;
        let fullUs = 0;
        for (let call = 0; call < calls; call += 1) {
          nowUs = Math.max(nowUs, Math.ceil(nextTurnUs(fullUs, pace)));
          const leased = leaseTurns({ fullUs, pace, nowUs, horizonUs: 0, want: 1 });
          expect(leased.turns).toBe(1);
          fullUs = leased.fullUs;
        }

        const leastUs = (Math.max(0, calls - plan.burst) / plan.ratePerSecond) * 1e6;
        expect(nowUs - START_US).toBeLessThanOrEqual(leastUs / RATE_SHARE + SLACK_US + calls + 1);
      }),
    );
  });

  it("lie within the horizon that was asked for", () => {
    fc.assert(
      fc.property(plans, asks, (plan, list) => {
        const pace = paceOf(plan, null);
        let fullUs = 0;
        let nowUs = START_US;
        for (const { restUs, horizonUs, want } of list) {
          nowUs += restUs;
          const leased = leaseTurns({ fullUs, pace, nowUs, horizonUs, want });
          const lastUs = leased.fullUs - pace.intervalUs - pace.toleranceUs;
          if (leased.turns > 0) expect(lastUs).toBeLessThanOrEqual(nowUs + horizonUs);
          else expect(nextTurnUs(leased.fullUs, pace)).toBeGreaterThan(nowUs + horizonUs);
          fullUs = leased.fullUs;
        }
      }),
    );
  });

  it("follow the rate that Amazon named", () => {
    const plan = { ratePerSecond: 5, burst: 5 };

    expect(paceOf(plan, 10).intervalUs).toBe(Math.ceil(1e5 / RATE_SHARE));
    expect(paceOf(plan, null).intervalUs).toBe(Math.ceil(2e5 / RATE_SHARE));
  });

  it("say how long a number of calls takes", () => {
    const pace = paceOf({ ratePerSecond: 0.5, burst: 1 }, null);
    const bucket = { fullUs: 0, pace, nowUs: START_US };

    expect(secondsForCalls(bucket, 0)).toBe(0);
    expect(secondsForCalls(bucket, 1)).toBe(0);
    expect(secondsForCalls(bucket, 51)).toBeCloseTo(50 * 2 * (1 / RATE_SHARE), 3);
    expect(secondsForCalls({ ...bucket, fullUs: START_US + 7e6 }, 1)).toBe(7);
  });
});
