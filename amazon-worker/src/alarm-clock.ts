import { EventEmitter } from "node:events";
import { Logger as QueueLogger, run, type Runner, type WorkerEvents } from "graphile-worker";
import type { Logger } from "@calibr/shared/ports/logger";
import type { WorkerRegistry } from "@calibr/shared/ports/worker-registry";
import type { Pool } from "@calibr/shared/adapters/postgres/pool";
import type { StageRunner } from "./stage-runner.ts";
import { pause } from "./sweeper.ts";
import { runStageTask } from "./tasks/run-stage.ts";

/** What the alarm clock is made of. */
export interface AlarmClockParts {
  readonly queuePool: Pool;
  readonly registry: Pick<WorkerRegistry, "setPool" | "unlockJobs">;
  readonly stages: StageRunner;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** Graphile Worker as what it is to us: it makes stages prompt. Without it the sweeper is a second later. */
export interface AlarmClock {
  /** Ends the runner of now and starts another; what it held locked is unlocked. */
  restart(): void;
  /** Resolves when the signal is aborted and the last runner has ended. */
  readonly ended: Promise<void>;
}

// One connection of its pool stays free for listening.
const JOBS_AT_ONCE = 5;
// A database that is restarting refuses connections for about this long.
const RESTART_MS = 1_000;

/**
 * Keeps a runner going until the signal is aborted.
 *
 * A runner that loses its connections may end, or reject a promise that nobody holds (0.18 does, where it
 * completes jobs in batches): neither may end the worker, whose stages go on without it.
 */
export function startAlarmClock(parts: AlarmClockParts): AlarmClock {
  let runner: Runner | null = null;
  const stop = () => {
    // A runner that has failed already rejects once more; its failure was logged where it ended.
    runner?.stop().catch(() => parts.logger.debug("alarm_clock_was_stopped"));
  };
  const keepGoing = async (): Promise<void> => {
    let poolId: string | null = null;
    while (!parts.signal.aborted) {
      try {
        if (poolId !== null) await parts.registry.unlockJobs([poolId]);
        runner = await startRunner(parts, (id) => (poolId = id));
        await runner.promise;
      } catch (cause) {
        parts.logger.error("alarm_clock_failed", {}, cause);
      }
      runner = null;
      await pause(RESTART_MS, parts.signal);
    }
  };
  parts.signal.addEventListener("abort", stop, { once: true });
  return { restart: stop, ended: keepGoing() };
}

async function startRunner(
  parts: AlarmClockParts,
  onPool: (poolId: string) => void,
): Promise<Runner> {
  const { name, task } = runStageTask(parts.stages);
  const events: WorkerEvents = new EventEmitter();
  events.on("pool:create", ({ workerPool }) => {
    onPool(workerPool.id);
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

// PostgreSQL is shutting down, or has ended the connection (appendix A, classes 57P and 08).
const LOST_CODES = /^(?:57P0[1-5]|08\d{3}|ECONNRESET|ECONNREFUSED|EPIPE)$/;

/** Whether a failure says that a database connection is gone, and nothing else. */
export function isConnectionLost(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false;
  if ("code" in cause && typeof cause.code === "string" && LOST_CODES.test(cause.code)) return true;
  return cause.message.startsWith("Connection terminated");
}
