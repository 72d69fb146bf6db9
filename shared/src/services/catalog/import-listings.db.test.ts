import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { AppError } from "../../core/app-error.ts";
import type { ConnectionId, ShopId } from "../../core/ids.ts";
import { createTestDatabase, type TestDatabase } from "../../testing/database.ts";
import {
  createFakeListingSource,
  type FakeListingSource,
} from "../../testing/fake-listing-source.ts";
import {
  listingFact,
  openPipeline,
  OUR_SELLER,
  type Pipeline,
  rowsOf,
  US,
} from "../../testing/pipeline-shop.ts";
import { connectShopify } from "../connections/connect-shopify.ts";
import { importListings } from "./import-listings.ts";

let database: TestDatabase;
let pipeline: Pipeline;
let shopId: ShopId;
let amazonConnection: ConnectionId;
let sources: { amazon: FakeListingSource; shopify: FakeListingSource };
let shops = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  pipeline = openPipeline(database);
});
afterAll(async () => {
  await pipeline.close();
  await database.drop();
});
beforeEach(async () => {
  shops += 1;
  shopId = await connectShopify(pipeline, { domain: `import-${String(shops)}.myshopify.com` });
  sources = {
    amazon: createFakeListingSource("amazon"),
    shopify: createFakeListingSource("shopify"),
  };
  amazonConnection = await pipeline.inShop(shopId, (tx) =>
    tx.connections.connect({
      channel: "amazon",
      accountId: OUR_SELLER,
      region: "na",
      tokenSealed: "sealed",
      consentedAt: pipeline.clock.now(),
      importDueAt: pipeline.clock.now(),
    }),
  );
});

/** Time passes between runs, as it does between two imports. */
async function runImports(): Promise<void> {
  pipeline.clock.advance(1_000);
  await importListings({ ...pipeline, sources, worker: "1" }, shopId, new AbortController().signal);
}

const variant = (place: number, fact: Partial<ReturnType<typeof listingFact>> = {}) =>
  listingFact({
    externalId: `gid://shopify/ProductVariant/${String(place)}`,
    parentId: `gid://shopify/Product/${String(place)}`,
    sku: `SKU-${String(place)}`,
    ...fact,
  });
const offer = (sku: string, fact: Partial<ReturnType<typeof listingFact>> = {}) =>
  listingFact({
    externalId: sku,
    sku,
    parentId: "B0TEST0001",
    marketplaceId: US,
    fulfilment: "merchant",
    ...fact,
  });

const listings = () =>
  rowsOf<{
    channel: string;
    external_id: string;
    status: string;
    item_id: string | null;
    link_evidence: string | null;
    currency: string;
  }>(
    pipeline.pool,
    shopId,
    "SELECT channel, external_id, status, item_id, link_evidence, currency FROM listing ORDER BY listing_id",
  );
const runs = () =>
  rowsOf<{
    state: string;
    error_code: string | null;
    counts: Record<string, number>;
    channel: string;
  }>(
    pipeline.pool,
    shopId,
    "SELECT r.state, r.error_code, r.counts, c.channel FROM sync_run r JOIN connection c USING (connection_id) ORDER BY run_id",
  );
const connectionRow = async (channel: "amazon" | "shopify") => {
  const [row] = await rowsOf<{
    status: string;
    problem_code: string | null;
    import_due_at: Date | null;
    imported_at: Date | null;
    sweep_due_at: Date | null;
    lease_until: Date | null;
  }>(
    pipeline.pool,
    shopId,
    "SELECT status, problem_code, import_due_at, imported_at, sweep_due_at, lease_until FROM connection WHERE channel = $1",
    [channel],
  );
  return row;
};

describe("an import", () => {
  it("stores what both channels say, links it and plans what comes next", async () => {
    sources.shopify.account = {
      name: "Calibr Demo",
      currency: "USD",
      timeZone: "America/New_York",
      marketplaces: [],
    };
    sources.amazon.account = {
      name: null,
      currency: null,
      timeZone: null,
      marketplaces: [{ marketplaceId: US, currency: "USD", storeName: "US" }],
    };
    sources.shopify.batches = [
      [variant(1, { costMinor: 800n, costCurrency: "USD" })],
      [variant(2)],
    ];
    sources.amazon.batches = [[offer("SKU-1"), offer("ALONE")]];

    await runImports();

    expect((await listings()).filter((row) => row.item_id === null)).toEqual([]);
    expect(
      await rowsOf(
        pipeline.pool,
        shopId,
        "SELECT sku, cost_minor, cost_source FROM item ORDER BY sku",
      ),
    ).toEqual([
      { sku: "SKU-1", cost_minor: "800", cost_source: "shopify" },
      { sku: "SKU-2", cost_minor: null, cost_source: null },
      { sku: "amazon:ALONE", cost_minor: null, cost_source: null },
    ]);
    expect(
      await rowsOf(pipeline.pool, shopId, "SELECT name, currency, time_zone FROM shop"),
    ).toEqual([{ name: "Calibr Demo", currency: "USD", time_zone: "America/New_York" }]);
    expect((await connectionRow("amazon"))?.sweep_due_at).toEqual(pipeline.clock.now());
    expect((await connectionRow("shopify"))?.import_due_at?.getTime()).toBe(
      pipeline.clock.now().getTime() + 3_600_000,
    );
  });

  it("shows its progress while it goes on and its whole count at the end", async () => {
    const shown: unknown[] = [];
    sources.shopify.batches = [[variant(1), variant(2)], [variant(3)], []];
    sources.shopify.beforeBatch = async () => {
      shown.push(
        (await runs()).find((run) => run.channel === "shopify" && run.state === "running")?.counts,
      );
    };

    await runImports();

    expect(shown).toEqual([
      {},
      { seen: 2, added: 2, changed: 0 },
      { seen: 3, added: 3, changed: 0 },
    ]);
    expect((await runs()).find((run) => run.channel === "shopify")).toMatchObject({
      state: "done",
      counts: { seen: 3, added: 3, changed: 0, gone: 0 },
    });
  });

  it("counts as changed only what the channel now says differently", async () => {
    sources.shopify.batches = [[variant(1), variant(2), variant(3)]];
    await runImports();
    await again();
    sources.shopify.batches = [
      [variant(1), variant(2, { priceMinor: 2_999n }), variant(3, { title: "Another" })],
    ];

    await runImports();

    expect((await runs()).at(-1)).toMatchObject({ counts: { seen: 3, added: 0, changed: 2 } });
  });

  it("calls a listing deleted only after a complete run did not see it", async () => {
    sources.shopify.batches = [[variant(1), variant(2)]];
    await runImports();
    await again();
    sources.shopify.batches = [[variant(1)]];
    sources.shopify.failure = new AppError({
      code: "shopify_unavailable",
      retry: "backoff",
      message: "gone away",
    });
    await runImports();
    expect((await listings()).map((row) => row.status)).toEqual(["active", "active"]);
    await again();

    await runImports();

    expect((await listings()).map((row) => row.status)).toEqual(["active", "deleted"]);
    sources.shopify.batches = [[variant(1), variant(2)]];
    await again();
    await runImports();
    expect((await listings()).map((row) => row.status)).toEqual(["active", "active"]);
  });

  it("that fails half-way keeps what was read and tries again in a minute", async () => {
    sources.shopify.batches = [[variant(1)]];
    sources.shopify.failure = new AppError({
      code: "shopify_unavailable",
      retry: "backoff",
      message: "gone away",
    });

    await runImports();

    expect(await listings()).toHaveLength(1);
    expect((await runs()).find((run) => run.channel === "shopify")).toMatchObject({
      state: "failed",
      error_code: "shopify_unavailable",
    });
    expect(await connectionRow("shopify")).toMatchObject({
      status: "connected",
      problem_code: "shopify_unavailable",
      import_due_at: new Date(pipeline.clock.now().getTime() + 60_000),
      lease_until: null,
    });
    pipeline.clock.advance(60_000);
    await runImports();
    expect(await connectionRow("shopify")).toMatchObject({ problem_code: null });
  });

  it("waits as long as the channel asked, never less than a second", async () => {
    for (const [afterMs, waited] of [
      [5_000, 5_000],
      [10, 1_000],
    ] as const) {
      sources.shopify.failure = new AppError({
        code: "shopify_throttled",
        retry: { afterMs },
        message: "slow down",
      });
      await again();
      await runImports();

      expect((await connectionRow("shopify"))?.import_due_at?.getTime()).toBe(
        pipeline.clock.now().getTime() + waited,
      );
    }
  });

  it("whose authorisation was revoked disconnects and says so", async () => {
    sources.amazon.failure = new AppError({
      code: "amazon_authorization_revoked",
      retry: "never",
      message: "revoked",
    });

    await runImports();

    expect(await connectionRow("amazon")).toMatchObject({
      status: "disconnected",
      problem_code: "amazon_authorization_revoked",
      import_due_at: null,
    });
    expect(await connectionRow("shopify")).toMatchObject({
      status: "connected",
      problem_code: null,
    });
  });

  it("that meets a bug of ours says unexpected and goes on with the other connections", async () => {
    sources.amazon.failure = new TypeError("undefined is not a listing");
    sources.shopify.batches = [[variant(1)]];

    await runImports();

    expect(
      (await runs()).map((run) => [run.channel, run.state, run.error_code]).toSorted(),
    ).toEqual([
      ["amazon", "failed", "unexpected"],
      ["shopify", "done", null],
    ]);
  });

  it("left running by a dead worker is closed by the next one", async () => {
    await pipeline.inShop(shopId, (tx) =>
      tx.connections.startRun(amazonConnection, "import", pipeline.clock.now()),
    );

    await runImports();

    expect(
      (await runs())
        .filter((run) => run.channel === "amazon")
        .map((run) => [run.state, run.error_code]),
    ).toEqual([
      ["failed", "worker_lost"],
      ["done", null],
    ]);
  });

  it("never takes back a cost the merchant typed", async () => {
    sources.shopify.batches = [[variant(1, { costMinor: 800n, costCurrency: "USD" })]];
    await runImports();
    const [item] = await rowsOf<{ item_id: string }>(
      pipeline.pool,
      shopId,
      "SELECT item_id FROM item",
    );
    await rowsOf(
      pipeline.pool,
      shopId,
      "UPDATE item SET cost_minor = 950, cost_source = 'merchant' WHERE item_id = $1",
      [item?.item_id],
    );
    await again();

    await runImports();

    expect(await rowsOf(pipeline.pool, shopId, "SELECT cost_minor FROM item")).toEqual([
      { cost_minor: "950" },
    ]);
  });
});

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
    sources.shopify.batches = [[variant(1, { sku })]];
    sources.amazon.batches = [[offer(sku)]];

    await runImports();

    const rows = await listings();
    expect(rows.find((row) => row.channel === "amazon")).toMatchObject({
      external_id: sku,
      link_evidence: "exact_sku",
    });
    expect(new Set(rows.map((row) => row.item_id)).size).toBe(1);
  });

  it.each(["XXQ", "usd", "", "DOLLARS"])(
    "in the currency %j are stored as said, and the rest of the catalogue too",
    async (currency) => {
      sources.shopify.batches = [[variant(1, { currency }), variant(2)]];
      sources.amazon.batches = [
        [offer("SKU-1", { currency, parentId: null }), offer("SKU-2", { priceMinor: null })],
      ];

      await runImports();

      expect((await listings()).map((row) => row.currency).toSorted()).toEqual(
        ["USD", "USD", currency, currency].toSorted(),
      );
      expect((await runs()).every((run) => run.state === "done")).toBe(true);
    },
  );

  it("whose title holds what PostgreSQL cannot are stored without it", async () => {
    sources.shopify.batches = [[variant(1, { title: "NUL\u0000 and half \ud83d" }), variant(2)]];

    await runImports();

    expect(await listings()).toHaveLength(2);
  });

  it("that come twice in one batch are one listing", async () => {
    sources.amazon.batches = [[offer("SAME"), offer("SAME")], [offer("SAME")]];

    await runImports();

    expect(await listings()).toHaveLength(1);
  });

  it("that share a SKU are left to a person, each under an item of its own", async () => {
    sources.shopify.batches = [
      [
        variant(1, { sku: "TWIN" }),
        variant(2, { sku: "TWIN" }),
        variant(3, { sku: null }),
        variant(4, { sku: "" }),
      ],
    ];
    sources.amazon.batches = [[offer("TWIN")]];

    await runImports();

    const rows = await listings();
    expect(new Set(rows.map((row) => row.item_id)).size).toBe(5);
    expect((await runs()).find((run) => run.channel === "amazon")).toBeDefined();
  });

  it("that share a barcode are left to a person", async () => {
    const barcode = "4006381333931";
    sources.shopify.batches = [[variant(1, { barcode }), variant(2, { barcode })]];
    sources.amazon.batches = [[offer("OTHER", { barcode })]];

    await runImports();

    expect(new Set((await listings()).map((row) => row.item_id)).size).toBe(3);
  });

  it("never share an item with a variant that happens to carry the name we would have given them", async () => {
    sources.shopify.batches = [[variant(1, { sku: "amazon:ALONE" })]];
    sources.amazon.batches = [[offer("ALONE")]];

    await runImports();

    expect(new Set((await listings()).map((row) => row.item_id)).size).toBe(2);
  });

  it("joined by barcode stay joined, and a link made by hand is never undone", async () => {
    const barcode = "4006381333931";
    sources.shopify.batches = [[variant(1, { barcode }), variant(2)]];
    sources.amazon.batches = [[offer("BY-BARCODE", { barcode }), offer("BY-HAND")]];
    await runImports();
    await rowsOf(
      pipeline.pool,
      shopId,
      `UPDATE listing SET link_evidence = 'merchant', item_id = (SELECT item_id FROM listing WHERE sku = 'SKU-2') WHERE sku = 'BY-HAND'`,
    );
    await again();

    await runImports();

    const byId = new Map((await listings()).map((row) => [row.external_id, row]));
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

/** Makes both imports due once more. */
async function again(): Promise<void> {
  await rowsOf(pipeline.pool, shopId, "UPDATE connection SET import_due_at = $1", [
    pipeline.clock.now(),
  ]);
}
