import type { ShopId } from "../../core/ids.ts";
import type { Logger } from "../../ports/logger.ts";
import type { InShop, ShopTransaction } from "../../ports/shop-transaction.ts";
import { createCatalogStore } from "./catalog-store.ts";
import { createChangeStore } from "./change-store.ts";
import { createConnectionStore } from "./connection-store.ts";
import { createDecisionStore } from "./decision-store.ts";
import { createFeedStore } from "./feed-store.ts";
import { createInboxStore } from "./inbox-store.ts";
import { createNotificationStore } from "./notification-store.ts";
import { createMarketStore } from "./market-store.ts";
import { inShopTransaction, type Pool } from "./pool.ts";
import { createPushStore } from "./push-store.ts";
import type { QueryClient } from "./query-client.ts";
import { createSalesStore } from "./sales-store.ts";
import { createSettingsStore } from "./settings-store.ts";
import { createLinkStore } from "./link-store.ts";
import { createCatalogFactStore } from "./catalog-fact-store.ts";
import { createSyncStore } from "./sync-store.ts";
import { createWallsStore } from "./walls-store.ts";
import { createTaskStore } from "./task-store.ts";
import { createCloserLookStore } from "./closer-look-store.ts";
import { createWatchStore } from "./watch-store.ts";

/** Makes the function that runs work for one shop in one transaction. */
export function createInShop(pool: Pool, logger: Logger): InShop {
  return (shopId, work) =>
    inShopTransaction(pool, shopId, (client) => work(bindStores(client, shopId, logger)));
}

function bindStores(client: QueryClient, shopId: ShopId, logger: Logger): ShopTransaction {
  return {
    shopId,
    inbox: createInboxStore(client),
    market: createMarketStore(client),
    decisions: createDecisionStore(client),
    changes: createChangeStore(client),
    pushes: createPushStore(client, shopId),
    feeds: createFeedStore(client, shopId),
    walls: createWallsStore(client, shopId),
    settings: createSettingsStore(client),
    catalog: createCatalogStore(client),
    connections: createConnectionStore(client),
    tasks: createTaskStore(client),
    notifications: createNotificationStore(client),
    syncs: createSyncStore(client),
    catalogFacts: createCatalogFactStore(client),
    sales: createSalesStore(client),
    links: createLinkStore(client),
    watches: createWatchStore(client),
    closerLooks: createCloserLookStore(client),
    async wake(stage) {
      const answer = await client.query<{ wake: boolean }>("SELECT wake($1, $2) AS wake", [
        shopId,
        stage,
      ]);
      // Not a failure: the rows are the truth, and the sweeper looks at them within a second.
      if (answer.rows[0]?.wake !== true) logger.warn("wake_not_added", { shopId, stage });
    },
  };
}
