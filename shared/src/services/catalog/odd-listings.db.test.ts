import { beforeEach, describe, expect, it } from "vitest";
import {
  type ImportShop,
  makeImportShop,
  offerFact,
  variantFact,
} from "../../testing/import-shop.ts";
import { rowsOf } from "../../testing/pipeline-shop.ts";
import { usePipeline } from "../../testing/use-pipeline.ts";

const pipeline = usePipeline();
let shop: ImportShop;

beforeEach(async () => {
  shop = await makeImportShop(pipeline);
});

const runs = () =>
  rowsOf<{
    state: string;
    error_code: string | null;
    counts: Record<string, number>;
    channel: string;
  }>(
    pipeline.pool,
    shop.shopId,
    "SELECT r.state, r.error_code, r.counts, c.channel FROM sync_run r JOIN connection c USING (connection_id) ORDER BY run_id",
  );
describe("odd listings", () => {
  const ODD_SKUS = [
    "A B",
    " leading",
    "trailing ",
    "a/b/c",
    "50%,off",
    "'; DROP TABLE item; --",
    "\u{1F9F5} spool",
    "ÄÖÜ-ß",
    "a\tb",
    "amazon:X",
    "shopify:#1",
    "x".repeat(255),
  ];

  it.each(ODD_SKUS)("keep the SKU %j byte for byte and link by it", async (sku) => {
    shop.sources.shopify.batches = [[variantFact(1, { sku })]];
    shop.sources.amazon.batches = [[offerFact(sku)]];

    await shop.run();

    const rows = await shop.listings();
    expect(rows.find((row) => row.channel === "amazon")).toMatchObject({
      external_id: sku,
      link_evidence: "exact_sku",
    });
    expect(new Set(rows.map((row) => row.item_id)).size).toBe(1);
  });

  it.each(["XXQ", "usd", "", "DOLLARS"])(
    "in the currency %j are stored as said, and the rest of the catalogue too",
    async (currency) => {
      shop.sources.shopify.batches = [[variantFact(1, { currency }), variantFact(2)]];
      shop.sources.amazon.batches = [
        [
          offerFact("SKU-1", { currency, parentId: null }),
          offerFact("SKU-2", { priceMinor: null }),
        ],
      ];

      await shop.run();

      expect((await shop.listings()).map((row) => row.currency).toSorted()).toEqual(
        ["USD", "USD", currency, currency].toSorted(),
      );
      expect((await runs()).every((run) => run.state === "done")).toBe(true);
    },
  );

  it("whose title holds what PostgreSQL cannot are stored without it", async () => {
    shop.sources.shopify.batches = [
      [variantFact(1, { title: "NUL\u0000 and half \ud83d" }), variantFact(2)],
    ];

    await shop.run();

    expect(await shop.listings()).toHaveLength(2);
  });

  it("that come twice in one batch are one listing", async () => {
    shop.sources.amazon.batches = [[offerFact("SAME"), offerFact("SAME")], [offerFact("SAME")]];

    await shop.run();

    expect(await shop.listings()).toHaveLength(1);
  });

  it("that share a SKU are left to a person, each under an item of its own", async () => {
    shop.sources.shopify.batches = [
      [
        variantFact(1, { sku: "TWIN" }),
        variantFact(2, { sku: "TWIN" }),
        variantFact(3, { sku: null }),
        variantFact(4, { sku: "" }),
      ],
    ];
    shop.sources.amazon.batches = [[offerFact("TWIN")]];

    await shop.run();

    const rows = await shop.listings();
    expect(new Set(rows.map((row) => row.item_id)).size).toBe(5);
    expect((await runs()).find((run) => run.channel === "amazon")).toBeDefined();
  });

  it("that share a barcode are left to a person", async () => {
    const barcode = "4006381333931";
    shop.sources.shopify.batches = [[variantFact(1, { barcode }), variantFact(2, { barcode })]];
    shop.sources.amazon.batches = [[offerFact("OTHER", { barcode })]];

    await shop.run();

    expect(new Set((await shop.listings()).map((row) => row.item_id)).size).toBe(3);
  });

  it("never share an item with a variant that happens to carry the name we would have given them", async () => {
    shop.sources.shopify.batches = [[variantFact(1, { sku: "amazon:ALONE" })]];
    shop.sources.amazon.batches = [[offerFact("ALONE")]];

    await shop.run();

    expect(new Set((await shop.listings()).map((row) => row.item_id)).size).toBe(2);
  });

  it("joined by barcode stay joined, and a link made by hand is never undone", async () => {
    const barcode = "4006381333931";
    shop.sources.shopify.batches = [[variantFact(1, { barcode }), variantFact(2)]];
    shop.sources.amazon.batches = [[offerFact("BY-BARCODE", { barcode }), offerFact("BY-HAND")]];
    await shop.run();
    await rowsOf(
      pipeline.pool,
      shop.shopId,
      `UPDATE listing SET link_evidence = 'merchant', item_id = (SELECT item_id FROM listing WHERE sku = 'SKU-2') WHERE sku = 'BY-HAND'`,
    );

    await shop.runAgain();

    const byId = new Map((await shop.listings()).map((row) => [row.external_id, row]));
    expect(byId.get("BY-BARCODE")).toMatchObject({
      link_evidence: "barcode",
      item_id: byId.get("gid://shopify/ProductVariant/1")?.item_id,
    });
    expect(byId.get("BY-HAND")).toMatchObject({
      link_evidence: "merchant",
      item_id: byId.get("gid://shopify/ProductVariant/2")?.item_id,
    });
  });
});
