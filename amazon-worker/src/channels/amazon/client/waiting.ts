import { setTimeout as timeout } from "node:timers/promises";
import type { Clock } from "@calibr/shared/ports/clock";

/** A clock that can also be waited on, so that a driven clock can drive this channel. */
export interface WaitingClock extends Clock {
  /** Resolves `ms` later. @throws the signal's reason when it aborts first. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** Waits by the machine's timers. */
export function waitByTimers(clock: Clock): WaitingClock {
  return {
    now: () => clock.now(),
    async sleep(ms, signal) {
      signal.throwIfAborted();
      if (ms > 0) await timeout(ms, undefined, { signal });
    },
  };
}

/** `work`, or the signal's reason as soon as it aborts; the work itself runs on. */
export async function untilAborted<Result>(
  work: Promise<Result>,
  signal: AbortSignal,
): Promise<Result> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  // The reason is whatever the aborting side passed, usually an Error.
  const onAbort = (): void => aborted.reject(signal.reason as Error);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
