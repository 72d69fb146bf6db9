/** Shopify's refusals in our words: one table for HTTP statuses, one for GraphQL error codes. */
import { AppError, type ErrorCode, type Retry } from "../../core/app-error.ts";
import { isRecord } from "./json-guards.ts";

/** Whether Shopify may have acted on a call that failed. */
export type Processed = "no" | "unknown";

/** What a failed call means to us. */
export interface FailureRule {
  readonly code: ErrorCode;
  readonly retry: Retry;
  readonly processed: Processed;
}

// Source: shopify.dev, "API usage: status and error codes", read 2026-11.
const STATUS_RULES: Readonly<Record<number, FailureRule>> = {
  400: { code: "shopify_request_refused", retry: "never", processed: "no" },
  401: { code: "shopify_token_revoked", retry: "never", processed: "no" },
  // Frozen for unpaid bills.
  402: { code: "shopify_shop_unavailable", retry: "backoff", processed: "no" },
  403: { code: "shopify_access_denied", retry: "never", processed: "no" },
  // No such shop any more.
  404: { code: "shopify_shop_unavailable", retry: "backoff", processed: "no" },
  406: { code: "shopify_request_refused", retry: "never", processed: "no" },
  422: { code: "shopify_request_refused", retry: "never", processed: "no" },
  // Locked after too many calls or a suspicion of fraud.
  423: { code: "shopify_shop_unavailable", retry: "backoff", processed: "no" },
  429: { code: "shopify_throttled", retry: "backoff", processed: "no" },
  // The proxy refused before the application saw it.
  430: { code: "shopify_throttled", retry: "backoff", processed: "no" },
};

const GRAPHQL_RULES: Readonly<Record<string, FailureRule>> = {
  THROTTLED: { code: "shopify_throttled", retry: "backoff", processed: "no" },
  MAX_COST_EXCEEDED: { code: "shopify_request_refused", retry: "never", processed: "no" },
  ACCESS_DENIED: { code: "shopify_access_denied", retry: "never", processed: "no" },
  SHOP_INACTIVE: { code: "shopify_shop_unavailable", retry: "backoff", processed: "no" },
  INTERNAL_SERVER_ERROR: { code: "shopify_unavailable", retry: "backoff", processed: "unknown" },
  TIMEOUT: { code: "shopify_unavailable", retry: "backoff", processed: "unknown" },
};

/** The rule of an HTTP status that is no success. */
export function ruleOfStatus(status: number): FailureRule {
  const rule = STATUS_RULES[status];
  if (rule !== undefined) return rule;
  if (status >= 500) return { code: "shopify_unavailable", retry: "backoff", processed: "unknown" };
  return { code: "shopify_bad_answer", retry: "backoff", processed: "unknown" };
}

/** A top-level GraphQL error of an answer. */
export interface GraphqlProblem {
  /** Shopify's code, as sent; empty when it named none. */
  readonly vendorCode: string;
  readonly message: string;
  readonly rule: FailureRule;
}

/**
 * The first top-level error of an answer; null when there is none.
 * @param hasData whether the answer carries data beside it: then something was executed.
 */
export function readProblem(errors: unknown, hasData: boolean): GraphqlProblem | null {
  if (errors === undefined || errors === null) return null;
  const first: unknown = Array.isArray(errors) ? errors[0] : errors;
  if (Array.isArray(errors) && first === undefined) return null;
  const extensions = isRecord(first) ? first["extensions"] : null;
  const code = isRecord(extensions) ? extensions["code"] : null;
  const message = isRecord(first) ? first["message"] : first;
  const vendorCode = typeof code === "string" ? code : "";
  return {
    vendorCode,
    message: typeof message === "string" ? message.slice(0, 300) : "no message",
    rule: ruleOfGraphql(vendorCode, hasData),
  };
}

function ruleOfGraphql(vendorCode: string, hasData: boolean): FailureRule {
  const known = GRAPHQL_RULES[vendorCode];
  if (known !== undefined) return hasData ? { ...known, processed: "unknown" } : known;
  // Validation errors carry codes such as undefinedField and no data at all: nothing was executed.
  const isValidation = !hasData && /^[a-z]/.test(vendorCode);
  return isValidation
    ? { code: "shopify_request_refused", retry: "never", processed: "no" }
    : { code: "shopify_bad_answer", retry: "backoff", processed: "unknown" };
}

// Failures of a connection that never came about. Everything else may have reached Shopify.
const NEVER_CONNECTED: ReadonlySet<string> = new Set([
  "EAI_AGAIN",
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** The rule of a call that ended without an HTTP answer. */
export function ruleOfNetwork(cause: unknown): FailureRule {
  return {
    code: "shopify_unavailable",
    retry: "backoff",
    processed: codesOf(cause).some((code) => NEVER_CONNECTED.has(code)) ? "no" : "unknown",
  };
}

/** Makes the failure that a rule stands for. */
export function toAppError(
  rule: FailureRule,
  facts: { message: string; context: Readonly<Record<string, string | number>>; cause?: unknown },
): AppError {
  return new AppError({ code: rule.code, retry: rule.retry, ...facts });
}

function codesOf(cause: unknown): string[] {
  const codes: string[] = [];
  let current: unknown = cause;
  // fetch wraps the socket's error once, undici's happy-eyeballs error once more.
  for (let depth = 0; depth < 3 && current instanceof Error; depth += 1) {
    if ("code" in current && typeof current.code === "string") codes.push(current.code);
    current = current instanceof AggregateError ? current.errors[0] : current.cause;
  }
  return codes;
}
