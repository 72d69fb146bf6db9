/**
 * The gateway in front of every SP-API operation: route, token, region, quota, then the operation
 * behind its gates. What it checks, and in which order, is what a caller can observe: an unknown path
 * is a 403 like any other refusal, and a refused token never costs quota.
 */
import { randomUUID } from "node:crypto";
import type { CallCounts } from "./call-counts.ts";
import type { Gates } from "./gates.ts";
import type { Lwa } from "./lwa.ts";
import { NOTIFICATIONS_SCOPE } from "./lwa.ts";
import type { AmazonRegion } from "./marketplaces.ts";
import { findMarketplace, regionOfApiHost } from "./marketplaces.ts";
import type { PlanName, Quotas } from "./quotas.ts";
import {
  denied,
  invalidInput,
  jsonReply,
  quotaExceeded,
  refusalReply,
  SpRefusal,
} from "./reply.ts";
import type { RequestModels } from "./request-models.ts";
import type { Weather } from "./weather.ts";

/** One authorized call, as an operation sees it. */
export interface SpCall {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Empty for grantless operations. */
  readonly sellerId: string;
  readonly region: AmazonRegion;
  readonly requestId: string;
  /** The parsed JSON body; undefined when it is empty. Refuses a body that is no JSON. */
  readonly body: unknown;
  /** Aborts when the caller hangs up. */
  readonly signal: AbortSignal;
}

export interface SpReply {
  readonly status?: number;
  readonly body?: unknown;
}

export interface SpOperation {
  readonly name: PlanName;
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** `/feeds/2021-06-30/feeds/{feedId}` */
  readonly path: string;
  readonly access: "seller" | "grantless";
  /** A narrower plan some calls of the operation fall under as well. */
  readonly planOf?: (call: SpCall) => PlanName;
  handle(call: SpCall): SpReply | Response | Promise<SpReply | Response>;
}

/** Told of every call of an operation that was refused before or inside it. */
export type RefusalListener = (operation: SpOperation, call: SpCall, status: number) => void;

interface SpApiOptions {
  readonly operations: readonly SpOperation[];
  readonly lwa: Lwa;
  readonly quotas: Quotas;
  readonly gates: Gates;
  readonly weather: Weather;
  readonly counts: CallCounts;
  readonly requestModels: RequestModels;
  /** The region each seller belongs to: a token is good in one region only. */
  readonly regionOf: (sellerId: string) => AmazonRegion | undefined;
  readonly onRefusal: RefusalListener;
}

interface Route {
  readonly operation: SpOperation;
  readonly pattern: RegExp;
}

export function createSpApi(options: SpApiOptions): (request: Request) => Promise<Response> {
  const { quotas, onRefusal } = options;
  const routes: Route[] = options.operations.map((operation) => ({
    operation,
    pattern: patternOf(operation.path),
  }));

  return async (request) => {
    const requestId = randomUUID();
    const url = new URL(request.url);
    const region = regionOfApiHost(url.hostname);
    const found = findRoute(routes, request.method, url.pathname);
    if (region === undefined || found === undefined) {
      return refusalReply(denied("unexplained"), { requestId });
    }
    const { operation, params } = found;
    const rateLimit = quotas.quotaOf(operation.name).rate;
    let call: SpCall = {
      params,
      query: url.searchParams,
      sellerId: "",
      region,
      requestId,
      body: undefined,
      signal: request.signal,
    };
    try {
      call = { ...call, sellerId: authorizedSeller({ request, region, operation, options }) };
      call = { ...call, body: parseBody(await request.text()) };
      refuseUnfit(options.requestModels, request, call.body);
      const response = await runCounted(operation, call, options);
      if (response.status >= 400) onRefusal(operation, call, response.status);
      return response;
    } catch (error) {
      if (!(error instanceof SpRefusal)) throw error;
      onRefusal(operation, call, error.status);
      return refusalReply(error, { requestId, rateLimit });
    }
  };
}

/** Runs an operation and counts how it ended, with the 429s a caller earned kept apart. */
async function runCounted(
  operation: SpOperation,
  call: SpCall,
  { quotas, counts, ...options }: SpApiOptions,
): Promise<Response> {
  const { sellerId } = call;
  const count = (status: number, isOwn429: boolean): void =>
    counts.count({ sellerId, operation: operation.name, status, isOwn429 });
  try {
    meter(operation, call, quotas);
  } catch (error) {
    count(429, true);
    throw error;
  }
  try {
    const response = await run(operation, call, { quotas, counts, ...options });
    count(response.status, false);
    return response;
  } catch (error) {
    // 0: the connection was dropped.
    count(error instanceof SpRefusal ? error.status : 0, false);
    throw error;
  }
}

/** The operation behind its gates, in the weather of the hour. */
function run(
  operation: SpOperation,
  call: SpCall,
  { quotas, gates, weather }: SpApiOptions,
): Promise<Response> {
  const { name } = operation;
  const sku = call.params["sku"] ?? call.params["SellerSKU"];
  const act = async (): Promise<Response> => {
    const reply = await operation.handle(call);
    if (reply instanceof Response) return reply;
    const rateLimit = quotas.quotaOf(name).rate;
    const { requestId } = call;
    return jsonReply(reply.body, { status: reply.status ?? 200, requestId, rateLimit });
  };
  const { sellerId, signal } = call;
  // A preview writes nothing: whoever stops or fails writes means the write itself.
  const isPreview = call.query.get("mode") === "VALIDATION_PREVIEW";
  const gate = isPreview ? `${name}Preview` : name;
  return gates.pass({ operation: gate, sku }, () =>
    weather.pass({ operation: name, sellerId, signal }, act),
  );
}

/** Refuses what does not fit Amazon's model, as Amazon's own gateway would in other words. */
function refuseUnfit(models: RequestModels, request: Request, body: unknown): void {
  const findings = models.check({ method: request.method, url: request.url, body });
  if (findings.length > 0) {
    throw invalidInput("The request does not fit Amazon's model.", findings.join("; "));
  }
}

/** The seller a token speaks for; empty for a grantless one. Refuses every other token. */
function authorizedSeller(input: {
  readonly request: Request;
  readonly region: AmazonRegion;
  readonly operation: SpOperation;
  readonly options: SpApiOptions;
}): string {
  const { request, region, operation, options } = input;
  const bearer = options.lwa.bearer(request.headers.get("x-amz-access-token"));
  switch (bearer.kind) {
    case "missing":
    case "invalid":
    case "expired":
    case "secretExpired":
      throw denied(bearer.kind);
    case "grantless":
      if (operation.access === "grantless" && bearer.scope === NOTIFICATIONS_SCOPE) return "";
      throw denied("unexplained");
    case "seller":
      if (operation.access !== "seller") throw denied("unexplained");
      if (options.regionOf(bearer.sellerId) !== region) throw denied("unexplained");
      return bearer.sellerId;
  }
}

function meter(operation: SpOperation, call: SpCall, quotas: Quotas): void {
  const account = `${call.sellerId} ${call.region}`;
  for (const plan of new Set([operation.name, operation.planOf?.(call) ?? operation.name])) {
    const verdict = quotas.take(plan, account);
    if (verdict === "account") throw quotaExceeded();
    if (verdict === "application") throw quotaExceeded("application");
  }
}

function findRoute(
  routes: readonly Route[],
  method: string,
  pathname: string,
): { operation: SpOperation; params: Record<string, string> } | undefined {
  for (const { operation, pattern } of routes) {
    if (operation.method !== method) continue;
    const groups = pattern.exec(pathname)?.groups;
    if (groups === undefined) continue;
    const params = Object.entries(groups).map(([name, value]) => [name, decode(value)] as const);
    return { operation, params: Object.fromEntries(params) };
  }
  return undefined;
}

function patternOf(path: string): RegExp {
  // An always-present empty group makes `groups` exist for paths without parameters.
  const source = path.replaceAll(".", "\\.").replaceAll(/\{(\w+)\}/g, "(?<$1>[^/]+)");
  return new RegExp(`^${source}(?<end>)$`);
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function parseBody(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw invalidInput("Request body is not valid JSON.");
  }
}

/** A parameter the call must carry. */
export function requiredQuery(call: SpCall, name: string): string {
  const value = call.query.get(name);
  if (value === null || value === "") throw invalidInput(`Missing required parameter '${name}'.`);
  return value;
}

/** A comma-joined list parameter; repeated parameters are joined too, as Amazon's gateway does. */
export function queryList(call: SpCall, name: string): string[] {
  return call.query
    .getAll(name)
    .flatMap((value) => value.split(","))
    .filter((value) => value !== "");
}

/** A marketplace id of the region the call was made in. */
export function checkedMarketplace(id: string, call: SpCall): string {
  if (findMarketplace(id)?.region !== call.region) {
    throw invalidInput(`${id} is not a valid marketplace ID for this region.`);
  }
  return id;
}
