import { createChangeFollower } from "@calibr/shared/services/catalog/follow-changes";
import { createReportImport } from "@calibr/shared/services/catalog/import-report";
import { createListingLookUp } from "@calibr/shared/services/catalog/look-up-listings";
import {
  createAsinReader,
  createFeeReader,
  createStockReader,
} from "@calibr/shared/services/catalog/read-catalog-facts";
import type { TaskHandlers } from "@calibr/shared/services/tasks/run-tasks";
import { eraseAmazonData } from "@calibr/shared/services/connections/erase-amazon-data";
import { feedPrices } from "@calibr/shared/services/changes/feeds/feed-prices";
import { keepSubscribed } from "@calibr/shared/services/notifications/keep-subscribed";
import { createOrdersTask } from "@calibr/shared/services/sales/read-orders";
import { createTrafficTask } from "@calibr/shared/services/sales/read-traffic";
import { createCloserLook } from "@calibr/shared/services/market/look-closer";
import type { WorkerParts } from "./compose.ts";

/** Which service does a step of which kind of task. */
export function createTaskHandlers(parts: WorkerParts): TaskHandlers {
  const { inShop, clock, logger, amazon, directory } = parts;
  const base = { inShop, clock, logger };
  const desk = amazon.subscriptions;
  const catalog = { clock, logger, catalog: amazon.catalog };
  return {
    listings_report: createReportImport(catalog),
    listing_details: createListingLookUp(catalog),
    listing_changes: createChangeFollower(catalog),
    catalog_items: createAsinReader(catalog),
    inventory: createStockReader(catalog),
    fees: createFeeReader(catalog),
    shortlist: createCloserLook({ inShop, clock, looks: amazon.closerLooks }),
    subscriptions: (step, signal) =>
      keepSubscribed({ ...base, desk, linker: amazon.accountLinker }, step, signal),
    feed: feedPrices({ ...base, feeder: amazon.priceFeeder, channel: amazon.priceChannel }),
    orders: createOrdersTask({ ...base, source: amazon.sales }),
    traffic: createTrafficTask({ ...base, source: amazon.sales }),
    erase: (step, signal) => eraseAmazonData({ ...base, desk, directory }, step, signal),
  };
}
