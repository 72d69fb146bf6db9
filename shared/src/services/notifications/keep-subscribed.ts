import { AppError } from "../../core/app-error.ts";
import { consentAge } from "../../core/consent-age.ts";
import type { AccountLinker } from "../../ports/account-linker.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Logger } from "../../ports/logger.ts";
import type {
  SubscriptionDesk,
  SubscriptionStanding,
  WantedType,
} from "../../ports/notification-source.ts";
import type { SubscriptionCheck } from "../../ports/notification-store.ts";
import type { InShop } from "../../ports/shop-transaction.ts";
import type { TaskPlan, TaskStep } from "../tasks/run-tasks.ts";

/** What looking after subscriptions needs from outside. */
export interface KeepSubscribedDeps {
  readonly inShop: InShop;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly desk: SubscriptionDesk;
  readonly linker: Pick<AccountLinker, "checkConsent">;
}

// Amazon tells nobody that a consent was taken back or a subscription was lost: once a day we look.
const NEXT_ROUND_MS = 24 * 60 * 60_000;
// A type that failed for want of a role may work an hour after somebody added it.
const FAILED_ROUND_MS = 60 * 60_000;
/** The type without which markets are watched by sweeps alone. */
const LEADING_TYPE = "ANY_OFFER_CHANGED";

/**
 * One step of the task `subscriptions`: a round over all wanted types, as far as quota allows. It begins
 * with the consent itself, because Amazon has no notice for one that was taken back.
 *
 * A type whose role is missing fails alone, with the role's name; types that nothing could deliver are
 * `unsupported`, and polling stands in. What a round remembers is when it began.
 * @throws AppError amazon_authorization_revoked, amazon_client_secret_invalid and failures of the moment.
 */
export async function keepSubscribed(
  deps: KeepSubscribedDeps,
  step: TaskStep,
  signal: AbortSignal,
): Promise<TaskPlan> {
  const beganAt = readInstant(step.progress["beganAt"]);
  const roundAt = beganAt ?? deps.clock.now();
  if (beganAt === null) await checkConsent(deps, step, signal);
  const { shopId, connection } = step;
  const { connectionId } = connection;
  const rows = await deps.inShop(shopId, (tx) => tx.notifications.subscriptions(connectionId));
  for (const wanted of deps.desk.types) {
    const row = rows.find(({ type }) => type === wanted.type);
    if (row?.checkedAt != null && row.checkedAt >= roundAt) continue;
    const check = await look(deps, { step, wanted }, signal).catch(notBefore);
    if ("afterMs" in check) {
      const dueAt = new Date(deps.clock.now().getTime() + check.afterMs);
      return { dueAt, progress: { beganAt: roundAt.toISOString() } };
    }
    const hadOne = row !== undefined && row.subscriptionId !== null;
    const isNew =
      hadOne && check.subscriptionId !== null && row.subscriptionId !== check.subscriptionId;
    await save(deps, { step, check: { ...check, isRepaired: check.isRepaired || isNew } });
  }
  return { dueAt: await nextRound(deps, step), progress: {} };
}

/** Asks for a fresh token; names a consent that is over a year old, although it still works. */
async function checkConsent(
  deps: KeepSubscribedDeps,
  { shopId, account, connection }: TaskStep,
  signal: AbortSignal,
): Promise<void> {
  await deps.linker.checkConsent(account, signal);
  await deps.inShop(shopId, async (tx) => {
    const { problemCode, consentedAt, connectionId } = connection;
    const now = deps.clock.now();
    const isOver = consentedAt !== null && consentAge(consentedAt, now).state === "ended";
    if (isOver) await tx.connections.noteProblem(connectionId, "amazon_consent_ended", now);
    else if (problemCode !== null && CURED_BY_A_TOKEN.has(problemCode))
      await tx.connections.noteProblem(connectionId, null, now);
  });
}

// Problems that a token given today disproves.
const CURED_BY_A_TOKEN = new Set(["amazon_client_secret_invalid", "amazon_consent_ended"]);

type Check = SubscriptionCheck | { readonly afterMs: number };

function notBefore(cause: unknown): Check {
  if (cause instanceof AppError && cause.code === "amazon_throttled") {
    const { retry } = cause;
    return { afterMs: typeof retry === "object" ? retry.afterMs : 1_000 };
  }
  throw cause;
}

async function look(
  deps: KeepSubscribedDeps,
  { step, wanted }: { step: TaskStep; wanted: WantedType },
  signal: AbortSignal,
): Promise<SubscriptionCheck> {
  const { type, role } = wanted;
  try {
    const standing = await deps.desk.ensure(step.account, type, signal);
    return { type, role, ...checkOf(standing), checkedAt: deps.clock.now() };
  } catch (cause) {
    if (!(cause instanceof AppError) || !FAILS_ALONE.has(cause.code)) throw cause;
    const { shopId } = step;
    const { connectionId } = step.connection;
    const facts = { shopId, connectionId, type, role, code: cause.code };
    deps.logger.warn("amazon_subscription_refused", facts);
    const nothing = { subscriptionId: null, destinationId: null, isRepaired: false };
    const checkedAt = deps.clock.now();
    return { type, role, state: "failed", problemCode: cause.code, ...nothing, checkedAt };
  }
}

// Refusals that are about one type: its role is missing, or Amazon does not offer it to this account.
const FAILS_ALONE = new Set<string>([
  "amazon_access_denied",
  "amazon_request_refused",
  "amazon_not_found",
]);

function checkOf(
  standing: SubscriptionStanding,
): Omit<SubscriptionCheck, "type" | "role" | "checkedAt"> {
  if (standing.kind === "unsupported") {
    const problemCode = standing.code;
    const nothing = { subscriptionId: null, destinationId: null, isRepaired: false };
    return { state: "unsupported", problemCode, ...nothing };
  }
  const { subscriptionId, destinationId, isRemade: isRepaired } = standing;
  return { state: "active", problemCode: null, subscriptionId, destinationId, isRepaired };
}

async function save(
  deps: KeepSubscribedDeps,
  { step, check }: { step: TaskStep; check: SubscriptionCheck },
): Promise<void> {
  const { connectionId } = step.connection;
  await deps.inShop(step.shopId, async (tx) => {
    await tx.notifications.saveSubscription(connectionId, check);
    if (check.type !== LEADING_TYPE) return;
    const state = { active: "subscribed", failed: "failed", unsupported: "none" } as const;
    await tx.connections.setNotifications(connectionId, state[check.state]);
  });
}

async function nextRound(deps: KeepSubscribedDeps, step: TaskStep): Promise<Date> {
  const rows = await deps.inShop(step.shopId, (tx) =>
    tx.notifications.subscriptions(step.connection.connectionId),
  );
  const hasFailed = rows.some(({ state }) => state === "failed");
  const waitMs = hasFailed ? FAILED_ROUND_MS : NEXT_ROUND_MS;
  return new Date(deps.clock.now().getTime() + waitMs);
}

function readInstant(value: unknown): Date | null {
  const ms = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? null : new Date(ms);
}
