import { AppError, type ErrorCode, type Retry } from "@calibr/shared/core/app-error";
import { z } from "zod";

/** An answer of Amazon's, as far as it matters for what went wrong. */
export interface VendorAnswer {
  readonly status: number;
  /** The parsed body; undefined when it was no JSON. */
  readonly body: unknown;
  readonly requestId: string | null;
}

/** What an answer outside 2xx means to us. */
export interface VendorFailure {
  readonly code: ErrorCode;
  readonly retry: Retry;
  /** Amazon's own code and words; both empty when it gave none. */
  readonly vendorCode: string;
  readonly vendorMessage: string;
}

interface FailureRow {
  readonly status: readonly [from: number, to: number];
  /** Tested against "code details" of the first error. */
  readonly says?: RegExp;
  readonly code: ErrorCode;
  readonly retry: Retry;
}

// Seen in threads and clients rather than in a norm, so each is matched loosely.
const TOKEN_EXPIRED = /access token.*expired/i;
const TOKEN_INVALID = /access token.*(revoked|malformed|invalid)|access token is missing/i;

// The secret is ours, not the seller's: nothing is disconnected, and work goes on by itself once it is renewed.
const SECRET_WAIT_MS = 15 * 60_000;

/**
 * HTTP status, Amazon's code and details → our code and whether to try again; the first row that fits
 * counts. Sources: error responses of the SP-API models, "Usage plans and rate limits", and for the
 * details of a 403 the threads named in docs/decisions/0005-keep-amazon-sp-api-thin.md.
 */
const SP_API_FAILURES: readonly FailureRow[] = [
  { status: [429, 429], code: "amazon_throttled", retry: { afterMs: 2_000 } },
  { status: [403, 403], says: /LWA secret token.*expired/i, code: "amazon_client_secret_invalid", retry: { afterMs: SECRET_WAIT_MS } },
  { status: [403, 403], says: TOKEN_INVALID, code: "amazon_authorization_revoked", retry: "never" },
  // Still expired after a fresh token: Amazon's clock, not the seller's consent.
  { status: [403, 403], says: TOKEN_EXPIRED, code: "amazon_access_denied", retry: "backoff" },
  // A gateway's bare {"message":"Forbidden"} is about this request, Amazon's error list about the account. It also
  // comes and goes by itself: no task may be given up for it at once.
  { status: [403, 403], says: /^\s*$/, code: "amazon_request_refused", retry: "backoff" },
  { status: [401, 401], code: "amazon_access_denied", retry: "never" },
  { status: [403, 403], code: "amazon_access_denied", retry: "never" },
  { status: [404, 404], code: "amazon_not_found", retry: "never" },
  { status: [408, 408], code: "amazon_unavailable", retry: "backoff" },
  { status: [400, 499], code: "amazon_request_refused", retry: "never" },
  { status: [500, 599], code: "amazon_unavailable", retry: "backoff" },
  { status: [100, 999], code: "amazon_bad_answer", retry: "backoff" },
]; // prettier-ignore

/** Login with Amazon answers in OAuth's own words (RFC 6749 section 5.2). */
const LWA_FAILURES: readonly FailureRow[] = [
  { status: [400, 499], says: /^invalid_grant/, code: "amazon_authorization_revoked", retry: "never" },
  { status: [400, 499], says: /^(invalid|unauthorized)_client/, code: "amazon_client_secret_invalid", retry: { afterMs: SECRET_WAIT_MS } },
  { status: [429, 429], code: "amazon_throttled", retry: { afterMs: 2_000 } },
  // Without any of OAuth's words it is a gateway that speaks, and not about the grant.
  { status: [400, 499], says: /^\s*$/, code: "amazon_unavailable", retry: "backoff" },
  { status: [400, 499], code: "amazon_request_refused", retry: "never" },
  { status: [500, 599], code: "amazon_unavailable", retry: "backoff" },
  { status: [100, 999], code: "amazon_bad_answer", retry: "backoff" },
]; // prettier-ignore

/** What an SP-API answer outside 2xx means. */
export function spApiFailure(answer: VendorAnswer): VendorFailure {
  return failureOf(SP_API_FAILURES, answer);
}

/** What an answer of the token endpoint outside 2xx means. */
export function lwaFailure(answer: VendorAnswer): VendorFailure {
  return failureOf(LWA_FAILURES, answer);
}

/** True when a fresh access token may turn this answer into a good one. */
export function isStaleToken(answer: VendorAnswer): boolean {
  if (answer.status !== 403) return false;
  const { vendorCode, details } = vendorWords(answer.body);
  return [TOKEN_EXPIRED, TOKEN_INVALID].some((words) => words.test(`${vendorCode} ${details}`));
}

/** True for a 429 that speaks of the application's plan; Amazon names the plan since 2025-06-25, in words. */
export function isApplicationQuota(answer: VendorAnswer): boolean {
  return answer.status === 429 && /application/i.test(vendorWords(answer.body).vendorMessage);
}

/** The failure as an error; a refusal by Amazon was received but not carried out. */
export function failureError(
  operation: string,
  answer: VendorAnswer,
  failure: VendorFailure,
): AppError {
  const { vendorCode, vendorMessage } = failure;
  return new AppError({
    code: failure.code,
    retry: failure.retry,
    message: `${operation}: HTTP ${answer.status} ${vendorCode} ${vendorMessage}`.trimEnd(),
    context: {
      operation,
      status: answer.status,
      sent: wasRefused(answer.status) ? "no" : "maybe",
      ...(vendorCode === "" ? {} : { vendorCode }),
      ...(answer.requestId === null ? {} : { requestId: answer.requestId }),
    },
  });
}

// A 4xx was read and declined; a 408 gave up while reading, a 5xx anywhere.
function wasRefused(status: number): boolean {
  return status >= 400 && status <= 499 && status !== 408;
}

// The request never left this machine; anything else may have arrived.
const NEVER_LEFT = ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"];

/** A call that ended without an answer: refused connection, reset, timeout. */
export function connectionError(operation: string, cause: unknown): AppError {
  const systemCode = systemCodeOf(cause);
  return new AppError({
    code: "amazon_unavailable",
    retry: "backoff",
    message: `${operation}: no answer from Amazon (${systemCode})`,
    context: { operation, systemCode, sent: NEVER_LEFT.includes(systemCode) ? "no" : "maybe" },
    cause,
  });
}

/** An answer that says success and cannot be read. */
export function unreadableAnswer(operation: string, found: string): AppError {
  return new AppError({
    code: "amazon_bad_answer",
    retry: "backoff",
    message: `${operation}: ${found}`,
    context: { operation, sent: "maybe" },
  });
}

/** The same failure with the id that Amazon's support asks for; anything else as it is. */
export function withRequestId(error: unknown, requestId: string | null): unknown {
  if (!(error instanceof AppError) || requestId === null) return error;
  const { code, retry, message, context } = error;
  return new AppError({ code, retry, message, context: { ...context, requestId }, cause: error });
}

/** A call that this application cannot express, such as a SKU that is no path segment. */
export function inexpressible(operation: string, found: string): AppError {
  return new AppError({
    code: "amazon_request_refused",
    retry: "never",
    message: `${operation}: ${found}`,
    context: { operation, sent: "no" },
  });
}

/** True when we know that Amazon did not carry the call out. */
export function wasNotSent(error: AppError): boolean {
  return error.context["sent"] === "no";
}

/** True for failures that meet every call of the account until a person acts. */
export function isAccountFailure(error: AppError): boolean {
  return ACCOUNT_FAILURES.includes(error.code);
}

const ACCOUNT_FAILURES: readonly ErrorCode[] = [
  "amazon_access_denied",
  "amazon_authorization_revoked",
  "amazon_client_secret_invalid",
];

function failureOf(rows: readonly FailureRow[], answer: VendorAnswer): VendorFailure {
  const { vendorCode, vendorMessage, details } = vendorWords(answer.body);
  const said = `${vendorCode} ${details}`;
  const row = rows.find(
    ({ status: [from, to], says }) =>
      answer.status >= from && answer.status <= to && (says === undefined || says.test(said)),
  );
  return {
    code: row?.code ?? "amazon_bad_answer",
    retry: row?.retry ?? "backoff",
    vendorCode,
    vendorMessage,
  };
}

const text = z.string().catch("");
const ErrorEntry = z.object({ code: text, message: text, details: text });
// SP-API's list, the gateway's bare message, and OAuth's pair; all in one.
const ErrorBody = z.object({
  errors: z.array(z.unknown()).catch([]),
  message: text,
  error: text,
  error_description: text,
});

function vendorWords(body: unknown): {
  vendorCode: string;
  vendorMessage: string;
  details: string;
} {
  // Listings Restrictions gives the list bare, without the object around it.
  const parsed = ErrorBody.safeParse(Array.isArray(body) ? { errors: body } : body);
  if (!parsed.success) return { vendorCode: "", vendorMessage: "", details: "" };
  const first = ErrorEntry.safeParse(parsed.data.errors[0]);
  if (first.success) {
    const { code, message, details } = first.data;
    return { vendorCode: code, vendorMessage: message, details };
  }
  const { error, error_description: description, message } = parsed.data;
  return { vendorCode: error, vendorMessage: description || message, details: "" };
}

function systemCodeOf(cause: unknown): string {
  if (!(cause instanceof Error)) return "unknown";
  if ("code" in cause && typeof cause.code === "string") return cause.code;
  // fetch wraps the socket's error; a timeout is a DOMException without a system code.
  return cause.cause === undefined ? cause.name : systemCodeOf(cause.cause);
}
