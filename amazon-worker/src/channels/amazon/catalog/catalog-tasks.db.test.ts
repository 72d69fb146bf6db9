/** The import of a seller's catalogue on real parts: services, channel, database, and Amazon's stand-in over HTTP. */
import type { ShopId } from "@calibr/shared/core/ids";
import { connectShopify } from "@calibr/shared/services/connections/connect-shopify";
import { importListings } from "@calibr/shared/services/catalog/import-listings";
import { createChangeFollower } from "@calibr/shared/services/catalog/follow-changes";
import { createReportImport } from "@calibr/shared/services/catalog/import-report";
import { createListingLookUp } from "@calibr/shared/services/catalog/look-up-listings";
import {
  createAsinReader,
  createFeeReader,
  createStockReader,
} from "@calibr/shared/services/catalog/read-catalog-facts";
import { runTasks } from "@calibr/shared/services/tasks/run-tasks";
import { createFakeListingSource } from "@calibr/shared/testing/fake-listing-source";
import { QUIET, rowsOf } from "@calibr/shared/testing/pipeline-shop";
import { usePipeline } from "@calibr/shared/testing/use-pipeline";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  listing,
  type RunningChannel,
  SELLER,
  startChannel,
  statusesOf,
} from "../testing/start-channel.ts";

const MINUTE_MS = 60_000;
const { signal } = new AbortController();

const pipeline = usePipeline();
let running: RunningChannel;
let shopId: ShopId;
let shops = 0;

beforeEach(async () => {
  const skus = Array.from({ length: 45 }, (_, index) => `SKU-${String(index)}`);
  running = await startChannel([
    ...skus.map((sku) => listing(sku)),
    listing("FBA", { fulfilment: "AMAZON" }),
  ]);
  shops += 1;
  shopId = await connectShopify(pipeline, { domain: `catalog-${String(shops)}.myshopify.com` });
  await pipeline.inShop(shopId, (tx) =>
    tx.connections.connect({
      channel: "amazon",
      accountId: SELLER,
      region: "na",
      tokenSealed: "sealed",
      consentedAt: now(),
      importDueAt: now(),
    }),
  );
});
afterEach(() => running.stop());

const now = () => running.clock.now();
const rows = <Row>(text: string) => rowsOf<Row & object>(pipeline.pool, shopId, text);
const control = (verb: string, args: Record<string, unknown> = {}) =>
  running.amazon.control(verb, args);
const lastRun = async (kind = "import") =>
  (
    await rows<{ state: string; error_code: string | null; counts: Record<string, number> }>(
      `SELECT r.state, r.error_code, r.counts FROM sync_run r JOIN connection c USING (connection_id)
        WHERE c.channel = 'amazon' AND r.kind = '${kind}' ORDER BY run_id DESC LIMIT 1`,
    )
  )[0];

/** Runs what is due, moving the clock to each next alarm, until `ms` have passed. */
async function pass(ms: number): Promise<void> {
  const until = now().getTime() + ms;
  const base = { inShop: pipeline.inShop, clock: running.clock, logger: QUIET, worker: "1" };
  const catalog = { ...base, catalog: running.channel.catalog };
  const handlers = {
    listings_report: createReportImport(catalog),
    listing_details: createListingLookUp(catalog),
    listing_changes: createChangeFollower(catalog),
    catalog_items: createAsinReader(catalog),
    inventory: createStockReader(catalog),
    fees: createFeeReader(catalog),
  };
  const shopify = createFakeListingSource("shopify");
  const sources = { sources: { shopify }, catalogs: { amazon: running.channel.catalog } };
  for (;;) {
    await importListings({ ...base, ...sources }, shopId, signal);
    const { nextAt } = await runTasks({ ...base, handlers }, shopId, signal);
    const nextMs = nextAt?.getTime() ?? Infinity;
    if (nextMs > until) return;
    await running.amazon.clock.advance(Math.max(0, nextMs - now().getTime()));
  }
}

describe("a seller's catalogue", () => {
  it("is imported with a price for every listing, then pages, stock and fees", async () => {
    await pass(20 * MINUTE_MS);

    expect(await lastRun()).toMatchObject({
      state: "done",
      error_code: null,
      counts: { seen: 46, added: 46, gone: 0, looked_up: 46 },
    });
    expect(await rows("SELECT 1 FROM channel_head WHERE price_minor = 2499")).toHaveLength(46);
    expect(await rows("SELECT 1 FROM asin_fact WHERE is_known")).toHaveLength(46);
    expect(await rows("SELECT 1 FROM stock_level WHERE fulfillable = 25")).toHaveLength(1);
    expect(await rows("SELECT 1 FROM fee_estimate WHERE total_minor > 0")).toHaveLength(46);
    expect(statusesOf(running.log, "searchListingsItems")).not.toContain(429);
  });

  it("follows a price that somebody else changed within minutes", async () => {
    await pass(5 * MINUTE_MS);
    const [first] = await rows<{ external_id: string }>(
      "SELECT external_id FROM listing WHERE channel = 'amazon' ORDER BY 1 LIMIT 1",
    );
    await control("foreign-price", { sku: first?.external_id, priceMinor: 1_999 });

    await pass(8 * MINUTE_MS);

    expect(await rows("SELECT 1 FROM channel_head WHERE price_minor = 1999")).toHaveLength(1);
  });

  it.each(["FATAL", "CANCELLED"])("outlives a report that ends %s", async (status) => {
    await control("fail-report", { status });

    await pass(10 * MINUTE_MS);

    expect(await lastRun()).toMatchObject({ state: "done", error_code: null });
  });

  it.each(["429", "500", "html", "drop"])("outlives look-ups that end in %s", async (kind) => {
    await control("fault", { kind, operation: "searchListingsItems", times: 3 });

    await pass(10 * MINUTE_MS);

    expect(await lastRun()).toMatchObject({ state: "done", counts: { looked_up: 46 } });
    expect(await rows("SELECT 1 FROM channel_head WHERE price_minor = 2499")).toHaveLength(46);
  });
});
