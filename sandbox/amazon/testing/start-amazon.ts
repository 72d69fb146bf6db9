/**
 * The Amazon stand-in on a port of its own with a real market behind it, and the clients a product
 * would use: the amazon-sp-api package, whose sockets are turned to the port, and the AWS SDK.
 */
import { createServer } from "node:http";
import https from "node:https";
import net from "node:net";
import type { AddressInfo } from "node:net";
import { SQSClient } from "@aws-sdk/client-sqs";
import { SellingPartner } from "amazon-sp-api";
import { createSandboxClock } from "../../clock.ts";
import type { SandboxClock } from "../../clock.ts";
import { serve } from "../../http/bridge.ts";
import { createMarket } from "../../market/market.ts";
import type { Market } from "../../market/types.ts";
import { DEMO_SELLER_ID, marketAsinsOf } from "../demo-listings.ts";
import type { SeedListing } from "../listing.ts";
import { createAmazonPart } from "../part.ts";
import { parseSeedListing } from "../seed-listing.ts";
import type { AmazonPartOptions } from "../part-options.ts";
import { throwOnModelFindings } from "./model-findings.ts";

export const APPLICATION_ID = "amzn1.sellerapps.app.calibr-sandbox";
export const CLIENT_ID = "amzn1.application-oa2-client.sandbox";
export const CLIENT_SECRET = "amzn1.oa2-cs.v1.sandbox";
export const REDIRECT_URI = "https://calibr.example/amazon/callback";
export const US = "ATVPDKIKX0DER";
export const SELLER = DEMO_SELLER_ID;
export const ACCEPTED_TO_LIVE_MS = 2_000;

export interface RunningAmazon {
  readonly origin: string;
  readonly clock: SandboxClock;
  readonly market: Market;
  /** A machine clock for quotas and queue that a test moves itself. */
  readonly machine: { nowMs: number };
  control(verb: string, args?: Record<string, unknown>): Promise<Record<string, unknown>>;
  /** A call as any HTTP client makes it, to a vendor host. */
  call(url: string, init?: CallInit): Promise<Answer>;
  /** The amazon-sp-api client of a seller that has authorized the application. */
  sellingPartner(refreshToken: string): SellingPartner;
  /** Of the demo seller when no other is named. */
  accessToken(sellerId?: string): Promise<string>;
  grantlessToken(): Promise<string>;
  sqs(): SQSClient;
  stop(): Promise<void>;
}

interface CallInit {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly bytes: Uint8Array;
  readonly json: Record<string, unknown>;
}

export function listing(sku: string, change: Record<string, unknown> = {}): SeedListing {
  return parseSeedListing({ sku, ...change });
}

export async function startAmazon(
  listings: readonly SeedListing[],
  options: Partial<AmazonPartOptions> = {},
): Promise<RunningAmazon> {
  const clock = createSandboxClock({ startAt: new Date("2026-11-23T09:00:00Z"), speed: 0 });
  const market = createMarket({ seed: 7, clock, asins: marketAsinsOf(listings) });
  const machine = { nowMs: 0 };
  const part = createAmazonPart({
    clock,
    market,
    listings,
    applicationId: APPLICATION_ID,
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    registeredRedirectUris: [REDIRECT_URI],
    acceptedToLiveMs: ACCEPTED_TO_LIVE_MS,
    sellerId: SELLER,
    machineNowMs: () => machine.nowMs,
    ...options,
  });
  const server = createServer((incoming, outgoing) => {
    void serve(incoming, outgoing, (request) => part.handle(request));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // server.address() of a listening TCP server is an AddressInfo.
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  const usualAgent = https.globalAgent;
  https.globalAgent = standInAgent(port);

  const call = (url: string, init: CallInit = {}) => callThrough(origin, url, init);
  const control = async (verb: string, args: Record<string, unknown> = {}) => {
    const path = `${origin}/control/amazon/${verb}`;
    const answer = await call(path, { method: "POST", body: JSON.stringify(args) });
    if (answer.status !== 200) throw new Error(`control ${verb}: ${answer.text}`);
    return answer.json;
  };
  const token = async (fields: Record<string, string>): Promise<string> => {
    const body = new URLSearchParams({
      client_id: CLIENT_ID,
      client_secret: CLIENT_SECRET,
      ...fields,
    });
    const answer = await call("https://api.amazon.com/auth/o2/token", {
      method: "POST",
      body: body.toString(),
    });
    return String(answer.json["access_token"]);
  };
  return {
    origin,
    clock,
    market,
    machine,
    control,
    call,
    async accessToken(sellerId) {
      const who = sellerId === undefined ? {} : { sellerId };
      const { refreshToken } = await control("authorize", who);
      return token({ grant_type: "refresh_token", refresh_token: String(refreshToken) });
    },
    grantlessToken: () =>
      token({ grant_type: "client_credentials", scope: "sellingpartnerapi::notifications" }),
    sellingPartner: makeSellingPartner,
    sqs: () => makeSqs(origin),
    async stop() {
      const findings = await control("model-findings");
      https.globalAgent.destroy();
      https.globalAgent = usualAgent;
      await part.close?.();
      clock.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      throwOnModelFindings(findings);
    },
  };
}

/** Sends every https socket of the process to the plain port; the host asked for stays in `Host`. */
function standInAgent(port: number): https.Agent {
  class StandInAgent extends https.Agent {
    override createConnection() {
      return net.connect({ host: "127.0.0.1", port });
    }
  }
  return new StandInAgent({ keepAlive: false });
}

async function callThrough(origin: string, url: string, init: CallInit): Promise<Answer> {
  const target = new URL(url);
  const response = await fetch(`${origin}${target.pathname}${target.search}`, {
    method: init.method ?? "GET",
    headers: { "x-sandbox-host": target.hostname, ...init.headers },
    redirect: "manual",
    ...(init.body === undefined ? {} : { body: init.body as NonNullable<RequestInit["body"]> }),
  });
  const bytes = new Uint8Array(await response.arrayBuffer());
  const text = Buffer.from(bytes).toString("utf8");
  return { status: response.status, headers: response.headers, text, bytes, json: parsed(text) };
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function makeSellingPartner(refreshToken: string): SellingPartner {
  return new SellingPartner({
    region: "na",
    refresh_token: refreshToken,
    endpoints_versions: { listingsItems: "2021-08-01", feeds: "2021-06-30", reports: "2021-06-30" },
    credentials: {
      SELLING_PARTNER_APP_CLIENT_ID: CLIENT_ID,
      SELLING_PARTNER_APP_CLIENT_SECRET: CLIENT_SECRET,
    },
    options: { auto_request_throttled: false, retry_remote_timeout: false },
  });
}

function makeSqs(origin: string): SQSClient {
  return new SQSClient({
    region: "us-east-1",
    endpoint: `${origin}/sqs`,
    credentials: { accessKeyId: "sandbox", secretAccessKey: "sandbox" },
    maxAttempts: 1,
  });
}

/** The body of a price patch as a careful client sends it. */
export function priceBody(price: number, more: Record<string, unknown> = {}): unknown {
  return {
    productType: "PRODUCT",
    patches: [
      {
        op: "merge",
        path: "/attributes/purchasable_offer",
        value: [
          {
            marketplace_id: US,
            currency: "USD",
            audience: "ALL",
            our_price: [{ schedule: [{ value_with_tax: price }] }],
            ...more,
          },
        ],
      },
    ],
  };
}

export const API = "https://sellingpartnerapi-na.amazon.com";

export function itemUrl(sku: string, query = ""): string {
  return `${API}/listings/2021-08-01/items/${SELLER}/${encodeURIComponent(sku)}?marketplaceIds=${US}${query}`;
}
