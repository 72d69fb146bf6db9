/**
 * Reads a whole connection by a bulk operation: Shopify runs the query on its side and leaves a file.
 *
 * States (Shopify's): CREATED → RUNNING → COMPLETED, or CANCELING → CANCELED, FAILED, EXPIRED. Only
 * COMPLETED is read: half a catalogue would look like deletions.
 */
import { AppError, type ErrorCode, type Retry } from "../../core/app-error.ts";
import { MINUTE_MS, msBetween, SECOND_MS } from "../../core/time/duration.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ShopAccess } from "../../ports/offline-sessions.ts";
import type { Fetch } from "./admin-call.ts";
import type { AdminClient } from "./admin-client.ts";
import { BULK_OPERATION_STATE } from "./documents/bulk-operation-state.ts";
import { BULK_QUERY_RUN } from "./documents/bulk-query-run.ts";
import { isRecord } from "./json-guards.ts";
import type { Query } from "./operation.ts";
import { realSleep, type Sleep } from "./sleep.ts";
import { unwrap } from "./unwrap.ts";

/** What a bulk read works with. */
export interface BulkParts {
  readonly client: AdminClient;
  readonly clock: Clock;
  /** Fetches the file; Node's own when left out. */
  readonly fetch?: Fetch;
  readonly sleep?: Sleep;
}

// Small shops are done in under a second; a poll costs one point, so a slow one may be asked often enough.
const POLL_MS = 400;
const POLL_MS_MAX = 5 * SECOND_MS;
const WAIT_MS_MAX = 30 * MINUTE_MS;
// All five places of the shop are taken.
const BUSY_RETRY_MS = 30 * SECOND_MS;
const DOWNLOAD_MS_MAX = 10 * MINUTE_MS;

/** A query to run in bulk: one connection, no variables. */
export interface BulkCall {
  readonly shop: ShopAccess;
  readonly operation: Pick<Query<unknown, unknown>, "name" | "text">;
  readonly signal: AbortSignal;
}

/** One object of the file, of the shape its document selects. */
export type BulkObject = Readonly<Record<string, unknown>>;

/**
 * Runs a query of one connection without variables and yields its objects as they come.
 * @throws AppError when the operation cannot start, ends otherwise than COMPLETED, or its file is not whole.
 */
export async function* runBulkQuery(parts: BulkParts, call: BulkCall): AsyncGenerator<BulkObject> {
  const operationId = await start(parts, call);
  const done = await untilDone(parts, call, operationId);
  // Shopify leaves no file where nothing was found.
  if (done.url === null) {
    if (done.objectCount !== "0") throw failed(call, "it completed without a file");
    return;
  }
  let count = 0n;
  for await (const line of readLines(parts, call, done.url)) {
    count += 1n;
    yield parseLine(call, line);
  }
  if (String(count) !== done.objectCount)
    throw failed(call, `its file holds ${count} of ${done.objectCount} objects`);
}

async function start({ client }: BulkParts, call: BulkCall): Promise<string> {
  const { shop, signal, operation } = call;
  // Shopify takes one anonymous query here.
  const query = operation.text.replace("#graphql", "").replace(`query ${operation.name}`, "query");
  const outcome = await unwrap(
    client,
    { shop, operation: BULK_QUERY_RUN, variables: { query }, lane: "catalog", signal },
    (result) => result.bulkOperationRunQuery,
  );
  if (outcome.kind === "failure") {
    signal.throwIfAborted();
    throw outcome.error;
  }
  const operationId = outcome.payload.bulkOperation?.id;
  if (outcome.kind === "done" && operationId !== undefined) return operationId;
  const [error] = outcome.kind === "refused" ? outcome.refusals : [];
  const isBusy = error?.code === "OPERATION_IN_PROGRESS" || error?.code === "LIMIT_REACHED";
  if (isBusy)
    throw failed(call, "all bulk places of the shop are taken", {
      code: "shopify_throttled",
      retry: { afterMs: BUSY_RETRY_MS },
    });
  throw failed(call, `it was refused: ${error?.message ?? "no operation was named"}`, {
    code: "shopify_request_refused",
    retry: "never",
  });
}

async function untilDone(
  parts: BulkParts,
  call: BulkCall,
  operationId: string,
): Promise<{ url: string | null; objectCount: string }> {
  const { shop, signal } = call;
  const startedAt = parts.clock.now();
  for (let delayMs = POLL_MS; ; delayMs = Math.min(delayMs * 1.5, POLL_MS_MAX)) {
    await (parts.sleep ?? realSleep)(delayMs, signal);
    const { bulkOperation } = await parts.client.query({
      shop,
      operation: BULK_OPERATION_STATE,
      variables: { id: operationId },
      lane: "catalog",
      signal,
    });
    if (bulkOperation === null) throw failed(call, "Shopify does not know it any more");
    const { status, errorCode, objectCount, url } = bulkOperation;
    if (status === "COMPLETED") return { url, objectCount };
    if (status !== "CREATED" && status !== "RUNNING")
      throw failed(call, `it ended ${status} (${errorCode ?? "no code"})`);
    if (msBetween(startedAt, parts.clock.now()) > WAIT_MS_MAX)
      throw failed(call, "it took more than half an hour");
  }
}

async function* readLines(parts: BulkParts, call: BulkCall, url: string): AsyncGenerator<string> {
  if (URL.parse(url)?.protocol !== "https:") throw failed(call, "its file has no https address");
  const signal = AbortSignal.any([call.signal, AbortSignal.timeout(DOWNLOAD_MS_MAX)]);
  let rest = "";
  try {
    // The address is signed and lies outside Shopify's Admin: it is never sent a token.
    const response = await (parts.fetch ?? fetch)(url, { method: "GET", signal });
    if (!response.ok || response.body === null)
      throw failed(call, `its file was answered HTTP ${response.status}`);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      const lines = (rest + chunk.value).split("\n");
      rest = lines.pop() ?? "";
      yield* lines.filter((line) => line !== "");
    }
  } catch (cause) {
    call.signal.throwIfAborted();
    if (cause instanceof AppError) throw cause;
    throw failed(call, "its file broke off", { cause });
  }
  if (rest !== "") yield rest;
}

function parseLine(call: BulkCall, line: string): BulkObject {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw failed(call, "a line of its file is no JSON", { cause });
  }
  if (isRecord(value) && typeof value["id"] === "string") return value;
  throw failed(call, "a line of its file is no object with an id");
}

function failed(
  call: BulkCall,
  why: string,
  how: { code?: ErrorCode; retry?: Retry; cause?: unknown } = {},
): AppError {
  return new AppError({
    code: how.code ?? "shopify_bad_answer",
    retry: how.retry ?? "backoff",
    message: `Shopify bulk operation ${call.operation.name}: ${why}.`,
    context: { shopId: call.shop.shopId, operation: call.operation.name },
    cause: how.cause,
  });
}
