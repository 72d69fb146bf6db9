import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { buildApp } from "../../scripts/build-app.ts";
import { DEMO_SELLER_ID } from "../amazon/demo-listings.ts";
import { throwOnModelFindings } from "../amazon/testing/model-findings.ts";
import { type RunningWorld, startWorld } from "../world.ts";
import { type Child, startChild } from "./child.ts";
import { type Control, createControl } from "./control-client.ts";
import type { Identity } from "./identity.ts";
import { createMerchant, type Merchant } from "./merchant.ts";
import { freePort } from "./ports.ts";

/** Connection strings of a migrated database. */
export interface StackDatabase {
  readonly webUrl: string;
  readonly workerUrl: string;
  readonly queueUrl: string;
}

/** What to start. */
export interface StackOptions {
  readonly root: string;
  readonly database: StackDatabase;
  readonly identity: Identity;
  readonly seed: number;
  /**
   * `proxy`: a person's browser reaches the app through the dev proxy. `direct`: the app's own port is its
   * public address, for browsers whose requests to Shopify are routed, and for plain HTTP.
   */
  readonly frontage: "proxy" | "direct";
  /** Preferred ports of the front door, the proxy and the app; others are taken when they are not free. */
  readonly ports: { readonly front: number; readonly proxy: number; readonly app: number };
  readonly logDir: string;
  /** False leaves AMAZON_QUEUE_URL unset, so that the market is found by sweeps alone; true when left out. */
  readonly hasQueue?: boolean;
  readonly onProgress: (line: string) => void;
}

/** The whole of Calibr beside its sandbox. */
export interface Stack {
  /** What a person opens. */
  readonly adminUrl: string;
  /** The app's public origin. */
  readonly appUrl: string;
  readonly shop: string;
  readonly world: RunningWorld;
  readonly control: Control;
  readonly merchant: Merchant;
  /** The worker that runs now. */
  worker(): Child;
  /** Starts another worker, for instance after one was killed. */
  startWorker(): Child;
  /** Builds the app when its sources changed, and starts it and a worker anew. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export const DEMO_SHOP = "calibr-demo.myshopify.com";
const PRELOADS = ["sandbox/reroute.ts"];
const READY_MS = 30_000;

/** Starts sandbox, web app and worker on a migrated database and waits until the app answers. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { identity, root, logDir, onProgress } = options;
  buildApp({
    force: false,
    onStart: () => onProgress("building the web app (some seconds, once per change)"),
  });
  mkdirSync(logDir, { recursive: true });
  for (const name of ["web", "worker"]) writeFileSync(path.join(logDir, `${name}.log`), "");

  const ports = await takePorts(options.ports);
  const appUrl = `http://localhost:${String(options.frontage === "proxy" ? ports.proxy : ports.app)}`;
  const world = await startWorld({
    seed: options.seed,
    identity,
    shop: DEMO_SHOP,
    sellerId: DEMO_SELLER_ID,
    appUrl,
    appTarget: `http://127.0.0.1:${String(ports.app)}`,
    ports: { front: ports.front, proxy: options.frontage === "proxy" ? ports.proxy : null },
  });
  const env = environments(options, { appUrl, appPort: ports.app, origin: world.origin });
  const startApp = () =>
    startChild({
      name: "web",
      script: "shopify-app/server/main.ts",
      preloads: PRELOADS,
      env: env.web,
      root,
      logFile: path.join(logDir, "web.log"),
    });
  const startWorker = () =>
    startChild({
      name: "worker",
      script: "amazon-worker/src/main.ts",
      preloads: PRELOADS,
      env: env.worker,
      root,
      logFile: path.join(logDir, "worker.log"),
    });
  const healthUrl = `http://127.0.0.1:${String(ports.app)}/healthz`;
  let app = startApp();
  let worker = startWorker();
  await answering(healthUrl, app);
  return {
    adminUrl: world.adminUrl,
    appUrl,
    shop: DEMO_SHOP,
    world,
    control: createControl(world.origin),
    merchant: createMerchant({
      appUrl,
      apiKey: identity.shopify.apiKey,
      apiSecret: identity.shopify.apiSecret,
      shop: DEMO_SHOP,
    }),
    worker: () => worker,
    startWorker: () => (worker = startWorker()),
    async restart() {
      await Promise.all([app.stop(), worker.stop()]);
      buildApp({ force: false, onStart: () => onProgress("building the web app") });
      app = startApp();
      worker = startWorker();
      await answering(healthUrl, app);
    },
    async close() {
      await Promise.all([app.stop(), worker.stop()]);
      await closeWorld(world);
    },
  };
}

/** @throws Error when a request arrived that does not fit Amazon's models. */
async function closeWorld(world: RunningWorld): Promise<void> {
  const control = createControl(world.origin);
  const findings = await control<Record<string, unknown>>("amazon", "model-findings");
  await world.close();
  throwOnModelFindings(findings);
}

async function takePorts(preferred: StackOptions["ports"]): Promise<StackOptions["ports"]> {
  return {
    front: await freePort(preferred.front),
    proxy: await freePort(preferred.proxy),
    app: await freePort(preferred.app),
  };
}

/** What `npm start` would read from a person's .env: only values differ from real credentials. */
function environments(
  options: StackOptions,
  place: { appUrl: string; appPort: number; origin: string },
) {
  const { identity, database } = options;
  const shared = {
    NODE_ENV: "production",
    SANDBOX_ORIGIN: place.origin,
    CALIBR_KEYS: identity.sealKeys,
    SHOPIFY_API_KEY: identity.shopify.apiKey,
    SHOPIFY_API_SECRET: identity.shopify.apiSecret,
    SHOPIFY_APP_URL: place.appUrl,
    LOG_LEVEL: "info",
  };
  return {
    web: {
      ...shared,
      WEB_DATABASE_URL: database.webUrl,
      PORT: String(place.appPort),
      AMAZON_APP_ID: identity.amazon.applicationId,
      AMAZON_APP_STAGE: "draft",
    },
    worker: {
      ...shared,
      WORKER_DATABASE_URL: database.workerUrl,
      QUEUE_DATABASE_URL: database.queueUrl,
      AMAZON_LWA_CLIENT_ID: identity.amazon.clientId,
      AMAZON_LWA_CLIENT_SECRET: identity.amazon.clientSecret,
      ...(options.hasQueue === false
        ? {}
        : { AMAZON_QUEUE_URL: `${place.origin}/sqs/000000000000/calibr-amazon` }),
      AWS_ENDPOINT_URL_SQS: `${place.origin}/sqs`,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "sandbox",
      AWS_SECRET_ACCESS_KEY: "sandbox",
    },
  };
}

async function answering(url: string, child: Child): Promise<void> {
  const until = Date.now() + READY_MS;
  while (Date.now() < until && !child.hasEnded()) {
    try {
      if ((await fetch(url)).ok) return;
    } catch {
      // Not listening yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(
    `${child.name} did not answer at ${url} within ${String(READY_MS / 1000)} s; see its log`,
  );
}
