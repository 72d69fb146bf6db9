import { invariant } from "../../core/assert.ts";
import { findMarketplace } from "../../core/marketplaces.ts";
import { addDays, dayOf, daysBetween, spanOf } from "../../core/sales/marketplace-time.ts";
import {
  decodeOrderProgress,
  isCheckDue,
  nextStepAt,
  nextWindow,
  type OpenReport,
  type OrderProgress,
  type OrderWindow,
  startProgress,
  withWindowRead,
} from "../../core/sales/order-windows.ts";
import { addMs, msBetween } from "../../core/time/duration.ts";
import type { MarketplaceDay } from "../../ports/sales-store.ts";
import type { TaskHandler, TaskPlan, TaskStep } from "../tasks/run-tasks.ts";
import { checkTotalsStep } from "./check-totals.ts";
import {
  marketplacesOf,
  NO_ACCESS_AGAIN_MS,
  noteSources,
  POLL_MS,
  REPORT_MS_MAX,
  type SalesDeps,
  showRefusal,
  unlessNoAccess,
  whyUnreadable,
} from "./sales-deps.ts";

/**
 * Steps of the task `orders`: asks for a window of changes, looks whether its report is ready, takes its orders
 * in, and goes on: new changes every 15 minutes, in between a year of history window by window, once a day a
 * comparison with Amazon's own totals.
 */
export function createOrdersTask(deps: SalesDeps): TaskHandler {
  return (step, signal) => {
    const marketplaceIds = marketplacesOf(step.connection);
    const read = { step, source: "orders", marketplaceIds } as const;
    return showRefusal(deps, read, () => takeStep(deps, { step, marketplaceIds }, signal));
  };
}

async function takeStep(
  deps: SalesDeps,
  { step, marketplaceIds }: { step: TaskStep; marketplaceIds: readonly string[] },
  signal: AbortSignal,
): Promise<TaskPlan> {
  const now = deps.clock.now();
  // They are known after the first import of the account.
  if (marketplaceIds.length === 0) return { dueAt: addMs(now, UNKNOWN_AGAIN_MS), progress: {} };
  const stored = decodeOrderProgress(step.progress);
  const isSame =
    stored !== null && marketplaceIds.every((id) => stored.marketplaceIds.includes(id));
  const progress = isSame ? stored : startProgress(marketplaceIds, now);
  const { open } = progress;
  if (open !== null) return lookAtReport(deps, { step, progress, open }, signal);
  const window = nextWindow(progress, now);
  if (window?.kind === "recent") return ask(deps, { step, progress, window }, signal);
  if (progress.toCheck.length > 0 || isCheckDue(progress, now))
    return checkTotalsStep(deps, { step, progress }, signal);
  if (window !== null) return ask(deps, { step, progress, window }, signal);
  return planOf(nextStepAt(progress, now), progress);
}

const UNKNOWN_AGAIN_MS = 60 * 60_000;

interface OrdersStep {
  readonly step: TaskStep;
  readonly progress: OrderProgress;
}

async function ask(
  deps: SalesDeps,
  work: OrdersStep & { readonly window: OrderWindow },
  signal: AbortSignal,
): Promise<TaskPlan> {
  const { step, progress, window } = work;
  const { source, clock } = deps;
  const askedAt = clock.now();
  const { marketplaceIds } = progress;
  const reportId = await unlessNoAccess(
    source.askForOrders(step.account, { marketplaceIds, ...window }, signal),
  );
  if (reportId === "no_access") {
    await noteOrders(deps, work, "no_access");
    return planOf(addMs(askedAt, NO_ACCESS_AGAIN_MS), progress);
  }
  return planOf(addMs(clock.now(), POLL_MS), {
    ...progress,
    open: { ...window, reportId, askedAt },
  });
}

async function lookAtReport(
  deps: SalesDeps,
  work: OrdersStep & { readonly open: OpenReport },
  signal: AbortSignal,
): Promise<TaskPlan> {
  const { step, progress, open } = work;
  const now = deps.clock.now();
  const report = await deps.source.reportState(step.account, open.reportId, signal);
  switch (report.kind) {
    case "pending":
      return msBetween(open.askedAt, now) < REPORT_MS_MAX
        ? planOf(addMs(now, POLL_MS), progress)
        : reportLost(deps, work, "still pending");
    case "failed":
      return reportLost(deps, work, report.reason ?? "no reason given");
    case "ready": {
      const problem = await takeIn(deps, work, report.documentId, signal).catch(whyUnreadable);
      if (problem !== undefined) return reportLost(deps, work, problem);
      break;
    }
    // Amazon's word for a window without changes. A request that someone took back looks the same; the
    // comparison of totals finds what would be missing.
    case "empty":
      break;
  }
  const read = withWindowRead(progress, open);
  await noteWindow(deps, work, read);
  return planOf(nextStepAt(read, now), read);
}

// Two failures are Amazon's bad luck, from the third on the pages say so.
const FAILURES_QUIET = 2;
const FAILED_AGAIN_MS = 5 * 60_000;
const FAILED_AGAIN_MS_MAX = 60 * 60_000;

async function reportLost(deps: SalesDeps, work: OrdersStep, reason: string): Promise<TaskPlan> {
  const { step, progress } = work;
  const failures = progress.failures + 1;
  const { reportId } = progress.open ?? {};
  deps.logger.warn("orders_report_lost", { shopId: step.shopId, reportId, reason, failures });
  if (failures > FAILURES_QUIET) await noteOrders(deps, work, "failing");
  const waitMs = Math.min(FAILED_AGAIN_MS * failures, FAILED_AGAIN_MS_MAX);
  return planOf(addMs(deps.clock.now(), waitMs), { ...progress, open: null, failures });
}

/** Orders of the document, batch by batch; each batch and the days it touches in one transaction. */
async function takeIn(
  deps: SalesDeps,
  work: OrdersStep & { readonly open: OpenReport },
  documentId: string,
  signal: AbortSignal,
): Promise<void> {
  const { step, progress, open } = work;
  const { shopId, connection, account } = step;
  const { connectionId, channel } = connection;
  const { marketplaceIds } = progress;
  const sums = { orders: 0, rows: 0, days: 0, elsewhere: 0, unreadable: 0 };
  const document = { documentId, marketplaceIds };
  for await (const batch of deps.source.readOrders(account, document, signal)) {
    const orders = batch.orders.map((order) => ({
      ...order,
      soldOn: dayOf(order.purchasedAt, zoneOf(order.marketplaceId)),
    }));
    const heads = { connectionId, channel, reportedAt: open.askedAt, at: deps.clock.now() };
    const saved = await deps.inShop(shopId, (tx) => tx.sales.saveOrders(heads, orders));
    sums.orders += orders.length;
    sums.rows += saved.rows;
    sums.days += saved.days;
    sums.elsewhere += batch.elsewhere;
    sums.unreadable += batch.unreadable;
  }
  const facts = { shopId, connectionId, kind: open.kind, ...sums };
  if (sums.unreadable > 0) deps.logger.warn("orders_unreadable", facts);
  else deps.logger.info("orders_taken_in", facts);
}

async function noteWindow(
  deps: SalesDeps,
  work: OrdersStep & { readonly open: OpenReport },
  read: OrderProgress,
): Promise<void> {
  const { connectionId } = work.step.connection;
  const at = deps.clock.now();
  await deps.inShop(work.step.shopId, async (tx) => {
    await tx.sales.attachListings(connectionId, at);
    const { knownUntil } = read;
    if (knownUntil !== null)
      await tx.sales.noteOrdersKnown(connectionId, daysLearned(work, read), knownUntil);
  });
  await noteOrders(deps, work, (read.knownFrom ?? at) > read.goal ? "reading" : "current");
}

/** Days that begin inside what is known now, as far as this window can have changed what we know of them. */
function daysLearned(
  work: { readonly progress: OrderProgress; readonly open: OpenReport },
  read: OrderProgress,
): readonly MarketplaceDay[] {
  const { progress, open } = work;
  const { knownFrom } = read;
  if (knownFrom === null) return [];
  const isHistory = open.kind === "history";
  // A day that was running when we looked last is over, or further on, now.
  const since = isHistory ? open.from : (progress.knownUntil ?? open.from);
  return progress.marketplaceIds.flatMap((marketplaceId) => {
    const zone = zoneOf(marketplaceId);
    const days = daysBetween(dayOf(since, zone), addDays(dayOf(open.until, zone), 1));
    return days
      .map((day) => ({ day, ...spanOf(day, zone) }))
      .filter(({ from }) => from >= knownFrom && from < open.until)
      .map(({ day, until }) => ({ marketplaceId, day, endsAt: until }));
  });
}

function noteOrders(
  deps: SalesDeps,
  work: OrdersStep,
  state: "reading" | "current" | "no_access" | "failing",
): Promise<void> {
  const { shopId, connection } = work.step;
  const codes = { no_access: "amazon_access_denied", failing: "amazon_report_failed" } as const;
  const code = state === "no_access" || state === "failing" ? codes[state] : null;
  const { connectionId } = connection;
  const { marketplaceIds } = work.progress;
  const where = { shopId, connectionId, marketplaceIds };
  return noteSources(deps, where, { source: "orders", state, code });
}

function planOf(dueAt: Date, progress: OrderProgress): TaskPlan {
  return { dueAt, progress: { ...progress } };
}

function zoneOf(marketplaceId: string): string {
  const marketplace = findMarketplace(marketplaceId);
  invariant(marketplace !== null, `no such marketplace: ${marketplaceId}`);
  return marketplace.timeZone;
}
