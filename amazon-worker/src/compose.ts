import { createHash } from "node:crypto";
import type { WorkerConfig } from "@calibr/shared/config/worker-config";
import { createAppNotices } from "@calibr/shared/adapters/postgres/app-notices";
import { createPool, type Pool } from "@calibr/shared/adapters/postgres/pool";
import { createPrismaClient } from "@calibr/shared/adapters/postgres/prisma-client";
import { createQuotaStore } from "@calibr/shared/adapters/postgres/quota-store";
import { createOfflineSessions } from "@calibr/shared/adapters/postgres/session-rows";
import {
  createHistoryMonths,
  type HistoryMonths,
} from "@calibr/shared/adapters/postgres/history-months";
import { createShopDirectory } from "@calibr/shared/adapters/postgres/shop-directory";
import { createInShop } from "@calibr/shared/adapters/postgres/shop-transaction";
import { openWorkerRegistry } from "@calibr/shared/adapters/postgres/worker-registry";
import { createSealBox } from "@calibr/shared/adapters/seal/seal-box";
import { createAdminClient } from "@calibr/shared/adapters/shopify/admin-client";
import { createCostLimiter } from "@calibr/shared/adapters/shopify/cost-limiter";
import { createOfflineTokens } from "@calibr/shared/adapters/shopify/offline-token";
import { createShopifyListingSource } from "@calibr/shared/adapters/shopify/shopify-listing-source";
import { createShopifyPriceChannel } from "@calibr/shared/adapters/shopify/shopify-price-channel";
import type { AppNotices } from "@calibr/shared/ports/app-notices";
import type { Clock } from "@calibr/shared/ports/clock";
import type { Logger } from "@calibr/shared/ports/logger";
import type { ShopDirectory } from "@calibr/shared/ports/shop-directory";
import type { InShop } from "@calibr/shared/ports/shop-transaction";
import { createAccountSecrets } from "./account-secrets.ts";
import { createAmazonChannel } from "./channels/amazon/create-amazon-channel.ts";
import type { WaitingClock } from "./channels/amazon/client/waiting.ts";

// Stages of several shops run side by side, each with one short transaction at a time.
const CONNECTIONS_MAX = 12;
const QUEUE_CONNECTIONS_MAX = 6;

/** Everything the worker process is made of, built once. */
export interface WorkerParts {
  readonly config: WorkerConfig;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly queuePool: Pool;
  readonly inShop: InShop;
  readonly directory: ShopDirectory;
  readonly history: HistoryMonths;
  readonly appNotices: AppNotices;
  readonly registry: Awaited<ReturnType<typeof openWorkerRegistry>>;
  readonly sealBox: ReturnType<typeof createSealBox>;
  readonly amazon: ReturnType<typeof createAmazonChannel>;
  readonly shopify: {
    readonly source: ReturnType<typeof createShopifyListingSource>;
    readonly channel: ReturnType<typeof createShopifyPriceChannel>;
  };
  readonly sha256: (text: string) => string;
  close(): Promise<void>;
}

/** Builds adapters from the configuration. `waiting` is the clock the channel sleeps by: this machine's when left out. */
export async function composeWorker(
  config: WorkerConfig,
  clock: Clock,
  logger: Logger,
  waiting?: WaitingClock,
): Promise<WorkerParts> {
  const onIdleError = (cause: Error) => logger.error("database_connection_lost", {}, cause);
  const pool = createPool({
    url: config.databaseUrl,
    connectionsMax: CONNECTIONS_MAX,
    onIdleError,
  });
  const queuePool = createPool({
    url: config.queueDatabaseUrl,
    connectionsMax: QUEUE_CONNECTIONS_MAX,
    onIdleError,
  });
  const prisma = createPrismaClient({ url: config.databaseUrl, connectionsMax: 3, onIdleError });
  const inShop = createInShop(pool, logger);
  const sealBox = createSealBox(config.sealKeys);
  const registry = await openWorkerRegistry({
    workerUrl: config.databaseUrl,
    workers: pool,
    queue: queuePool,
    clock,
    logger,
  });
  const amazon = createAmazonChannel({
    lwa: { clientId: config.amazon.lwaClientId, clientSecret: config.amazon.lwaClientSecret },
    queueUrl: config.amazon.queueUrl,
    eventBusAccountId: config.amazon.eventBusAccountId,
    secrets: createAccountSecrets({ inShop, sealBox }),
    quotaStore: createQuotaStore(pool),
    clock,
    logger,
    ...(waiting === undefined ? {} : { waiting }),
  });
  return {
    config,
    clock,
    logger,
    queuePool,
    inShop,
    directory: createShopDirectory(pool),
    history: createHistoryMonths(pool, logger),
    appNotices: createAppNotices(pool),
    registry,
    sealBox,
    amazon,
    shopify: composeShopify({ prisma, sealBox, config, clock, logger }),
    sha256: (text) => createHash("sha256").update(text).digest("hex"),
    async close() {
      amazon.close();
      await registry.leave();
      await prisma.$disconnect();
      await queuePool.end();
      await pool.end();
    },
  };
}

function composeShopify(parts: {
  readonly prisma: ReturnType<typeof createPrismaClient>;
  readonly sealBox: ReturnType<typeof createSealBox>;
  readonly config: WorkerConfig;
  readonly clock: Clock;
  readonly logger: Logger;
}): WorkerParts["shopify"] {
  const { prisma, sealBox, config, clock, logger } = parts;
  const sessions = createOfflineSessions({ prisma, sealBox });
  const tokens = createOfflineTokens({ sessions, app: config.shopify, clock, logger, fetch });
  const limiter = createCostLimiter({ clock });
  const client = createAdminClient({ tokens, limiter, logger, fetch });
  return {
    source: createShopifyListingSource({ client, clock }),
    channel: createShopifyPriceChannel({ client, clock }),
  };
}
