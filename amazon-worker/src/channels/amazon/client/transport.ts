import type { AppError } from "@calibr/shared/core/app-error";
import { SellingPartner, type ReqParams } from "amazon-sp-api";
import { z } from "zod";
import { connectionError, inexpressible } from "./errors.ts";
import {
  isOperation,
  NEVER_CALLED,
  operationOf,
  type CallPriority,
  type OperationName,
} from "./operations.ts";
import { readJson } from "./vendor-json.ts";
import { untilAborted } from "./waiting.ts";

/** One call in Amazon's terms; values are as the seller wrote them, not yet encoded. */
export interface SpRequest {
  readonly operation: OperationName;
  /** What the call is for, where it is not what its operation is usually called for. */
  readonly priority?: CallPriority;
  readonly path?: Readonly<Record<string, string>>;
  /** Lists are comma-joined by the library: no value in a list may hold a comma. */
  readonly query?: Readonly<Record<string, string | number | readonly string[]>>;
  readonly body?: unknown;
}

/** An answer before anybody judged it. */
export interface RawAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly requestId: string | null;
  readonly ratePerSecond: number | null;
}

const TIMEOUTS = { response: 15_000, idle: 15_000, deadline: 30_000 };
// The library's own deadline never fires when the connection breaks inside the body (1.2.1 listens for
// errors of the request only), so its promise would hang for ever. Ours comes a little later.
const DEADLINE_MS = 32_000;

/**
 * Sends one request through the library, which adds paths, encoding, headers and the socket work.
 * @throws the signal's reason when it aborted before anything was sent; AppError for every later end.
 */
export async function sendRequest(
  call: { readonly region: string; readonly token: string; readonly request: SpRequest },
  signal: AbortSignal,
): Promise<RawAnswer> {
  const { request } = call;
  signal.throwIfAborted();
  const { answer } = start(call);
  // Settles after we have turned away, at an abort or our deadline; nobody is left to tell.
  answer.catch(() => undefined);
  const deadline = AbortSignal.timeout(DEADLINE_MS);
  try {
    return readAnswer(await untilAborted(answer, AbortSignal.any([signal, deadline])));
  } catch (error) {
    // Also when the caller stopped waiting: the request is out, so this is no plain abort.
    throw connectionError(request.operation, error);
  }
}

function start(call: {
  readonly region: string;
  readonly token: string;
  readonly request: SpRequest;
}): { readonly answer: Promise<unknown> } {
  const { region, token, request } = call;
  const { operation, path } = request;
  if (!isOperation(operation)) throw neverCalled(operation);
  const stray = Object.values(path ?? {}).find((part) => part === "" || /^\.{1,2}$/.test(part));
  // URL parsers walk "." and ".." even when encoded: the call would reach another resource.
  if (stray !== undefined) {
    throw inexpressible(operation, `${JSON.stringify(stray)} cannot stand in a URL path`);
  }
  if (Object.values(path ?? {}).some((part) => !part.isWellFormed())) {
    throw inexpressible(operation, "a path value holds half a surrogate pair");
  }
  const partner = new SellingPartner({
    region: parseRegion(operation, region),
    access_token: token,
    // Demanded by the constructor; with auto_request_tokens off neither is ever used.
    refresh_token: "unused",
    credentials: {
      SELLING_PARTNER_APP_CLIENT_ID: "unused",
      SELLING_PARTNER_APP_CLIENT_SECRET: "unused",
    },
    options: {
      auto_request_tokens: false,
      auto_request_throttled: false,
      retry_remote_timeout: false,
      version_fallback: false,
      use_sandbox: false,
      debug_log: false,
      user_agent: "Calibr/0.1 (Language=TypeScript; Platform=Node.js)",
      timeouts: TIMEOUTS,
    },
  });
  // Fresh objects each time: the library writes into what it is given.
  return { answer: partner.callAPI(structure(request)) };
}

function structure(request: SpRequest): ReqParams<string> {
  const { endpoint, version, grantless, byPath } = operationOf(request.operation);
  const common = {
    ...(request.query === undefined ? {} : { query: { ...request.query } }),
    ...(request.body === undefined ? {} : { body: request.body }),
  };
  const options = { version, raw_result: true };
  const raw = grantless ?? byPath;
  if (raw === undefined) {
    const path = { ...request.path };
    return { operation: `${endpoint}.${request.operation}`, path, ...common, options };
  }
  // By operation name the library insists on fetching the application's token itself.
  const { method } = raw;
  const apiPath = fillPath(raw.path, request.path ?? {});
  return { operation: request.operation, api_path: apiPath, method, ...common, options };
}

/** The types do not let anybody name such an operation; this is for names that came past them. */
function neverCalled(name: string): AppError {
  return inexpressible(name, `never called: ${NEVER_CALLED[name] ?? "unknown to us"}`);
}

function fillPath(template: string, values: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(values[name] ?? "").replaceAll(/[!'()*]/g, percentOf),
  );
}

// As the library does for the operations it knows: some gateways count these among the reserved ones.
function percentOf(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

const Region = z.enum(["na", "eu", "fe"]);

function parseRegion(operation: string, region: string): "na" | "eu" | "fe" {
  const parsed = Region.safeParse(region);
  if (!parsed.success) throw inexpressible(operation, `${JSON.stringify(region)} is no region`);
  return parsed.data;
}

const headerText = z.string().nullish().catch(null);
const LibraryAnswer = z.object({
  statusCode: z.number(),
  chunks: z.array(z.instanceof(Buffer)),
  headers: z.object({
    "x-amzn-requestid": headerText,
    "x-amzn-ratelimit-limit": z.coerce.number().positive().nullable().catch(null),
  }),
});

function readAnswer(raw: unknown): RawAnswer {
  const { statusCode, chunks, headers } = LibraryAnswer.parse(raw);
  return {
    status: statusCode,
    // The library's own text is cut wherever a chunk ends inside a character.
    body: parseBody(Buffer.concat(chunks).toString("utf8")),
    requestId: headers["x-amzn-requestid"] ?? null,
    ratePerSecond: headers["x-amzn-ratelimit-limit"],
  };
}

function parseBody(text: string): unknown {
  try {
    return readJson(text);
  } catch {
    // Empty, or a gateway's HTML page: the status decides what that means.
    return undefined;
  }
}
