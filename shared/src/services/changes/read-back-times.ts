/** When a price that was sent is looked for at its channel. */
import type { ClaimedPush } from "../../ports/push-store.ts";

/** How often a diverged price is looked for, in milliseconds. */
export const LATE_READ_MS = 30 * 60_000;

const DELAY_MS_FIRST = 500;
// Due on full seconds, so that prices sent one by one are read back together: one call reads twenty.
const GRID_MS = 1_000;

/** The first look after a receipt. */
export function firstReadBack(now: Date): Date {
  return onGrid(now, DELAY_MS_FIRST);
}

/** The next look after one in vain: each waits twice as long, `delayMsMax` at most; a diverged price is looked for seldom. */
export function nextReadBack(
  push: Pick<ClaimedPush, "changeState" | "reads">,
  now: Date,
  delayMsMax: number,
): Date {
  if (push.changeState === "diverged") return onGrid(now, LATE_READ_MS);
  return onGrid(now, Math.min(DELAY_MS_FIRST * 2 ** Math.min(push.reads, 20), delayMsMax));
}

function onGrid(now: Date, delayMs: number): Date {
  return new Date(Math.ceil((now.getTime() + delayMs) / GRID_MS) * GRID_MS);
}
