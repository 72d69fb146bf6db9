import { readFileSync } from "node:fs";
import path from "node:path";
import { createTestDatabase } from "@calibr/shared/testing/database";
import type { TestDatabase } from "@calibr/shared/testing/database";
import { DATA_DIR, PROJECT_ROOT } from "../../../scripts/database/open-database.ts";
import { linkAmazon } from "../../spine/link-amazon.ts";
import { openOnlooker } from "../../spine/onlooker.ts";
import type { Onlooker } from "../../spine/onlooker.ts";
import { startStack } from "../../stack/stack.ts";
import type { Stack } from "../../stack/stack.ts";
import { ADMIN_ORIGIN, launchAdminBrowser } from "./admin-page.ts";
import type { AdminBrowser, AdminPage } from "./admin-page.ts";
import { untilQuiet } from "./proposals.ts";

/** The whole of Calibr with a browser before it, for one test file. */
export interface Calibr {
  readonly stack: Stack;
  readonly onlooker: Onlooker;
  readonly database: TestDatabase;
  /** A person's fresh browser window on the store's Admin. */
  window(viewport?: { width: number; height: number }): Promise<AdminPage>;
  /**
   * Connects Amazon by plain HTTP and waits until both catalogues are imported and the market is read for the
   * first time. Amazon grants wide quotas for offers and fees, which would take half a minute each otherwise.
   */
  link(): Promise<void>;
  /** What the web process has logged so far. */
  webLog(): string;
  close(): Promise<void>;
}

export interface CalibrOptions {
  /** Names the folder of the logs: the test file's own name. */
  readonly name: string;
  /** `direct` when left out: the browser knows the vendors by their own hosts. */
  readonly frontage?: "direct" | "proxy";
  readonly hasQueue?: boolean;
  /** False for files that need no browser. */
  readonly hasBrowser?: boolean;
}

export const APP_ROOT = "/store/calibr-demo/apps/calibr";

/** Who the app is in these tests; the stand-ins are started with the same. */
export const APP_IDENTITY = {
  shopify: { apiKey: "e2e0shopify0key", apiSecret: "e2e-shopify-secret" },
  amazon: {
    applicationId: "amzn1.sp.solution.calibr-e2e",
    clientId: "amzn1.application-oa2-client.calibr-e2e",
    clientSecret: "e2e-amazon-secret",
  },
  sealKeys: `k1:${Buffer.alloc(32, 7).toString("base64")}`,
};

/** Starts everything on a database of its own; call in `beforeAll` and `close` in `afterAll`. */
export async function startCalibr(options: CalibrOptions): Promise<Calibr> {
  const { frontage = "direct", hasQueue = true, hasBrowser = true } = options;
  const database = await createTestDatabase();
  const logDir = path.join(DATA_DIR, "logs-e2e", options.name);
  const stack = await startStack({
    root: PROJECT_ROOT,
    database,
    identity: APP_IDENTITY,
    seed: 7,
    frontage,
    ports: { front: 0, proxy: 0, app: 0 },
    logDir,
    hasQueue,
    onProgress: () => {},
  });
  const onlooker = await openOnlooker(database.ownerUrl);
  const admin = hasBrowser ? await openBrowser(stack, frontage) : null;
  return {
    stack,
    onlooker,
    database,
    async window(viewport = { width: 1280, height: 800 }) {
      if (admin === null) throw new Error(`${options.name} was started without a browser`);
      return admin.browser.newPage({
        appRoot: APP_ROOT,
        adminOrigin: admin.adminOrigin,
        viewport,
      });
    },
    async link() {
      await widenQuotas(stack);
      await linkAmazon(stack, onlooker, { hasQueue });
      await untilQuiet(onlooker);
    },
    webLog: () => readFileSync(path.join(logDir, "web.log"), "utf8"),
    async close() {
      await admin?.browser.close();
      await onlooker.close();
      await stack.close();
      await database.drop();
    },
  };
}

async function openBrowser(
  stack: Stack,
  frontage: "direct" | "proxy",
): Promise<{ browser: AdminBrowser; adminOrigin: string }> {
  const isRerouted = frontage === "direct";
  const sandboxOrigin = stack.world.origin;
  return {
    browser: await launchAdminBrowser({ sandboxOrigin, isRerouted }),
    adminOrigin: isRerouted ? ADMIN_ORIGIN : new URL(stack.adminUrl).origin,
  };
}

/** The first look at the market and at fees takes a minute at Amazon's own pace. */
export async function widenQuotas(stack: Stack): Promise<void> {
  for (const operation of ["getListingOffersBatch", "getMyFeesEstimates"])
    await stack.control("amazon", "set-quota", { operation, rate: 20, burst: 20 });
}
