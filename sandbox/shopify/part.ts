/**
 * Shopify, as far as Calibr meets it: stores under `*.myshopify.com` with their token
 * endpoint and Admin GraphQL API, bulk-operation files, and signed webhooks to the app.
 */
import { randomUUID } from "node:crypto";
import { createSandboxClock } from "../clock.ts";
import type { SandboxClock } from "../clock.ts";
import { handleControl, parseControlPath } from "../http/control.ts";
import { jsonResponse } from "../http/json.ts";
import type { SandboxPart } from "../http/part.ts";
import { handleAdminGraphql } from "./admin-graphql.ts";
import { handleBulkFile } from "./bulk-files.ts";
import { RESULT_HOST, UPLOAD_HOST } from "./bulk-operations.ts";
import { controlVerbs } from "./control.ts";
import { createHolds } from "./holds.ts";
import { createPriceLedger } from "./ledger.ts";
import { makeStore } from "./make-store.ts";
import { handleTokenRequest } from "./oauth.ts";
import { ADMIN_API_VERSION } from "./schema.ts";
import type { StoreState } from "./state.ts";
import { createTokenBook } from "./tokens.ts";
import { createWebhookSender } from "./webhook-sender.ts";
import type { LogEntry, ShopifyApp, ShopifyWorld } from "./world-state.ts";

export interface ShopifyPartOptions {
  readonly seed: number;
  readonly clock: SandboxClock;
  readonly app: ShopifyApp;
  readonly shops: readonly {
    readonly domain: string;
    readonly name: string;
    readonly isInstalled: boolean;
  }[];
  /** Time of token lives and of the throttle; the machine's own when left out. */
  readonly wallClock?: Pick<SandboxClock, "now">;
}

export interface ShopifyPart extends SandboxPart {
  /** The live state, for the parts and tests that run in the same process. */
  readonly world: ShopifyWorld;
}

/** Old entries are forgotten, so that a long demo does not grow without end. */
const LOG_ENTRIES_KEPT = 1_000;

export function createShopifyPart(options: ShopifyPartOptions): ShopifyPart {
  const log: LogEntry[] = [];
  const world = makeWorld(options, log);
  const addStore = (shop: ShopifyPartOptions["shops"][number]): StoreState => {
    const installedScopes = shop.isInstalled ? options.app.scopes : null;
    const store = makeStore({ ...shop, seed: options.seed, installedScopes }, world);
    world.stores.set(store.domain, store);
    return store;
  };
  const fill = (): void => {
    world.stores.clear();
    for (const shop of options.shops) addStore(shop);
  };
  fill();
  const verbs = controlVerbs({
    world,
    addStore,
    logEntries: () => log,
    reset: () => {
      for (const domain of world.stores.keys()) world.tokens.revoke(domain);
      world.holds.release(true);
      world.ledger.clear();
      world.throttledOnce.clear();
      log.length = 0;
      fill();
    },
  });
  return {
    name: "shopify",
    world,
    owns: (host) => host.endsWith(".myshopify.com") || host === RESULT_HOST || host === UPLOAD_HOST,
    handle: (request) => {
      const url = new URL(request.url);
      if (parseControlPath(url.pathname) !== undefined) return handleControl(request, verbs);
      return handleVendorCall(world, request, url);
    },
    close: () => {
      world.holds.release(true);
      world.webhooks.stop();
    },
  };
}

function makeWorld(options: ShopifyPartOptions, log: LogEntry[]): ShopifyWorld {
  const { app, clock } = options;
  const wallClock = options.wallClock ?? createSandboxClock();
  return {
    app,
    clock,
    wallClock,
    stores: new Map(),
    tokens: createTokenBook(wallClock),
    ledger: createPriceLedger(),
    holds: createHolds(),
    webhooks: createWebhookSender({ clock, apiSecret: app.apiSecret }),
    throttledOnce: new Set(),
    log: (what, details) => {
      log.push({ at: clock.now(), what, details });
      if (log.length > LOG_ENTRIES_KEPT) log.shift();
    },
  };
}

async function handleVendorCall(
  world: ShopifyWorld,
  request: Request,
  { hostname, pathname }: URL,
): Promise<Response> {
  const requestId = randomUUID();
  const answer = (response: Response): Response => {
    response.headers.set("x-request-id", requestId);
    return response;
  };
  if (hostname === RESULT_HOST || hostname === UPLOAD_HOST) {
    return answer(await handleBulkFile(world, request, { hostname, pathname }));
  }
  const store = world.stores.get(hostname);
  if (store === undefined) return answer(jsonResponse({ errors: "Not Found" }, { status: 404 }));
  if (pathname === "/admin/oauth/access_token" && request.method === "POST") {
    return answer(await handleTokenRequest(world, store, request));
  }
  if (pathname === `/admin/api/${ADMIN_API_VERSION}/graphql.json` && request.method === "POST") {
    return answer(await handleAdminGraphql({ world, store, request, requestId }));
  }
  return answer(jsonResponse({ errors: "Not Found" }, { status: 404 }));
}
