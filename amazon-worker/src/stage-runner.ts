import type { ShopId } from "@calibr/shared/core/ids";
import type { Stage } from "@calibr/shared/jobs/run-stage";
import type { Logger } from "@calibr/shared/ports/logger";

/**
 * Runs one stage of one shop until nothing is due. It may answer `{ nextAt }`: when its rows are due next though
 * they are not now (a quota's next turn, a lease's end); null when nothing waits. Any other answer says nothing.
 */
export type StageHandler = (shopId: ShopId, signal: AbortSignal) => Promise<unknown>;

/** One handler for each stage. */
export type StageHandlers = Readonly<Record<Stage, StageHandler>>;

/** Runs stages when they are woken, each of a shop at most `lanes` times at once. */
export interface StageRunner {
  /**
   * Starts a run of the stage, or makes one under way look once more when every lane is taken. Resolves when
   * that run has ended. Never rejects: a failed run is logged, and the sweeper comes back.
   */
  wake(shopId: ShopId, stage: Stage): Promise<void>;
  /** Waits for runs under way; wake-ups set for later are dropped once the signal is aborted. */
  idle(): Promise<void>;
}

/** One run of a stage of a shop. */
interface Run {
  again: boolean;
  done: Promise<void>;
}

// Stages whose calls may hang for half a minute claim small batches and run side by side, so that the other
// prices of the shop go on. Rows are leased, so that two runs never hold the same one.
const LANES: Partial<Record<Stage, number>> = {
  "push:amazon": 4,
  "push:shopify": 4,
  "confirm:amazon": 2,
  "confirm:shopify": 2,
};

// A timer further away than this is left to the sweeper; it also keeps clear of Node's limit of 24 days.
const TIMER_MS_MAX = 600_000;

/**
 * States of one lane of a (shop, stage): resting → running → (woken meanwhile) running again → resting.
 * A failing stage rests for `retryAfterMs`, so that the one-second sweeper does not hammer it.
 *
 * A stage whose rows are due later has one timer, set by the run that ended last: the rows would be found by the
 * sweeper too, but up to a second late, which is five calls of a plan of five a second.
 */
export function createStageRunner(options: {
  handlers: StageHandlers;
  logger: Logger;
  signal: AbortSignal;
  nowMs: () => number;
  retryAfterMs: number;
  /** Calls back once `ms` have gone by; the answer takes it back. */
  after: (ms: number, call: () => void) => () => void;
}): StageRunner {
  const runs = new Map<string, Set<Run>>();
  const restUntilMs = new Map<string, number>();
  const timers = new Map<string, () => void>();
  options.signal.addEventListener("abort", () => {
    for (const cancel of timers.values()) cancel();
    timers.clear();
  });

  function wakeAt(shopId: ShopId, stage: Stage, nextAt: Date | null): void {
    const key = keyOf(shopId, stage);
    timers.get(key)?.();
    timers.delete(key);
    if (nextAt === null || options.signal.aborted) return;
    const ms = Math.min(Math.max(0, nextAt.getTime() - options.nowMs()), TIMER_MS_MAX);
    const cancel = options.after(ms, () => {
      timers.delete(key);
      void wake(shopId, stage);
    });
    timers.set(key, cancel);
  }

  async function runUntilQuiet(run: Run, shopId: ShopId, stage: Stage): Promise<void> {
    do {
      run.again = false;
      try {
        const nextAt = nextAtOf(await options.handlers[stage](shopId, options.signal));
        if (nextAt !== undefined) wakeAt(shopId, stage, nextAt);
      } catch (cause) {
        restUntilMs.set(keyOf(shopId, stage), options.nowMs() + options.retryAfterMs);
        options.logger.error("stage_failed", { shopId, stage }, cause);
        return;
      }
    } while (run.again && !options.signal.aborted);
  }

  async function wake(shopId: ShopId, stage: Stage): Promise<void> {
    const key = keyOf(shopId, stage);
    if (options.signal.aborted || (restUntilMs.get(key) ?? 0) > options.nowMs()) return;
    const lanes = runs.get(key) ?? new Set<Run>();
    runs.set(key, lanes);
    const [oldest] = lanes;
    if (oldest !== undefined && lanes.size >= (LANES[stage] ?? 1)) {
      oldest.again = true;
      return oldest.done;
    }
    const run: Run = { again: false, done: Promise.resolve() };
    lanes.add(run);
    run.done = runUntilQuiet(run, shopId, stage).finally(() => {
      lanes.delete(run);
      if (lanes.size === 0) runs.delete(key);
    });
    return run.done;
  }

  return {
    wake,
    async idle() {
      await Promise.all([...runs.values()].flatMap((lanes) => [...lanes].map((run) => run.done)));
    },
  };
}

/** What a handler said about when its rows are due next; undefined when it said nothing. */
function nextAtOf(answer: unknown): Date | null | undefined {
  if (typeof answer !== "object" || answer === null || !("nextAt" in answer)) return undefined;
  const { nextAt } = answer;
  return nextAt === null || nextAt instanceof Date ? nextAt : undefined;
}

function keyOf(shopId: ShopId, stage: Stage): string {
  return `${String(shopId)}:${stage}`;
}
