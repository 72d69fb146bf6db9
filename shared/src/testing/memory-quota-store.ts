import { leaseTurns, nextTurnUs, paceOf } from "../core/quotas/turns.ts";
import type { QuotaBucket, QuotaStore } from "../ports/quota-store.ts";

/** Buckets in memory, for tests that have no database; passes the same suite as the real store. */
export function createMemoryQuotaStore(): QuotaStore {
  const rows = new Map<string, { fullUs: number; ratePerSecond: number | null }>();
  const rowOf = (bucket: QuotaBucket) => {
    const key = JSON.stringify([bucket.operation, bucket.owner, bucket.region]);
    const row = rows.get(key) ?? { fullUs: 0, ratePerSecond: null };
    rows.set(key, row);
    return row;
  };
  return {
    lease({ bucket, plan, want, horizonMs, now }) {
      const row = rowOf(bucket);
      const pace = paceOf(plan, row.ratePerSecond);
      const leased = leaseTurns({
        fullUs: row.fullUs,
        pace,
        nowUs: now.getTime() * 1_000,
        horizonUs: horizonMs * 1_000,
        want,
      });
      row.fullUs = leased.fullUs;
      const nextUs = nextTurnUs(leased.fullUs, pace);
      return Promise.resolve({
        turns: leased.turns,
        fullUs: leased.fullUs,
        firstUs: nextUs - leased.turns * pace.intervalUs,
        nextUs,
        ratePerSecond: row.ratePerSecond ?? plan.ratePerSecond,
        pace,
      });
    },
    peek(bucket, plan) {
      const row = rowOf(bucket);
      return Promise.resolve({
        fullUs: row.fullUs,
        ratePerSecond: row.ratePerSecond ?? plan.ratePerSecond,
        pace: paceOf(plan, row.ratePerSecond),
      });
    },
    hear(news) {
      const row = rowOf(news.bucket);
      row.fullUs = Math.max(row.fullUs, news.fullUs ?? 0);
      row.ratePerSecond = news.ratePerSecond ?? row.ratePerSecond;
      return Promise.resolve();
    },
  };
}
