import type { ShopId } from "@calibr/shared/core/ids";
import type { Stage } from "@calibr/shared/jobs/run-stage";
import type { Logger } from "@calibr/shared/ports/logger";

/** Runs one stage of one shop until nothing is due. */
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
  /** Waits for runs under way. */
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

/**
 * States of one lane of a (shop, stage): resting → running → (woken meanwhile) running again → resting.
 * A failing stage rests for `retryAfterMs`, so that the one-second sweeper does not hammer it.
 */
export function createStageRunner(options: {
  handlers: StageHandlers;
  logger: Logger;
  signal: AbortSignal;
  nowMs: () => number;
  retryAfterMs: number;
}): StageRunner {
  const runs = new Map<string, Set<Run>>();
  const restUntilMs = new Map<string, number>();

  async function runUntilQuiet(run: Run, shopId: ShopId, stage: Stage): Promise<void> {
    do {
      run.again = false;
      try {
        await options.handlers[stage](shopId, options.signal);
      } catch (cause) {
        restUntilMs.set(keyOf(shopId, stage), options.nowMs() + options.retryAfterMs);
        options.logger.error("stage_failed", { shopId, stage }, cause);
        return;
      }
    } while (run.again && !options.signal.aborted);
  }

  return {
    async wake(shopId, stage) {
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
    },
    async idle() {
      await Promise.all([...runs.values()].flatMap((lanes) => [...lanes].map((run) => run.done)));
    },
  };
}

function keyOf(shopId: ShopId, stage: Stage): string {
  return `${String(shopId)}:${stage}`;
}
