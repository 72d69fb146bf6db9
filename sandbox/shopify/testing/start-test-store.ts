/** A Shopify stand-in behind real HTTP on a free port, with a listening app, for the tests of this folder. */
import { createHmac, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { createSandboxClock } from "../../clock.ts";
import type { SandboxClock } from "../../clock.ts";
import { startSandbox } from "../../server.ts";
import { createShopifyPart } from "../part.ts";
import type { AppSubscription } from "../world-state.ts";

export const API_KEY = "calibr-test-key";
export const API_SECRET = "calibr-test-secret";
export const SHOP = "calibr-demo.myshopify.com";

export interface ReceivedWebhook {
  readonly headers: IncomingHttpHeaders;
  readonly path: string;
  readonly raw: string;
  readonly payload: unknown;
}

export interface GraphqlAnswer {
  readonly status: number;
  readonly requestId: string | null;
  // Tests read these freely; every read is an assertion about its shape.
  readonly body: {
    readonly data?: Record<string, Record<string, unknown>> | null;
    readonly errors?: {
      readonly message: string;
      readonly extensions?: { readonly code?: string };
    }[];
    readonly extensions?: { readonly cost: Record<string, unknown> };
  };
}

export interface TestStore {
  readonly clock: SandboxClock;
  readonly webhooks: ReceivedWebhook[];
  /** Status the app answers webhooks with. */
  appStatus: number;
  readonly appOrigin: string;
  fetchVendor(host: string, path: string, init?: RequestInit): Promise<Response>;
  control<T = Record<string, unknown>>(verb: string, args?: object): Promise<T>;
  token(
    fields?: Record<string, string>,
  ): Promise<{ status: number; body: Record<string, unknown> }>;
  /** Exchanges an id token and returns an access token. */
  signIn(): Promise<string>;
  graphql(
    token: string,
    query: string,
    variables?: object,
    signal?: AbortSignal,
  ): Promise<GraphqlAnswer>;
  close(): Promise<void>;
}

const SUBSCRIPTIONS: readonly AppSubscription[] = [
  { topics: ["app/uninstalled", "app/scopes_update", "bulk_operations/finish"], uri: "/webhooks" },
  {
    topics: ["products/update"],
    uri: "/webhooks",
    includeFields: ["id", "updated_at", "variants.id", "variants.sku", "variants.price"],
  },
  { topics: ["orders/create"], uri: "/webhooks" },
  { topics: ["shop/redact"], uri: "/webhooks/compliance" },
];

export async function startTestStore(): Promise<TestStore> {
  const webhooks: ReceivedWebhook[] = [];
  const app = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const raw = Buffer.concat(chunks).toString("utf8");
      webhooks.push({
        headers: request.headers,
        path: request.url ?? "",
        raw,
        payload: JSON.parse(raw),
      });
      response.writeHead(store.appStatus).end();
    });
  });
  await new Promise<void>((resolve) => app.listen(0, "127.0.0.1", resolve));
  const appOrigin = `http://127.0.0.1:${(app.address() as AddressInfo).port}`;
  const clock = createSandboxClock({ speed: 0, startAt: new Date("2026-11-23T09:00:00Z") });
  const part = createShopifyPart({
    seed: 7,
    clock,
    app: {
      apiKey: API_KEY,
      apiSecret: API_SECRET,
      scopes: ["read_products", "write_products", "read_orders", "read_markets"],
      optionalScopes: ["write_inventory"],
      appUrl: appOrigin,
      subscriptions: SUBSCRIPTIONS,
    },
    shops: [
      { domain: SHOP, name: "Calibr Demo", isInstalled: true },
      { domain: "second.myshopify.com", name: "Second", isInstalled: false },
    ],
  });
  const sandbox = await startSandbox({ port: 0, seed: 7, clock, parts: [part] });
  const fetchVendor: TestStore["fetchVendor"] = (host, path, init = {}) => {
    const headers = new Headers(init.headers);
    headers.set("x-sandbox-host", host);
    return fetch(`${sandbox.origin}${path}`, { ...init, headers });
  };
  const token: TestStore["token"] = async (fields = {}) => {
    const { shop = SHOP, ...rest } = fields;
    const body = JSON.stringify({ ...exchangeFields(shop), ...rest });
    const headers = { "content-type": "application/json" };
    const answer = await fetchVendor(shop, "/admin/oauth/access_token", {
      method: "POST",
      headers,
      body,
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  const store: TestStore = {
    clock,
    webhooks,
    appStatus: 200,
    appOrigin,
    fetchVendor,
    token,
    async control<T>(verb: string, args: object = {}) {
      const answer = await fetch(`${sandbox.origin}/control/shopify/${verb}`, {
        method: "POST",
        body: JSON.stringify(args),
      });
      if (!answer.ok) throw new Error(`control ${verb}: ${await answer.text()}`);
      return (await answer.json()) as T;
    },
    async signIn() {
      return String((await token()).body["access_token"]);
    },
    async graphql(accessToken, query, variables = {}, signal) {
      const answer = await fetchVendor(SHOP, "/admin/api/2026-10/graphql.json", {
        method: "POST",
        headers: { "content-type": "application/json", "x-shopify-access-token": accessToken },
        body: JSON.stringify({ query, variables }),
        ...(signal === undefined ? {} : { signal }),
      });
      const body = (await answer.json()) as GraphqlAnswer["body"];
      return { status: answer.status, requestId: answer.headers.get("x-request-id"), body };
    },
    async close() {
      await sandbox.close();
      app.closeAllConnections();
      await new Promise((resolve) => app.close(resolve));
      clock.stop();
    },
  };
  return store;
}

function exchangeFields(shop: string): Record<string, string> {
  return {
    client_id: API_KEY,
    client_secret: API_SECRET,
    grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
    subject_token: mintIdToken({ shop }),
    subject_token_type: "urn:ietf:params:oauth:token-type:id_token",
    requested_token_type: "urn:shopify:params:oauth:token-type:offline-access-token",
    expiring: "1",
  };
}

export function mintIdToken({
  shop = SHOP,
  secret = API_SECRET,
  claims = {},
}: {
  shop?: string;
  secret?: string;
  claims?: object;
}): string {
  const now = Math.floor(Date.now() / 1000);
  const encode = (value: object): string =>
    Buffer.from(JSON.stringify(value)).toString("base64url");
  const own = { dest: `https://${shop}`, aud: API_KEY, exp: now + 60, nbf: now, jti: randomUUID() };
  const body = `${encode({ alg: "HS256", typ: "JWT" })}.${encode({ ...own, ...claims })}`;
  return `${body}.${createHmac("sha256", secret).update(body).digest("base64url")}`;
}
