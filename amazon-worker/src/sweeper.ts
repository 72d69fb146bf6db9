import { toShopId } from "@calibr/shared/core/ids";
import { STAGES, type Stage } from "@calibr/shared/jobs/run-stage";
import type { Logger } from "@calibr/shared/ports/logger";
import type { StageRunner } from "./stage-runner.ts";

/** What a tick needs. */
export interface SweeperOptions {
  readonly beat: () => Promise<void>;
  readonly reap: () => Promise<unknown>;
  readonly dueWork: () => Promise<readonly { shopId: number; stage: string }[]>;
  readonly stages: StageRunner;
  readonly logger: Logger;
  readonly everyMs: number;
  readonly signal: AbortSignal;
}

/**
 * Looks at our own rows every second and wakes what is due, so that a lost job is only a second late.
 * One tick at a time; a failing tick is logged and the next one tries again.
 */
export async function runSweeper(options: SweeperOptions): Promise<void> {
  while (!options.signal.aborted) {
    try {
      await options.beat();
      await options.reap();
      for (const due of await options.dueWork()) {
        const stage = knownStage(due.stage);
        // Not awaited: a long import must not keep the next tick from waking a push. `wake` never rejects.
        if (stage !== null) void options.stages.wake(toShopId(due.shopId), stage);
      }
    } catch (cause) {
      options.logger.error("sweeper_tick_failed", {}, cause);
    }
    await pause(options.everyMs, options.signal);
  }
}

function knownStage(name: string): Stage | null {
  return STAGES.find((stage) => stage === name) ?? null;
}

/** Waits, or returns at once when the process is asked to stop. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(finish, ms);
    function finish(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", finish);
      resolve();
    }
    signal.addEventListener("abort", finish, { once: true });
  });
}
