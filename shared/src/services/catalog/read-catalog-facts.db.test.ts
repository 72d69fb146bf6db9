import { expect, it } from "vitest";
import { createFakeCatalogSource } from "../../testing/fake-catalog-source.ts";
import { listingFact, rowsOf, US } from "../../testing/pipeline-shop.ts";
import { usePipeline } from "../../testing/use-pipeline.ts";
import { connectShopify } from "../connections/connect-shopify.ts";
import { runTasks } from "../tasks/run-tasks.ts";
import { linkListings } from "./link-listings.ts";
import { createAsinReader } from "./read-catalog-facts.ts";

const pipeline = usePipeline();

it("links what a catalogue page's barcode names, as soon as the pages are read", async () => {
  const shopId = await connectShopify(pipeline, { domain: "pages.myshopify.com" });
  const now = pipeline.clock.now();
  await pipeline.inShop(shopId, async (tx) => {
    const connectionId = await tx.connections.connect({
      channel: "amazon",
      accountId: "SELLER",
      region: "na",
      tokenSealed: "sealed",
      consentedAt: now,
      importDueAt: null,
    });
    const [shopify] = await tx.connections.byChannel("shopify");
    if (shopify === undefined) throw new Error("a shop has its own connection");
    const variant = listingFact({ externalId: "V1", sku: "MUG", barcode: "4006381333931" });
    const twin = {
      externalId: "MUG-FBA",
      sku: "MUG-FBA",
      marketplaceId: US,
      parentId: "B0FBATWIN1",
    };
    await tx.catalog.saveListings(shopify.connectionId, "shopify", [variant], now);
    await tx.catalog.saveListings(connectionId, "amazon", [listingFact(twin)], now);
    await linkListings(tx, now);
    await tx.tasks.plan({ connectionId, kind: "catalog_items", key: US }, now);
  });
  const evidence = () =>
    rowsOf(pipeline.pool, shopId, "SELECT link_evidence FROM listing WHERE sku = 'MUG-FBA'");
  expect(await evidence()).toEqual([{ link_evidence: "own_sku" }]);

  const catalog = createFakeCatalogSource([US], pipeline.clock);
  const handlers = { catalog_items: createAsinReader({ ...pipeline, catalog }) };
  await runTasks({ ...pipeline, handlers, worker: "1" }, shopId, new AbortController().signal);

  expect(await evidence()).toEqual([{ link_evidence: "barcode" }]);
});
