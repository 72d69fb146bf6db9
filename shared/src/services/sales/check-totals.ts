import { findMarketplace } from "../../core/marketplaces.ts";
import { addDays, type Day, dayOf, spanOf } from "../../core/sales/marketplace-time.ts";
import { isCheckDue, nextStepAt, type OrderProgress } from "../../core/sales/order-windows.ts";
import type { TaskPlan, TaskStep } from "../tasks/run-tasks.ts";
import { noteSources, type SalesDeps, unlessNoAccess } from "./sales-deps.ts";

// Late corrections end within days; older days were compared when they were young.
const DAYS_CHECKED = 7;

/**
 * Compares one marketplace's last seven whole days with Amazon's own totals, one call; the next step takes
 * the next marketplace. Both numbers are kept with the day. Where they differ, orders are read again from
 * that day on, once a day: a report may have been made before all orders were in.
 */
export async function checkTotalsStep(
  deps: SalesDeps,
  work: { readonly step: TaskStep; readonly progress: OrderProgress },
  signal: AbortSignal,
): Promise<TaskPlan> {
  const { step, progress } = work;
  const now = deps.clock.now();
  const today = now.toISOString().slice(0, 10);
  const isFresh = isCheckDue(progress, now);
  const [marketplaceId, ...rest] = isFresh ? progress.marketplaceIds : progress.toCheck;
  const after = { ...progress, checkedOn: today, toCheck: rest };
  const zone = findMarketplace(marketplaceId ?? "")?.timeZone;
  if (marketplaceId === undefined || zone === undefined) return planOf(after, now);
  const until = dayOf(now, zone);
  const days = { marketplaceId, from: addDays(until, -DAYS_CHECKED), until };
  const totals = await unlessNoAccess(deps.source.readTotals(step.account, days, signal));
  const { shopId } = step;
  const { connectionId } = step.connection;
  const where = { shopId, connectionId, marketplaceIds: [marketplaceId] };
  if (totals === "no_access") {
    const code = "amazon_access_denied";
    await noteSources(deps, where, { source: "totals", state: "no_access", code });
    return planOf(after, now);
  }
  const differing = await deps.inShop(shopId, (tx) =>
    tx.sales.checkTotals(connectionId, marketplaceId, totals, now),
  );
  await noteSources(deps, where, { source: "totals", state: "current", code: null });
  const [first] = [...differing].sort();
  if (first === undefined) return planOf(after, now);
  deps.logger.warn("sales_totals_differ", { shopId, connectionId, marketplaceId, day: first });
  return planOf({ ...after, againFrom: earlier(progress.againFrom, first, zone) }, now);
} // prettier-ignore

function planOf(progress: OrderProgress, now: Date): TaskPlan {
  return { dueAt: nextStepAt(progress, now), progress: { ...progress } };
}

function earlier(known: Date | null, day: Day, zone: string): Date {
  const { from } = spanOf(day, zone);
  return known !== null && known < from ? known : from;
}
