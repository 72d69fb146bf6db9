/** When to try again after a failure of the outside world. */
export type Retry = "never" | "backoff" | { readonly afterMs: number };

/**
 * Every code an `AppError` may carry. Each has a sentence for merchants in the app's copy and a line in
 * docs/runbook.md; a test compares the three.
 */
export const ERROR_CODES = [
  "amazon_access_denied",
  "amazon_authorization_revoked",
  "amazon_bad_answer",
  "amazon_client_secret_invalid",
  "amazon_listing_suppressed",
  "amazon_no_store",
  "amazon_not_found",
  "amazon_oauth_code_refused",
  "amazon_report_failed",
  "amazon_report_not_believed",
  "amazon_report_unreadable",
  "amazon_request_refused",
  "amazon_seller_mismatch",
  "amazon_throttled",
  "amazon_unavailable",
  "config_invalid",
  "listing_gone",
  "queue_unavailable",
  "seal_unreadable",
  "shopify_access_denied",
  "shopify_bad_answer",
  "shopify_not_installed",
  "shopify_request_refused",
  "shopify_shop_unavailable",
  "shopify_throttled",
  "shopify_token_revoked",
  "shopify_unavailable",
] as const;

/** One stable, snake_case failure code. */
export type ErrorCode = (typeof ERROR_CODES)[number];

const PERMISSION_ENDED: ReadonlySet<string> = new Set<ErrorCode>([
  "amazon_authorization_revoked",
  "shopify_access_denied",
  "shopify_not_installed",
  "shopify_token_revoked",
]);

/**
 * Whether a code says that an account's permission is gone until a person gives it again. Only then is a connection
 * ended, for that forgets its token. Amazon's plain 403 is not such a word: it stands as well for a role that is
 * missing, for a store in which the seller has no account, and for a gateway in a bad hour.
 */
export function endsPermission(code: string): boolean {
  return PERMISSION_ENDED.has(code);
}

/**
 * A failure of the outside world, translated once at the edge where it happened.
 *
 * `context` holds ids and vendor codes only, never tokens or payloads; `message` says where, what was
 * found and what was expected.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly retry: Retry;
  readonly context: Readonly<Record<string, string | number>>;

  constructor(failure: {
    code: ErrorCode;
    retry: Retry;
    message: string;
    context?: Readonly<Record<string, string | number>>;
    cause?: unknown;
  }) {
    super(failure.message, failure.cause === undefined ? undefined : { cause: failure.cause });
    this.name = "AppError";
    this.code = failure.code;
    this.retry = failure.retry;
    this.context = failure.context ?? {};
  }
}
