import { createPool, inShopRead, onConnection } from "@calibr/shared/adapters/postgres/pool";
import { readSalesCoverage } from "@calibr/shared/adapters/postgres/views/sales-coverage-view";
import type { ConnectionId, ShopId } from "@calibr/shared/core/ids";
import { addDays, dayOf, daysBetween, spanOf } from "@calibr/shared/core/sales/marketplace-time";
import { planSales } from "@calibr/shared/services/sales/plan-sales";
import { createOrdersTask } from "@calibr/shared/services/sales/read-orders";
import { createTrafficTask } from "@calibr/shared/services/sales/read-traffic";
import { runTasks } from "@calibr/shared/services/tasks/run-tasks";
import {
  listingFact,
  makeLinkedProduct,
  QUIET,
  rowsOf,
} from "@calibr/shared/testing/pipeline-shop";
import { usePipeline } from "@calibr/shared/testing/use-pipeline";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  listing,
  type RunningChannel,
  SELLER,
  startChannel,
  US,
} from "../testing/start-channel.ts";

const ZONE = "America/Los_Angeles";
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const { signal } = new AbortController();

const pipeline = usePipeline();
let running: RunningChannel;
let shopId: ShopId;
let connectionId: ConnectionId;

beforeEach(async () => {
  running = await startChannel([
    listing("TEA", { priceMinor: 2_000, asin: "B0TEA00001" }),
    listing("CUP", { priceMinor: 900, asin: "B0CUP00001" }),
  ]);
  ({ shopId } = await makeLinkedProduct(pipeline, { amazon: { externalId: "TEA" } }));
  connectionId = await pipeline.inShop(shopId, (tx) =>
    tx.connections.connect({
      channel: "amazon",
      accountId: SELLER,
      region: "na",
      tokenSealed: "sealed",
      consentedAt: now(),
      importDueAt: null,
    }),
  );
  await pipeline.inShop(shopId, async (tx) => {
    await tx.connections.saveAccountFacts(connectionId, {
      name: null,
      currency: null,
      timeZone: null,
      marketplaces: [{ marketplaceId: US, currency: "USD", storeName: "Shop" }],
    });
    await tx.catalog.saveListings(connectionId, "amazon", ["TEA", "CUP"].map(toFact), now());
  });
});
afterEach(() => running.stop());

const now = () => running.clock.now();
const toFact = (sku: string) =>
  listingFact({ externalId: sku, sku, parentId: `B0${sku}00001`, marketplaceId: US });

const rows = <Row>(text: string, values: readonly unknown[] = []) =>
  rowsOf<Row>(pipeline.pool, shopId, text, values);
const control = (verb: string, args: Record<string, unknown> = {}) =>
  running.amazon.control(verb, args);

/** Starts reading one of the two sources; the other one is put off, so that a test waits for nothing. */
async function plan(kind: "orders" | "traffic"): Promise<void> {
  const account = { connectionId, marketplaceIds: [US] };
  await pipeline.inShop(shopId, (tx) => planSales(tx, account, now()));
  await rows("UPDATE task SET due_at = NULL WHERE kind <> $1", [kind]);
}

/** Older days than the last three have been read for good. */
async function skipHistory(): Promise<void> {
  const days = daysBetween(addDays(today(), -366), addDays(today(), -3));
  await rows(
    `INSERT INTO sales_day (shop_id, connection_id, marketplace_id, day, ends_at, traffic_at)
     SELECT current_shop(), $1, $2, d, d, $4 FROM unnest($3::date[]) AS d`,
    [connectionId, US, days, now()],
  );
}

/** Runs due tasks, moving the clock to each next alarm, until `ms` have passed. */
async function pass(ms: number): Promise<void> {
  const until = now().getTime() + ms;
  const deps = { inShop: pipeline.inShop, clock: running.clock, logger: QUIET };
  const source = running.channel.sales;
  const handlers = {
    orders: createOrdersTask({ ...deps, source }),
    traffic: createTrafficTask({ ...deps, source }),
  };
  for (;;) {
    const { nextAt } = await runTasks({ ...deps, handlers, worker: "1" }, shopId, signal);
    const nextMs = Math.min(nextAt?.getTime() ?? until, until);
    await running.amazon.clock.advance(Math.max(0, nextMs - now().getTime()));
    if (nextMs >= until) return;
  }
}

interface DayRow {
  readonly sku: string;
  readonly day: string;
  readonly units: number | null;
  readonly orders: number | null;
  readonly revenue_minor: string | null;
  readonly cancelled_units: number | null;
  readonly units_unpriced: number | null;
  readonly sessions: number | null;
  readonly page_views: number | null;
  readonly featured_share_bps: number | null;
  readonly restated_at: Date | null;
}

const facts = () =>
  rows<DayRow>(
    `SELECT l.external_id AS sku, d.day::text AS day, d.units, d.orders, d.revenue_minor, d.cancelled_units, d.units_unpriced,
            d.sessions, d.page_views, d.featured_share_bps, d.restated_at
       FROM listing_day d JOIN listing l USING (shop_id, listing_id) ORDER BY l.external_id, d.day`,
  );
const today = () => dayOf(now(), ZONE);

describe("reading orders from Amazon", () => {
  it("turns a month of sales into the same daily facts that Amazon's own books hold", async () => {
    await control("seed-orders", { days: 30, share: 0.2, seed: 7 });
    await plan("orders");
    await pass(HOUR_MS);

    const { orders } = (await control("orders")) as unknown as { orders: BookedOrder[] };
    expect(orders.length).toBeGreaterThan(10);
    const ours = (await facts()).map(({ sku, day, units, orders: count, revenue_minor }) => ({
      sku, day, units, orders: count, revenue_minor,
    }));
    expect(ours).toEqual(booked(orders));
  }); // prettier-ignore

  it("restates a day when an order is confirmed late, and again when it is cancelled", async () => {
    const day = today();
    const { orderId } = await control("place-order", { sku: "TEA", quantity: 3, priceMinor: 1_900 });
    await plan("orders");
    await pass(20 * MINUTE_MS);
    const pending = await facts();
    await control("correct-order", { orderId, status: "Shipped" });
    await pass(3 * HOUR_MS);
    const shipped = await facts();
    await control("correct-order", { orderId, status: "Cancelled" });
    await pass(HOUR_MS);
    const cancelled = await facts();

    const only = (list: DayRow[]) => list.filter((row) => row.sku === "TEA" && row.day === day);
    expect(only(pending)).toMatchObject([{ units: 3, revenue_minor: "0", units_unpriced: 3 }]);
    expect(only(shipped)).toMatchObject([{ units: 3, orders: 1, revenue_minor: "5700", units_unpriced: 0 }]);
    expect(only(cancelled)).toMatchObject([{ units: 0, orders: 0, revenue_minor: "0", cancelled_units: 3 }]);
    expect(only(cancelled)[0]?.restated_at?.getTime()).toBeGreaterThan(only(shipped)[0]?.restated_at?.getTime() ?? 0);
  }); // prettier-ignore

  it("keeps neither city nor postcode in any table", async () => {
    await control("place-order", { sku: "TEA" });
    await plan("orders");
    await pass(20 * MINUTE_MS);
    expect((await facts()).length).toBeGreaterThan(0);

    const owner = createPool({
      url: pipeline.database.ownerUrl,
      connectionsMax: 1,
      onIdleError: () => {},
    });
    const found = await onConnection(owner, async (client) => {
      const tables = await client.query<{ relname: string }>(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'",
      );
      const hits: string[] = [];
      for (const { relname } of tables.rows) {
        const answer = await client.query(
          `SELECT 1 FROM ${relname} t WHERE t::text LIKE '%SPECIMEN CITY%' LIMIT 1`,
        );
        if (answer.rowCount > 0) hits.push(relname);
      }
      const columns = await client.query<{ name: string }>(
        `SELECT table_name || '.' || column_name AS name FROM information_schema.columns
          WHERE table_schema = 'public' AND table_name IN ('order_line', 'traffic_day', 'listing_day', 'sales_day', 'sales_source')
            AND column_name ~ 'city|state_|postal|postcode|zip|address|buyer|email|phone|purchase_order'`,
      );
      return [...hits, ...columns.rows.map(({ name }) => name)];
    });
    await owner.end();

    expect(found).toEqual([]);
  });

  it("knows which days it has read, and finds them in agreement with Amazon's totals", async () => {
    await control("seed-orders", { days: 10, share: 0.3, seed: 3 });
    await plan("orders");
    await pass(6 * HOUR_MS);

    const [coverage] = await inShopRead(pipeline.pool, shopId, (client) =>
      readSalesCoverage(client, connectionId, now()),
    );
    expect(coverage).toMatchObject({
      marketplaceId: US,
      // A year, less the day that the reading's first instant falls into.
      knownSince: addDays(today(), -364),
      sources: [
        { source: "orders", state: "current", code: null },
        { source: "totals", state: "current", code: null },
      ],
    });
    const days = coverage?.days ?? [];
    expect(days).toHaveLength(30);
    expect(days.at(-1)).toMatchObject({ day: today(), orders: "running", traffic: "gap", check: null });
    expect(days.slice(0, -1).every((day) => day.orders === "known")).toBe(true);
    const checks = days.slice(-8, -1).map((day) => day.check);
    expect(checks.every((check) => check !== null && check.result !== "differs" && check.saidUnits === check.ourUnits)).toBe(true);
    // Orders of the last hours are pending: their price is not said.
    const unpriced = await rows<{ day: string }>(
      "SELECT DISTINCT day::text AS day FROM listing_day WHERE units_unpriced > 0 ORDER BY 1",
    );
    expect(days.filter((day) => day.isProvisional).map(({ day }) => ({ day }))).toEqual(unpriced);
  }); // prettier-ignore

  it("finds what a report left out by Amazon's totals, and reads it again", async () => {
    const day = addDays(today(), -2);
    const at = new Date(spanOf(day, ZONE).from.getTime() + 10 * HOUR_MS).toISOString();
    for (let count = 0; count < 4; count += 1) await control("place-order", { sku: "CUP", at });
    await plan("orders");
    await pass(2 * HOUR_MS);
    // As if the report had been made before the orders were in.
    await rows("DELETE FROM order_line WHERE connection_id = $1", [connectionId]);
    await rows("DELETE FROM listing_day");

    await pass(DAY_MS);

    expect((await facts()).filter((row) => row.day === day)).toMatchObject([{ sku: "CUP", units: 4 }]);
  }); // prettier-ignore
});

describe("reading traffic from Amazon", () => {
  const yesterday = () => addDays(today(), -1);

  it("gives a day its sessions, page views and featured share, and corrects them later", async () => {
    const day = yesterday();
    const numbers = { sku: "TEA", date: day, sessions: 40, pageViews: 60, buyBoxPercentage: 75 };
    await control("traffic", numbers);
    await skipHistory();
    await plan("traffic");
    await pass(DAY_MS);
    const first = (await facts()).filter((row) => row.sku === "TEA" && row.day === day);
    await control("traffic", { ...numbers, sessions: 44, pageViews: 66 });
    await pass(3 * DAY_MS);
    const later = (await facts()).filter((row) => row.sku === "TEA" && row.day === day);

    expect(first).toMatchObject([{ sessions: 40, page_views: 60, featured_share_bps: 7_500, restated_at: null }]);
    expect(later).toMatchObject([{ sessions: 44, page_views: 66 }]);
    expect(later[0]?.restated_at).not.toBeNull();
  }); // prettier-ignore

  it("goes on without the Brand Analytics role, and says that it is missing", async () => {
    await skipHistory();
    await plan("traffic");
    await control("fault", { kind: "role-missing", operation: "createReport", times: 1 });
    await pass(DAY_MS / 4);
    const missing = await rows("SELECT state, code FROM sales_source WHERE source = 'traffic'");
    const tasks = await rows("SELECT state, error_code FROM task WHERE kind = 'traffic'");
    await pass(DAY_MS);

    expect(missing).toEqual([{ state: "no_access", code: "amazon_access_denied" }]);
    expect(tasks).toEqual([{ state: "waiting", error_code: null }]);
    expect(await rows("SELECT state, code FROM sales_source WHERE source = 'traffic'")).toEqual([
      { state: "current", code: null },
    ]);
  });

  it("falls back to ASINs where Amazon gives no numbers by SKU", async () => {
    await skipHistory();
    const day = addDays(today(), -2);
    await control("traffic", { sku: "TEA", date: day, sessions: 12, pageViews: 20 });
    await control("fail-report", { status: "FATAL" });
    await plan("traffic");
    await pass(HOUR_MS);

    const read = await rows(
      "SELECT d.sessions, d.is_traffic_shared, s.traffic_by FROM listing_day d JOIN sales_day s USING (shop_id, day) JOIN listing l USING (shop_id, listing_id) WHERE d.day = $1 AND l.external_id = 'TEA'",
      [day],
    );
    expect(read).toEqual([{ sessions: 12, is_traffic_shared: true, traffic_by: "asin" }]);
  });
});

describe("a report that cannot be had", () => {
  const taskOf = (kind: string) =>
    rows("SELECT state, error_code FROM task WHERE kind = $1", [kind]);
  const sourceOf = (kind: string) =>
    rows("SELECT state, code FROM sales_source WHERE source = $1", [kind]);

  it.each(["orders", "traffic"] as const)(
    "because it is gone is asked for anew: %s",
    async (kind) => {
      await skipHistory();
      await plan(kind);
      await pass(1_000);
      const gone = `jsonb_set(progress, '{open,reportId}', '"of-last-year"')`;
      await rows(`UPDATE task SET progress = ${gone} WHERE kind = $1`, [kind]);

      await pass(DAY_MS);

      expect(await taskOf(kind)).toEqual([{ state: "waiting", error_code: null }]);
      expect(await sourceOf(kind)).toMatchObject([{ code: null }]);
    },
  );

  it.each(["orders", "traffic"] as const)("because Amazon refuses it is told: %s", async (kind) => {
    await skipHistory();
    await plan(kind);
    await control("fault", { kind: "400", operation: "createReport", times: 1 });

    await pass(HOUR_MS);

    expect(await taskOf(kind)).toEqual([{ state: "dead", error_code: "amazon_request_refused" }]);
    expect(await sourceOf(kind)).toEqual([{ state: "failing", code: "amazon_request_refused" }]);
  });
});

interface BookedOrder {
  readonly orderId: string;
  readonly status: string;
  readonly purchasedAt: string;
  readonly lines: readonly {
    readonly sku: string;
    readonly quantity: number;
    readonly unitPriceMinor: number;
  }[];
}

/** Daily sums of Amazon's own books, as facts would say them. */
function booked(orders: readonly BookedOrder[]) {
  const days = new Map<string, { units: number; orders: Set<string>; minor: number }>();
  for (const { orderId, status, purchasedAt, lines } of orders) {
    for (const { sku, quantity, unitPriceMinor } of lines) {
      const key = `${sku} ${dayOf(new Date(purchasedAt), ZONE)}`;
      const sum = days.get(key) ?? { units: 0, orders: new Set<string>(), minor: 0 };
      const isLive = status !== "Cancelled";
      if (isLive) {
        sum.units += quantity;
        sum.orders.add(orderId);
      }
      if (isLive && status !== "Pending") sum.minor += quantity * unitPriceMinor;
      days.set(key, sum);
    }
  }
  return [...days]
    .map(([key, sum]) => ({
      sku: key.split(" ")[0] ?? "",
      day: key.split(" ")[1] ?? "",
      units: sum.units,
      orders: sum.orders.size,
      revenue_minor: String(sum.minor),
    }))
    .sort((left, right) => (`${left.sku} ${left.day}` < `${right.sku} ${right.day}` ? -1 : 1));
}
