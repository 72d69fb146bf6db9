import type { ShopId } from "@calibr/shared/core/ids";
import type { Stage } from "@calibr/shared/jobs/run-stage";
import type { Logger } from "@calibr/shared/ports/logger";

/** Runs one stage of one shop until nothing is due. */
export type StageHandler = (shopId: ShopId, signal: AbortSignal) => Promise<unknown>;

/** One handler for each stage. */
export type StageHandlers = Readonly<Record<Stage, StageHandler>>;

/** Runs stages when they are woken; never the same stage of the same shop twice at once. */
export interface StageRunner {
  /**
   * Runs the stage, or makes the run under way look once more. Resolves when the rows that were due at the
   * time of the call have been looked at. Never rejects: a failed run is logged, and the sweeper comes back.
   */
  wake(shopId: ShopId, stage: Stage): Promise<void>;
  /** Waits for runs under way. */
  idle(): Promise<void>;
}

/**
 * States of one (shop, stage): resting → running → (woken meanwhile) running again → resting.
 * A failing stage rests for `retryAfterMs`, so that the one-second sweeper does not hammer it.
 */
export function createStageRunner(options: {
  handlers: StageHandlers;
  logger: Logger;
  signal: AbortSignal;
  nowMs: () => number;
  retryAfterMs: number;
}): StageRunner {
  const runs = new Map<string, { again: boolean; done: Promise<void> }>();
  const restUntilMs = new Map<string, number>();

  async function runUntilQuiet(key: string, shopId: ShopId, stage: Stage): Promise<void> {
    const run = runs.get(key);
    do {
      if (run !== undefined) run.again = false;
      try {
        await options.handlers[stage](shopId, options.signal);
      } catch (cause) {
        restUntilMs.set(key, options.nowMs() + options.retryAfterMs);
        options.logger.error("stage_failed", { shopId, stage }, cause);
        return;
      }
    } while (run?.again === true && !options.signal.aborted);
  }

  return {
    async wake(shopId, stage) {
      const key = `${String(shopId)}:${stage}`;
      if (options.signal.aborted || (restUntilMs.get(key) ?? 0) > options.nowMs()) return;
      const running = runs.get(key);
      if (running !== undefined) {
        running.again = true;
        return running.done;
      }
      const run = { again: false, done: Promise.resolve() };
      runs.set(key, run);
      run.done = runUntilQuiet(key, shopId, stage).finally(() => runs.delete(key));
      return run.done;
    },
    async idle() {
      await Promise.all([...runs.values()].map((run) => run.done));
    },
  };
}
