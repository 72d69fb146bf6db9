import { addMs, DAY_MS, HOUR_MS, msBetween } from "../time/duration.ts";
import type { Day } from "./marketplace-time.ts";

/** A day and how far its traffic is known. */
export interface TrafficAge {
  readonly day: Day;
  readonly endsAt: Date;
  /** When the report that we have was asked for; null = none. */
  readonly trafficAt: Date | null;
  /** When a report was last asked for, whatever came of it. */
  readonly askedAt: Date | null;
}

// Amazon fills a day in for up to 72 hours after it ended (its own words, docs issue 2303: sessions may stand
// at zero at first). It is read at these ages; the last reading stays.
const READ_AT_AGES_MS = [12 * HOUR_MS, 36 * HOUR_MS, 60 * HOUR_MS, 84 * HOUR_MS];
// A report that failed or came empty is not asked for again at once, and not for ever.
const ASK_AGAIN_MS = 6 * HOUR_MS;
const GIVE_UP_AGE_MS = 14 * DAY_MS;

/** What to ask for next. */
export type TrafficPlan =
  | { readonly kind: "ask"; readonly day: TrafficAge }
  | { readonly kind: "wait"; readonly until: Date };

/**
 * The day whose traffic to ask for now, newest first; or when the next one is due.
 * @param days every day that is wanted and over, in any order; at least the days of the last week.
 * @param nextEnd when the day that is running now ends.
 */
export function nextTrafficDay(
  days: readonly TrafficAge[],
  nextEnd: Date,
  now: Date,
): TrafficPlan {
  const newestFirst = [...days].sort((left, right) => (left.day < right.day ? 1 : -1));
  const ready = newestFirst.find((day) => dueAt(day, now) <= now);
  if (ready !== undefined) return { kind: "ask", day: ready };
  const first = addMs(nextEnd, READ_AT_AGES_MS[0] ?? 0);
  const dues = newestFirst.map((day) => dueAt(day, now)).filter((at) => at < NEVER);
  return { kind: "wait", until: dues.reduce((soonest, at) => (at < soonest ? at : soonest), first) };
} // prettier-ignore

const NEVER = new Date(8_640_000_000_000_000);

/** When this day is to be asked for; NEVER when it has been read for good or given up. */
function dueAt(day: TrafficAge, now: Date): Date {
  const { endsAt, trafficAt, askedAt } = day;
  const missing = READ_AT_AGES_MS.map((ageMs) => addMs(endsAt, ageMs)).filter(
    (at) => trafficAt === null || trafficAt < at,
  );
  const [next] = missing;
  if (next === undefined) return NEVER;
  const wasInVain = askedAt !== null && (trafficAt === null || trafficAt < askedAt);
  // Readings that were missed are made up for by one.
  if (!wasInVain) return missing.filter((at) => at <= now).at(-1) ?? next;
  if (trafficAt === null && msBetween(endsAt, askedAt) > GIVE_UP_AGE_MS) return NEVER;
  const again = addMs(askedAt, ASK_AGAIN_MS);
  return again > next ? again : next;
}
