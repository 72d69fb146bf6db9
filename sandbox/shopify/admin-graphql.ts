/**
 * `POST /admin/api/<version>/graphql.json`. A call is checked in Shopify's order: token,
 * document, variables, list sizes, scopes, cost, bucket; only then does it run.
 * Every mutation leaves a line in the ledger's calls, however it ends.
 */
import { jsonResponse, readJsonObject } from "../http/json.ts";
import { DropConnection } from "../http/part.ts";
import type { CallContext } from "./call-context.ts";
import { checkCall } from "./check-call.ts";
import type { CheckedCall } from "./check-call.ts";
import { QUERY_COST_MAX, actualCost } from "./cost.ts";
import { executeOverStore } from "./execute.ts";
import type { WriteCall } from "./ledger.ts";
import { sentinelOf } from "./sentinels.ts";
import type { SentinelEffect } from "./sentinels.ts";
import type { StoreState } from "./state.ts";
import type { ShopifyWorld } from "./world-state.ts";

/** How long SKU-TIMEOUT leaves its caller waiting; clients give up sooner. */
const SILENCE_MS = 60_000;

interface Call {
  readonly world: ShopifyWorld;
  readonly store: StoreState;
  readonly request: Request;
  readonly requestId: string;
}

export async function handleAdminGraphql(call: Call): Promise<Response> {
  const { request, store, world } = call;
  const token = request.headers.get("x-shopify-access-token") ?? "";
  if (!store.installation.isInstalled || !world.tokens.accepts(store.domain, token)) {
    const message = "[API] Invalid API key or access token (unrecognized login or wrong password)";
    return jsonResponse({ errors: message }, { status: 401 });
  }
  const body = await readJsonObject(request);
  if (typeof body?.["query"] !== "string") {
    return jsonResponse(
      { errors: { query: "Required parameter missing or invalid" } },
      { status: 400 },
    );
  }
  const checked = checkCall(body, store);
  if ("errors" in checked) return jsonResponse({ errors: checked.errors });
  if (checked.cost > QUERY_COST_MAX) return tooCostly(checked);
  return checked.isMutation ? runMutation(call, checked) : runQuery(call, checked);
}

async function runQuery(call: Call, checked: CheckedCall): Promise<Response> {
  if (!call.store.throttle.take(checked.cost)) return throttled(call.store, checked);
  const operation = checked.operationName ?? checked.rootField;
  const held = { requestId: call.requestId, operation, isMutation: false, skus: [] };
  await call.world.holds.pass({ ...held, at: "before" });
  const response = await answer(call, checked);
  await call.world.holds.pass({ ...held, at: "after" });
  return response;
}

async function runMutation(call: Call, checked: CheckedCall): Promise<Response> {
  const { request, requestId, store, world } = call;
  const entry = world.ledger.called({
    at: world.clock.now(),
    shop: store.domain,
    requestId,
    mutation: checked.rootField,
    productId: checked.productId,
    skus: checked.skus,
  });
  try {
    const response = await passStages(call, checked, entry);
    entry.answer = request.signal.aborted ? "lost" : "sent";
    return response;
  } catch (error) {
    entry.answer = "lost";
    if (entry.outcome === "pending") {
      entry.outcome = error instanceof DropConnection ? "discarded" : "failed";
    }
    throw error;
  }
}

/** Bucket, sentinels, hold, effect, hold, answer. */
async function passStages(call: Call, checked: CheckedCall, entry: WriteCall): Promise<Response> {
  const { request, requestId, store, world } = call;
  const effects = new Set(checked.skus.map((sku) => sentinelOf(sku)));
  if (isThrottledNow(world, checked, effects) || !store.throttle.take(checked.cost)) {
    entry.outcome = "throttled";
    return throttled(store, checked);
  }
  const refusal = refusalBySentinel(effects);
  if (refusal !== undefined) {
    entry.outcome = "failed";
    return refusal;
  }
  if (effects.has("dropped")) throw new DropConnection("SKU-DROP");
  const held = { requestId, operation: checked.rootField, isMutation: true, skus: checked.skus };
  await world.holds.pass({ ...held, at: "before" });
  const response = await answer(call, checked);
  entry.outcome = await outcomeOf(response.clone());
  await world.holds.pass({ ...held, at: "after" });
  if (effects.has("dropped-after")) throw new DropConnection("SKU-DROP-AFTER");
  if (effects.has("timeout")) {
    await callerGoneOr(request.signal, SILENCE_MS);
    throw new DropConnection("SKU-TIMEOUT");
  }
  return response;
}

async function answer(call: Call, checked: CheckedCall): Promise<Response> {
  const { requestId, store, world } = call;
  const context: CallContext = {
    world,
    store,
    isWhole: false,
    writer: { kind: "app", requestId },
    execute: executeOverStore,
  };
  const result = await executeOverStore(context, checked);
  const used = Math.min(checked.cost, actualCost(result.data, checked.isMutation));
  store.throttle.giveBack(checked.cost - used);
  return jsonResponse({ ...result, extensions: costExtension(store, checked, used) });
}

function throttled(store: StoreState, checked: CheckedCall): Response {
  const documentation = "https://shopify.dev/api/usage/rate-limits";
  return jsonResponse({
    errors: [{ message: "Throttled", extensions: { code: "THROTTLED", documentation } }],
    extensions: costExtension(store, checked, null),
  });
}

function tooCostly(checked: CheckedCall): Response {
  const message = `Query cost is ${checked.cost}, which exceeds the single query max cost limit (${QUERY_COST_MAX}).`;
  const extensions = { code: "MAX_COST_EXCEEDED", cost: checked.cost, maxCost: QUERY_COST_MAX };
  return jsonResponse({ errors: [{ message, extensions }] });
}

function costExtension(store: StoreState, checked: CheckedCall, used: number | null): object {
  return {
    cost: {
      requestedQueryCost: checked.cost,
      actualQueryCost: used,
      throttleStatus: store.throttle.status(),
    },
  };
}

type Effects = ReadonlySet<SentinelEffect | undefined>;

function isThrottledNow(world: ShopifyWorld, checked: CheckedCall, effects: Effects): boolean {
  if (effects.has("throttled")) return true;
  const fresh = checked.skus.filter(
    (sku) => sentinelOf(sku) === "throttled-once" && !world.throttledOnce.has(sku),
  );
  for (const sku of fresh) world.throttledOnce.add(sku);
  return fresh.length > 0;
}

function refusalBySentinel(effects: Effects): Response | undefined {
  if (effects.has("server-error")) {
    const message = "Internal error. Looks like something went wrong on our end.";
    return jsonResponse({ errors: [{ message, extensions: { code: "INTERNAL_SERVER_ERROR" } }] });
  }
  if (effects.has("unavailable")) {
    return jsonResponse({ errors: "Service Unavailable" }, { status: 503 });
  }
  if (effects.has("bad-gateway")) {
    const page = "<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>";
    return new Response(page, { status: 502, headers: { "content-type": "text/html" } });
  }
  return undefined;
}

async function outcomeOf(response: Response): Promise<WriteCall["outcome"]> {
  const body =
    (await readJsonObject(
      new Request("http://x", { method: "POST", body: await response.text() }),
    )) ?? {};
  if (body["errors"] !== undefined) return "failed";
  return /"userErrors":\[\{/.test(JSON.stringify(body["data"])) ? "user_errors" : "applied";
}

function callerGoneOr(signal: AbortSignal, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    timer.unref();
    const leave = (): void => {
      clearTimeout(timer);
      resolve();
    };
    if (signal.aborted) leave();
    else signal.addEventListener("abort", leave, { once: true });
  });
}
