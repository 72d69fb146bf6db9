import { AppError } from "../../core/app-error.ts";
import type { Clock } from "../../ports/clock.ts";
import type { CatalogSource } from "../../ports/catalog-source.ts";
import type { Logger } from "../../ports/logger.ts";
import type { SyncPart } from "../../ports/sync-store.ts";
import type { TaskPlan, TaskStep } from "../tasks/run-tasks.ts";
import { settleParts } from "./settle-import.ts";

/** What reading a catalogue step by step needs from outside. */
export interface CatalogTaskDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly catalog: CatalogSource;
}

// 5 s, 10 s … doubled each time: about twenty minutes of trying, then the other marketplaces need not wait.
const FAILURES_MAX = 8;
/** These end the work of every marketplace alike. */
const ACCOUNT_ENDED: ReadonlySet<string> = new Set([
  "amazon_authorization_revoked",
  "amazon_client_secret_invalid",
]);

/**
 * Runs a step of one marketplace's part of an import. A failure is shown with the part while it is tried
 * again; one that is final, or comes too often, fails the part, and the other marketplaces go on.
 * @throws what the step threw, unless the part is over.
 */
export async function inPart(
  deps: CatalogTaskDeps,
  step: TaskStep,
  part: SyncPart | null,
  work: () => Promise<TaskPlan>,
): Promise<TaskPlan> {
  try {
    return await work();
  } catch (cause) {
    const isPutOff = cause instanceof AppError && typeof cause.retry === "object";
    if (part === null || isPutOff) throw cause;
    const isFinal = cause instanceof AppError && cause.retry === "never";
    const code = cause instanceof AppError ? cause.code : "unexpected";
    const marked = { runId: part.runId, marketplaceId: step.key };
    const isOver = await step.inLease(async (tx) => {
      const failures = await tx.syncs.noteFailure(marked, code);
      if (!isFinal && failures < FAILURES_MAX) return false;
      const at = deps.clock.now();
      if (ACCOUNT_ENDED.has(code)) await tx.syncs.failOpenParts(part.runId, code, at);
      else await tx.syncs.movePart(marked, { state: "failed", errorCode: code, at });
      await settleParts(tx, {
        connectionId: step.connection.connectionId,
        runId: part.runId,
        at,
      });
      return true;
    });
    // The task store ends the connection of an account that is gone; it must hear of it.
    if (!isOver || isFinal) throw cause;
    deps.logger.error("import_part_failed", { ...factsOf(step), code }, cause);
    return REST;
  }
}

/** Nothing to do until asked for. */
export const REST: TaskPlan = { dueAt: null, progress: {} };

/** Whose step it is, for the log. */
export function factsOf(step: TaskStep): Record<string, string | number> {
  return {
    shopId: step.shopId,
    connectionId: step.connection.connectionId,
    marketplaceId: step.key,
  };
}
