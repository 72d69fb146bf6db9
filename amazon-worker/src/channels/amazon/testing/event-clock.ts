import { setImmediate } from "node:timers/promises";
import type { WaitingClock } from "../client/waiting.ts";

/** A clock that jumps to whatever is waited for next, once nothing else is left to do. */
export interface EventClock extends WaitingClock {
  /** Work that takes real time (a database): the clock stands still until it has ended. */
  busy<Result>(work: Promise<Result>): Promise<Result>;
  /** Lets time go by until `work` has ended. */
  drive<Result>(work: Promise<Result>): Promise<Result>;
}

interface Sleeper {
  readonly dueMs: number;
  wake(): void;
}

// Rounds of the event loop without any work under way before time goes on.
const QUIET_ROUNDS = 2;

export function createEventClock(startAt: Date): EventClock {
  let nowMs = startAt.getTime();
  let underWay = 0;
  const sleepers = new Set<Sleeper>();

  const settle = async (): Promise<void> => {
    for (let quiet = 0; quiet < QUIET_ROUNDS;) {
      await setImmediate();
      quiet = underWay > 0 ? 0 : quiet + 1;
    }
  };

  return {
    now: () => new Date(nowMs),
    async sleep(ms, signal) {
      signal.throwIfAborted();
      const { promise, resolve, reject } = Promise.withResolvers<undefined>();
      const sleeper = { dueMs: nowMs + ms, wake: () => resolve(undefined) };
      const onAbort = (): void => reject(signal.reason as Error);
      signal.addEventListener("abort", onAbort, { once: true });
      sleepers.add(sleeper);
      try {
        await promise;
      } finally {
        sleepers.delete(sleeper);
        signal.removeEventListener("abort", onAbort);
      }
    },
    async busy(work) {
      underWay += 1;
      try {
        return await work;
      } finally {
        underWay -= 1;
      }
    },
    async drive(work) {
      let isOver = false;
      void work.catch(() => undefined).finally(() => (isOver = true));
      for (;;) {
        await settle();
        if (isOver) return work;
        const next = [...sleepers].sort((a, b) => a.dueMs - b.dueMs)[0];
        if (next === undefined) throw new Error("nothing is waited for and the work is not over");
        sleepers.delete(next);
        nowMs = Math.max(nowMs, next.dueMs);
        next.wake();
      }
    },
  };
}
