import { beforeAll, describe, expect, it } from "vitest";
import type { AmazonDetailView } from "../../../ports/connection-views.ts";
import type { ProductFilter, ShopViews } from "../../../ports/shop-views.ts";
import {
  type LinkedProduct,
  makeLinkedProduct,
  rowsOf,
  US,
} from "../../../testing/pipeline-shop.ts";
import { usePipeline } from "../../../testing/use-pipeline.ts";
import { createShopViews } from "../shop-views.ts";

const pipeline = usePipeline();
let views: ShopViews;
/** Ana's account with everything an Amazon account can have; Eve's has nothing but its product. */
let ana: LinkedProduct;
let eve: LinkedProduct;
let connectionId: string;

beforeAll(async () => {
  views = createShopViews(pipeline.pool);
  ana = await makeLinkedProduct(pipeline);
  eve = await makeLinkedProduct(pipeline);
  const [row] = await ask<{ id: string }>(
    "SELECT connection_id AS id FROM connection WHERE shop_id = current_shop() AND channel = 'amazon'",
  );
  connectionId = row?.id ?? "";
});

/** A statement in Ana's shop as the worker. */
const ask = <Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> =>
  rowsOf<Row>(pipeline.pool, ana.shopId, text, values);
const now = () => pipeline.clock.now();
const connections = (of = ana) => views.connections(of.shopId, now());
async function detail(): Promise<AmazonDetailView> {
  const [found] = (await connections()).details;
  if (found === undefined) throw new Error("an Amazon account has a detail");
  return found;
}

describe("an Amazon account", () => {
  it("shows its stores with listings, its standing and the age of its permission", async () => {
    await ask(
      `INSERT INTO connection_marketplace (shop_id, connection_id, marketplace_id, currency, store_name, is_participating)
       VALUES (current_shop(), $1, $2, 'USD', 'Ana Goods', true), (current_shop(), $1, 'A2EUQ1WTGCTBG2', 'CAD', 'Ana Goods', false)`,
      [connectionId, US],
    );
    await ask(
      "UPDATE connection SET account_status = 'at_risk', consented_at = $1::timestamptz - interval '350 days' WHERE shop_id = current_shop() AND channel = 'amazon'",
      [now()],
    );

    const [amazon] = (await connections()).connections;

    expect(amazon).toMatchObject({
      accountStatus: "at_risk",
      consent: "ending",
      consentDaysLeft: 15,
      isErasing: false,
      marketplaces: [
        { marketplaceId: US, listings: 1, isParticipating: true },
        { currency: "CAD", listings: 0, isParticipating: false },
      ],
    });
  });

  it("counts how far its import is from the listings themselves, part by part", async () => {
    await ask("UPDATE connection SET consented_at = $1 WHERE shop_id = current_shop()", [now()]);
    const [run] = await ask<{ id: string }>(
      "INSERT INTO sync_run (shop_id, connection_id, kind, started_at) VALUES (current_shop(), $1, 'import', $2) RETURNING run_id AS id",
      [connectionId, now()],
    );
    await ask(
      "INSERT INTO sync_part (shop_id, run_id, marketplace_id, state, started_at) VALUES (current_shop(), $1, $2, 'details', $3)",
      [run?.id, US, now()],
    );
    await ask(
      `INSERT INTO listing (shop_id, channel, connection_id, marketplace_id, external_id, parent_id, sku, title, currency, status, seen_at, details_due_at)
       SELECT current_shop(), 'amazon', $1, $2, 'NEW-' || n, 'B0NEW' || n, 'NEW-' || n, 'New ' || n, 'USD', 'active', $3, $3 FROM generate_series(1, 3) n`,
      [connectionId, US, now()],
    );

    expect((await detail()).importStand).toEqual({
      state: "running",
      errorCode: null,
      parts: [{ marketplaceId: US, state: "details", errorCode: null }],
      listings: 4,
      lookedUp: 1,
      priced: 1,
      linked: 1,
      toCheck: 0,
      withoutCost: 0,
      asins: 4,
      asinsSeen: 0,
    });
  });

  it("says how its market is heard, what is silent, what was set aside and what waits for quota", async () => {
    await ask(
      `INSERT INTO asin_watch (shop_id, connection_id, marketplace_id, asin, due_at, silent_since, unread)
       SELECT current_shop(), $1, $2, 'B0NEW' || n, $3::timestamptz, CASE WHEN n = 1 THEN $3::timestamptz END, CASE WHEN n = 2 THEN 1 ELSE 0 END
         FROM generate_series(1, 3) n`,
      [connectionId, US, now()],
    );
    await ask(
      `INSERT INTO market_watch (shop_id, connection_id, watched, silent, unreadable, is_told, heard_pace_ms, unheard_pace_ms,
         change_ms, unheard_change_ms, silence_ms, reckoned_at)
       VALUES (current_shop(), $1, 3, 0, 0, true, 600000, 180000, 1020000, 240000, 3600000, $2)`,
      [connectionId, now()],
    );
    await ask(
      `INSERT INTO amazon_subscription (shop_id, connection_id, type, state, problem_code, role, heard)
       VALUES (current_shop(), $1, 'ANY_OFFER_CHANGED', 'active', NULL, 'Pricing', 7),
              (current_shop(), $1, 'ORDER_CHANGE', 'failed', 'amazon_access_denied', 'Inventory and Order Tracking', 0)`,
      [connectionId],
    );
    await ask(
      `INSERT INTO inbox (shop_id, event_id, source, topic, payload, occurred_at, received_at, state, note, connection_id)
       SELECT current_shop(), 'bad-' || n, 'amazon', 'X', '{}', $2, $2, 'poison', 'no ASIN', $1 FROM generate_series(1, 2) n`,
      [connectionId, now()],
    );
    await ask(
      `INSERT INTO quota_bucket (operation, owner, region, full_us, lease_turns, plan_rate, plan_burst, updated_at)
       SELECT 'getListingOffersBatch', account_id, region, extract(epoch FROM $1::timestamptz) * 1000000, 0, 0.5, 1, $1
         FROM connection WHERE shop_id = current_shop() AND channel = 'amazon'`,
      [now()],
    );

    const view = await detail();

    expect(view.watch).toEqual({
      watched: 3,
      silent: 1,
      unreadable: 1,
      isTold: true,
      changeMs: 1_020_000,
      unheardChangeMs: 240_000,
      silenceMs: 3_600_000,
    });
    expect(view.subscriptions).toMatchObject([
      { type: "ANY_OFFER_CHANGED", state: "active", heard: 7 },
      { type: "ORDER_CHANGE", state: "failed", role: "Inventory and Order Tracking" },
    ]);
    expect(view.setAside).toEqual([{ problem: "no ASIN", messages: 2 }]);
    expect(view.quotas).toMatchObject([
      { operation: "getListingOffersBatch", waitingCalls: 1, burst: 1 },
    ]);
  });

  it("is seen by its own shop alone", async () => {
    const [theirs] = (await connections(eve)).details;

    expect(theirs).toMatchObject({ watch: null, subscriptions: [], setAside: [] });
    expect(theirs?.importStand).toMatchObject({ state: "waiting", listings: 1, parts: [] });
  });
});

describe("the app's own secret", () => {
  const notice = (kind: string, endsInDays: number, ageDays: number) =>
    ask(
      `INSERT INTO app_notice (kind, client_id, ends_at, occurred_at, received_at)
       VALUES ($1, 'client', $2::timestamptz + $3 * interval '1 day', $2::timestamptz - $4 * interval '1 day', $2)`,
      [kind, now(), endsInDays, ageDays],
    );

  it("is spoken of from Amazon's warning until it is renewed", async () => {
    expect((await connections()).secretEndsAt).toBeNull();

    await notice("client_secret_ending", 12, 2);
    expect((await connections()).secretEndsAt).not.toBeNull();

    await notice("client_secret_renewed", 7, 1);
    expect((await connections()).secretEndsAt).toBeNull();
  });
});

describe("the history of runs", () => {
  const syncs = (filter: Partial<Parameters<ShopViews["syncs"]>[1]> = {}) =>
    views.syncs(ana.shopId, {
      after: null,
      limit: 50,
      connectionId: null,
      kind: null,
      state: null,
      ...filter,
    });

  it("is filtered by account, kind and state, and read page by page", async () => {
    await ask(
      `INSERT INTO sync_run (shop_id, connection_id, kind, state, error_code, started_at, finished_at)
       SELECT current_shop(), $1, 'stock', CASE WHEN n = 3 THEN 'failed' ELSE 'done' END, CASE WHEN n = 3 THEN 'amazon_unavailable' END, $2, $2
         FROM generate_series(1, 3) n`,
      [connectionId, now()],
    );

    const stock = await syncs({ kind: "stock" });
    const failed = await syncs({ kind: "stock", state: "failed" });
    const first = await syncs({ limit: 2 });
    const second = await syncs({ limit: 2, after: first.page.next });

    expect([stock.page.total, failed.page.total]).toEqual([3, 1]);
    expect(failed.page.rows).toMatchObject([{ errorCode: "amazon_unavailable" }]);
    expect((await syncs({ connectionId: "999999" })).page.total).toBe(0);
    expect((await syncs({ connectionId: "words" })).page.total).toBe(0);
    expect([...first.page.rows, ...second.page.rows]).toHaveLength(4);
    expect(stock.accounts.map((account) => account.channel)).toEqual(["amazon", "shopify"]);
  });

  it("shows what a run found, how much more there was, and nothing to another shop", async () => {
    const [run] = await ask<{ id: string }>(
      `INSERT INTO sync_run (shop_id, connection_id, kind, state, differences, started_at, finished_at)
       VALUES (current_shop(), $1, 'import', 'done', 1200, $2, $2) RETURNING run_id AS id`,
      [connectionId, now()],
    );
    await ask(
      `INSERT INTO sync_difference (shop_id, run_id, kind, listing_id, marketplace_id, external_id, field, old_value, new_value, at)
       VALUES (current_shop(), $1, 'changed', $2, $3, 'X', 'title', 'Old', 'New', $4),
              (current_shop(), $1, 'not_believed', NULL, $3, '', 'listings', '100', '3', $4)`,
      [run?.id, ana.amazonId, US, now()],
    );
    const page = { after: null, limit: 1 };

    const view = await views.sync(ana.shopId, run?.id ?? "", page);
    const rest = await views.sync(ana.shopId, run?.id ?? "", {
      after: view?.differences.next ?? "",
      limit: 50,
    });

    expect(view?.run.differences).toBe(1_200);
    expect(view?.differences).toMatchObject({
      total: 2,
      rows: [{ kind: "changed", itemId: ana.itemId, field: "title", oldValue: "Old" }],
    });
    expect(rest?.differences.rows).toMatchObject([{ kind: "not_believed", sku: "", title: null }]);
    expect(await views.sync(eve.shopId, run?.id ?? "", page)).toBeNull();
    expect(await views.sync(ana.shopId, "1; DROP TABLE x", page)).toBeNull();
  });
});

describe("a product", () => {
  const found = async (filter: ProductFilter) =>
    (await views.products(ana.shopId, { after: null, limit: 50, query: null, filter })).rows.map(
      (row) => row.itemId,
    );

  it("shows who is featured, what Amazon holds against it, its stock and what stands on the offer", async () => {
    await ask(
      `INSERT INTO buy_box (shop_id, marketplace_id, asin, state, currency, since, seen_at, trail_since, sights)
       VALUES (current_shop(), $1, $2, 'lost', 'USD', $3, $3, $3, '[]')`,
      [US, ana.asin, now()],
    );
    await ask(
      `INSERT INTO listing_notice (shop_id, connection_id, marketplace_id, sku, statuses, status_at, severities, enforcements, received_at)
       SELECT current_shop(), connection_id, marketplace_id, external_id, ARRAY['BUYABLE', 'DISCOVERABLE'], $2, ARRAY['ERROR'], ARRAY['SEARCH_SUPPRESSED'], $2
         FROM listing WHERE shop_id = current_shop() AND listing_id = $1`,
      [ana.amazonId, now()],
    );
    await ask(
      "INSERT INTO stock_level (shop_id, listing_id, fulfillable, inbound, reserved, unfulfillable, total, observed_at) VALUES (current_shop(), $1, 7, 20, 1, 0, 28, $2)",
      [ana.amazonId, now()],
    );
    await ask(
      `INSERT INTO offer_terms (shop_id, listing_id, currency, min_minor, max_minor, sale_minor, sale_until, auto_rules, observed_at)
       VALUES (current_shop(), $1, 'USD', 2000, 4000, 2500, $2, '{}', $2)`,
      [ana.amazonId, now()],
    );
    await ask(
      `INSERT INTO asin_fact (shop_id, marketplace_id, asin, image_url, ranks, is_known, read_at)
       VALUES (current_shop(), $1, $2, 'https://m.media-amazon.com/images/I/x.jpg', $3, true, $4)`,
      [
        US,
        ana.asin,
        JSON.stringify([
          { title: "Kitchen", listId: "k", rank: 900 },
          { title: "Boards", listId: "b", rank: 12 },
        ]),
        now(),
      ],
    );

    const view = await views.product(ana.shopId, ana.itemId, now());
    const listing = view?.listings.find((each) => each.listingId === ana.amazonId);

    expect(listing?.imageUrl).toContain("/I/x.jpg");
    expect(listing?.amazon).toMatchObject({
      buyBox: { state: "lost", since: now().toISOString() },
      isSuppressed: true,
      enforcements: ["SEARCH_SUPPRESSED"],
      rank: { category: "Boards", rank: 12 },
      stock: { fulfillable: 7, inbound: 20 },
      terms: { min: { amountMinor: "2000", currency: "USD" }, sale: { amountMinor: "2500" } },
    });
    expect(view?.listings.find((each) => each.channel === "shopify")?.amazon).toBeNull();
    expect(await found("box_lost")).toEqual([ana.itemId]);
    expect(await found("suppressed")).toEqual([ana.itemId]);
  });

  it("is found as silent while its news does not arrive", async () => {
    expect(await found("silent")).toEqual([]);

    await ask(
      `INSERT INTO asin_watch (shop_id, connection_id, marketplace_id, asin, due_at, silent_since)
       VALUES (current_shop(), $1, $2, $3, $4, $4)`,
      [connectionId, US, ana.asin, now()],
    );

    expect(await found("silent")).toEqual([ana.itemId]);
  });

  it("shows thirty days of sales in which what is not known stays a gap", async () => {
    const facts = await views.product(ana.shopId, ana.itemId, now());
    expect(facts?.markets[0]?.sales).toEqual([]);

    await ask(
      `INSERT INTO sales_day (shop_id, connection_id, marketplace_id, day, ends_at, orders_at)
       VALUES (current_shop(), $1, $2, '2026-11-20', '2026-11-21T08:00Z', '2026-11-22T00:00Z'),
              (current_shop(), $1, $2, '2026-11-21', '2026-11-22T08:00Z', '2026-11-22T00:00Z'),
              (current_shop(), $1, $2, '2026-11-22', '2026-11-23T08:00Z', NULL)`,
      [connectionId, US],
    );
    await ask(
      `INSERT INTO listing_day (shop_id, listing_id, day, currency, units, revenue_minor, units_unpriced, sources, computed_at)
       VALUES (current_shop(), $1, '2026-11-21', 'USD', 3, 9000, 0, '{orders}', $2)`,
      [ana.amazonId, now()],
    );
    const view = await views.product(ana.shopId, ana.itemId, now());
    const sales = view?.markets[0]?.sales ?? [];
    const on = (day: string) => sales.find((each) => each.day === day);

    expect(sales).toHaveLength(30);
    expect(on("2026-11-19")).toMatchObject({ units: null, revenue: null });
    expect(on("2026-11-20")).toMatchObject({ units: 0, isComplete: true });
    expect(on("2026-11-21")).toMatchObject({
      units: 3,
      revenue: { amountMinor: "9000", currency: "USD" },
      isComplete: false,
    });
    expect(on("2026-11-22")).toMatchObject({ units: null });
  });
});
