/**
 * A half-open stretch of time `[from, until)`: it holds its first instant and not its last, so that
 * windows laid end to end hold every instant exactly once. A null end is open for ever.
 */
export type TimeWindow = { readonly from: Date; readonly until: Date | null };

/** True when `at` lies in `[from, until)`. */
export function contains(window: TimeWindow, at: Date): boolean {
  return (
    at.getTime() >= window.from.getTime() &&
    (window.until === null || at.getTime() < window.until.getTime())
  );
}

/** True when the window holds no instant at all (`until` at or before `from`). */
export function isEmpty(window: TimeWindow): boolean {
  return window.until !== null && window.until.getTime() <= window.from.getTime();
}

/** True when some instant lies in both windows; windows that only touch do not overlap. */
export function overlaps(left: TimeWindow, right: TimeWindow): boolean {
  if (isEmpty(left) || isEmpty(right)) return false;
  return startsBeforeEnd(left, right) && startsBeforeEnd(right, left);
}

function startsBeforeEnd(one: TimeWindow, other: TimeWindow): boolean {
  return other.until === null || one.from.getTime() < other.until.getTime();
}
