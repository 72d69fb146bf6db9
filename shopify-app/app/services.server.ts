/**
 * COMPOSITION ROOT of the web process: builds each adapter once and hands them to the services.
 * There is no Amazon client and no Amazon secret here: the web process never calls Amazon.
 */
import { createHash, randomBytes } from "node:crypto";
import { createLogger } from "@calibr/shared/adapters/log/logger";
import { createAppNotices } from "@calibr/shared/adapters/postgres/app-notices";
import { createPool } from "@calibr/shared/adapters/postgres/pool";
import { createPrismaClient } from "@calibr/shared/adapters/postgres/prisma-client";
import { createSessionStore } from "@calibr/shared/adapters/postgres/session-store";
import { createShopDirectory } from "@calibr/shared/adapters/postgres/shop-directory";
import { createInShop } from "@calibr/shared/adapters/postgres/shop-transaction";
import { createShopViews } from "@calibr/shared/adapters/postgres/shop-views";
import { isWebhookSigned } from "@calibr/shared/adapters/shopify/webhook-signature";
import { createSealBox } from "@calibr/shared/adapters/seal/seal-box";
import { readWebConfig } from "@calibr/shared/config/web-config";

// One web process shares PostgreSQL's connections with the worker: ten and two leave room for several of each
// under the default of one hundred, and a page holds a connection for milliseconds.
const POOL_CONNECTIONS_MAX = 10;
const SESSION_CONNECTIONS_MAX = 2;

/** The settings of this process, checked. */
export const config = readWebConfig();

/** The structured log of this process. */
export const logger = createLogger({ process: "web", level: config.logLevel });

const onIdleError = (cause: Error): void =>
  logger.warn("database_connection_lost", { reason: cause.message });
const pool = createPool({
  url: config.databaseUrl,
  connectionsMax: POOL_CONNECTIONS_MAX,
  onIdleError,
});
const prisma = createPrismaClient({
  url: config.databaseUrl,
  connectionsMax: SESSION_CONNECTIONS_MAX,
  onIdleError,
});
const sealBox = createSealBox(config.sealKeys);

/** Shopify's sessions, tokens sealed at rest. */
export const sessionStorage = createSessionStore({ prisma, sealBox });

/** What the services of pages, actions and webhooks need. */
export const services = {
  inShop: createInShop(pool, logger),
  views: createShopViews(pool),
  directory: createShopDirectory(pool),
  appNotices: createAppNotices(pool),
  clock: { now: () => new Date() },
  sealBox,
  randomBytes: (size: number) => new Uint8Array(randomBytes(size)),
  sha256Bytes: (bytes: Uint8Array) => new Uint8Array(createHash("sha256").update(bytes).digest()),
  amazonApp: { applicationId: config.amazon.appId, stage: config.amazon.appStage },
  appUrl: config.shopify.appUrl,
  logger,
};

/** True when Shopify signed this delivery with the app's secret. */
export function isSignedByShopify(rawBody: Uint8Array, signature: string | null): boolean {
  return isWebhookSigned({ rawBody, signature, secret: config.shopify.apiSecret });
}

/** True when the database answers. */
export async function isDatabaseUp(): Promise<boolean> {
  try {
    await pool.query("SELECT 1");
    return true;
  } catch (cause) {
    logger.error("health_check_failed", {}, cause);
    return false;
  }
}

/** Ends every connection of this process; called once, when no request is left. */
export async function closeServices(): Promise<void> {
  await Promise.all([pool.end(), prisma.$disconnect()]);
}
