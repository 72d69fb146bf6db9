/** One call of the Admin GraphQL API: sends it once and says what became of it. */
import type { AppError } from "../../core/app-error.ts";
import type { ShopAccess } from "../../ports/offline-sessions.ts";
import {
  type FailureRule,
  type Processed,
  readProblem,
  ruleOfNetwork,
  ruleOfStatus,
  toAppError,
} from "./admin-errors.ts";
import { API_VERSION } from "./api-version.ts";
import { isRecord } from "./json-guards.ts";
import type { Mutation, Query } from "./operation.ts";
import { msUntilAffordable, type QueryCost, readCost } from "./query-cost.ts";
import { toShopDomain } from "../../core/shop-domain.ts";

/** The part of fetch that we use. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** A call that brought its data. */
export interface AdminAnswer<Result> {
  readonly kind: "answer";
  readonly data: Result;
  /** Shopify's own id of the call, for its support. */
  readonly requestId: string | null;
  readonly cost: QueryCost | null;
}

/** What became of one call. */
export type AdminReply<Result> = AdminAnswer<Result> | AdminFailure;

/** A call that brought no whole answer. */
export interface AdminFailure {
  readonly kind: "failure";
  readonly error: AppError;
  readonly processed: Processed;
  readonly cost: QueryCost | null;
  /** When throttled: how long Shopify wants us to wait. */
  readonly waitMs: number;
}

// Where Shopify throttles without saying how long: its buckets refill every second.
const THROTTLE_WAIT_MS = 1_000;

/**
 * Sends an operation once. Never throws for what the network or Shopify does.
 * @param call.signal ends the call early; it then counts as perhaps processed.
 */
export async function callAdmin<Result, Variables>(call: {
  fetch: Fetch;
  shop: ShopAccess;
  token: string;
  operation: Query<Result, Variables> | Mutation<Result, Variables>;
  variables: Variables;
  signal: AbortSignal;
}): Promise<AdminReply<Result>> {
  const domain = toShopDomain(call.shop.domain);
  const context = { shopId: call.shop.shopId, operation: call.operation.name };
  try {
    const response = await call.fetch(`https://${domain}/admin/api/${API_VERSION}/graphql.json`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/json",
        "x-shopify-access-token": call.token,
        "user-agent": "Calibr",
      },
      body: JSON.stringify({
        query: call.operation.text,
        operationName: call.operation.name,
        variables: call.variables,
      }),
      // A redirect would carry the token to a host nobody checked.
      redirect: "manual",
      signal: call.signal,
    });
    return readResponse<Result>(response.status, response.headers, await response.text(), context);
  } catch (cause) {
    const rule = ruleOfNetwork(cause);
    const message = `Shopify Admin: ${context.operation} brought no answer.`;
    return failure(rule, toAppError(rule, { message, context, cause }));
  }
}

function readResponse<Result>(
  status: number,
  headers: Headers,
  text: string,
  shopContext: Readonly<Record<string, string | number>>,
): AdminReply<Result> {
  const requestId = headers.get("x-request-id");
  const context = { ...shopContext, status, ...(requestId !== null && { requestId }) };
  const where = `Shopify Admin: ${String(shopContext["operation"])}`;
  const body = parseJson(text);
  const cost = readCost(body);
  if (status < 200 || status > 299) {
    const rule = ruleOfStatus(status);
    const error = toAppError(rule, { message: `${where} was answered HTTP ${status}.`, context });
    return failure(rule, error, cost, retryAfterMs(headers));
  }
  const data = isRecord(body) ? body["data"] : undefined;
  const problem = readProblem(isRecord(body) ? body["errors"] : undefined, isRecord(data));
  if (problem !== null) {
    const message = `${where} failed: ${problem.message}`;
    const facts = { message, context: { ...context, vendorCode: problem.vendorCode } };
    return failure(problem.rule, toAppError(problem.rule, facts), cost, retryAfterMs(headers));
  }
  if (!isRecord(data)) {
    const rule = { code: "shopify_bad_answer", retry: "backoff", processed: "unknown" } as const;
    const message = `${where} was answered without data; expected a GraphQL result.`;
    return failure(rule, toAppError(rule, { message, context }), cost);
  }
  // The document was validated against Shopify's schema when its types were made (npm run codegen:check),
  // so this is the generated types' own parser.
  return { kind: "answer", data: data as Result, requestId, cost };
}

function failure(
  rule: FailureRule,
  error: AppError,
  cost: QueryCost | null = null,
  retryAfter: number | null = null,
): AdminFailure {
  const throttleMs = retryAfter ?? (cost === null ? 0 : msUntilAffordable(cost));
  const waitMs = rule.code === "shopify_throttled" ? throttleMs || THROTTLE_WAIT_MS : 0;
  return { kind: "failure", error, processed: rule.processed, cost, waitMs };
}

/** Shopify writes Retry-After in seconds, with a fraction ("2.0"). */
function retryAfterMs(headers: Headers): number | null {
  const [, seconds = "", tenth = "0"] =
    /^(\d{1,4})(?:\.(\d))?\d*$/.exec(headers.get("retry-after") ?? "") ?? [];
  if (seconds === "") return null;
  return Number.parseInt(seconds, 10) * 1_000 + Number.parseInt(tenth, 10) * 100;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // An HTML page of a proxy; the caller treats it as an answer without data.
    return undefined;
  }
}
