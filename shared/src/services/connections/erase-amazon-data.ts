import { AppError } from "../../core/app-error.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Logger } from "../../ports/logger.ts";
import type { SubscriptionDesk } from "../../ports/notification-source.ts";
import type { ShopDirectory } from "../../ports/shop-directory.ts";
import type { InShop } from "../../ports/shop-transaction.ts";
import type { TaskPlan, TaskStep } from "../tasks/run-tasks.ts";

/** What erasing needs from outside. */
export interface EraseDeps {
  readonly inShop: InShop;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly desk: Pick<SubscriptionDesk, "remove">;
  readonly directory: Pick<ShopDirectory, "connectionsOfSeller">;
}

// A batch is one transaction well under the statement limit, also with a year of price history behind it.
const LISTINGS_MAX = 200;
// Work that was under way when the wish came ends within seconds, or its lease does.
const BUSY_MS = 2_000;
// Notifications whose owner was looked up a moment before the wish are in our rows by then.
const SETTLE_MS = 3_000;
// Amazon is asked kindly to stop sending; whether it answers must not keep a promise from being kept.
const UNSUBSCRIBE_MS_MAX = 10 * 60_000;

/**
 * One step of the task `erase`: first ends the subscriptions at Amazon as far as it answers, then deletes what
 * was read over the connection, some listings at a time, and last forgets the token.
 *
 * What stays is the merchant's own ledger (docs/decisions/0016-erase-all-but-the-ledger.md). Safe to repeat.
 */
export async function eraseAmazonData(
  deps: EraseDeps,
  step: TaskStep,
  signal: AbortSignal,
): Promise<TaskPlan> {
  const { shopId, connection } = step;
  const { eraseAskedAt, connectionId } = connection;
  if (eraseAskedAt === null) return { dueAt: null, progress: {} };
  const isLate = deps.clock.now().getTime() - eraseAskedAt.getTime() > UNSUBSCRIBE_MS_MAX;
  if (step.progress["isUnsubscribed"] !== true && !isLate) {
    const afterMs = await unsubscribe(deps, step, signal);
    const dueAt = new Date(deps.clock.now().getTime() + (afterMs ?? SETTLE_MS));
    return { dueAt, progress: { isUnsubscribed: afterMs === null } };
  }
  const now = deps.clock.now();
  const left = await deps.inShop(shopId, (tx) =>
    tx.connections.eraseAmazonRows(connectionId, LISTINGS_MAX, now),
  );
  if (left !== "done") {
    const dueAt = new Date(now.getTime() + (left === "busy" ? BUSY_MS : 0));
    return { dueAt, progress: { isUnsubscribed: true } };
  }
  deps.logger.info("amazon_data_erased", { shopId, connectionId });
  return { dueAt: null, progress: {} };
}

/**
 * Ends the connection's subscriptions at Amazon, unless another connection of the same seller and region still
 * lives from them. @returns when to go on in milliseconds; null when there is nothing more to ask.
 */
async function unsubscribe(
  deps: EraseDeps,
  { shopId, account, connection }: TaskStep,
  signal: AbortSignal,
): Promise<number | null> {
  const others = await deps.directory.connectionsOfSeller(connection.accountId);
  if (others.some((each) => each.region === connection.region)) return null;
  const { connectionId } = connection;
  const rows = await deps.inShop(shopId, (tx) => tx.notifications.subscriptions(connectionId));
  for (const { type, subscriptionId } of rows) {
    if (subscriptionId === null) continue;
    try {
      await deps.desk.remove(account, { type, subscriptionId }, signal);
    } catch (cause) {
      signal.throwIfAborted();
      if (!(cause instanceof AppError)) throw cause;
      if (typeof cause.retry === "object") return cause.retry.afterMs;
      deps.logger.warn("amazon_unsubscribe_failed", {
        shopId,
        connectionId,
        type,
        code: cause.code,
      });
    }
  }
  return null;
}
