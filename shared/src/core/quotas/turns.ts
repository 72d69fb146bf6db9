/**
 * A token bucket as one instant (the "generic cell rate algorithm", ITU-T I.371 annex A): how far `fullUs`
 * lies ahead says how many tokens are out. One number is easy to share, and a turn is reserved by moving it.
 *
 * Turn `i` of a bucket that is full again at `fullUs` belongs to the instant `fullUs + i × interval`. It may be
 * used at any time from `tolerance` before that instant until the instant itself. Whoever holds the turns, in
 * whatever order they are used: a window of length t then holds at most `tolerance / interval + 1 + t / interval`
 * of them, because their instants lie in a window of length `t + tolerance` and are one interval apart.
 *
 * Units: instants are whole microseconds since 1970 (a plan of 500 calls a second has turns 2 ms apart, and a
 * number holds microseconds exactly until the year 2255); durations whole microseconds.
 */

/** A bucket as its owner published it. */
export interface QuotaPlan {
  /** Tokens a second, above zero. */
  readonly ratePerSecond: number;
  /** Tokens of a full bucket, at least one. */
  readonly burst: number;
}

/** What a plan comes down to for us: a little slower and a little shallower than published. */
export interface Pace {
  readonly intervalUs: number;
  readonly toleranceUs: number;
}

/** Turns that were reserved, and the bucket after it. */
export interface LeasedTurns {
  readonly turns: number;
  readonly fullUs: number;
}

/**
 * The share of a published rate that we use. The missing percent lets a bucket recover from what we did not
 * foresee; it is also the cost: a long run takes 1/0.99 of the published minimum.
 */
export const RATE_SHARE = 0.99;

/**
 * Amazon meters arrivals and we meter departures: two calls may arrive closer together than they left, and two
 * workers' clocks differ. This much of both together never costs a refusal. A shallow bucket gives half its depth:
 * without any depth left a turn would be good for one instant only, and every late timer would void it.
 */
export const SLACK_US = 300_000;

/** The pace of a plan, at the rate Amazon named last (null: the published one). */
export function paceOf(plan: QuotaPlan, learntRate: number | null): Pace {
  const intervalUs = Math.ceil(1e6 / ((learntRate ?? plan.ratePerSecond) * RATE_SHARE));
  const depthUs = (plan.burst - 1) * intervalUs;
  return { intervalUs, toleranceUs: depthUs - Math.min(SLACK_US, Math.floor(depthUs / 2)) };
}

/**
 * Reserves up to `want` turns that may be used within `horizonUs` from now; none when the next one is later.
 * `fullUs` may be any past instant for a full bucket.
 */
export function leaseTurns(request: {
  readonly fullUs: number;
  readonly pace: Pace;
  readonly nowUs: number;
  readonly horizonUs: number;
  readonly want: number;
}): LeasedTurns {
  const { pace, nowUs, horizonUs, want } = request;
  const baseUs = Math.max(request.fullUs, nowUs);
  const roomUs = nowUs + horizonUs + pace.toleranceUs - baseUs;
  const turns = roomUs < 0 ? 0 : Math.min(want, Math.floor(roomUs / pace.intervalUs) + 1);
  return { turns, fullUs: baseUs + turns * pace.intervalUs };
}

/** When the next turn may be used; in the past for one that may be used at once. */
export function nextTurnUs(fullUs: number, pace: Pace): number {
  return fullUs - pace.toleranceUs;
}

/** Seconds until the last of `calls` more calls may go, if nobody else takes a turn; 0 when all may go now. */
export function secondsForCalls(
  bucket: { readonly fullUs: number; readonly pace: Pace; readonly nowUs: number },
  calls: number,
): number {
  const { fullUs, pace, nowUs } = bucket;
  if (calls <= 0) return 0;
  const lastUs = Math.max(fullUs, nowUs) + (calls - 1) * pace.intervalUs - pace.toleranceUs;
  return Math.max(0, lastUs - nowUs) / 1e6;
}
