import { describe, expect, it } from "vitest";
import { money } from "../../core/money/money.ts";
import { decodeRule, encodeRule } from "../../core/pricing/rule-json.ts";
import type { ListingFact } from "../../ports/listing-source.ts";
import {
  type LinkedProduct,
  listingFact,
  makeLinkedProduct,
  rowsOf,
  snapshotOf,
  US,
} from "../../testing/pipeline-shop.ts";
import { usePipeline } from "../../testing/use-pipeline.ts";
import { createSteps } from "../../testing/pipeline-steps.ts";
import { linkListings } from "../catalog/link-listings.ts";
import { setItemMoney } from "../catalog/set-item-money.ts";

const pipeline = usePipeline();
const steps = createSteps(pipeline);

async function withRule(product: LinkedProduct, edit: (body: object) => object): Promise<void> {
  await pipeline.inShop(product.shopId, async (tx) => {
    const rule = (await tx.settings.rules()).find((each) => each.channel === "amazon");
    if (rule === undefined) throw new Error("no rule");
    const body = edit(Object(rule.body) as object);
    await tx.settings.saveRule({ channel: "amazon", name: rule.name, body }, pipeline.clock.now());
  });
}

describe("what is missing or in the way", () => {
  const HOUR_LATER = new Date("2026-11-24T12:00:00Z");
  // Each listing as an import may find it, and the reason a page shows first.
  it.each<[string, Partial<ListingFact>, string]>([
    ["a currency nobody knows", { currency: "XXQ" }, "currency_unknown"],
    ["a currency in lower case", { currency: "usd" }, "currency_unknown"],
    ["a blank currency", { currency: "" }, "currency_unknown"],
    ["no ASIN", { parentId: null }, "asin_missing"],
    ["an inactive listing", { status: "inactive" }, "listing_inactive"],
    ["no price", { priceMinor: null }, "price_unknown"],
    ["a price of nothing", { priceMinor: 0n }, "price_unknown"],
    ["a sale price that runs", { saleUntil: HOUR_LATER }, "sale_price_active"],
    ["Amazon's own Automate Pricing", { isAutoPriced: true }, "automate_pricing_active"],
    ["a price in another currency than the cost", { currency: "CAD" }, "currency_mismatch"],
  ])("holds with %s and proposes nothing on Amazon", async (_what, amazon, code) => {
    const product = await makeLinkedProduct(pipeline, { amazon });
    await steps.rivalMoves(product, 2_900n);

    await steps.decide(product);

    expect(await steps.reasonsOf(product, product.amazonId)).toContain(code);
    expect(
      (await steps.changesOf(product)).filter((change) => change.listing_id === product.amazonId),
    ).toEqual([]);
  });

  it("holds without a cost, and proposes as soon as one is typed", async () => {
    const product = await makeLinkedProduct(pipeline, { costMinor: null });
    await steps.rivalMoves(product, 2_900n);
    await steps.decide(product);
    expect(await steps.reasonsOf(product, product.amazonId)).toEqual(["cost_missing"]);
    expect(await steps.reasonsOf(product, product.shopifyId)).toEqual(["cost_missing"]);

    await setItemMoney(pipeline, {
      shopId: product.shopId,
      itemId: product.itemId,
      money: { cost: "10.00", floor: "", ceiling: "", map: "" },
    });

    expect(await steps.decide(product)).toMatchObject({ proposed: 2 });
  });

  it("holds on the largest cost that can be typed", async () => {
    const product = await makeLinkedProduct(pipeline);
    const money = { cost: "10000000000000.00", floor: "", ceiling: "", map: "" };
    expect(
      await setItemMoney(pipeline, { shopId: product.shopId, itemId: product.itemId, money }),
    ).toEqual({ kind: "saved" });
    await steps.rivalMoves(product, 2_900n);

    await steps.decide(product);

    expect(await steps.reasonsOf(product, product.amazonId)).toEqual(["floor_above_ceiling"]);
  });

  it("holds on a blank floor when the rule asks for one by hand", async () => {
    const product = await makeLinkedProduct(pipeline);
    await withRule(product, (body) => ({ ...body, needsHandFloor: true }));
    await steps.rivalMoves(product, 2_900n);

    await steps.decide(product);

    expect(await steps.reasonsOf(product, product.amazonId)).toEqual(["floor_blank"]);
  });

  it("holds without a competitor and without a market", async () => {
    const product = await makeLinkedProduct(pipeline);

    await steps.decide(product);

    expect(await steps.reasonsOf(product, product.amazonId)).toEqual(["no_market_data"]);
  });

  it("holds on a stored market that cannot be read", async () => {
    const product = await makeLinkedProduct(pipeline);
    await steps.rivalMoves(product, 2_900n);
    await rowsOf(
      pipeline.pool,
      product.shopId,
      `UPDATE offer_current SET snapshot = '{"damaged": true}'`,
    );

    await steps.decide(product);

    expect(await steps.reasonsOf(product, product.amazonId)).toEqual(["no_market_data"]);
  });

  it.each([
    ["is damaged", "UPDATE rule SET body = '{}' WHERE channel = 'amazon'"],
    ["was never stored", "UPDATE rule SET channel = channel WHERE false"],
  ])("holds when the rule %s", async (what, statement) => {
    const product = await makeLinkedProduct(pipeline);
    if (what === "was never stored") await asOwner(product, "DELETE FROM rule");
    await rowsOf(pipeline.pool, product.shopId, statement);
    await steps.rivalMoves(product, 2_900n);

    await steps.decide(product);

    expect(await steps.reasonsOf(product, product.amazonId)).toEqual(["rule_invalid"]);
  });

  it("keeps a rule's numbers as they were stored", async () => {
    const product = await makeLinkedProduct(pipeline);
    const [row] = await rowsOf<{ body: unknown }>(
      pipeline.pool,
      product.shopId,
      "SELECT body FROM rule WHERE channel = 'amazon'",
    );

    expect(JSON.parse(encodeRule(decodeRule(row?.body)))).toEqual(row?.body);
  });
});

describe("an open proposal", () => {
  it("is replaced when the price it starts from is no longer the one on the channel", async () => {
    const product = await makeLinkedProduct(pipeline);
    await steps.rivalMoves(product, 2_850n);
    await steps.decide(product);
    // Somebody else writes another price; the answer to the market stays the same.
    await pipeline.inShop(product.shopId, async (tx) => {
      const now = pipeline.clock.now();
      const seen = {
        priceMinor: 2_950n,
        currency: "USD",
        observedAt: now,
        receivedAt: now,
        source: "import",
        confirmedVersion: null,
      } as const;
      await tx.pushes.recordSeen([{ listingId: product.amazonId, ...seen }]);
      await tx.market.markDirty(
        [{ listingId: product.amazonId, cause: "price_seen", eventAt: now }],
        now,
      );
    });

    await steps.decide(product);
    const outcome = await steps.approveAll(product);

    expect(outcome.skipped).toEqual([]);
    expect(await steps.lastChange(product, product.amazonId)).toMatchObject({
      state: "approved",
      old_minor: "2950",
      new_minor: "2850",
    });
  });
});

describe("two Amazon accounts of one merchant", () => {
  const SISTER = "A3SISTERTEST01";

  // Whoever takes the other account for a rival undercuts the merchant's own offer, down to the floor.
  it.each([
    ["stays while the other one is featured", { target: "featured", hasRival: false }, []],
    ["answers the rival and not the other one", { target: "lowest", hasRival: true }, ["2890"]],
  ])("%s", async (_what, { target, hasRival }, prices) => {
    const product = await makeLinkedProduct(pipeline);
    await withRule(product, (body) => ({
      ...body,
      target,
      strategy: { kind: "beat", beatByMinor: "10" },
    }));
    await pipeline.inShop(product.shopId, async (tx) => {
      const now = pipeline.clock.now();
      await tx.connections.connect({
        channel: "amazon",
        accountId: SISTER,
        region: "na",
        tokenSealed: "sealed",
        consentedAt: now,
        importDueAt: null,
      });
      const market = snapshotOf(product.asin, { rivalMinor: 2_900n, observedAt: now });
      const [rival, own] = market.offers;
      if (rival === undefined || own === undefined) throw new Error("a market of two");
      const cheaper = money(2_800n, "USD");
      const sister = { ...rival, sellerId: SISTER, listing: cheaper, landed: cheaper };
      const offers = hasRival
        ? [rival, own, { ...sister, isFeatured: false }]
        : [{ ...rival, isFeatured: false }, own, sister];
      await tx.market.recordSnapshots([{ ...market, offers }], "sweep");
    });

    await steps.decide(product);

    const changes = await steps.changesOf(product);
    const ours = changes.filter((each) => each.listing_id === product.amazonId);
    expect(ours.map((each) => each.new_minor)).toEqual(prices);
  });
});

describe("a used listing", () => {
  it("is not priced by the market of new goods", async () => {
    const product = await makeLinkedProduct(pipeline, { amazon: { condition: "used" } });
    await steps.rivalMoves(product, 2_900n);

    await steps.decide(product);

    expect(await steps.reasonsOf(product, product.amazonId)).toEqual(["no_market_data"]);
  });

  it("answers rivals in its own condition", async () => {
    const product = await makeLinkedProduct(pipeline, { amazon: { condition: "used" } });
    const market = snapshotOf(product.asin, {
      rivalMinor: 2_900n,
      observedAt: pipeline.clock.now(),
    });
    const offers = market.offers.map((offer) => ({ ...offer, condition: "used" as const }));
    await pipeline.inShop(product.shopId, (tx) =>
      tx.market.recordSnapshots([{ ...market, condition: "used", offers }], "sweep"),
    );

    await steps.decide(product);

    expect(await steps.lastChange(product, product.amazonId)).toMatchObject({ new_minor: "2900" });
  });

  it("leads no price in the shop, where the item is new", async () => {
    const product = await makeLinkedProduct(pipeline, { amazon: { condition: "used" } });

    await steps.decide(product);

    expect(await steps.reasonsOf(product, product.shopifyId)).toEqual(["not_linked"]);
  });

  it("stays used when a later look does not name its condition", async () => {
    const product = await makeLinkedProduct(pipeline, { amazon: { condition: "used" } });
    await pipeline.inShop(product.shopId, async (tx) => {
      const [amazon] = await tx.connections.byChannel("amazon");
      if (amazon === undefined) throw new Error("no connection");
      const [row] = (await tx.links.candidates()).filter((each) => each.channel === "amazon");
      const fact = { externalId: row?.sku ?? "", sku: row?.sku ?? "", parentId: product.asin };
      await tx.catalog.saveListings(
        amazon.connectionId,
        "amazon",
        [listingFact({ ...fact, marketplaceId: US, fulfilment: "merchant" })],
        pipeline.clock.now(),
      );
    });

    expect(
      await rowsOf(
        pipeline.pool,
        product.shopId,
        "SELECT condition FROM listing WHERE channel = 'amazon'",
      ),
    ).toEqual([{ condition: "used" }]);
  });
});

describe("a follower", () => {
  it("follows its leader alone when its item is sold in several Amazon stores", async () => {
    const product = await makeLinkedProduct(pipeline);
    await addCanadianListing(product);
    await steps.rivalMoves(product, 2_850n);

    await steps.decide(product);

    expect(await steps.lastChange(product, product.amazonId)).toMatchObject({ new_minor: "2850" });
    expect(await steps.lastChange(product, product.shopifyId)).toMatchObject({ new_minor: "2850" });
  });

  it("follows the Amazon listing of its own currency, whichever was imported first", async () => {
    const product = await makeLinkedProduct(pipeline, { amazon: { fulfilment: "merchant" } });
    await addCanadianListing(product, { fulfilment: "amazon" });
    await steps.rivalMoves(product, 2_850n);

    await steps.decide(product);

    expect(await steps.lastChange(product, product.shopifyId)).toMatchObject({ new_minor: "2850" });
  });

  const CANADA = "A2EUQ1WTGCTBG2";
  /** The same SKU in Canada, at another price in another currency, with a rival of its own. */
  async function addCanadianListing(
    product: LinkedProduct,
    fact: Partial<ListingFact> = {},
  ): Promise<void> {
    const [known] = await rowsOf<{ sku: string; asin: string }>(
      pipeline.pool,
      product.shopId,
      "SELECT external_id AS sku, parent_id AS asin FROM listing WHERE channel = 'amazon'",
    );
    if (known === undefined) throw new Error("no listing");
    await pipeline.inShop(product.shopId, async (tx) => {
      const now = pipeline.clock.now();
      const [shopify] = await tx.connections.byChannel("shopify");
      const [amazon] = await tx.connections.byChannel("amazon");
      if (shopify === undefined || amazon === undefined) throw new Error("no connections");
      await tx.connections.saveAccountFacts(shopify.connectionId, {
        name: null,
        currency: "USD",
        timeZone: null,
        marketplaces: [],
      });
      await tx.catalog.saveListings(
        amazon.connectionId,
        "amazon",
        [
          listingFact({
            externalId: known.sku,
            sku: known.sku,
            parentId: known.asin,
            marketplaceId: CANADA,
            currency: "CAD",
            priceMinor: 4_400n,
            fulfilment: "merchant",
            ...fact,
          }),
        ],
        now,
      );
      await linkListings(tx, pipeline.clock.now());
      const market = snapshotOf(product.asin, { rivalMinor: 4_200n, observedAt: now });
      await tx.market.recordSnapshots(
        [{ ...market, marketplaceId: CANADA as typeof market.marketplaceId }],
        "sweep",
      );
    });
  }
});

async function asOwner(product: LinkedProduct, statement: string): Promise<void> {
  const { default: pg } = await import("pg");
  const owner = new pg.Client({ connectionString: pipeline.database.ownerUrl });
  await owner.connect();
  await owner.query(`${statement} WHERE shop_id = $1`, [product.shopId]);
  await owner.end();
}
