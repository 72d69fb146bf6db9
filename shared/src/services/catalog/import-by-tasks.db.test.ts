import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { AppError } from "../../core/app-error.ts";
import type { ConnectionId, ShopId } from "../../core/ids.ts";
import { createTestDatabase, type TestDatabase } from "../../testing/database.ts";
import {
  createFakeCatalogSource,
  type FakeCatalogSource,
  toReported,
} from "../../testing/fake-catalog-source.ts";
import { openPipeline, type Pipeline, rowsOf, US } from "../../testing/pipeline-shop.ts";
import { connectShopify } from "../connections/connect-shopify.ts";
import { runTasks, type TaskHandlers } from "../tasks/run-tasks.ts";
import { createChangeFollower } from "./follow-changes.ts";
import { importListings } from "./import-listings.ts";
import { createReportImport } from "./import-report.ts";
import { createListingLookUp } from "./look-up-listings.ts";
import { createAsinReader, createFeeReader, createStockReader } from "./read-catalog-facts.ts";

const CA = "A2EUQ1WTGCTBG2";
const HOUR_MS = 3_600_000;
const { signal } = new AbortController();

let database: TestDatabase;
let pipeline: Pipeline;
let shops = 0;
let shopId: ShopId;
let connectionId: ConnectionId;
let source: FakeCatalogSource;

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
  shopId = await connectShopify(pipeline, { domain: `tasks-${String(shops)}.myshopify.com` });
  const importDueAt = pipeline.clock.now();
  connectionId = await pipeline.inShop(shopId, (tx) =>
    tx.connections.connect({
      channel: "amazon",
      accountId: `SELLER${String(shops)}`,
      region: "na",
      tokenSealed: "sealed",
      consentedAt: importDueAt,
      importDueAt,
    }),
  );
  source = createFakeCatalogSource([US], pipeline.clock);
  source.offers = ["A", "B", "C", "D", "E"].map((sku) => ({ marketplaceId: US, sku }));
});

/** Runs what is due, and moves the clock to what is due next, for so long. */
async function run(forMs = 60_000, only?: keyof TaskHandlers): Promise<void> {
  const untilMs = pipeline.clock.now().getTime() + forMs;
  const shopify = { channel: "shopify", readAccount: nothing, readListings: none } as const;
  const deps = { ...pipeline, catalog: source };
  const all: TaskHandlers = {
    listings_report: createReportImport(deps),
    listing_details: createListingLookUp(deps),
    listing_changes: createChangeFollower(deps),
    catalog_items: createAsinReader(deps),
    inventory: createStockReader(deps),
    fees: createFeeReader(deps),
  };
  const handlers = only === undefined ? all : { [only]: all[only] };
  for (;;) {
    await importListings(
      { ...pipeline, sources: { shopify }, catalogs: { amazon: source }, worker: "1" },
      shopId,
      signal,
    );
    const { nextAt } = await runTasks({ ...pipeline, handlers, worker: "1" }, shopId, signal);
    const nowMs = pipeline.clock.now().getTime();
    const nextMs = nextAt?.getTime() ?? Infinity;
    if (nextMs > untilMs) return void pipeline.clock.advance(Math.max(0, untilMs - nowMs));
    pipeline.clock.advance(nextMs - nowMs);
  }
}

const nothing = () =>
  Promise.resolve({ name: null, currency: null, timeZone: null, marketplaces: [] });
// eslint-disable-next-line require-yield -- a catalogue without listings
async function* none(): AsyncGenerator<never> {
  await Promise.resolve();
}
const read = <Row>(sql: string) => rowsOf<Row & object>(pipeline.pool, shopId, sql);
const runOf = async (kind = "import") =>
  (
    await read<{ state: string; error_code: string | null; counts: Record<string, number> }>(
      `SELECT r.state, r.error_code, r.counts, r.differences::int FROM sync_run r JOIN connection c USING (connection_id)
        WHERE r.kind = '${kind}' AND c.channel = 'amazon' ORDER BY run_id DESC LIMIT 1`,
    )
  )[0];
const parts = () =>
  read<{ marketplace_id: string; state: string; error_code: string | null }>(
    "SELECT marketplace_id, state, error_code FROM sync_part ORDER BY run_id DESC, marketplace_id",
  );
const listings = () =>
  read<{ sku: string; status: string; price_minor: string | null }>(
    `SELECT l.sku, l.status, h.price_minor FROM listing l LEFT JOIN channel_head h USING (listing_id)
      WHERE l.channel = 'amazon' ORDER BY l.marketplace_id, l.sku`,
  );
const differences = () =>
  read<Record<string, string>>(
    `SELECT kind, external_id AS sku, field, old_value, new_value FROM sync_difference
      WHERE run_id = (SELECT max(run_id) FROM sync_run WHERE kind IN ('import', 'changes') AND differences > 0) ORDER BY difference_id`,
  );
const importAgain = () =>
  pipeline.inShop(shopId, (tx) =>
    tx.connections.requestDue(connectionId, "import", pipeline.clock.now()),
  );
const failure = (code: AppError["code"], retry: AppError["retry"] = "backoff") =>
  new AppError({ code, retry, message: "told to" });

describe("an import by tasks", () => {
  it("is done when every listing has its price, and then looks at the market", async () => {
    await run();

    expect(await listings()).toEqual(
      ["A", "B", "C", "D", "E"].map((sku) => ({ sku, status: "active", price_minor: "3000" })),
    );
    expect(await runOf()).toEqual({
      state: "done",
      error_code: null,
      counts: { seen: 5, added: 5, gone: 0, looked_up: 5, changed: 0, linked: 0, review: 0, unmatched: 5 },
      differences: 5,
    }); // prettier-ignore
    const [connection] = await read<{ imported_at: Date; sweep_due_at: Date; problem_code: null }>(
      "SELECT imported_at, sweep_due_at, problem_code FROM connection WHERE channel = 'amazon'",
    );
    expect(connection?.imported_at).toBeInstanceOf(Date);
    expect(connection?.sweep_due_at).toBeInstanceOf(Date);
    expect(connection?.problem_code).toBeNull();
  });

  it("shows its real counts on the way and gives no price to decide on before it was looked up", async () => {
    await run(5_000, "listings_report");

    expect(await runOf()).toMatchObject({ state: "running", counts: { seen: 5, added: 5 } });
    expect((await listings()).map(({ price_minor }) => price_minor)).toEqual(Array(5).fill(null));
    expect(await read("SELECT 1 FROM dirty")).toEqual([]);
  });

  it("reads catalogue pages, stock and fees after it, at the price of now", async () => {
    source.offers = [{ marketplaceId: US, sku: "FBA", fact: { fulfilment: "amazon" } }];

    await run(10 * 60_000);

    expect(await read("SELECT asin, title, is_known FROM asin_fact")).toEqual([
      { asin: "B0TEST0001", title: "Page of B0TEST0001", is_known: true },
    ]);
    expect(await read("SELECT asin, category, rank FROM rank_point")).toEqual([
      { asin: "B0TEST0001", category: "Kitchen", rank: 42 },
    ]);
    expect(await read("SELECT fulfillable, total FROM stock_level")).toEqual([{ fulfillable: 7, total: 10 }]); // prettier-ignore
    expect(await read("SELECT quantity FROM listing WHERE sku = 'FBA'")).toEqual([{ quantity: 7 }]);
    expect(await read("SELECT price_minor, total_minor FROM fee_estimate")).toEqual([
      { price_minor: "3000", total_minor: "300" },
    ]);
    expect(await runOf("fees")).toMatchObject({ state: "done", counts: { read: 1 } });
  });

  it("tells a listing that a complete report does not name as gone, and one that comes back", async () => {
    await run();
    const [first, ...rest] = source.offers;
    source.offers = rest;
    await importAgain();
    await run();

    expect((await listings())[0]).toMatchObject({ sku: "A", status: "deleted" });
    expect(await differences()).toMatchObject([{ kind: "gone", sku: "A" }]);
    source.offers = [...(first === undefined ? [] : [first]), ...rest];
    await importAgain();
    await run();
    expect((await listings())[0]).toMatchObject({ sku: "A", status: "active" });
  });

  it("keeps what changed field by field, and never touches what the merchant set", async () => {
    await run();
    await rowsOf(
      pipeline.pool,
      shopId,
      "UPDATE item SET cost_minor = 950, cost_currency = 'USD', cost_source = 'merchant', floor_minor = 1000, bounds_currency = 'USD'",
    );
    const fact = { priceMinor: 2_899n, parentId: "B0TEST0002", fulfilment: "amazon" } as const;
    source.offers = source.offers.map((offer) => (offer.sku === "B" ? { ...offer, fact } : offer));
    await importAgain();
    await run();

    expect(await runOf()).toMatchObject({ counts: { changed: 1, added: 0 }, differences: 3 });
    expect(await differences()).toMatchObject([
      { sku: "B", field: "asin", old_value: "B0TEST0001", new_value: "B0TEST0002" },
      { sku: "B", field: "fulfilment", old_value: "merchant", new_value: "amazon" },
      { sku: "B", field: "price", old_value: "3000", new_value: "2899" },
    ]);
    expect(await read("SELECT DISTINCT cost_minor, floor_minor FROM item")).toEqual([
      { cost_minor: "950", floor_minor: "1000" },
    ]);
  });

  it("counts all differences of a run and keeps a thousand", async () => {
    source.offers = Array.from({ length: 1_003 }, (_, index) => ({
      marketplaceId: US,
      sku: `S${String(index)}`,
    }));

    await run(5_000, "listings_report");

    expect(await runOf()).toMatchObject({ differences: 1_003 });
    expect(await read("SELECT count(*)::int AS kept FROM sync_difference")).toEqual([{ kept: 1_000 }]); // prettier-ignore
  });
});

describe("fees", () => {
  it("of listings in a currency nobody knows keep none of the others from being asked", async () => {
    const odd = Array.from({ length: 20 }, (_, place) => ({
      marketplaceId: US,
      sku: `ODD ${String(place)}`,
      fact: { currency: "XXQ" },
    }));
    source.offers = [...odd, { marketplaceId: US, sku: "PLAIN" }];

    await run(5 * 60_000);

    expect(
      await read(
        "SELECT l.sku, f.vendor_code FROM fee_estimate f JOIN listing l USING (shop_id, listing_id) WHERE f.vendor_code IS NULL",
      ),
    ).toEqual([{ sku: "PLAIN", vendor_code: null }]);
  });
});

describe("looking after subscriptions", () => {
  it("begins again a day after it was laid aside, however that came", async () => {
    await run();
    await read(
      "UPDATE task SET state = 'dead', due_at = NULL, attempts = 16, ended_at = '2026-11-23T12:00:00Z' WHERE kind = 'subscriptions'",
    );

    pipeline.clock.advance(25 * HOUR_MS);
    await run();

    expect(await read("SELECT state, attempts FROM task WHERE kind = 'subscriptions'")).toEqual([
      { state: "waiting", attempts: 0 },
    ]);
  });
});

describe("what runs found", () => {
  it("is kept for a month, and its count for good", async () => {
    await run();
    pipeline.clock.advance(32 * 24 * HOUR_MS);

    await run(60_000);

    expect(await read("SELECT 1 FROM sync_difference")).toEqual([]);
    expect(await read("SELECT differences::int FROM sync_run WHERE differences > 0")).toEqual([
      { differences: 5 },
    ]);
  });
});

describe("a report", () => {
  it("that breaks off keeps what was read, is read again and counts nothing twice", async () => {
    source.cutAfter = { batches: 1, error: failure("amazon_unavailable") };

    await run();

    expect(await runOf()).toMatchObject({ state: "done", counts: { seen: 5, added: 5 } });
    expect(source.calls.filter((call) => call.startsWith("readCatalog"))).toHaveLength(2);
  });

  it("that breaks off makes nothing look deleted", async () => {
    await run();
    await importAgain();
    source.cutAfter = { batches: 1, error: failure("amazon_unavailable") };

    await run(3_000, "listings_report");

    expect((await listings()).every(({ status }) => status === "active")).toBe(true);
    expect(await parts()).toMatchObject([
      { state: "report", error_code: "amazon_unavailable" },
      {},
    ]);
  });

  it.each([
    ["is fatal", { kind: "failed", reason: "no role" } as const],
    ["is cancelled", { kind: "empty" } as const],
  ])("that %s is asked for again, and fails the import when it stays so", async (_how, fate) => {
    await run();
    await importAgain();
    source.fates = [fate, { kind: "pending" }];
    await run(10 * 60_000);
    expect(await runOf()).toMatchObject({ state: "done" });

    await importAgain();
    source.fates = [fate, fate, fate];
    await run(10 * 60_000);

    expect(await runOf()).toMatchObject({ state: "failed", error_code: "amazon_report_failed" });
    expect((await listings()).every(({ status }) => status === "active")).toBe(true);
  });

  it("that is cancelled for an account without listings is an empty catalogue", async () => {
    source.offers = [];
    source.fates = [{ kind: "empty" }];

    await run();

    expect(await runOf()).toMatchObject({ state: "done" });
  });

  it("that lacks most listings is not believed, said so and asked for again", async () => {
    const all = Array.from({ length: 30 }, (_, index) => ({ marketplaceId: US, sku: `S${String(index)}` })); // prettier-ignore
    source.offers = all;
    await run();
    source.offers = all.slice(0, 10);
    await importAgain();
    await run(60_000);

    expect((await listings()).filter(({ status }) => status === "deleted")).toEqual([]);
    expect(await runOf()).toMatchObject({ state: "running", counts: { not_believed: 1 } });
    expect(await differences()).toMatchObject([
      { kind: "not_believed", field: "listings", old_value: "30", new_value: "10" },
    ]);

    source.offers = all;
    await run(HOUR_MS);
    expect(await runOf()).toMatchObject({ state: "done", error_code: null });
  });

  it("that says three times the same is believed, unless it says nothing", async () => {
    const all = Array.from({ length: 30 }, (_, index) => ({ marketplaceId: US, sku: `S${String(index)}` })); // prettier-ignore
    source.offers = all;
    await run();
    source.offers = all.slice(0, 10);
    await importAgain();
    await run(2 * HOUR_MS);
    expect(await runOf()).toMatchObject({ state: "done", counts: { not_believed: 2, gone: 20 } });

    source.offers = [];
    await importAgain();
    await run(2 * HOUR_MS);
    expect(await runOf()).toMatchObject({
      state: "failed",
      error_code: "amazon_report_not_believed",
    });
    expect((await listings()).filter(({ status }) => status === "active")).toHaveLength(10);
  });

  it("that is finished is read as soon as Amazon says so", async () => {
    source.fates = Array.from({ length: 12 }, () => ({ kind: "pending" }) as const);
    await run(60_000, "listings_report");
    source.fates = [];
    const [task] = await read<{ report_id: string; due_at: Date }>(
      "SELECT progress ->> 'reportId' AS report_id, due_at FROM task WHERE kind = 'listings_report'",
    );
    expect(task?.due_at.getTime()).toBeGreaterThan(pipeline.clock.now().getTime());

    await pipeline.inShop(shopId, (tx) =>
      tx.tasks.hasten({ connectionId, naming: task?.report_id ?? "" }, pipeline.clock.now()),
    );
    await run(0, "listings_report");

    expect(await runOf()).toMatchObject({ counts: { seen: 5 } });
  });
});

describe("marketplaces", () => {
  beforeEach(() => {
    source = createFakeCatalogSource([CA, US], pipeline.clock);
    source.offers = [CA, US].map((marketplaceId) => ({ marketplaceId, sku: "A" }));
  });

  it("go on when one of them fails, and the run says which and why", async () => {
    source.failures.set("readCatalog", [failure("amazon_report_unreadable", "never")]);

    await run(10 * 60_000);

    expect(await parts()).toEqual([
      { marketplace_id: CA, state: "failed", error_code: "amazon_report_unreadable" },
      { marketplace_id: US, state: "done", error_code: null },
    ]);
    expect(await runOf()).toMatchObject({
      state: "failed",
      error_code: "amazon_report_unreadable",
    });
    expect(await listings()).toEqual([{ sku: "A", status: "active", price_minor: "3000" }]);
  });

  it("all end when the authorisation does", async () => {
    source.failures.set("readDetails", [failure("amazon_authorization_revoked", "never")]);

    await run();

    expect((await parts()).map(({ state }) => state)).toContain("failed");
    expect(await runOf()).toMatchObject({ state: "failed", error_code: "amazon_authorization_revoked" }); // prettier-ignore
    expect(await read("SELECT status FROM connection WHERE channel = 'amazon'")).toEqual([
      { status: "disconnected" },
    ]);
  });

  it("that the seller has left are not read", async () => {
    const [canada, states] = source.account.marketplaces;
    if (canada === undefined || states === undefined) throw new Error("two marketplaces");
    const account = { ...source.account, marketplaces: [{ ...canada, isParticipating: false, hasSuspendedListings: true }, states] }; // prettier-ignore
    source.account = account;

    await run();

    expect(source.calls).not.toContain(`requestCatalog ${CA}`);
    expect(
      await read(
        "SELECT marketplace_id, is_participating, has_suspended_listings FROM connection_marketplace ORDER BY 1",
      ),
    ).toEqual([
      { marketplace_id: CA, is_participating: false, has_suspended_listings: true },
      { marketplace_id: US, is_participating: true, has_suspended_listings: false },
    ]);
  });
});

describe("a step", () => {
  it("whose look-up fails is shown with the import, tried again and forgotten", async () => {
    source.failures.set("readDetails", [failure("amazon_unavailable"), null]);

    await run(4_000);
    expect(await parts()).toMatchObject([{ state: "details", error_code: "amazon_unavailable" }]);
    await run();

    expect(await parts()).toMatchObject([{ state: "done", error_code: null }]);
    expect(await runOf()).toMatchObject({ state: "done", counts: { looked_up: 5 } });
  });

  it("that is put off for quota goes on where it was", async () => {
    source.failures.set("readDetails", [failure("amazon_throttled", { afterMs: 2_000 })]);

    await run();

    expect(await runOf()).toMatchObject({ state: "done", counts: { looked_up: 5 } });
  });

  it("stores nothing once another worker has its task", async () => {
    await run(3_000, "listings_report");
    source.duringDetails = async () => {
      source.duringDetails = () => {};
      // As when this worker was away for longer than its lease.
      await rowsOf(pipeline.pool, shopId, "UPDATE task SET fence = fence + 1");
    };

    await run(0, "listing_details");

    expect((await listings()).map(({ price_minor }) => price_minor)).toEqual(Array(5).fill(null));
  });

  it("that a killed worker had begun is done by the next one", async () => {
    await run(3_000, "listings_report");
    await rowsOf(
      pipeline.pool,
      shopId,
      "UPDATE task SET lease_owner = 99, lease_until = $1, fence = fence + 1 WHERE kind = 'listing_details'",
      [new Date(pipeline.clock.now().getTime() + 600_000)],
    );
    await run(0);
    expect(await runOf()).toMatchObject({ state: "running" });

    await pipeline.inShop(shopId, (tx) => tx.tasks.releaseLeasesOf("99"));
    await run();

    expect(await runOf()).toMatchObject({ state: "done", counts: { looked_up: 5 } });
  });
});

describe("between two imports", () => {
  it("what changed is looked up within minutes, and a listing that is new is added", async () => {
    await run();
    const news = { marketplaceId: US, sku: "NEW" };
    const fact = { priceMinor: 2_000n };
    source.offers = [...source.offers.map((offer) => (offer.sku === "A" ? { ...offer, fact } : offer)), news]; // prettier-ignore
    source.changed = [{ marketplaceId: US, sku: "A" }, news].map(toReported);

    await run(5 * 60_000);

    expect(await runOf("changes")).toMatchObject({
      state: "done",
      counts: { seen: 2, added: 1, looked_up: 2, changed: 1 },
    });
    expect((await listings()).filter(({ sku }) => ["A", "NEW"].includes(sku))).toEqual([
      { sku: "A", status: "active", price_minor: "2000" },
      { sku: "NEW", status: "active", price_minor: "3000" },
    ]);
    expect(await read("SELECT 1 FROM listing WHERE sku = 'NEW' AND item_id IS NOT NULL")).toHaveLength(1); // prettier-ignore
  });

  it("what Amazon holds against a listing is kept while it does, also without notifications", async () => {
    const notices = () =>
      read("SELECT sku, statuses, severities, enforcements FROM listing_notice ORDER BY sku");
    const held = { statuses: [], severities: ["ERROR"], enforcements: ["LISTING_SUPPRESSED"] };
    source.offers = source.offers.map((offer) => (offer.sku === "A" ? { ...offer, issues: held } : offer)); // prettier-ignore
    await run();
    expect(await notices()).toEqual([{ sku: "A", ...held }]);

    source.offers = source.offers.map(({ issues: _, ...offer }) => offer);
    source.changed = [toReported({ marketplaceId: US, sku: "A" })];
    await run(5 * 60_000);

    expect(await notices()).toMatchObject([{ sku: "A", severities: [], enforcements: [] }]);
  });

  it("a search whose page Amazon no longer knows starts over instead of ending for good", async () => {
    await run();
    await read(
      `UPDATE task SET progress = progress || '{"pageToken": "of last week"}' WHERE kind = 'listing_changes'`,
    );
    source.failures.set("readChanges", [failure("amazon_request_refused", "never")]);
    source.changed = [toReported({ marketplaceId: US, sku: "A" })];

    await run(10 * 60_000);

    expect(await runOf("changes")).toMatchObject({ state: "done", counts: { seen: 1 } });
    expect(await read("SELECT DISTINCT state FROM task WHERE kind = 'listing_changes'")).toEqual([
      { state: "waiting" },
    ]);
  });

  it("a search that is cut at a thousand goes on at once from the last change it showed", async () => {
    await run();
    const searches = () => source.calls.filter((call) => call.startsWith("readChanges")).length;
    const before = searches();
    source.changed = Array.from({ length: 1_000 }, () =>
      toReported({ marketplaceId: US, sku: "A" }),
    );

    await run(3 * 60_000);

    expect(searches() - before).toBe(2);
    expect(await runOf("changes")).toMatchObject({ counts: { seen: 1_000 } });
  });

  it("a search that is refused for good is told in the history", async () => {
    await run();
    source.failures.set("readChanges", [failure("amazon_access_denied", "never")]);

    await run(5 * 60_000);

    expect(await runOf("changes")).toMatchObject({
      state: "failed",
      error_code: "amazon_access_denied",
    });
  });

  it("a search that finds nothing leaves no run behind", async () => {
    await run(30 * 60_000);

    expect(await runOf("changes")).toBeUndefined();
    expect(source.calls.filter((call) => call.startsWith("readChanges")).length).toBeGreaterThan(5);
  });
});
