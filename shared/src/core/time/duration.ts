/** One second in milliseconds; all durations in this code base are integers of milliseconds. */
export const SECOND_MS = 1_000;
/** One minute in milliseconds. */
export const MINUTE_MS = 60 * SECOND_MS;
/** One hour in milliseconds. */
export const HOUR_MS = 60 * MINUTE_MS;
/** Twenty-four hours in milliseconds; a shop's calendar day may be an hour shorter or longer. */
export const DAY_MS = 24 * HOUR_MS;

/** The instant `ms` after `at` (before it, when negative). */
export function addMs(at: Date, ms: number): Date {
  return new Date(at.getTime() + ms);
}

/** Milliseconds from `from` to `until`; negative when `until` is earlier. */
export function msBetween(from: Date, until: Date): number {
  return until.getTime() - from.getTime();
}
