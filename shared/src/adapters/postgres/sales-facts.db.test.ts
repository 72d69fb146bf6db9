import fc from "fast-check";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ConnectionId, ListingId, ShopId } from "../../core/ids.ts";
import { dayOf } from "../../core/sales/marketplace-time.ts";
import { mergeLines, type OrderLine, type OrderLineStatus } from "../../core/sales/order.ts";
import type { DatedOrder } from "../../ports/sales-store.ts";
import { listingFact, makeLinkedProduct, rowsOf, US } from "../../testing/pipeline-shop.ts";
import { usePipeline } from "../../testing/use-pipeline.ts";

const pipeline = usePipeline();
let shopId: ShopId;
let connectionId: ConnectionId;
let listings: { A: ListingId; B: ListingId };

beforeAll(async () => {
  const product = await makeLinkedProduct(pipeline, { amazon: { externalId: "A" } });
  ({ shopId } = product);
  const [amazon] = await pipeline.inShop(shopId, (tx) => tx.connections.byChannel("amazon"));
  if (amazon === undefined) throw new Error("the product has an Amazon connection");
  ({ connectionId } = amazon);
  listings = { A: product.amazonId, B: await addListing("B") };
});
beforeEach(() => forget());

async function addListing(sku: string): Promise<ListingId> {
  await pipeline.inShop(shopId, (tx) =>
    tx.catalog.saveListings(
      connectionId,
      "amazon",
      [listingFact({ externalId: sku, sku, parentId: "B0TESTBBBB", marketplaceId: US })],
      pipeline.clock.now(),
    ),
  );
  const [row] = await rowsOf<{ listing_id: ListingId }>(
    pipeline.pool,
    shopId,
    "SELECT listing_id FROM listing WHERE external_id = $1",
    [sku],
  );
  if (row === undefined) throw new Error("the listing was not stored");
  return row.listing_id;
}

async function forget(): Promise<void> {
  for (const table of ["order_line", "traffic_day", "listing_day", "sales_day"])
    await rowsOf(pipeline.pool, shopId, `DELETE FROM ${table}`);
}

const DAY_ONE = Date.parse("2026-11-20T12:00:00Z");
const hour = (hours: number) => new Date(DAY_ONE + hours * 3_600_000);

function line(externalId: string, given: Partial<OrderLine> = {}): Omit<OrderLine, "lineKey"> {
  const quantity = given.quantity ?? 1;
  return {
    externalId,
    parentId: null,
    status: "shipped",
    quantity,
    items: 1,
    currency: "USD",
    itemMinor: BigInt(quantity) * 1_000n,
    taxMinor: 80n,
    promoMinor: 0n,
    shippingMinor: null,
    ...given,
  };
}

function order(
  orderId: string,
  updatedHour: number,
  lines: readonly Omit<OrderLine, "lineKey">[],
  purchasedHour = 0,
): DatedOrder {
  const purchasedAt = hour(purchasedHour);
  return {
    orderId,
    marketplaceId: US,
    purchasedAt,
    soldOn: dayOf(purchasedAt, "America/Los_Angeles"),
    updatedAt: hour(updatedHour),
    isBusiness: false,
    lines: mergeLines(lines),
  };
}

const save = (reportedHour: number, orders: readonly DatedOrder[]) =>
  pipeline.inShop(shopId, (tx) =>
    tx.sales.saveOrders(
      { connectionId, channel: "amazon", reportedAt: hour(reportedHour), at: hour(reportedHour) },
      orders,
    ),
  );

interface Fact {
  readonly listing_id: string;
  readonly day: string;
  readonly units: number | null;
  readonly orders: number | null;
  readonly revenue_minor: string | null;
  readonly cancelled_units: number | null;
  readonly units_unpriced: number | null;
}

const facts = () =>
  rowsOf<Fact>(
    pipeline.pool,
    shopId,
    `SELECT listing_id, day::text AS day, units, orders, revenue_minor, cancelled_units, units_unpriced
       FROM listing_day ORDER BY listing_id, day`,
  );

describe("daily facts", () => {
  it("add up the lines of a day and leave cancelled ones out", async () => {
    await save(2, [
      order("1", 1, [line("A", { quantity: 2 }), line("B")]),
      order("2", 1, [line("A", { quantity: 3, status: "cancelled", itemMinor: null })]),
      order("3", 1, [line("A")], 24),
    ]);

    expect(await facts()).toEqual([
      { listing_id: listings.A, day: "2026-11-20", units: 2, orders: 1, revenue_minor: "2000", cancelled_units: 3, units_unpriced: 0 },
      { listing_id: listings.A, day: "2026-11-21", units: 1, orders: 1, revenue_minor: "1000", cancelled_units: 0, units_unpriced: 0 },
      { listing_id: listings.B, day: "2026-11-20", units: 1, orders: 1, revenue_minor: "1000", cancelled_units: 0, units_unpriced: 0 },
    ]); // prettier-ignore
  });

  it("are provisional while a pending line names no price, and restated when it does", async () => {
    await save(2, [order("1", 1, [line("A", { status: "pending", itemMinor: null, currency: null })])]);
    const pending = await facts();
    await save(9, [order("1", 8, [line("A")])]);

    expect(pending).toMatchObject([{ units: 1, revenue_minor: "0", units_unpriced: 1 }]);
    expect(await facts()).toMatchObject([{ units: 1, revenue_minor: "1000", units_unpriced: 0 }]);
    const restated = await rowsOf(pipeline.pool, shopId, "SELECT restated_at FROM listing_day");
    expect(restated).toEqual([{ restated_at: hour(9) }]);
  }); // prettier-ignore

  it("are computed again for exactly the listings and days of a batch", async () => {
    await save(2, [order("1", 1, [line("A")]), order("2", 1, [line("B")])]);

    const saved = await save(30, [order("3", 29, [line("A", { quantity: 4 })])]);

    expect(saved).toEqual({ rows: 1, days: 1 });
    const rows = await rowsOf(
      pipeline.pool,
      shopId,
      "SELECT computed_at, restated_at FROM listing_day ORDER BY listing_id",
    );
    expect(rows).toEqual([
      { computed_at: hour(30), restated_at: hour(30) },
      { computed_at: hour(2), restated_at: null },
    ]);
  });

  it("forget a SKU that the newest report of its order no longer names", async () => {
    await save(2, [order("1", 1, [line("A"), line("B")])]);
    await save(5, [order("1", 4, [line("A", { quantity: 2 })])]);

    expect(await facts()).toMatchObject([{ listing_id: listings.A, units: 2 }]);
  });

  it("do not take a price of another currency for one of theirs", async () => {
    await save(2, [order("1", 1, [line("A", { currency: "CAD" }), line("B")])]);

    expect(await facts()).toMatchObject([
      { units: 1, revenue_minor: "0", units_unpriced: 1 },
      { units: 1, revenue_minor: "1000", units_unpriced: 0 },
    ]);
  });

  it("take in lines that came before their listing was known", async () => {
    await save(2, [order("1", 1, [line("LATE")])]);
    expect(await facts()).toEqual([]);
    const late = await addListing("LATE");

    const days = await pipeline.inShop(shopId, (tx) =>
      tx.sales.attachListings(connectionId, hour(3)),
    );

    expect(days).toBe(1);
    expect(await facts()).toMatchObject([{ listing_id: late, units: 1 }]);
  });
});

// An order's life: each version is updated later than the one before; cancelled lines lose their units and price.
const someLine = fc
  .record({
    sku: fc.constantFrom("A", "B", "UNKNOWN"),
    quantity: fc.integer({ min: 0, max: 4 }),
    status: fc.constantFrom<OrderLineStatus>("pending", "ordered", "shipped", "cancelled"),
    cents: fc.option(fc.bigInt({ min: 0n, max: 9_999n }), { freq: 5 }),
  })
  .map(({ sku, quantity, status, cents }) =>
    line(sku, { quantity, status, itemMinor: cents, currency: cents === null ? null : "USD" }),
  );
const someLife = fc.record({
  purchased: fc.integer({ min: -30, max: 30 }),
  versions: fc.array(
    fc.record({ after: fc.integer({ min: 1, max: 20 }), lines: fc.array(someLine, { minLength: 1, maxLength: 4 }) }),
    { minLength: 1, maxLength: 4 },
  ),
}); // prettier-ignore

/** What a report made at `at` says: each order as it is then. */
function reportAt(lives: readonly DatedOrder[][], at: number): DatedOrder[] {
  return lives.flatMap((versions) => {
    const known = versions.filter((each) => each.updatedAt <= hour(at));
    const last = known.at(-1);
    return last === undefined ? [] : [last];
  });
}

describe("facts of any arrival", () => {
  it("are the same, whatever is doubled, late or out of order", async () => {
    const cases = fc.record({
      lives: fc.array(someLife, { minLength: 1, maxLength: 5 }),
      deliveries: fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 3, maxLength: 9 }),
      order: fc.array(fc.integer({ min: 0, max: 99 }), { minLength: 15, maxLength: 15 }),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ lives, deliveries, order: mix }) => {
        const histories = lives.map(({ purchased, versions }, index) => {
          let at = purchased;
          return versions.map(({ after, lines }) =>
            order(`O-${String(index)}`, (at += after), lines, purchased),
          );
        });
        const reports = [-10, 10, 30, 50, 90, 120].map((at) => ({ at, orders: reportAt(histories, at) }));
        // Every report comes at least once; some come again.
        const arrivals = [...reports, ...deliveries.flatMap((place) => reports[place] ?? [])];

        await forget();
        for (const { at, orders } of reports) await save(at, orders);
        const straight = await facts();
        await forget();
        const shuffled = arrivals
          .map((report, place) => ({ report, key: mix[place] ?? 0 }))
          .sort((left, right) => left.key - right.key);
        for (const { report } of shuffled) await save(report.at, report.orders);

        expect(await facts()).toEqual(straight);
        expect(straight).toEqual(expectedFacts(reports));
      }),
      { numRuns: 30 },
    );
  }); // prettier-ignore
});

/** The same facts by hand: the newest version of each order, and the most units ever said. */
function expectedFacts(reports: readonly { readonly orders: readonly DatedOrder[] }[]): Fact[] {
  const newest = new Map<string, DatedOrder>();
  const most = new Map<string, number>();
  for (const each of reports.flatMap((report) => report.orders)) {
    newest.set(each.orderId, each);
    for (const { lineKey, quantity } of each.lines) {
      const key = `${each.orderId} ${lineKey}`;
      most.set(key, Math.max(most.get(key) ?? 0, quantity));
    }
  }
  const sums = new Map<string, Fact & { seen: Set<string> }>();
  for (const { orderId, soldOn, lines } of newest.values()) {
    for (const each of lines) {
      const listingId = each.externalId === "A" ? listings.A : listings.B;
      if (each.externalId === "UNKNOWN") continue;
      const key = `${listingId} ${soldOn}`;
      const sum = sums.get(key) ?? {
        listing_id: listingId,
        day: soldOn,
        units: 0,
        orders: 0,
        revenue_minor: "0",
        cancelled_units: 0,
        units_unpriced: 0,
        seen: new Set<string>(),
      };
      const isLive = each.status !== "cancelled";
      const units = isLive ? each.quantity : 0;
      if (units > 0) sum.seen.add(orderId);
      sums.set(key, {
        ...sum,
        units: (sum.units ?? 0) + units,
        orders: sum.seen.size,
        revenue_minor: String(BigInt(sum.revenue_minor ?? 0) + (isLive ? (each.itemMinor ?? 0n) : 0n)),
        cancelled_units: (sum.cancelled_units ?? 0) + (most.get(`${orderId} ${each.lineKey}`) ?? 0) - units,
        units_unpriced: (sum.units_unpriced ?? 0) + (each.itemMinor === null ? units : 0),
      });
    }
  } // prettier-ignore
  return [...sums.values()]
    .map(({ seen: _seen, ...fact }) => fact)
    .sort((left, right) =>
      BigInt(left.listing_id) === BigInt(right.listing_id)
        ? left.day.localeCompare(right.day)
        : Number(BigInt(left.listing_id) - BigInt(right.listing_id)),
    );
}
