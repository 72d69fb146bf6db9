/**
 * The whole sandbox, composed: the demo store on Shopify with its Admin frame, the demo
 * seller on Amazon, and the market both sell in, on one clock behind one port, and a
 * dev proxy in front of the app for a person's ordinary browser.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startDevProxy } from "./admin/dev-proxy.ts";
import { createAdminPart } from "./admin/part.ts";
import type { AdminShop } from "./admin/store-data.ts";
import { DEMO_SELLER_ID, makeDemoListings, marketAsinsOf } from "./amazon/demo-listings.ts";
import { createAmazonPart } from "./amazon/part.ts";
import { createSandboxClock } from "./clock.ts";
import type { SandboxClock } from "./clock.ts";
import { createMarketControl } from "./market/control.ts";
import { createMarket } from "./market/market.ts";
import type { Market } from "./market/types.ts";
import { scenarioStarter } from "./scenarios/catalogue.ts";
import { makeCatalog } from "./seed/catalog.ts";
import { startSandbox } from "./server.ts";
import { adminStoreData } from "./shopify/admin-view.ts";
import { createShopifyPart } from "./shopify/part.ts";
import type { ShopifyPart } from "./shopify/part.ts";
import { readAppToml } from "./shopify/read-app-toml.ts";

export interface WorldOptions {
  readonly seed: number;
  /** Who the app is to both vendors; the app and the worker run with the same. */
  readonly identity: {
    readonly shopify: { readonly apiKey: string; readonly apiSecret: string };
    readonly amazon: {
      readonly applicationId: string;
      readonly clientId: string;
      readonly clientSecret: string;
    };
  };
  /** Domain of the store that has the app. */
  readonly shop: string;
  readonly sellerId: string;
  /** Public origin of the app, where the Admin frame loads it from: the proxy's, or the app's own. */
  readonly appUrl: string;
  /** Where the app really listens; webhooks go there. */
  readonly appTarget: string;
  /** `front` is all vendors' port; `proxy` null leaves the dev proxy out.  */
  readonly ports: { readonly front: number; readonly proxy: number | null };
  /** Real time when left out. */
  readonly clock?: SandboxClock;
  /** Sandbox time from "accepted" to "live" on Amazon; 2 s when left out. */
  readonly acceptedToLiveMs?: number;
  /** `draft`, when left out, asks for version=beta on the consent page; same as `AMAZON_APP_STAGE`. */
  readonly amazonStage?: "draft" | "published";
  /** Stores that have not installed the app. */
  readonly otherShops?: readonly string[];
}

export interface RunningWorld {
  /** `http://127.0.0.1:<front port>`: what `SANDBOX_ORIGIN` is set to. */
  readonly origin: string;
  /** The address to open in a browser. */
  readonly adminUrl: string;
  readonly clock: SandboxClock;
  /** Still until `market.start()`. */
  readonly market: Market;
  readonly shopify: ShopifyPart;
  close(): Promise<void>;
}

const ACCEPTED_TO_LIVE_MS = 2_000;
/** Registered with Amazon as the app's OAuth redirect URI. */
const AMAZON_CALLBACK_PATH = "/auth/amazon/callback";
/** Registered as its OAuth Login URI: where the Appstore sends a seller. */
const AMAZON_LOGIN_PATH = "/auth/amazon/login";
const APP_TOML = join(import.meta.dirname, "..", "shopify.app.toml");

export async function startWorld(options: WorldOptions): Promise<RunningWorld> {
  const { appTarget, ports, seed } = options;
  const clock = options.clock ?? createSandboxClock();
  const shops = [options.shop, ...(options.otherShops ?? [])].map(storeOwnedBy);
  const { amazon, market, marketControl } = makeAmazon(options, clock);
  const toml = readAppToml(readFileSync(APP_TOML, "utf8"));
  const shopify = createShopifyPart({
    seed,
    clock,
    app: { ...toml, ...options.identity.shopify, appUrl: appTarget },
    shops: shops.map(({ domain, title }) => ({
      domain,
      name: title,
      isInstalled: domain === options.shop,
    })),
  });
  const shellOrigin = `http://localhost:${ports.front}`;
  const admin = createAdminPart({
    ...options.identity.shopify,
    appUrl: options.appUrl,
    shellOrigin,
    app: { name: toml.name, handle: toml.handle },
    shops: [storeOwnedBy(options.shop), ...shops.slice(1)],
    storeData: adminStoreData(shopify.world),
    // Tokens live by real time: the app compares them with its own clock.
    now: () => shopify.world.wallClock.now(),
  });
  const parts = [shopify, amazon, marketControl, admin];
  const sandbox = await startSandbox({ port: ports.front, seed, clock, parts });
  const proxy =
    ports.proxy === null
      ? null
      : await startDevProxy({ port: ports.proxy, target: appTarget, shellOrigin });
  return {
    origin: sandbox.origin,
    adminUrl: `${shellOrigin}/`,
    clock,
    market,
    shopify,
    close: async () => {
      market.freeze();
      await proxy?.close();
      await sandbox.close();
      clock.stop();
    },
  };
}

function makeAmazon(options: WorldOptions, clock: SandboxClock) {
  const { appUrl, identity, seed, sellerId } = options;
  const { listings } = makeDemoListings(makeCatalog(seed), seed);
  const market = createMarket({ seed, clock, asins: marketAsinsOf(listings) });
  const amazon = createAmazonPart({
    ...identity.amazon,
    clock,
    market,
    listings,
    sellerId,
    registeredRedirectUris: [new URL(AMAZON_CALLBACK_PATH, appUrl).href],
    past: { days: 30, share: 0.05, seed },
    loginUri: new URL(AMAZON_LOGIN_PATH, appUrl).href,
    acceptedToLiveMs: options.acceptedToLiveMs ?? ACCEPTED_TO_LIVE_MS,
    stage: options.amazonStage ?? "draft",
  });
  const marketControl = createMarketControl(market, scenarioStarter({ market, clock }));
  return { amazon, market, marketControl };
}

/** A store's face in the Admin: "calibr-demo.myshopify.com" is the store "Calibr Demo". */
function storeOwnedBy(domain: string): AdminShop {
  const words = domain.replace(/\.myshopify\.com$/, "").split("-");
  return {
    domain,
    title: words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join(" "),
    currency: "USD",
    locale: "en",
    staff: { id: 42, firstName: "Robin", lastName: "Hale", email: `robin@${domain}` },
  };
}

/**
 * `node sandbox/world.ts`: the sandbox alone, for an app and a worker started by hand behind
 * `reroute.ts`. It expects them to run with these credentials.
 */
async function startAlone(): Promise<void> {
  const appTarget = "http://localhost:3000";
  const world = await startWorld({
    seed: 1,
    identity: {
      shopify: { apiKey: "calibr-sandbox-key", apiSecret: "calibr-sandbox-secret" },
      amazon: {
        applicationId: "amzn1.sp.solution.calibr-sandbox",
        clientId: "amzn1.application-oa2-client.calibr-sandbox",
        clientSecret: "calibr-sandbox-lwa-secret",
      },
    },
    shop: "calibr-demo.myshopify.com",
    sellerId: DEMO_SELLER_ID,
    appUrl: "http://localhost:4020",
    appTarget,
    ports: { front: 4010, proxy: 4020 },
  });
  const stop = (): void => void world.close();
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  process.stdout.write(
    `sandbox at ${world.origin}; open ${world.adminUrl} (app at ${appTarget})\n`,
  );
}

if (import.meta.main) await startAlone();
