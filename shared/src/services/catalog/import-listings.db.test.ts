import { beforeEach, describe, expect, it } from "vitest";
import { AppError } from "../../core/app-error.ts";
import {
  type ImportShop,
  makeImportShop,
  offerFact,
  variantFact,
} from "../../testing/import-shop.ts";
import { rowsOf, US } from "../../testing/pipeline-shop.ts";
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
    shop.shopId,
    "SELECT status, problem_code, import_due_at, imported_at, sweep_due_at, lease_until FROM connection WHERE channel = $1",
    [channel],
  );
  return row;
};

describe("an import", () => {
  it("stores what both channels say, links it and plans what comes next", async () => {
    shop.sources.shopify.account = {
      name: "Calibr Demo",
      currency: "USD",
      timeZone: "America/New_York",
      marketplaces: [],
    };
    shop.sources.amazon.account = {
      name: null,
      currency: null,
      timeZone: null,
      marketplaces: [{ marketplaceId: US, currency: "USD", storeName: "US" }],
    };
    shop.sources.shopify.batches = [
      [variantFact(1, { costMinor: 800n, costCurrency: "USD" })],
      [variantFact(2)],
    ];
    shop.sources.amazon.batches = [[offerFact("SKU-1"), offerFact("ALONE")]];

    await shop.run();

    expect((await shop.listings()).filter((row) => row.item_id === null)).toEqual([]);
    expect(
      await rowsOf(
        pipeline.pool,
        shop.shopId,
        "SELECT DISTINCT i.sku, cost_minor, cost_source FROM item i JOIN listing USING (item_id) ORDER BY 1",
      ),
    ).toEqual([
      { sku: "SKU-1", cost_minor: "800", cost_source: "shopify" },
      { sku: "SKU-2", cost_minor: null, cost_source: null },
      { sku: "amazon:ALONE", cost_minor: null, cost_source: null },
    ]);
    expect(
      await rowsOf(pipeline.pool, shop.shopId, "SELECT name, currency, time_zone FROM shop"),
    ).toEqual([{ name: "Calibr Demo", currency: "USD", time_zone: "America/New_York" }]);
    expect((await connectionRow("amazon"))?.sweep_due_at).toEqual(pipeline.clock.now());
    expect((await connectionRow("shopify"))?.import_due_at?.getTime()).toBe(
      pipeline.clock.now().getTime() + 3_600_000,
    );
  });

  it("has a Shopify variant decided again when an Amazon listing turns out to be the same item", async () => {
    shop.sources.shopify.batches = [[variantFact(1), variantFact(2)]];
    await shop.run();
    await rowsOf(pipeline.pool, shop.shopId, "DELETE FROM dirty");
    shop.sources.amazon.batches = [[offerFact("SKU-1")]];

    await shop.runAgain();

    expect(
      await rowsOf(
        pipeline.pool,
        shop.shopId,
        "SELECT l.channel, l.sku FROM dirty JOIN listing l USING (listing_id) ORDER BY 1",
      ),
    ).toEqual([
      { channel: "amazon", sku: "SKU-1" },
      { channel: "shopify", sku: "SKU-1" },
    ]);
  });

  it("shows its progress while it goes on and its whole count at the end", async () => {
    const shown: unknown[] = [];
    shop.sources.shopify.batches = [[variantFact(1), variantFact(2)], [variantFact(3)], []];
    shop.sources.shopify.beforeBatch = async () => {
      shown.push(
        (await runs()).find((run) => run.channel === "shopify" && run.state === "running")?.counts,
      );
    };

    await shop.run();

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
    shop.sources.shopify.batches = [[variantFact(1), variantFact(2), variantFact(3)]];
    await shop.run();
    shop.sources.shopify.batches = [
      [
        variantFact(1),
        variantFact(2, { priceMinor: 2_999n }),
        variantFact(3, { title: "Another" }),
      ],
    ];

    await shop.runAgain();

    expect((await runs()).at(-1)).toMatchObject({ counts: { seen: 3, added: 0, changed: 2 } });
  });

  it("calls a listing deleted only after a complete run did not see it", async () => {
    shop.sources.shopify.batches = [[variantFact(1), variantFact(2)]];
    await shop.run();
    shop.sources.shopify.batches = [[variantFact(1)]];
    shop.sources.shopify.failure = new AppError({
      code: "shopify_unavailable",
      retry: "backoff",
      message: "gone away",
    });
    await shop.runAgain();
    expect((await shop.listings()).map((row) => row.status)).toEqual(["active", "active"]);

    await shop.runAgain();

    expect((await shop.listings()).map((row) => row.status)).toEqual(["active", "deleted"]);
    shop.sources.shopify.batches = [[variantFact(1), variantFact(2)]];
    await shop.runAgain();
    expect((await shop.listings()).map((row) => row.status)).toEqual(["active", "active"]);
  });

  it("that fails half-way keeps what was read and tries again in a minute", async () => {
    shop.sources.shopify.batches = [[variantFact(1)]];
    shop.sources.shopify.failure = new AppError({
      code: "shopify_unavailable",
      retry: "backoff",
      message: "gone away",
    });

    await shop.run();

    expect(await shop.listings()).toHaveLength(1);
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
    await shop.run();
    expect(await connectionRow("shopify")).toMatchObject({ problem_code: null });
  });

  it("waits as long as the channel asked, never less than a second", async () => {
    for (const [afterMs, waited] of [
      [5_000, 5_000],
      [10, 1_000],
    ] as const) {
      shop.sources.shopify.failure = new AppError({
        code: "shopify_throttled",
        retry: { afterMs },
        message: "slow down",
      });
      await shop.runAgain();

      expect((await connectionRow("shopify"))?.import_due_at?.getTime()).toBe(
        pipeline.clock.now().getTime() + waited,
      );
    }
  });

  it("whose authorisation was revoked disconnects and says so", async () => {
    shop.sources.amazon.failure = new AppError({
      code: "amazon_authorization_revoked",
      retry: "never",
      message: "revoked",
    });

    await shop.run();

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

  it.each(["amazon_request_refused", "amazon_access_denied"] as const)(
    "that ends with %s shows it and keeps the permission",
    async (code) => {
      shop.sources.amazon.failure = new AppError({ code, retry: "never", message: "403" });

      await shop.run();

      expect(await connectionRow("amazon")).toMatchObject({
        status: "connected",
        problem_code: code,
        import_due_at: new Date(pipeline.clock.now().getTime() + 15 * 60_000),
      });
    },
  );

  it("that meets a bug of ours says unexpected and goes on with the other connections", async () => {
    shop.sources.amazon.failure = new TypeError("undefined is not a listing");
    shop.sources.shopify.batches = [[variantFact(1)]];

    await shop.run();

    expect(
      (await runs()).map((run) => [run.channel, run.state, run.error_code]).toSorted(),
    ).toEqual([
      ["amazon", "failed", "unexpected"],
      ["shopify", "done", null],
    ]);
  });

  it("left running by a dead worker is closed by the next one", async () => {
    await pipeline.inShop(shop.shopId, (tx) =>
      tx.connections.startRun(shop.amazonConnection, "import", pipeline.clock.now()),
    );

    await shop.run();

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
    shop.sources.shopify.batches = [[variantFact(1, { costMinor: 800n, costCurrency: "USD" })]];
    await shop.run();
    const [item] = await rowsOf<{ item_id: string }>(
      pipeline.pool,
      shop.shopId,
      "SELECT item_id FROM item",
    );
    await rowsOf(
      pipeline.pool,
      shop.shopId,
      "UPDATE item SET cost_minor = 950, cost_source = 'merchant' WHERE item_id = $1",
      [item?.item_id],
    );

    await shop.runAgain();

    expect(await rowsOf(pipeline.pool, shop.shopId, "SELECT cost_minor FROM item")).toEqual([
      { cost_minor: "950" },
    ]);
  });
});
