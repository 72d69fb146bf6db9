import { integer, instant, nullable, object, oneOf, text } from "../../core/json/decode.ts";
import { findMarketplace } from "../../core/marketplaces.ts";
import { addDays, dayOf, daysBetween, spanOf } from "../../core/sales/marketplace-time.ts";
import { nextTrafficDay, type TrafficAge } from "../../core/sales/traffic-days.ts";
import { addMs, MINUTE_MS, msBetween } from "../../core/time/duration.ts";
import type { SalesSourceState } from "../../ports/sales-store.ts";
import type { TaskHandler, TaskPlan, TaskStep } from "../tasks/run-tasks.ts";
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

/** What the steps of reading one marketplace's traffic remember; what was read, the rows know. */
interface TrafficProgress {
  readonly version: 1;
  /** By SKU until Amazon refuses that, then by ASIN. */
  readonly by: "sku" | "asin";
  readonly open: TrafficReport | null;
  /** Reports in a row without a document. */
  readonly failures: number;
}

interface TrafficReport {
  readonly reportId: string;
  readonly day: string;
  readonly by: "sku" | "asin";
  readonly askedAt: Date;
}

// A day is one report, and createReport gives one a minute to everything: history takes half of that at most,
// whatever the number of marketplaces.
const HISTORY_EVERY_MS = 2 * MINUTE_MS;
const HISTORY_DAYS = 365;
const FAILURES_QUIET = 3;

/**
 * Steps of the task `traffic` of one marketplace (its key): yesterday's sessions and page views, read again
 * while Amazon still corrects them, then a year of history day by day, newest first.
 */
export function createTrafficTask(deps: SalesDeps): TaskHandler {
  return (step, signal) => {
    const read = { step, source: "traffic", marketplaceIds: [step.key] } as const;
    return showRefusal(deps, read, () => takeStep(deps, step, signal));
  };
}

async function takeStep(deps: SalesDeps, step: TaskStep, signal: AbortSignal): Promise<TaskPlan> {
  const timeZone = findMarketplace(step.key)?.timeZone;
  const isOurs = marketplacesOf(step.connection).includes(step.key);
  // The account may come back to this marketplace.
  if (timeZone === undefined || !isOurs)
    return { dueAt: addMs(deps.clock.now(), NO_ACCESS_AGAIN_MS), progress: {} };
  const progress = step.progress["version"] === 1 ? decode(step.progress, "traffic") : START;
  const work = { step, progress, timeZone };
  return progress.open === null
    ? askNext(deps, work, signal)
    : lookAtReport(deps, { ...work, open: progress.open }, signal);
}

interface TrafficWork {
  readonly step: TaskStep;
  readonly progress: TrafficProgress;
  readonly timeZone: string;
}

async function askNext(deps: SalesDeps, work: TrafficWork, signal: AbortSignal): Promise<TaskPlan> {
  const { progress, timeZone } = work;
  const now = deps.clock.now();
  const today = dayOf(now, timeZone);
  const plan = nextTrafficDay(await wantedDays(deps, work), spanOf(today, timeZone).until, now);
  if (plan.kind === "wait") {
    await note(deps, work, "current");
    // By SKU is asked for again each day: what Amazon refused once, it may give later.
    return planOf(plan.until, { ...progress, by: "sku" });
  }
  return askFor(deps, work, { day: plan.day.day, by: progress.by }, signal);
}

/** Every whole day of the last year, with what we know of it. */
async function wantedDays(deps: SalesDeps, work: TrafficWork): Promise<readonly TrafficAge[]> {
  const { step, timeZone } = work;
  const { connectionId } = step.connection;
  const today = dayOf(deps.clock.now(), timeZone);
  const from = addDays(today, -HISTORY_DAYS);
  const known = await deps.inShop(step.shopId, async (tx) => {
    await tx.sales.attachListings(connectionId, deps.clock.now());
    return tx.sales.trafficStandings(connectionId, step.key, from);
  });
  const byDay = new Map(known.map((each) => [each.day, each]));
  return daysBetween(from, today).map((day) => {
    const { until } = spanOf(day, timeZone);
    return byDay.get(day) ?? { day, endsAt: until, trafficAt: null, askedAt: null };
  });
}

async function askFor(
  deps: SalesDeps,
  work: TrafficWork,
  what: Pick<TrafficReport, "day" | "by">,
  signal: AbortSignal,
): Promise<TaskPlan> {
  const { step, progress, timeZone } = work;
  const askedAt = deps.clock.now();
  const marketplaceId = step.key;
  const reportId = await unlessNoAccess(
    deps.source.askForTraffic(step.account, { marketplaceId, ...what }, signal),
  );
  if (reportId === "no_access") {
    // The Brand Analytics role is the account's to give; sales are read without it.
    await note(deps, work, "no_access");
    return planOf(addMs(askedAt, NO_ACCESS_AGAIN_MS), progress);
  }
  const endsAt = spanOf(what.day, timeZone).until;
  await deps.inShop(step.shopId, (tx) =>
    tx.sales.noteTrafficAsked(
      step.connection.connectionId,
      { marketplaceId, day: what.day, endsAt },
      askedAt,
    ),
  );
  return planOf(addMs(askedAt, POLL_MS), { ...progress, open: { ...what, reportId, askedAt } });
}

async function lookAtReport(
  deps: SalesDeps,
  work: TrafficWork & { readonly open: TrafficReport },
  signal: AbortSignal,
): Promise<TaskPlan> {
  const { step, progress, open } = work;
  const now = deps.clock.now();
  const report = await deps.source.reportState(step.account, open.reportId, signal);
  switch (report.kind) {
    case "ready": {
      const problem = await takeIn(deps, work, report.documentId, signal).catch(whyUnreadable);
      if (problem !== undefined) return withoutDocument(deps, work, problem);
      return planOf(paced(work, now), { ...progress, by: open.by, open: null, failures: 0 });
    }
    case "pending":
      if (msBetween(open.askedAt, now) < REPORT_MS_MAX) return planOf(addMs(now, POLL_MS), progress);
      return withoutDocument(deps, work, "still pending");
    case "failed":
      deps.logger.info("traffic_report_failed", { shopId: step.shopId, day: open.day, reason: report.reason });
      // Amazon gives some accounts no numbers by SKU; by ASIN is the next best, and shown as such.
      if (open.by === "sku") return askFor(deps, work, { day: open.day, by: "asin" }, signal);
      return withoutDocument(deps, work, "failed");
    case "empty":
      // "Nothing to report" and "not ready yet" look the same: a gap, which is asked for again while young.
      return withoutDocument(deps, work, "empty");
  }
} // prettier-ignore

async function withoutDocument(
  deps: SalesDeps,
  work: TrafficWork & { readonly open: TrafficReport },
  why: string,
): Promise<TaskPlan> {
  const { step, progress, open } = work;
  const failures = progress.failures + 1;
  deps.logger.warn("traffic_day_missing", { shopId: step.shopId, day: open.day, why, failures });
  if (failures > FAILURES_QUIET) await note(deps, work, "failing");
  return planOf(paced(work, deps.clock.now()), { ...progress, open: null, failures });
}

async function takeIn(
  deps: SalesDeps,
  work: TrafficWork & { readonly open: TrafficReport },
  documentId: string,
  signal: AbortSignal,
): Promise<void> {
  const { step, open, timeZone } = work;
  const rows = await deps.source.readTraffic(
    step.account,
    { documentId, day: open.day },
    signal,
  );
  const { connectionId } = step.connection;
  const { until: endsAt } = spanOf(open.day, timeZone);
  const { day, by, askedAt: reportedAt } = open;
  const report = { connectionId, marketplaceId: step.key, day, endsAt, by, reportedAt };
  const saved = await deps.inShop(step.shopId, (tx) =>
    tx.sales.saveTraffic({ ...report, at: deps.clock.now() }, rows),
  );
  deps.logger.info("traffic_taken_in", { shopId: step.shopId, marketplaceId: step.key, day, by, ...saved });
  await note(deps, work, "reading");
} // prettier-ignore

/** When the next report may be asked for, so that all marketplaces together keep within half the quota. */
function paced(work: TrafficWork & { readonly open: TrafficReport }, now: Date): Date {
  const everyMs = HISTORY_EVERY_MS * marketplacesOf(work.step.connection).length;
  const at = addMs(work.open.askedAt, everyMs);
  return at > now ? at : now;
}

function note(deps: SalesDeps, work: TrafficWork, state: SalesSourceState): Promise<void> {
  const { shopId, connection, key } = work.step;
  const where = { shopId, connectionId: connection.connectionId, marketplaceIds: [key] };
  const codes = { no_access: "amazon_access_denied", failing: "amazon_report_failed" } as const;
  const code = state === "no_access" || state === "failing" ? codes[state] : null;
  return noteSources(deps, where, { source: "traffic", state, code });
}

function planOf(dueAt: Date, progress: TrafficProgress): TaskPlan {
  return { dueAt, progress: { ...progress } };
}

const START: TrafficProgress = { version: 1, by: "sku", open: null, failures: 0 };
const by = oneOf(["sku", "asin"]);
const decode = object<TrafficProgress>({
  version: (value, path) => {
    integer(value, path);
    return 1;
  },
  by,
  open: nullable(object<TrafficReport>({ reportId: text, day: text, by, askedAt: instant })),
  failures: integer,
});
