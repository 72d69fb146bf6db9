import type { ConnectionId } from "../../../core/ids.ts";
import { leaseTurns, paceOf, secondsForCalls } from "../../../core/quotas/turns.ts";
import { HOUR_MS } from "../../../core/time/duration.ts";
import type { QueryClient } from "../query-client.ts";
import { iso } from "./money-columns.ts";

/** One quota of a connection. Ceilings over all sellers are not shown: they are nobody's own. */
export interface QuotaView {
  /** Amazon's operation, or the name of a narrower plan. */
  readonly operation: string;
  /** Calls a second as Amazon named them last, else as published. */
  readonly ratePerSecond: number;
  readonly burst: number;
  /** Calls that may go at once. */
  readonly turnsNow: number;
  /** Calls of the last 60 minutes; the hour before this one counts by the share that lies in them. */
  readonly takenLastHour: number;
  readonly throttledLastHour: number;
  /** When Amazon last refused a call for this quota, ISO 8601; null: never. */
  readonly throttledAt: string | null;
  /** Seconds until so many more calls have gone, if nothing else takes a turn. */
  secondsFor(calls: number): number;
}

interface Row {
  operation: string;
  full_us: number;
  plan_rate: number;
  plan_burst: number;
  rate_per_second: number | null;
  throttled_at: Date | null;
  hours: { hourMs: number; taken: number; throttled: number }[];
}

/** The quotas a connection has used so far, by name; empty before its first call. */
export async function readQuotas(
  client: QueryClient,
  options: { readonly connectionId: ConnectionId; readonly now: Date },
): Promise<QuotaView[]> {
  const { connectionId, now } = options;
  const hourMs = Math.floor(now.getTime() / HOUR_MS) * HOUR_MS;
  const answer = await client.query<Row>(
    `SELECT b.operation, b.full_us::float8 AS full_us, b.plan_rate, b.plan_burst, b.rate_per_second, b.throttled_at,
            coalesce((SELECT jsonb_agg(jsonb_build_object('hourMs', extract(epoch FROM u.hour_at)::bigint * 1000,
                        'taken', u.taken, 'throttled', u.throttled))
                        FROM quota_usage u WHERE u.operation = b.operation AND u.owner = b.owner
                         AND u.region = b.region AND u.hour_at >= $2), '[]') AS hours
       FROM connection c JOIN quota_bucket b ON b.owner = c.account_id AND b.region = c.region
      WHERE c.shop_id = current_shop() AND c.connection_id = $1 AND c.channel = 'amazon' AND b.plan_rate IS NOT NULL
      ORDER BY b.operation`,
    [connectionId, new Date(hourMs - HOUR_MS)],
  );
  return answer.rows.map((row) => toQuotaView(row, now, hourMs));
}

function toQuotaView(row: Row, now: Date, hourMs: number): QuotaView {
  const plan = { ratePerSecond: row.plan_rate, burst: row.plan_burst };
  const pace = paceOf(plan, row.rate_per_second);
  const bucket = { fullUs: row.full_us, pace, nowUs: now.getTime() * 1_000 };
  const shareBefore = 1 - (now.getTime() - hourMs) / HOUR_MS;
  const lastHour = (field: "taken" | "throttled"): number => {
    const parts = row.hours.map((hour) => hour[field] * (hour.hourMs === hourMs ? 1 : shareBefore));
    return Math.round(parts.reduce((sum, part) => sum + part, 0));
  };
  return {
    operation: row.operation,
    ratePerSecond: row.rate_per_second ?? row.plan_rate,
    burst: row.plan_burst,
    turnsNow: leaseTurns({ ...bucket, horizonUs: 0, want: row.plan_burst }).turns,
    takenLastHour: lastHour("taken"),
    throttledLastHour: lastHour("throttled"),
    throttledAt: iso(row.throttled_at),
    secondsFor: (calls) => secondsForCalls(bucket, calls),
  };
}
