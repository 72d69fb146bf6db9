import { AppError, endsPermission } from "../../core/app-error.ts";
import type { ConnectionId, ShopId } from "../../core/ids.ts";
import { findMarketplace } from "../../core/marketplaces.ts";
import type { Clock } from "../../ports/clock.ts";
import type { StoredConnection } from "../../ports/connection-store.ts";
import type { Logger } from "../../ports/logger.ts";
import type { SalesSource } from "../../ports/sales-source.ts";
import type { SalesSourceName, SalesSourceState } from "../../ports/sales-store.ts";
import type { InShop } from "../../ports/shop-transaction.ts";
import type { TaskPlan, TaskStep } from "../tasks/run-tasks.ts";

/** What reading sales needs from outside. */
export interface SalesDeps {
  readonly inShop: InShop;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly source: SalesSource;
}

/** How often a step looks whether its report is ready; Amazon asks for half a minute or more. */
export const POLL_MS = 30_000;
/** A report that takes longer has been lost; another is asked for. */
export const REPORT_MS_MAX = 4 * 60 * 60_000;
/** A role that is missing may be granted any day. */
export const NO_ACCESS_AGAIN_MS = 6 * 60 * 60_000;

/** The account's marketplaces that we know, sorted. */
export function marketplacesOf(connection: StoredConnection): readonly string[] {
  return connection.marketplaces
    .map(({ marketplaceId }) => marketplaceId)
    .filter((id) => findMarketplace(id) !== null)
    .sort();
}

/** Does `work`; "no_access" where the account lacks the role for it, which is a state and not a failure. */
export async function unlessNoAccess<T>(work: Promise<T>): Promise<T | "no_access"> {
  try {
    return await work;
  } catch (cause) {
    if (cause instanceof AppError && cause.code === "amazon_access_denied") return "no_access";
    throw cause;
  }
}

/** Why a document that was announced cannot be read: another report may be better. @throws any other failure. */
export function whyUnreadable(cause: unknown): string {
  if (cause instanceof AppError && cause.code === "amazon_report_failed") return cause.message;
  throw cause;
}

/** Does a step; what Amazon refuses for good is shown with the source before the task is laid aside. */
export async function showRefusal(
  deps: SalesDeps,
  read: {
    readonly step: TaskStep;
    readonly source: SalesSourceName;
    readonly marketplaceIds: readonly string[];
  },
  work: () => Promise<TaskPlan>,
): Promise<TaskPlan> {
  const { step, source, marketplaceIds } = read;
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof AppError) || cause.retry !== "never" || endsPermission(cause.code))
      throw cause;
    const { connectionId } = step.connection;
    const where = { shopId: step.shopId, connectionId, marketplaceIds };
    await noteSources(deps, where, { source, state: "failing", code: cause.code });
    throw cause;
  }
}

/** Says in each marketplace how reading a source goes. */
export async function noteSources(
  deps: SalesDeps,
  where: {
    readonly shopId: ShopId;
    readonly connectionId: ConnectionId;
    readonly marketplaceIds: readonly string[];
  },
  note: {
    readonly source: SalesSourceName;
    readonly state: SalesSourceState;
    readonly code: string | null;
  },
): Promise<void> {
  const at = deps.clock.now();
  await deps.inShop(where.shopId, async (tx) => {
    for (const marketplaceId of where.marketplaceIds)
      await tx.sales.noteSource(where.connectionId, { ...note, marketplaceId, at });
  });
}
