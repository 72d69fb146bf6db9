import { beforeAll, describe, expect, it } from "vitest";
import type { PageOf, ProductFilter, ShopViews } from "../../../ports/shop-views.ts";
import {
  type ImportShop,
  makeImportShop,
  offerFact,
  variantFact,
} from "../../../testing/import-shop.ts";
import { createShopViews } from "../shop-views.ts";
import { usePipeline } from "../../../testing/use-pipeline.ts";

const pipeline = usePipeline();
let views: ShopViews;
/** 131 products of every kind, a proposal on each that can have one. */
let full: ImportShop;

const ODD = [
  "50% off",
  "under_score",
  "it's",
  'say "hi"',
  "back\\slash",
  "\u{1F9F5} spool",
  "a/b c",
];

beforeAll(async () => {
  views = createShopViews(pipeline.pool);
  full = await makeImportShop(pipeline);
  const skus = [...ODD, ...Array.from({ length: 120 }, (_, place) => `N-${String(place)}`)];
  full.sources.shopify.batches = [
    skus.map((sku, place) =>
      variantFact(place, {
        sku,
        title: `Product ${sku}`,
        costMinor: place % 3 === 0 ? null : 900n,
        costCurrency: "USD",
      }),
    ),
    [
      variantFact(900, { currency: "XXQ", sku: "NO-MONEY" }),
      variantFact(901, { currency: "", priceMinor: null, sku: null }),
    ],
  ];
  full.sources.amazon.batches = [
    skus.slice(0, 60).map((sku) => offerFact(sku)),
    [offerFact("ALONE"), offerFact("BARE", { parentId: null, currency: "zz" })],
  ];
  await full.run();
  await pipeline.inShop(full.shopId, async (tx) => {
    const now = pipeline.clock.now();
    const listings = await tx.catalog.activeListings("shopify");
    await tx.changes.propose(
      listings.slice(0, 125).map((listingId) => ({
        listingId,
        origin: "engine",
        decisionId: null,
        revertsChangeId: null,
        oldMinor: 3_000n,
        newMinor: 2_900n,
        currency: "USD",
        floorMinor: 2_000n,
        ceilingMinor: null,
        reasons: [{ code: "matched_featured", facts: {} }],
        inputsHash: "00",
        eventAt: now,
        actor: "engine",
      })),
      now,
    );
  });
});

/** Every row of a list, page by page. */
async function all<Row>(
  read: (after: string | null) => Promise<PageOf<Row>>,
): Promise<{ rows: Row[]; totals: Set<number> }> {
  const rows: Row[] = [];
  const totals = new Set<number>();
  let after: string | null = null;
  do {
    const page: PageOf<Row> = await read(after);
    rows.push(...page.rows);
    totals.add(page.total);
    after = page.next;
  } while (after !== null);
  return { rows, totals };
}

describe("lists", () => {
  const approvals = (
    after: string | null,
    limit: number,
    filter: Partial<Parameters<ShopViews["approvals"]>[1]> = {},
  ) => views.approvals(full.shopId, { after, limit, channel: null, query: null, ...filter });
  const products = (
    after: string | null,
    limit: number,
    query: string | null = null,
    filter: ProductFilter = "all",
  ) => views.products(full.shopId, { after, limit, query, filter });

  it.each([1, 7, 50, 500])("give every row exactly once, %i to a page", async (limit) => {
    const proposals = await all((after) => approvals(after, limit));
    const items = await all((after) => products(after, limit));
    const moves = await all((after) => views.activity(full.shopId, { after, limit, state: null }));

    expect(new Set(proposals.rows.map((row) => row.changeId)).size).toBe(125);
    expect(proposals.rows).toHaveLength(125);
    expect([...proposals.totals]).toEqual([125]);
    expect(new Set(items.rows.map((row) => row.itemId)).size).toBe(131);
    expect(items.rows).toHaveLength(131);
    expect([...items.totals]).toEqual([131]);
    expect(new Set(moves.rows.map((row) => `${row.changeId}:${String(row.event.seq)}`)).size).toBe(
      125,
    );
    expect(moves.rows).toHaveLength(125);
  });

  it("show what is sold on Amazon first", async () => {
    const { rows } = await all((after) => products(after, 50));
    const isOnAmazon = rows.map((row) =>
      row.listings.some((listing) => listing.channel === "amazon"),
    );

    expect(isOnAmazon.lastIndexOf(true)).toBeLessThan(isOnAmazon.indexOf(false));
  });

  it.each(ODD)("find %j by what was typed and nothing else", async (sku) => {
    const typed = sku.toUpperCase().slice(0, 9);

    expect((await products(null, 50, typed)).rows.map((row) => row.sku)).toEqual([sku]);
    expect((await approvals(null, 50, { query: typed })).rows.map((row) => row.sku)).toEqual([sku]);
  });

  it.each(["%", "_", "\\", "'", "100%'; DROP TABLE item; --", "\u0000"])(
    "take %j as text, never as a pattern",
    async (query) => {
      const found = (await products(null, 500, query)).rows;

      const text = query.replaceAll("\0", "");
      if (text !== "") for (const row of found) expect(`${row.sku}${row.title}`).toContain(text);
    },
  );

  it.each([
    "",
    "x",
    "-1",
    "1:",
    ":",
    "0:abc",
    "9:1",
    "999999999999999999:1",
    "0:9999999999999999999999",
    "1:2:3",
    "999999999999999:99999999999999999999:1",
    "9999999999999999:1:1",
    "'; --",
  ])("take a cursor nobody gave (%j) for a page, not for an error", async (after) => {
    await expect(approvals(after, 5)).resolves.toBeDefined();
    await expect(products(after, 5)).resolves.toBeDefined();
    await expect(
      views.activity(full.shopId, { after, limit: 5, state: null }),
    ).resolves.toBeDefined();
  });

  it.each<[ProductFilter, number]>([
    ["all", 131],
    ["linked", 60],
    ["unlinked", 2],
    ["no_cost", 43 + 4],
    ["held", 0],
  ])("show with the filter %s %i items", async (filter, count) => {
    expect((await products(null, 500, null, filter)).total).toBe(count);
  });

  it("show one channel's proposals when asked", async () => {
    expect((await approvals(null, 5, { channel: "amazon" })).total).toBe(0);
    expect((await approvals(null, 5, { channel: "shopify" })).total).toBe(125);
  });

  it("show money of a currency nobody knows as not known, with what the channel said", async () => {
    const [item] = (await products(null, 5, "NO-MONEY")).rows;

    expect(item?.listings[0]).toMatchObject({ price: null, currencyText: "XXQ" });
    expect(
      await views.product(full.shopId, item?.itemId ?? "", pipeline.clock.now()),
    ).toMatchObject({ currency: null });
  });
});
