import { beforeAll, describe, expect, it } from "vitest";
import { PRICE_CHANGE_STATES } from "../../core/changes/states.ts";
import type { ShopViews } from "../../ports/shop-views.ts";
import { connectShopify } from "../../services/connections/connect-shopify.ts";
import { viewActivity } from "../../services/views/view-activity.ts";
import { viewApprovals } from "../../services/views/view-approvals.ts";
import { viewConnections } from "../../services/views/view-connections.ts";
import { viewOverview } from "../../services/views/view-overview.ts";
import { viewProducts } from "../../services/views/view-products.ts";
import { viewTimeZone } from "../../services/views/view-time-zone.ts";
import { makeImportShop, offerFact, variantFact } from "../../testing/import-shop.ts";
import { type LinkedProduct, makeLinkedProduct, rowsOf } from "../../testing/pipeline-shop.ts";
import { usePipeline } from "../../testing/use-pipeline.ts";
import { createSteps } from "../../testing/pipeline-steps.ts";
import { createShopViews } from "./shop-views.ts";

const pipeline = usePipeline();
const steps = createSteps(pipeline);
let views: ShopViews;
/** A live pair of changes, an undo on its way, and everything that came before. */
let busy: LinkedProduct;

beforeAll(async () => {
  views = createShopViews(pipeline.pool);
  busy = await makeLinkedProduct(pipeline);
  await steps.approved(busy);
  await steps.pushUntilLive(busy);
  await steps.rivalMoves(busy, 2_850n, 2_900n);
  await steps.decide(busy);
});

describe("a shop that has just installed", () => {
  it("has no time zone until Shopify has said it, and its own from then on", async () => {
    const shopId = await connectShopify(pipeline, { domain: "zone.myshopify.com" });
    const deps = { views, clock: pipeline.clock };
    const ask = { shopId };

    expect(await viewTimeZone(deps, ask)).toBeNull();
    await rowsOf(pipeline.pool, shopId, "UPDATE shop SET time_zone = 'America/New_York'");
    expect(await viewTimeZone(deps, ask)).toBe("America/New_York");
  });

  it("shows every page, empty", async () => {
    const shopId = await connectShopify(pipeline, { domain: "empty.myshopify.com" });
    const deps = { views, clock: pipeline.clock };

    expect(await viewOverview(deps, { shopId })).toMatchObject({
      shopName: null,
      isPaused: false,
      approvalMode: "ask",
      counts: {
        listings: { amazon: 0, shopify: 0 },
        linkedItems: 0,
        waitingForApproval: 0,
        onTheirWay: 0,
        live24h: 0,
        needAttention: 0,
        holds: [],
      },
      recent: [],
      speed: { acceptedMsP50: null, liveMsP95: null },
    });
    const none = { rows: [], total: 0, next: null };
    expect(await viewApprovals(deps, { shopId, after: null, channel: null, query: null })).toEqual(
      none,
    );
    expect(await viewProducts(deps, { shopId, after: null, query: null, filter: "all" })).toEqual(
      none,
    );
    expect(await viewActivity(deps, { shopId, after: null, state: null })).toEqual(none);
    expect(await viewConnections(deps, { shopId })).toMatchObject({
      connections: [{ channel: "shopify", listings: 0 }],
      runs: [],
      link: null,
    });
  });
});

describe("the activity", () => {
  it.each(PRICE_CHANGE_STATES)("show the moves to %s alone when asked", async (state) => {
    const { rows } = await views.activity(busy.shopId, { after: null, limit: 50, state });

    expect(rows.every((row) => row.event.toState === state)).toBe(true);
  });

  it("offers an undo exactly where the change itself does", async () => {
    const { rows } = await views.activity(busy.shopId, { after: null, limit: 200, state: "live" });

    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) {
      const found = await views.change(busy.shopId, row.changeId);
      expect(row.isUndoable).toBe(found?.change.isUndoable);
    }
  });
});

describe("one thing", () => {
  it("is a product with its listings, changes and history", async () => {
    const product = await views.product(busy.shopId, busy.itemId, pipeline.clock.now());

    expect(product).toMatchObject({
      currency: "USD",
      cost: { amountMinor: "1000", currency: "USD" },
    });
    expect(
      product?.listings.map((listing) => [listing.channel, listing.openChange?.state]),
    ).toEqual([
      ["amazon", "proposed"],
      ["shopify", "proposed"],
    ]);
    expect(product?.changes.map((change) => change.state)).toEqual([
      "proposed",
      "proposed",
      "live",
      "live",
    ]);
    expect(new Set(product?.history.map((point) => point.kind))).toEqual(
      new Set(["own", "featured", "lowest"]),
    );
  });

  it("is a change with its whole receipt, its inputs, and whether it can be taken back", async () => {
    const [live] = await steps.changesOf(busy);
    const shown = await views.change(busy.shopId, live?.change_id ?? "");

    expect(shown?.isReceiptWhole).toBe(true);
    expect(shown?.events.map((event) => event.toState)).toEqual([
      "proposed",
      "approved",
      "sending",
      "accepted",
      "live",
    ]);
    expect(shown?.events.map((event) => event.seq)).toEqual([1, 2, 3, 4, 5]);
    expect(shown?.inputs).toContain('"decidedAt"');
    expect(shown?.change).toMatchObject({
      isUndoable: true,
      newPrice: { amountMinor: "2900", currency: "USD" },
    });
  });

  it.each(["", "abc", "0", "-1", "9".repeat(30), "1 OR 1=1"])(
    "is not found under %j",
    async (id) => {
      expect(await views.product(busy.shopId, id, pipeline.clock.now())).toBeNull();
      expect(await views.change(busy.shopId, id)).toBeNull();
    },
  );
});

describe("the overview", () => {
  it("counts what is where, and how fast it went", async () => {
    const overview = await views.overview(busy.shopId, pipeline.clock.now());

    expect(overview.counts).toMatchObject({
      listings: { amazon: 1, shopify: 1 },
      linkedItems: 1,
      waitingForApproval: 2,
      onTheirWay: 0,
      live24h: 2,
      needAttention: 0,
    });
    expect(overview.speed).toEqual({
      acceptedMsP50: 0,
      acceptedMsP95: 0,
      liveMsP50: 1_000,
      liveMsP95: 1_000,
    });
    expect(overview.recent).toHaveLength(4);
  });

  it("says why listings are held", async () => {
    const held = await makeLinkedProduct(pipeline, { costMinor: null });
    await steps.decide(held);

    expect((await views.overview(held.shopId, pipeline.clock.now())).counts.holds).toEqual([
      { reasonCode: "cost_missing", listings: 2 },
    ]);
  });
});

describe("the connections", () => {
  it("tell the days until Amazon asks again, the runs, and a link that failed", async () => {
    const full = await makeImportShop(pipeline);
    full.sources.shopify.batches = [[variantFact(1), variantFact(2)]];
    full.sources.amazon.batches = [[offerFact("SKU-1")]];
    await full.run();
    const now = pipeline.clock.now();
    await pipeline.inShop(full.shopId, async (tx) => {
      const linkId = await tx.connections.startLink({
        stateHash: new Uint8Array([1]),
        region: "na",
        redirectUri: "x",
        startedAt: now,
        expiresAt: now,
      });
      if (linkId === null) throw new Error("the attempt was not begun");
      await tx.connections.endLink(linkId, {
        status: "failed",
        failureCode: "amazon_oauth_code_refused",
      });
    });

    const shown = await views.connections(full.shopId, new Date(now.getTime() + 36 * 3_600_000));

    expect(
      shown.connections.map((each) => [each.channel, each.consentDaysLeft, each.listings]),
    ).toEqual([
      ["amazon", 363, 1],
      ["shopify", null, 2],
    ]);
    expect(shown.runs.map((run) => run.state)).toEqual(["done", "done"]);
    expect(shown.link).toMatchObject({
      status: "failed",
      failureCode: "amazon_oauth_code_refused",
    });
    expect(await rowsOf(pipeline.pool, full.shopId, "SELECT 1 FROM sync_run")).toHaveLength(2);
  });
});
