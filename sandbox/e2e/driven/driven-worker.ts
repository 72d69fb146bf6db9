import { setTimeout as timeout } from "node:timers/promises";
import { runEventPump } from "../../../amazon-worker/src/event-pump.ts";
import { composeWorker, type WorkerParts } from "../../../amazon-worker/src/compose.ts";
import { createStageHandlers } from "../../../amazon-worker/src/stage-handlers.ts";
import { createStageRunner } from "../../../amazon-worker/src/stage-runner.ts";
import type { WorkerConfig } from "../../../shared/src/config/worker-config.ts";
import { toShopId } from "../../../shared/src/core/ids.ts";
import { STAGES, type Stage } from "../../../shared/src/jobs/run-stage.ts";
import type { Logger } from "../../../shared/src/ports/logger.ts";
import type { InShop } from "../../../shared/src/ports/shop-transaction.ts";
import { reapDeadWorkers } from "../../../shared/src/services/health/reap-dead-workers.ts";
import { ingestNotifications } from "../../../shared/src/services/notifications/ingest-notifications.ts";
import type { SandboxClock } from "../../clock.ts";

/** The worker's own parts and stages in this process, by a clock that a driver moves. */
export interface DrivenWorker {
  readonly parts: WorkerParts;
  /** Beats, frees what the dead left behind and wakes what is due now, as the sweeper does each second. */
  sweep(): Promise<void>;
  /** Wakes one stage, as its queue job would. */
  wake(shopId: number, stage: string): void;
  stop(): Promise<void>;
  /**
   * Dies on the spot: calls under way are torn, and nothing it learns from now on reaches the database.
   * Whoever keeps the database ends its connections in `cutOff`, as a dead process's are.
   */
  kill(cutOff: () => Promise<void>): Promise<void>;
}

/** Composes the worker as its main does; only time and the alarm clock are the driver's. */
export async function startDrivenWorker(options: {
  readonly config: WorkerConfig;
  readonly clock: SandboxClock;
  readonly logger: Logger;
}): Promise<DrivenWorker> {
  const { config, clock, logger } = options;
  const life = { isOver: false };
  const made = await composeWorker(config, clock, logger, waitBy(clock));
  const parts: WorkerParts = { ...made, inShop: whileAlive(made.inShop, life) };
  const stopping = new AbortController();
  const { signal } = stopping;
  const stages = createStageRunner({
    handlers: createStageHandlers(parts),
    logger,
    signal,
    nowMs: () => clock.now().getTime(),
    retryAfterMs: 2_000,
    after: (ms, call) => clock.after(ms, call),
  });
  const { inShop, directory, appNotices, amazon, registry } = parts;
  const pump =
    amazon.notifications === null
      ? Promise.resolve()
      : runEventPump({
          source: amazon.notifications,
          ingest: (events) =>
            ingestNotifications({ inShop, directory, appNotices, clock, logger }, events),
          logger,
          signal,
        });
  const wake = (shopId: number, name: string): void => {
    const stage: Stage | undefined = STAGES.find((each) => each === name);
    if (stage !== undefined) void stages.wake(toShopId(shopId), stage);
  };
  return {
    parts,
    wake,
    async sweep() {
      await registry.beat(clock.now());
      await reapDeadWorkers({ registry, directory, inShop, clock, logger });
      for (const due of await directory.dueWork(clock.now())) wake(due.shopId, due.stage);
    },
    async stop() {
      stopping.abort();
      await Promise.all([pump, stages.idle()]);
      await parts.close();
    },
    async kill(cutOff) {
      life.isOver = true;
      stopping.abort();
      await cutOff();
      // Its place is lost once the end of its connection has been noticed; then the pools can go.
      for (let look = 0; registry.current() !== null && look < 200; look += 1) await timeout(1);
      await parts.close().catch(() => {});
    },
  };
}

/** A dead worker's transactions answer nobody, and it begins no new ones. */
function whileAlive(inShop: InShop, life: { readonly isOver: boolean }): InShop {
  const never = <Answer>() => new Promise<Answer>(() => {});
  return async (shopId, work) => {
    if (life.isOver) return never();
    try {
      const answer = await inShop(shopId, work);
      return life.isOver ? await never() : answer;
    } catch (cause) {
      if (life.isOver) return never();
      throw cause;
    }
  };
}

/** Whoever sleeps waits for the driver to move the clock that far. */
function waitBy(clock: SandboxClock) {
  return {
    now: () => clock.now(),
    sleep: (ms: number, signal: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        signal.throwIfAborted();
        if (ms <= 0) return resolve();
        const cancel = clock.after(ms, () => {
          signal.removeEventListener("abort", onAbort);
          resolve();
        });
        function onAbort(): void {
          cancel();
          reject(signal.reason as Error);
        }
        signal.addEventListener("abort", onAbort, { once: true });
      }),
  };
}
