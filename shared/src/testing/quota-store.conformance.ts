import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { leaseTurns, nextTurnUs, paceOf } from "../core/quotas/turns.ts";
import { addMs } from "../core/time/duration.ts";
import type { QuotaBucket, QuotaStore } from "../ports/quota-store.ts";

const START = new Date("2026-11-23T09:00:00.000Z");
const PLAN = { ratePerSecond: 5, burst: 5 };
const usOf = (at: Date) => at.getTime() * 1_000;

let bucketsMade = 0;
/** A bucket that nobody has touched. */
function freshBucket(): QuotaBucket {
  bucketsMade += 1;
  return { operation: "patchListingsItem", owner: `SELLER${String(bucketsMade)}`, region: "na" };
}

/** What every store of quotas keeps to; run on the one in memory and on the one in PostgreSQL. */
export function describeQuotaStore(store: () => QuotaStore): void {
  const lease = (bucket: QuotaBucket, want: number, now = START, horizonMs = 0) =>
    store().lease({ bucket, plan: PLAN, want, horizonMs, now });
  const silence = { fullUs: null, ratePerSecond: null, isThrottled: false };

  describe("a store of quotas", () => {
    it("gives turns that may be used at once while the bucket has tokens, then none", async () => {
      const bucket = freshBucket();

      const first = await lease(bucket, 3);
      const second = await lease(bucket, 3);

      expect(first.turns).toBe(3);
      expect(first.firstUs).toBeLessThanOrEqual(usOf(START));
      expect(second.turns).toBe(0);
      expect(second.nextUs).toBeGreaterThan(usOf(START));
    });

    it("gives later turns to who may wait for them, each one interval after the other", async () => {
      const bucket = freshBucket();
      await lease(bucket, 3);

      const ahead = await lease(bucket, 10, START, 1_000);

      const lastUs = ahead.firstUs + (ahead.turns - 1) * ahead.pace.intervalUs;
      expect(ahead.turns).toBeGreaterThan(3);
      expect(lastUs).toBeLessThanOrEqual(usOf(START) + 1_000_000);
      expect(lastUs + ahead.pace.intervalUs).toBeGreaterThan(usOf(START) + 1_000_000);
      expect(ahead.nextUs).toBe(lastUs + ahead.pace.intervalUs);
    });

    it("keeps sellers, regions and operations apart", async () => {
      const bucket = freshBucket();
      await lease(bucket, 9);

      const others = await Promise.all([
        lease({ ...bucket, owner: `${bucket.owner}B` }, 1),
        lease({ ...bucket, region: "eu" }, 1),
        lease({ ...bucket, operation: "getListingsItem" }, 1),
      ]);

      expect(others.map((each) => each.turns)).toEqual([1, 1, 1]);
    });

    it("remembers the rate that the channel named, and goes by it", async () => {
      const bucket = freshBucket();

      await store().hear({ ...silence, bucket, now: START, ratePerSecond: 0.5 });
      await store().hear({ ...silence, bucket, now: START });
      const leased = await lease(bucket, 2);
      const standing = await store().peek(bucket, PLAN);

      expect(leased.ratePerSecond).toBe(0.5);
      expect(leased.pace).toEqual(paceOf(PLAN, 0.5));
      expect(leased.firstUs).toBe(usOf(START) - leased.pace.toleranceUs);
      expect(standing).toMatchObject({ ratePerSecond: 0.5, fullUs: leased.fullUs });
    });

    it("moves a bucket's full instant later when told, never earlier", async () => {
      const bucket = freshBucket();
      const laterUs = usOf(START) + 60_000_000;

      await store().hear({ ...silence, bucket, now: START, fullUs: laterUs, isThrottled: true });
      await store().hear({ ...silence, bucket, now: START, fullUs: usOf(START) });
      const refused = await lease(bucket, 1);

      expect(refused).toMatchObject({ turns: 0, fullUs: laterUs });
      expect((await lease(bucket, 1, addMs(START, 60_000))).turns).toBe(1);
    });

    it("shows a bucket that nobody knows as full and takes nothing by looking", async () => {
      const bucket = freshBucket();

      const standing = await store().peek(bucket, PLAN);

      expect(standing).toEqual({ fullUs: 0, ratePerSecond: 5, pace: paceOf(PLAN, null) });
      expect((await lease(bucket, 4)).turns).toBe(3);
    });

    it("leases by the arithmetic of core, whatever is asked in whatever order", async () => {
      const asks = fc.array(
        fc.record({
          restMs: fc.integer({ min: 0, max: 2_000 }),
          horizonMs: fc.constantFrom(0, 100, 1_000),
          want: fc.integer({ min: 1, max: 12 }),
        }),
        { minLength: 1, maxLength: 12 },
      );
      const plans = fc.record({
        ratePerSecond: fc.constantFrom(0.0083, 0.5, 1 / 60, 2, 5, 500),
        burst: fc.constantFrom(1, 2, 15, 500),
      });
      await fc.assert(
        fc.asyncProperty(plans, asks, async (plan, list) => {
          const bucket = freshBucket();
          const pace = paceOf(plan, null);
          let now = START;
          let fullUs = 0;
          for (const { restMs, horizonMs, want } of list) {
            now = addMs(now, restMs);
            const nowUs = usOf(now);
            const told = await store().lease({ bucket, plan, want, horizonMs, now });
            const right = leaseTurns({ fullUs, pace, nowUs, horizonUs: horizonMs * 1_000, want });
            fullUs = right.fullUs;
            expect(told).toMatchObject({
              ...right,
              firstUs: nextTurnUs(right.fullUs, pace) - right.turns * pace.intervalUs,
            });
          }
        }),
        { numRuns: 40 },
      );
    });

    it("gives each turn once when many ask at the same time", async () => {
      const bucket = freshBucket();

      const leases = await Promise.all(
        Array.from({ length: 20 }, () => lease(bucket, 2, START, 1_000)),
      );

      const firsts = leases.flatMap(({ turns, firstUs, pace }) =>
        Array.from({ length: turns }, (_, turn) => firstUs + turn * pace.intervalUs),
      );
      expect(new Set(firsts).size).toBe(firsts.length);
      expect(firsts.length).toBe((await lease(freshBucket(), 99, START, 1_000)).turns);
    });
  });
}
