import { AppError, endsPermission } from "../../core/app-error.ts";
import { addMs, DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../core/time/duration.ts";
import {
  ASIN_OFFERS_MAX,
  type CloserLookSource,
  EXPECTATIONS_MAX,
  SUMMARIES_MAX,
} from "../../ports/closer-look-source.ts";
import type { LookScope } from "../../ports/closer-look-store.ts";
import type { Clock } from "../../ports/clock.ts";
import type { InShop } from "../../ports/shop-transaction.ts";
import type { TaskHandler, TaskStep } from "../tasks/run-tasks.ts";

/** What looking closer needs from outside. */
export interface CloserLookDeps {
  readonly inShop: InShop;
  readonly clock: Clock;
  readonly looks: CloserLookSource;
}

// Whoever needs a closer look gets one an hour, all others one a day, as far as the budgets reach: two calls a minute.
const NEEDED_AGE_MS = HOUR_MS;
const REST_AGE_MS = DAY_MS;
const IDLE_MS = 15 * MINUTE_MS;
const NEXT_MS = 30 * SECOND_MS;
// A role that is missing may be granted any day.
const REFUSED_MS = DAY_MS;

/** What one look came to: how much was asked, when its budget has the next turn, or until when it is refused. */
type Looked =
  { readonly asked: number } | { readonly afterMs: number } | { readonly restUntil: Date };

/**
 * One step of the task `shortlist` (key: the marketplace): one call of each kind for those that need it most, as
 * far as its budget has a turn. One kind without a turn, or refused for want of a role, never keeps the others from
 * going on.
 */
export function createCloserLook(deps: CloserLookDeps): TaskHandler {
  return async (step, signal) => {
    const waits: number[] = [];
    const progress: Record<string, string> = {};
    for (const [kind, look] of Object.entries(LOOKS)) {
      const now = deps.clock.now();
      const restUntil = restOf(step.progress[kind]);
      const looked: Looked =
        restUntil > now
          ? { restUntil }
          : await within(() => look(deps, step, signal), addMs(now, REFUSED_MS));
      if ("restUntil" in looked) progress[kind] = looked.restUntil.toISOString();
      waits.push(waitMs(looked));
    }
    return { dueAt: addMs(deps.clock.now(), Math.min(...waits)), progress };
  };
}

const LOOKS = {
  unread: lookAtUnread,
  expectations: lookAtExpectations,
  summaries: lookAtSummaries,
} as const;

function restOf(progress: unknown): Date {
  return new Date(typeof progress === "string" ? progress : 0);
}

function waitMs(looked: Looked): number {
  if ("restUntil" in looked) return IDLE_MS;
  if ("afterMs" in looked) return looked.afterMs;
  return looked.asked > 0 ? NEXT_MS : IDLE_MS;
}

async function within(look: () => Promise<number>, restUntil: Date): Promise<Looked> {
  try {
    return { asked: await look() };
  } catch (cause) {
    if (!(cause instanceof AppError) || endsPermission(cause.code)) throw cause;
    const { retry } = cause;
    if (retry === "never") return { restUntil };
    if (retry === "backoff") throw cause;
    return { afterMs: Math.max(SECOND_MS, retry.afterMs) };
  }
}

function scopeOf(deps: CloserLookDeps, step: TaskStep, limit: number): LookScope {
  const now = deps.clock.now();
  return {
    connectionId: step.connection.connectionId,
    marketplaceId: step.key,
    now,
    staleBefore: addMs(now, -NEEDED_AGE_MS),
    restBefore: addMs(now, -REST_AGE_MS),
    limit,
  };
}

async function lookAtExpectations(
  { inShop, looks, clock }: CloserLookDeps,
  step: TaskStep,
  signal: AbortSignal,
): Promise<number> {
  const scope = scopeOf({ inShop, looks, clock }, step, EXPECTATIONS_MAX);
  const targets = await inShop(step.shopId, (tx) => tx.closerLooks.expectationTargets(scope));
  if (targets.length === 0) return 0;
  const found = await looks.readExpectations(step.account, targets, signal);
  await inShop(step.shopId, (tx) => tx.closerLooks.saveExpectations(found, clock.now()));
  return targets.length;
}

async function lookAtSummaries(
  { inShop, looks, clock }: CloserLookDeps,
  step: TaskStep,
  signal: AbortSignal,
): Promise<number> {
  const scope = scopeOf({ inShop, looks, clock }, step, SUMMARIES_MAX);
  const targets = await inShop(step.shopId, (tx) => tx.closerLooks.summaryTargets(scope));
  if (targets.length === 0) return 0;
  const found = await looks.readSummaries(step.account, targets, signal);
  await inShop(step.shopId, (tx) => tx.closerLooks.saveSummaries(found, clock.now()));
  return targets.length;
}

/** ASINs whose own SKU has no readable answer are read by ASIN; what is found counts like a sweep's find. */
async function lookAtUnread(
  { inShop, looks, clock }: CloserLookDeps,
  step: TaskStep,
  signal: AbortSignal,
): Promise<number> {
  const scope = scopeOf({ inShop, looks, clock }, step, ASIN_OFFERS_MAX);
  const targets = await inShop(step.shopId, (tx) => tx.closerLooks.unreadTargets(scope));
  if (targets.length === 0) return 0;
  const readings = await looks.readAsinOffers(step.account, targets, signal);
  const snapshots = readings.flatMap((each) => (each.kind === "market" ? [each.snapshot] : []));
  await inShop(step.shopId, async (tx) => {
    if ((await tx.market.recordSnapshots(snapshots, "sweep")) > 0) await tx.wake("decide");
  });
  // Those without any answer stay on the list: they must not keep this task awake.
  return snapshots.length;
}
