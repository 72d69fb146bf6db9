import { createLogger } from "@calibr/shared/adapters/log/logger";
import { readWorkerConfig } from "@calibr/shared/config/worker-config";
import { ingestMarketEvents } from "@calibr/shared/services/market/ingest-market-events";
import { reapDeadWorkers } from "@calibr/shared/services/health/reap-dead-workers";
import { Logger as QueueLogger, run } from "graphile-worker";
import { composeWorker, type WorkerParts } from "./compose.ts";
import { runEventPump } from "./event-pump.ts";
import { createStageHandlers } from "./stage-handlers.ts";
import { createStageRunner, type StageRunner } from "./stage-runner.ts";
import { runSweeper } from "./sweeper.ts";
import { runStageTask } from "./tasks/run-stage.ts";
import { EventEmitter } from "node:events";
import type { WorkerEvents } from "graphile-worker";

const SWEEP_EVERY_MS = 1_000;
// One connection stays free for listening.
const JOBS_AT_ONCE = 5;

/** The alarm clock: Graphile jobs wake stages at once; without it the sweeper would, a second later. */
async function startAlarmClock(parts: WorkerParts, stages: StageRunner) {
  const { name, task } = runStageTask(stages);
  const events: WorkerEvents = new EventEmitter();
  events.on("pool:create", ({ workerPool }) => {
    parts.registry
      .setPool(workerPool.id)
      .catch((cause: unknown) => parts.logger.error("pool_not_named", {}, cause));
  });
  return run({
    pgPool: parts.queuePool,
    taskList: { [name]: task },
    concurrency: JOBS_AT_ONCE,
    pollInterval: 2_000,
    noHandleSignals: true,
    parsedCronItems: [],
    events,
    logger: new QueueLogger(
      () => (level, message) => parts.logger.debug("queue", { level, message }),
    ),
  });
}

async function main(): Promise<void> {
  const config = readWorkerConfig();
  const clock = { now: () => new Date() };
  const logger = createLogger({ process: "worker", level: config.logLevel });
  const parts = await composeWorker(config, clock, logger);
  const stopping = new AbortController();
  const { signal } = stopping;
  for (const name of ["SIGTERM", "SIGINT"] as const) process.once(name, () => stopping.abort());

  const stages = createStageRunner({
    handlers: createStageHandlers(parts),
    logger,
    signal,
    nowMs: () => clock.now().getTime(),
    retryAfterMs: 2_000,
  });
  const alarm = await startAlarmClock(parts, stages);
  const { registry, directory, inShop } = parts;
  logger.info("worker_started", { workerId: registry.current() });
  await Promise.all([
    runSweeper({
      beat: () => registry.beat(clock.now()),
      reap: () => reapDeadWorkers({ registry, directory, inShop, clock, logger }),
      dueWork: () => directory.dueWork(clock.now()),
      stages,
      logger,
      everyMs: SWEEP_EVERY_MS,
      signal,
    }),
    config.amazon.queueUrl === null
      ? Promise.resolve()
      : runEventPump({
          source: parts.amazon.offerSource,
          ingest: (events) => ingestMarketEvents({ inShop, directory, clock, logger }, events),
          logger,
          signal,
        }),
  ]);
  await alarm.stop();
  await stages.idle();
  await parts.close();
  logger.info("worker_stopped");
}

await main();
