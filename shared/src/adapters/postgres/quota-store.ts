import { leaseTurns, nextTurnUs, paceOf, RATE_SHARE, SLACK_US } from "../../core/quotas/turns.ts";
import { HOUR_MS } from "../../core/time/duration.ts";
import type { QuotaStore } from "../../ports/quota-store.ts";
import { onConnection, type Pool } from "./pool.ts";

/**
 * One statement reserves turns and counts them. A bucket that is new or full answers by `$4` and `$5`, which
 * core worked out; else the row's own numbers decide, under the row's lock. The arithmetic is that of
 * `leaseTurns`; a test runs both side by side.
 *
 * Microseconds come back as float8, which holds them exactly until the year 2255.
 *
 * $1–$3 bucket, $4 full and $5 turns of a fresh bucket, $6 now, $7 horizon (all µs), $8 want, $9 published rate,
 * $10 burst, $11 rate share, $12 slack, $13 now, $14 hour and $15 its place in the week.
 */
const LEASE = `
  WITH leased AS (
    INSERT INTO quota_bucket AS b (operation, owner, region, full_us, lease_turns, plan_rate, plan_burst, updated_at)
    VALUES ($1, $2, $3, $4, $5, $9, $10, $13)
    ON CONFLICT (operation, owner, region) DO UPDATE SET
      (full_us, lease_turns, plan_rate, plan_burst, updated_at) = (
      SELECT c.base + c.turns * c.step, c.turns, excluded.plan_rate, excluded.plan_burst, excluded.updated_at FROM (
        SELECT p.base, p.step,
               CASE WHEN r.room < 0 THEN 0 ELSE least($8::bigint, r.room / p.step + 1) END AS turns
          FROM (SELECT greatest(b.full_us, $6::bigint) AS base,
                       ceil(1e6::float8 / (coalesce(b.rate_per_second, $9::float8) * $11::float8))::bigint AS step) p,
               LATERAL (SELECT ($10::bigint - 1) * p.step AS us) depth,
               LATERAL (SELECT $6::bigint + $7::bigint + depth.us - least($12::bigint, depth.us / 2)
                               - p.base AS room) r) c)
    RETURNING b.full_us, b.lease_turns, b.rate_per_second
  ), counted AS (
    INSERT INTO quota_usage AS u (operation, owner, region, week_hour, hour_at, taken, throttled)
    SELECT $1, $2, $3, $15, $14, lease_turns, 0 FROM leased WHERE lease_turns > 0
    ON CONFLICT (operation, owner, region, week_hour) DO UPDATE SET
      taken = CASE WHEN u.hour_at = excluded.hour_at THEN u.taken ELSE 0 END + excluded.taken,
      throttled = CASE WHEN u.hour_at = excluded.hour_at THEN u.throttled ELSE 0 END,
      hour_at = excluded.hour_at
  )
  SELECT full_us::float8 AS full_us, lease_turns, rate_per_second FROM leased`;

const HEAR = `
  WITH heard AS (
    INSERT INTO quota_bucket AS b
      (operation, owner, region, full_us, lease_turns, rate_per_second, throttled_at, updated_at)
    VALUES ($1, $2, $3, $4, 0, $5, $6, $7)
    ON CONFLICT (operation, owner, region) DO UPDATE SET
      full_us = greatest(b.full_us, excluded.full_us),
      rate_per_second = coalesce(excluded.rate_per_second, b.rate_per_second),
      throttled_at = coalesce(excluded.throttled_at, b.throttled_at),
      updated_at = excluded.updated_at
  )
  INSERT INTO quota_usage AS u (operation, owner, region, week_hour, hour_at, taken, throttled)
  SELECT $1, $2, $3, $9, $8, 0, 1 WHERE $6::timestamptz IS NOT NULL
  ON CONFLICT (operation, owner, region, week_hour) DO UPDATE SET
    taken = CASE WHEN u.hour_at = excluded.hour_at THEN u.taken ELSE 0 END,
    throttled = CASE WHEN u.hour_at = excluded.hour_at THEN u.throttled ELSE 0 END + excluded.throttled,
    hour_at = excluded.hour_at`;

/** The worker's buckets: rows that any number of workers share. */
export function createQuotaStore(pool: Pool): QuotaStore {
  return {
    async lease({ bucket, plan, want, horizonMs, now }) {
      const { operation, owner, region } = bucket;
      const nowUs = now.getTime() * 1_000;
      const horizonUs = horizonMs * 1_000;
      const pace = paceOf(plan, null);
      const fresh = leaseTurns({ fullUs: 0, pace, nowUs, horizonUs, want });
      const answer = await onConnection(pool, (client) =>
        client.query<{ full_us: number; lease_turns: number; rate_per_second: number | null }>(
          LEASE,
          [operation, owner, region, fresh.fullUs, fresh.turns, nowUs, horizonUs, want, plan.ratePerSecond, plan.burst,
           RATE_SHARE, SLACK_US, now, ...hourOf(now)], // prettier-ignore
        ),
      );
      const row = answer.rows[0];
      if (row === undefined) throw new Error("an upsert of one bucket returned no row");
      return leaseOf(toBucketRow(row), row.lease_turns, plan);
    },
    async peek(bucket, plan) {
      const answer = await onConnection(pool, (client) =>
        client.query<{ full_us: number; rate_per_second: number | null }>(
          "SELECT full_us::float8 AS full_us, rate_per_second FROM quota_bucket WHERE operation = $1 AND owner = $2 AND region = $3",
          [bucket.operation, bucket.owner, bucket.region],
        ),
      );
      const row = answer.rows[0];
      return standingOf(row === undefined ? FULL : toBucketRow(row), plan);
    },
    async hear({ bucket, now, fullUs, ratePerSecond, isThrottled }) {
      const { operation, owner, region } = bucket;
      await onConnection(pool, (client) =>
        client.query(HEAR, [
          operation,
          owner,
          region,
          fullUs ?? 0,
          ratePerSecond,
          isThrottled ? now : null,
          now,
          ...hourOf(now),
        ]),
      );
    },
  };
}

/** A bucket's row. */
interface BucketRow {
  readonly fullUs: number;
  readonly learntRate: number | null;
}

const FULL: BucketRow = { fullUs: 0, learntRate: null };

function toBucketRow(row: { full_us: number; rate_per_second: number | null }): BucketRow {
  return { fullUs: row.full_us, learntRate: row.rate_per_second };
}

function standingOf({ fullUs, learntRate }: BucketRow, plan: Parameters<typeof paceOf>[0]) {
  const pace = paceOf(plan, learntRate);
  return { fullUs, pace, ratePerSecond: learntRate ?? plan.ratePerSecond };
}

function leaseOf(row: BucketRow, turns: number, plan: Parameters<typeof paceOf>[0]) {
  const standing = standingOf(row, plan);
  const nextUs = nextTurnUs(standing.fullUs, standing.pace);
  return { ...standing, turns, nextUs, firstUs: nextUs - turns * standing.pace.intervalUs };
}

/** Hours of a week: each bucket has this many rows of usage for ever, the oldest is written over. */
const WEEK_HOURS = 168;

function hourOf(now: Date): [hourAt: Date, weekHour: number] {
  const hour = Math.floor(now.getTime() / HOUR_MS);
  return [new Date(hour * HOUR_MS), hour % WEEK_HOURS];
}
