/** Answers in Amazon's shapes, and the ways a call is refused (SP-API, "Response format", 2026-11). */
import { randomUUID } from "node:crypto";

/** One entry of every SP-API error body. */
interface SpError {
  readonly code: string;
  readonly message: string;
  readonly details?: string;
}

/** Thrown by an operation to refuse a call with Amazon's error list. */
export class SpRefusal extends Error {
  readonly status: number;
  readonly errors: readonly SpError[];

  constructor(status: number, errors: readonly SpError[]) {
    super(errors.map((error) => error.message).join("; "));
    this.name = "SpRefusal";
    this.status = status;
    this.errors = errors;
  }
}

export function invalidInput(message: string, details = ""): SpRefusal {
  return new SpRefusal(400, [{ code: "InvalidInput", message, details }]);
}

export function notFound(message: string): SpRefusal {
  return new SpRefusal(404, [{ code: "NotFound", message, details: "" }]);
}

export function conflict(message: string): SpRefusal {
  return new SpRefusal(409, [{ code: "ResourceAlreadyExists", message, details: "" }]);
}

export function quotaExceeded(plan = ""): SpRefusal {
  const message = plan
    ? `You exceeded your quota for the requested resource (${plan}).`
    : "You exceeded your quota for the requested resource.";
  return new SpRefusal(429, [{ code: "QuotaExceeded", message, details: "" }]);
}

export function internalFailure(status: 500 | 503 = 500): SpRefusal {
  return status === 503
    ? new SpRefusal(503, [
        { code: "ServiceUnavailable", message: "Service is temporarily unavailable.", details: "" },
      ])
    : new SpRefusal(500, [
        {
          code: "InternalFailure",
          message: "We encountered an internal error. Please try again.",
          details: "",
        },
      ]);
}

/** The reasons Amazon gives inside a 403; the empty one covers roles, regions and wrong paths. */
const DENIED = {
  expired: "The access token you provided has expired.",
  invalid: "The access token you provided is revoked, malformed or invalid.",
  missing: "Access token is missing in the request header.",
  secretExpired: "The LWA secret token you provided has expired.",
  unexplained: "",
} as const;

export function denied(reason: keyof typeof DENIED): SpRefusal {
  return new SpRefusal(403, [
    {
      code: "Unauthorized",
      message: "Access to requested resource is denied.",
      details: DENIED[reason],
    },
  ]);
}

interface ReplyOptions {
  readonly status?: number;
  readonly requestId?: string;
  /** Tokens a second of the account-application plan, as `x-amzn-RateLimit-Limit`. */
  readonly rateLimit?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export function jsonReply(body: unknown, options: ReplyOptions = {}): Response {
  const headers = new Headers(options.headers);
  headers.set("content-type", "application/json");
  headers.set("x-amzn-requestid", options.requestId ?? randomUUID());
  if (options.rateLimit !== undefined) {
    headers.set("x-amzn-ratelimit-limit", String(options.rateLimit));
  }
  const status = options.status ?? 200;
  if (status === 204) {
    headers.delete("content-type");
    return new Response(null, { status, headers });
  }
  return new Response(JSON.stringify(body), { status, headers });
}

/** A refusal as the gateway sends it: the rate header comes with 20x, 400 and 404 only. */
export function refusalReply(refusal: SpRefusal, options: ReplyOptions): Response {
  const headers: Record<string, string> =
    refusal.status === 403 ? { "x-amzn-errortype": "AccessDeniedException" } : {};
  const showsRate = refusal.status === 400 || refusal.status === 404;
  return jsonReply(
    { errors: refusal.errors },
    {
      status: refusal.status,
      headers,
      ...(options.requestId === undefined ? {} : { requestId: options.requestId }),
      ...(showsRate && options.rateLimit !== undefined ? { rateLimit: options.rateLimit } : {}),
    },
  );
}

/** What a load balancer in front of Amazon sends when nothing behind it answers. */
export function htmlErrorReply(): Response {
  const page =
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n";
  return new Response(page, { status: 502, headers: { "content-type": "text/html" } });
}

/** A refusal of the gateway itself, without Amazon's error list. */
export function forbiddenByGateway(): Response {
  return new Response(JSON.stringify({ message: "Forbidden" }), {
    status: 403,
    headers: { "content-type": "application/json", "x-amzn-errortype": "ForbiddenException" },
  });
}
