import { expect, it } from "vitest";
import { money } from "../../../core/money/money.ts";
import type { MarketSnapshot } from "../../../core/offers/market-snapshot.ts";
import {
  type LinkedProduct,
  makeLinkedProduct,
  OUR_SELLER,
  snapshotOf,
} from "../../../testing/pipeline-shop.ts";
import { usePipeline } from "../../../testing/use-pipeline.ts";
import { createShopViews } from "../shop-views.ts";

const pipeline = usePipeline();
const now = () => pipeline.clock.now();

async function offersOf(product: LinkedProduct) {
  const view = await createShopViews(pipeline.pool).product(product.shopId, product.itemId, now());
  return view?.markets[0]?.rivals.map(({ sellerId, isOwn }) => [sellerId, isOwn]);
}
const record = (product: LinkedProduct, snapshot: MarketSnapshot) =>
  pipeline.inShop(product.shopId, (tx) => tx.market.recordSnapshots([snapshot], "sweep"));

it("a market shows the offers of all the merchant's accounts as own", async () => {
  const product = await makeLinkedProduct(pipeline);
  const sister = "A3SISTERTEST01";
  await pipeline.inShop(product.shopId, (tx) =>
    tx.connections.connect({
      channel: "amazon",
      accountId: sister,
      region: "na",
      tokenSealed: "sealed",
      consentedAt: now(),
      importDueAt: null,
    }),
  );
  const market = snapshotOf(product.asin, { rivalMinor: 2_900n, observedAt: now() });
  const [rival, own] = market.offers;
  if (rival === undefined || own === undefined) throw new Error("a market of two");
  const landed = money(3_100n, "USD");
  const theirs = { ...rival, sellerId: sister, isFeatured: false, listing: landed, landed };
  await record(product, { ...market, offers: [rival, own, theirs] });

  expect(await offersOf(product)).toEqual([
    [rival.sellerId, false],
    [OUR_SELLER, true],
    [sister, true],
  ]);
});

it("the market of a used listing is that of used goods", async () => {
  const product = await makeLinkedProduct(pipeline, { amazon: { condition: "used" } });
  const market = snapshotOf(product.asin, { rivalMinor: 2_900n, observedAt: now() });
  await record(product, market);
  expect(await offersOf(product)).toEqual([]);

  const offers = market.offers.slice(1).map((offer) => ({ ...offer, condition: "used" as const }));
  await record(product, { ...market, condition: "used", offers });

  expect(await offersOf(product)).toEqual([[OUR_SELLER, true]]);
});
