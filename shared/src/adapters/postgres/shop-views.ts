import type { ShopViews } from "../../ports/shop-views.ts";
import { inShopRead, type Pool } from "./pool.ts";
import type { QueryClient } from "./query-client.ts";
import { readActivity, readApprovals, readChange } from "./views/change-views.ts";
import { readConnections } from "./views/connection-views.ts";
import { readLinkReviews } from "./views/link-views.ts";
import { readOverview } from "./views/overview-view.ts";
import { readProduct, readProducts } from "./views/product-views.ts";
import { readSalesCoverage } from "./views/sales-coverage-view.ts";
import { readSync, readSyncs } from "./views/sync-views.ts";

async function readTimeZone(client: QueryClient): Promise<string | null> {
  const answer = await client.query<{ time_zone: string | null }>(
    "SELECT time_zone FROM shop WHERE shop_id = current_shop()",
  );
  return answer.rows[0]?.time_zone ?? null;
}

/** Answers for pages, each from one consistent picture of one shop's rows. */
export function createShopViews(pool: Pool): ShopViews {
  return {
    timeZone: (shopId) => inShopRead(pool, shopId, readTimeZone),
    overview: (shopId, now) => inShopRead(pool, shopId, (client) => readOverview(client, now)),
    approvals: (shopId, page) => inShopRead(pool, shopId, (client) => readApprovals(client, page)),
    products: (shopId, page) => inShopRead(pool, shopId, (client) => readProducts(client, page)),
    linkReviews: (shopId, page) =>
      inShopRead(pool, shopId, (client) => readLinkReviews(client, page)),
    product: (shopId, itemId, now) =>
      inShopRead(pool, shopId, (client) => readProduct(client, itemId, now)),
    change: (shopId, changeId) =>
      inShopRead(pool, shopId, (client) => readChange(client, changeId)),
    connections: (shopId, now) =>
      inShopRead(pool, shopId, (client) => readConnections(client, now)),
    salesCoverage: (shopId, connectionId, now) =>
      inShopRead(pool, shopId, (client) => readSalesCoverage(client, connectionId, now)),
    syncs: (shopId, page) => inShopRead(pool, shopId, (client) => readSyncs(client, page)),
    sync: (shopId, runId, page) =>
      inShopRead(pool, shopId, (client) => readSync(client, runId, page)),
    activity: (shopId, page) => inShopRead(pool, shopId, (client) => readActivity(client, page)),
  };
}
