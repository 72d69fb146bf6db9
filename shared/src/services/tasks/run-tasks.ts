import { AppError, endsPermission } from "../../core/app-error.ts";
import type { ShopId } from "../../core/ids.ts";
import { TASK_KINDS, type TaskKind } from "../../jobs/tasks.ts";
import type { ChannelAccount } from "../../ports/channel-account.ts";
import type { Clock } from "../../ports/clock.ts";
import type { StoredConnection } from "../../ports/connection-store.ts";
import type { Logger } from "../../ports/logger.ts";
import type { InShop, ShopTransaction } from "../../ports/shop-transaction.ts";
import type { ClaimedTask, TaskProgress, TaskStepEnd } from "../../ports/task-store.ts";

/** What a step works on. */
export interface TaskStep {
  readonly shopId: ShopId;
  readonly connection: StoredConnection;
  readonly account: ChannelAccount;
  readonly key: string;
  readonly progress: TaskProgress;
  /**
   * Runs a transaction that stores what the step found, while the step still holds its task: once another
   * worker has taken the task over, nothing is stored and the step ends.
   */
  readonly inLease: <T>(work: (tx: ShopTransaction) => Promise<T>) => Promise<T>;
}

/** What a step leaves behind: when the next one is due (null = when asked for) and what it must know. */
export interface TaskPlan {
  readonly dueAt: Date | null;
  readonly progress: TaskProgress;
}

/**
 * One step of a task: a bounded amount of work. It may run again after a crash, with the progress it started
 * from. It never waits: it answers with the instant at which to go on.
 * @throws AppError whose retry advice says when to try the step again.
 */
export type TaskHandler = (step: TaskStep, signal: AbortSignal) => Promise<TaskPlan>;

/** The steps this worker knows. */
export type TaskHandlers = Partial<Readonly<Record<TaskKind, TaskHandler>>>;

/** What running tasks needs from outside. */
export interface RunTasksDeps {
  readonly inShop: InShop;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly handlers: TaskHandlers;
  readonly worker: string;
}

// Longer than any step may take; a worker found dead frees its leases at once.
const LEASE_MS = 10 * 60_000;
const BACKOFF_MS_FIRST = 5_000;
const BACKOFF_MS_MAX = 60 * 60_000;
/** Failures in a row after which a person must look; about half a day of trying. */
const ATTEMPTS_MAX = 16;
const OUR_SECRET = "amazon_client_secret_invalid";

/**
 * Runs due tasks of a shop, longest due first, until none is due.
 * @returns when the next one will be, so that the caller can set its alarm; the rows are the truth.
 */
export async function runTasks(
  deps: RunTasksDeps,
  shopId: ShopId,
  signal: AbortSignal,
): Promise<{ nextAt: Date | null }> {
  const kinds = TASK_KINDS.filter((kind) => deps.handlers[kind] !== undefined);
  while (!signal.aborted) {
    const now = deps.clock.now();
    const leaseUntil = new Date(now.getTime() + LEASE_MS);
    const claimed = await deps.inShop(shopId, async (tx) => {
      const task = await tx.tasks.claim({ kinds, worker: deps.worker, now, leaseUntil });
      if (task === null) return null;
      const { connectionId } = task;
      const connection = connectionId === null ? null : await tx.connections.read(connectionId);
      return { task, connection };
    });
    if (claimed === null) break;
    await runStep(deps, { shopId, ...claimed }, signal);
  }
  return { nextAt: await deps.inShop(shopId, (tx) => tx.tasks.nextDueAt(deps.clock.now())) };
}

interface Claimed {
  readonly shopId: ShopId;
  readonly task: ClaimedTask;
  readonly connection: StoredConnection | null;
}

async function runStep(deps: RunTasksDeps, work: Claimed, signal: AbortSignal): Promise<void> {
  const { shopId, task, connection } = work;
  const end = await stepEnd(deps, work, signal);
  await deps.inShop(shopId, async (tx) => {
    if (!(await tx.tasks.end(task, end))) {
      deps.logger.warn("task_lease_lost", { shopId, taskId: task.taskId, kind: task.kind });
      return;
    }
    if (connection === null || end.errorCode === null) return;
    const { connectionId } = connection;
    if (endsPermission(end.errorCode))
      await tx.connections.disconnect(connectionId, end.errorCode, end.at);
    if (end.errorCode === OUR_SECRET) {
      // Every connection shows it; the daily look, now repeated, takes it off again once a token is given.
      await tx.connections.noteProblem(connectionId, OUR_SECRET, end.at);
      if (task.kind !== "subscriptions")
        await tx.tasks.plan({ connectionId, kind: "subscriptions", key: "" }, end.at);
    }
  });
}

async function stepEnd(
  deps: RunTasksDeps,
  work: Claimed,
  signal: AbortSignal,
): Promise<TaskStepEnd> {
  const { shopId, task, connection } = work;
  const handler = deps.handlers[task.kind];
  try {
    if (handler === undefined || connection === null)
      throw new Error(`task ${task.kind} has no handler or no connection`);
    const { connectionId, accountId, region } = connection;
    const account = { shopId, connectionId, accountId, region };
    const { key, progress } = task;
    const inLease: TaskStep["inLease"] = (store) =>
      deps.inShop(shopId, async (tx) => {
        if (await tx.tasks.holds(task)) return store(tx);
        throw new Error(`task ${task.taskId} was taken over`);
      });
    const plan = await handler({ shopId, connection, account, key, progress, inLease }, signal);
    return { ...plan, state: "waiting", attempts: 0, errorCode: null, at: deps.clock.now() };
  } catch (cause) {
    return failedEnd(deps, work, { cause, isStopping: signal.aborted });
  }
}

function failedEnd(
  deps: RunTasksDeps,
  work: Claimed,
  failure: { cause: unknown; isStopping: boolean },
): TaskStepEnd {
  const { shopId, task } = work;
  const { cause } = failure;
  const at = deps.clock.now();
  const { progress } = task;
  if (failure.isStopping) {
    return { state: "waiting", dueAt: at, progress, attempts: task.attempts, errorCode: null, at };
  }
  const code = cause instanceof AppError ? cause.code : "unexpected";
  const facts = { shopId, taskId: task.taskId, kind: task.kind, key: task.key, code };
  if (cause instanceof AppError && typeof cause.retry === "object") {
    // Told when to come back (no quota left, asked to slow down): not a failure of the step.
    const dueAt = new Date(at.getTime() + cause.retry.afterMs);
    deps.logger.debug("task_put_off", facts);
    return { state: "waiting", dueAt, progress, attempts: task.attempts, errorCode: code, at };
  }
  deps.logger.error("task_failed", facts, cause);
  // The account is gone, not the wish: nothing of it is claimed until somebody connects it again.
  if (endsPermission(code))
    return { state: "waiting", dueAt: at, progress, attempts: 0, errorCode: code, at };
  const attempts = task.attempts + 1;
  const isOver = attempts >= ATTEMPTS_MAX || (cause instanceof AppError && cause.retry === "never");
  if (isOver) return { state: "dead", dueAt: null, progress, attempts, errorCode: code, at };
  const dueAt = new Date(at.getTime() + backoffMs(attempts));
  return { state: "waiting", dueAt, progress, attempts, errorCode: code, at };
}

/** 5 s, 10 s, 20 s … up to an hour. */
function backoffMs(attempts: number): number {
  return Math.min(BACKOFF_MS_FIRST * 2 ** (attempts - 1), BACKOFF_MS_MAX);
}
