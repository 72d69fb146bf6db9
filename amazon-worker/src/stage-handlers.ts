import { mirrorWalls } from "@calibr/shared/services/changes/mirror-walls";
import { earliest, pushPrices } from "@calibr/shared/services/changes/push-prices";
import { importListings } from "@calibr/shared/services/catalog/import-listings";
import { exchangeAmazonCodes } from "@calibr/shared/services/connections/exchange-amazon-code";
import { sweepMarket } from "@calibr/shared/services/market/sweep-market";
import { decideDirty } from "@calibr/shared/services/pricing/decide-dirty";
import { processInbox } from "@calibr/shared/services/webhooks/process-inbox";
import { runTasks } from "@calibr/shared/services/tasks/run-tasks";
import type { WorkerParts } from "./compose.ts";
import type { StageHandler, StageHandlers } from "./stage-runner.ts";
import { createTaskHandlers } from "./task-handlers.ts";

/** Which service works off which stage. */
export function createStageHandlers(parts: WorkerParts): StageHandlers {
  const { inShop, clock, logger, sha256, sealBox, amazon, shopify } = parts;
  const base = { inShop, clock, logger };
  const channels = { amazon: amazon.priceChannel, shopify: shopify.channel };
  const sources = { shopify: shopify.source };
  const catalogs = { amazon: amazon.catalog };
  const asWorker = <Deps>(deps: Deps) => ({ ...deps, worker: workerId(parts) });
  const push =
    (channel: "amazon" | "shopify", work: "send" | "read"): StageHandler =>
    (shopId, signal) =>
      pushPrices(asWorker({ ...base, channels }), { shopId, channel, work }, signal);
  // Walls alone wait until no price has a turn.
  const pushAmazon: StageHandler = async (shopId, signal) => {
    const prices = await pushPrices(
      asWorker({ ...base, channels }),
      { shopId, channel: "amazon", work: "send" },
      signal,
    );
    const walls = await mirrorWalls(
      asWorker({ ...base, channel: amazon.priceChannel }),
      shopId,
      signal,
    );
    return { nextAt: earliest([prices.nextAt, walls.nextAt]) };
  };
  return {
    inbox: (shopId, signal) => processInbox(base, shopId, signal),
    decide: (shopId, signal) => decideDirty({ inShop, clock, sha256 }, shopId, signal),
    "push:amazon": pushAmazon,
    "push:shopify": push("shopify", "send"),
    "confirm:amazon": push("amazon", "read"),
    "confirm:shopify": push("shopify", "read"),
    link: (shopId, signal) =>
      exchangeAmazonCodes(
        asWorker({ ...base, sealBox, linker: amazon.accountLinker }),
        shopId,
        signal,
      ),
    import: (shopId, signal) =>
      importListings(asWorker({ ...base, sources, catalogs }), shopId, signal),
    sweep: (shopId, signal) =>
      sweepMarket(asWorker({ ...base, offers: amazon.offerSource }), shopId, signal),
    task: (shopId, signal) =>
      runTasks(asWorker({ ...base, handlers: createTaskHandlers(parts) }), shopId, signal),
  };
}

/** Leases are held in this worker's name; without a place among the workers nothing may be claimed. */
function workerId(parts: WorkerParts): string {
  const id = parts.registry.current();
  if (id === null) throw new Error("this worker has lost its place and is taking a new one");
  return id;
}
