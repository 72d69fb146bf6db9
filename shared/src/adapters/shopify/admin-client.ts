/**
 * Our client of Shopify's Admin GraphQL API for everything that happens without a merchant's request.
 *
 * It waits when Shopify throttles, renews a refused token once, repeats queries that met a passing
 * failure, and never repeats a mutation that may have been processed.
 */
import { AppError } from "../../core/app-error.ts";
import { SECOND_MS } from "../../core/time/duration.ts";
import type { Logger } from "../../ports/logger.ts";
import type { ShopAccess } from "../../ports/offline-sessions.ts";
import {
  type AdminAnswer,
  type AdminFailure,
  type AdminReply,
  callAdmin,
  type Fetch,
} from "./admin-call.ts";
import type { Admission, CostLimiter, Lane } from "./cost-limiter.ts";
import type { OfflineTokens } from "./offline-token.ts";
import type { Mutation, Query } from "./operation.ts";
import { realSleep, type Sleep } from "./sleep.ts";

/** Sends operations for any shop. */
export interface AdminClient {
  /** Sends an operation; a failure is returned, with whether Shopify may have acted on it. */
  send<Result, Variables>(call: AdminCall<Result, Variables>): Promise<AdminReply<Result>>;
  /** Sends a query and answers its data. @throws AppError when it brought none. */
  query<Result, Variables>(call: AdminQuery<Result, Variables>): Promise<Result>;
}

/** An operation for one shop. */
export interface AdminCall<Result, Variables> {
  readonly shop: ShopAccess;
  readonly operation: Query<Result, Variables> | Mutation<Result, Variables>;
  readonly variables: Variables;
  readonly lane: Lane;
  readonly signal: AbortSignal;
}

/** A query for one shop. */
export interface AdminQuery<Result, Variables> extends AdminCall<Result, Variables> {
  readonly operation: Query<Result, Variables>;
}

/** What {@link createAdminClient} works with. */
export interface AdminClientParts {
  readonly tokens: OfflineTokens;
  readonly limiter: CostLimiter;
  readonly logger: Logger;
  readonly fetch: Fetch;
  readonly sleep?: Sleep;
  /** 0 to below 1; spreads the waits of many callers. */
  readonly random?: () => number;
}

// Shopify ends its own requests well before; what is longer hangs.
const CALL_TIMEOUT_MS = 30 * SECOND_MS;
// An empty bucket of 2,000 points is full again after 20 s; an import sits that out. A price does not: its
// whole batch waits with it, and its row knows how to come back later.
const PATIENCE: Readonly<Record<Lane, { readonly waitMsMax: number; readonly attempts: number }>> =
  {
    catalog: { waitMsMax: 20 * SECOND_MS, attempts: 6 },
    price: { waitMsMax: 5 * SECOND_MS, attempts: 3 },
  };
const RETRY_DELAY_MS = 300;

/** Makes the client of one process. */
export function createAdminClient(parts: AdminClientParts): AdminClient {
  const send = <Result, Variables>(call: AdminCall<Result, Variables>) =>
    sendPatiently(parts, call);
  return {
    send,
    async query(call) {
      const reply = await send(call);
      if (reply.kind === "answer") return reply.data;
      call.signal.throwIfAborted();
      throw reply.error;
    },
  };
}

async function sendPatiently<Result, Variables>(
  parts: AdminClientParts,
  call: AdminCall<Result, Variables>,
): Promise<AdminReply<Result>> {
  const patience = PATIENCE[call.lane];
  let token: string | null = null;
  let hasReplaced = false;
  let waitedMs = 0;
  for (let attempt = 1; ; attempt += 1) {
    const tried: AdminAnswer<Result> | Refusal = await tryOnce(parts, call, { token, waitedMs });
    if (tried.kind === "answer") return tried;
    const refused = tried.error.code === "shopify_token_revoked" ? tried.token : null;
    if (refused !== null && !hasReplaced) {
      hasReplaced = true;
      const replaced = await tokenOrFailure(() => parts.tokens.replace(call.shop, refused));
      if (typeof replaced !== "string") return replaced;
      token = replaced;
      continue;
    }
    const delayMs = delayBeforeRetry(parts, call.operation.kind, tried, attempt);
    waitedMs += tried.waitedMs + (delayMs ?? 0);
    if (delayMs === null || waitedMs > patience.waitMsMax || attempt >= patience.attempts)
      return withAdvice(tried);
    parts.logger.debug("shopify_call_waits", {
      shopId: call.shop.shopId,
      operation: call.operation.name,
      code: tried.error.code,
      delayMs,
    });
    if (!(await slept(parts, delayMs, call.signal))) return withAdvice(tried);
  }
}

/** A failed try, with the token it used (null: none was sent) and what it waited for the bucket. */
interface Refusal extends AdminFailure {
  readonly token: string | null;
  readonly waitedMs: number;
}

async function tryOnce<Result, Variables>(
  parts: AdminClientParts,
  call: AdminCall<Result, Variables>,
  so: { token: string | null; waitedMs: number },
): Promise<AdminAnswer<Result> | Refusal> {
  const admission = parts.limiter.admit(call.shop.shopId, call.operation.name, call.lane);
  const refused = await waitForBucket(parts, call, admission, so.waitedMs);
  if (refused !== null) return { ...refused, token: null, waitedMs: 0 };
  const token = so.token ?? (await tokenOrFailure(() => parts.tokens.get(call.shop)));
  if (typeof token !== "string") {
    admission.cancel();
    return { ...token, token: null, waitedMs: admission.waitMs };
  }
  const signal = AbortSignal.any([call.signal, AbortSignal.timeout(CALL_TIMEOUT_MS)]);
  const reply = await callAdmin({ ...call, fetch: parts.fetch, token, signal });
  admission.settle(reply.cost);
  return reply.kind === "answer" ? reply : { ...reply, token, waitedMs: admission.waitMs };
}

/** Waits until the shop's bucket has room; a failure when that takes too long or the caller gave up. */
async function waitForBucket<Result, Variables>(
  parts: AdminClientParts,
  call: AdminCall<Result, Variables>,
  admission: Admission,
  waitedMs: number,
): Promise<AdminFailure | null> {
  const isTooLong = waitedMs + admission.waitMs > PATIENCE[call.lane].waitMsMax;
  if (!isTooLong && (await slept(parts, admission.waitMs, call.signal))) return null;
  admission.cancel();
  const context = { shopId: call.shop.shopId, operation: call.operation.name };
  const error = new AppError({
    code: "shopify_throttled",
    retry: { afterMs: admission.waitMs },
    message: `Shopify Admin: ${call.operation.name} was not sent; the shop's bucket has no room yet.`,
    context,
  });
  // No vendor wait: the caller's retry advice stands in the error, and we do not try again here.
  return { kind: "failure", error, processed: "no", cost: null, waitMs: admission.waitMs };
}

/** How long to wait before the next try; null when there is to be none. */
function delayBeforeRetry(
  parts: AdminClientParts,
  kind: "query" | "mutation",
  failure: Refusal,
  attempt: number,
): number | null {
  const jitter = 1 + 0.25 * (parts.random ?? Math.random)();
  switch (failure.error.code) {
    case "shopify_throttled":
      // One that was never sent has waited long enough already.
      return failure.token === null ? null : Math.ceil(failure.waitMs * jitter);
    case "shopify_unavailable":
    case "shopify_bad_answer":
      if (failure.token === null || attempt >= 3) return null;
      if (kind === "mutation" && failure.processed !== "no") return null;
      return Math.ceil(RETRY_DELAY_MS * 2 ** (attempt - 1) * jitter);
    default:
      return null;
  }
}

/** Tells the caller of a throttled call when its turn may come. */
function withAdvice(failure: Refusal): AdminFailure {
  const { kind, error, processed, cost, waitMs } = failure;
  if (error.code !== "shopify_throttled") return { kind, error, processed, cost, waitMs };
  const { code, message, context } = error;
  const advised = new AppError({
    code,
    retry: { afterMs: waitMs },
    message,
    context,
    cause: error,
  });
  return { kind, error: advised, processed, cost, waitMs };
}

async function tokenOrFailure(get: () => Promise<string>): Promise<string | AdminFailure> {
  try {
    return await get();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { kind: "failure", error, processed: "no", cost: null, waitMs: 0 };
  }
}

async function slept(parts: AdminClientParts, ms: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return false;
  if (ms <= 0) return true;
  try {
    await (parts.sleep ?? realSleep)(ms, signal);
    return true;
  } catch (cause) {
    if (signal.aborted) return false;
    throw cause;
  }
}
