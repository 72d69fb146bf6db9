import type { SyncPart } from "../../ports/sync-store.ts";
import type { TaskProgress } from "../../ports/task-store.ts";
import type { TaskPlan, TaskStep } from "../tasks/run-tasks.ts";

/** What the steps remember. */
export interface Asked {
  /** Null before it is asked for. */
  readonly reportId: string | null;
  readonly requestedAt: Date;
  /** Until the next look. */
  readonly waitMs: number;
  /** Reports that came to nothing so far. */
  readonly asks: number;
  /** Listings known before this report, and those that the last report which was not believed named. */
  readonly known: number;
  readonly lastNamed: number | null;
}

/** A report that has been asked for. */
export interface AskedReport extends Asked {
  readonly reportId: string;
}

/** One look at an asked report. */
export interface ReportLook {
  readonly step: TaskStep;
  readonly part: SyncPart;
  readonly asked: AskedReport;
}

/** Reads what the steps remember; a task that never ran remembers nothing. */
export function readAsked(progress: TaskProgress): Asked {
  const { reportId, requestedAt, waitMs, asks, known, lastNamed } = progress;
  return {
    reportId: typeof reportId === "string" ? reportId : null,
    requestedAt: new Date(typeof requestedAt === "string" ? requestedAt : 0),
    waitMs: typeof waitMs === "number" ? waitMs : LOOK_FIRST_MS,
    asks: typeof asks === "number" ? asks : 0,
    known: typeof known === "number" ? known : 0,
    lastNamed: typeof lastNamed === "number" ? lastNamed : null,
  };
}

/** Small reports are done in seconds; each look that finds it pending waits longer for the next. */
export const LOOK_FIRST_MS = 1_000;

/** The plan that asks for another report at `at`, knowing how many came to nothing. */
export function askAgain(at: Date, asked: Pick<Asked, "asks" | "lastNamed">): TaskPlan {
  const { asks, lastNamed } = asked;
  return { dueAt: at, progress: { asks, lastNamed } };
}
