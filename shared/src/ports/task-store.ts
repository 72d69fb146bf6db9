import type { ConnectionId } from "../core/ids.ts";
import type { TaskKind } from "../jobs/tasks.ts";

/** What a task's steps remember between them; plain JSON. */
export type TaskProgress = Readonly<Record<string, unknown>>;

/** A task as a worker claimed it. */
export interface ClaimedTask {
  readonly taskId: string;
  /** Null for a task of the whole shop. */
  readonly connectionId: ConnectionId | null;
  /** As stored; a kind that this version does not know is left for one that does. */
  readonly kind: TaskKind;
  readonly key: string;
  readonly progress: TaskProgress;
  /** Failures in a row before this step. */
  readonly attempts: number;
  readonly fence: string;
}

/** Which task. */
export interface TaskName {
  readonly connectionId: ConnectionId | null;
  readonly kind: TaskKind;
  readonly key: string;
}

/** How a step ended. */
export interface TaskStepEnd {
  readonly state: "waiting" | "dead";
  /** Null = nothing to do until it is asked for again. */
  readonly dueAt: Date | null;
  readonly progress: TaskProgress;
  readonly attempts: number;
  readonly errorCode: string | null;
  readonly at: Date;
}

/** Durable slow work of one shop, as rows. */
export interface TaskStore {
  /** Makes sure that the task exists and is due at `at` or earlier; a dead one comes back to life. */
  plan(task: TaskName, at: Date): Promise<void>;
  /** Makes sure that the task exists; one that is there keeps its plan, one dead for a day is tried again. */
  ensure(task: TaskName, at: Date): Promise<void>;
  /**
   * Makes tasks of a connection due now whose progress names `naming` (a report id, a feed id): what they
   * waited for has come. @returns how many.
   */
  hasten(of: { connectionId: ConnectionId; naming: string }, at: Date): Promise<number>;
  /** Claims the task that has been due longest, of a connected connection; null when none is due. */
  claim(claim: {
    kinds: readonly TaskKind[];
    worker: string;
    now: Date;
    leaseUntil: Date;
  }): Promise<ClaimedTask | null>;
  /** Stores how a claimed step ended. @returns false when the lease was lost meanwhile: nothing is stored. */
  end(task: Pick<ClaimedTask, "taskId" | "fence">, end: TaskStepEnd): Promise<boolean>;
  /**
   * Whether the worker that claimed the task still holds it; while this transaction lasts nobody else claims it.
   */
  holds(task: Pick<ClaimedTask, "taskId" | "fence">): Promise<boolean>;
  /** When the next task that is not due yet will be; null when none is planned. */
  nextDueAt(now: Date): Promise<Date | null>;
  /** Frees tasks leased by a worker that is dead. @returns how many. */
  releaseLeasesOf(worker: string): Promise<number>;
}
