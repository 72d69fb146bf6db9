import { expect, it } from "vitest";
import { makeImportShop, offerFact, variantFact } from "../../../testing/import-shop.ts";
import { createShopViews } from "../shop-views.ts";
import { usePipeline } from "../../../testing/use-pipeline.ts";

const pipeline = usePipeline();

it("a product shows the SKU a person knows, also where it stands on one channel alone", async () => {
  const shop = await makeImportShop(pipeline);
  shop.sources.shopify.batches = [[variantFact(1)]];
  shop.sources.amazon.batches = [[offerFact("SKU-1"), offerFact("ALONE")]];
  await shop.run();

  const { rows } = await createShopViews(pipeline.pool).products(shop.shopId, {
    after: null,
    limit: 10,
    query: null,
    filter: "all",
  });

  expect(rows.map((row) => row.sku).toSorted()).toEqual(["ALONE", "SKU-1"]);
});
