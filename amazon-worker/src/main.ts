import { createLogger } from "@calibr/shared/adapters/log/logger";
import { readWorkerConfig } from "@calibr/shared/config/worker-config";
import { ingestNotifications } from "@calibr/shared/services/notifications/ingest-notifications";
import { reapDeadWorkers } from "@calibr/shared/services/health/reap-dead-workers";
import { isConnectionLost, startAlarmClock } from "./alarm-clock.ts";
import { composeWorker } from "./compose.ts";
import { runEventPump } from "./event-pump.ts";
import { createStageHandlers } from "./stage-handlers.ts";
import { createStageRunner } from "./stage-runner.ts";
import { runSweeper } from "./sweeper.ts";

const SWEEP_EVERY_MS = 1_000;

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
    after(ms, call) {
      const timer = setTimeout(call, ms);
      return () => clearTimeout(timer);
    },
  });
  const { registry, directory, inShop, queuePool, appNotices, amazon } = parts;
  const alarm = startAlarmClock({ queuePool, registry, stages, logger, signal });
  process.on("unhandledRejection", (cause) => {
    // Anything but the queue's lost connection is a bug of ours: it ends the process, loudly.
    if (!isConnectionLost(cause)) throw cause;
    logger.error("queue_connection_lost", {}, cause);
    alarm.restart();
  });
  logger.info("worker_started", { workerId: registry.current() });
  await Promise.all([
    runSweeper({
      beat: () => registry.beat(clock.now()),
      reap: async () => {
        await reapDeadWorkers({ registry, directory, inShop, clock, logger });
        await parts.history.keep(clock.now());
      },
      dueWork: () => directory.dueWork(clock.now()),
      stages,
      logger,
      everyMs: SWEEP_EVERY_MS,
      signal,
    }),
    amazon.notifications === null
      ? Promise.resolve()
      : runEventPump({
          source: amazon.notifications,
          ingest: (events) =>
            ingestNotifications({ inShop, directory, appNotices, clock, logger }, events),
          logger,
          signal,
        }),
  ]);
  await alarm.ended;
  await stages.idle();
  await parts.close();
  logger.info("worker_stopped");
}

await main();
