import { afterEach, describe, expect, it } from "vitest";
import type { OrderSnapshot } from "../core/sales/order.ts";
import type { ChannelAccount } from "../ports/channel-account.ts";
import type { SalesSource } from "../ports/sales-source.ts";

/** Sales of one marketplace, as the suite finds them before each claim: nothing was sold, nobody looked. */
export interface SalesSourceRig {
  readonly source: SalesSource;
  readonly account: ChannelAccount;
  readonly marketplaceId: string;
  readonly currency: string;
  /** Two of our listings; the first has a key that a careless reader tears apart. */
  readonly listings: readonly [
    { readonly sku: string; readonly asin: string },
    { readonly sku: string; readonly asin: string },
  ];
  /** A whole day that is over in the marketplace, and an instant within it. */
  readonly past: { readonly day: string; readonly at: Date };
  now(): Date;
  /** Lets time go by. */
  pass(ms: number): Promise<void>;
  /** Somebody buys at `at`, and has paid. @returns the order's id. */
  sell(order: {
    readonly sku: string;
    readonly quantity: number;
    readonly unitMinor: number;
    readonly at: Date;
  }): Promise<string>;
  cancel(orderId: string): Promise<void>;
  /** Visits of a listing on a day. */
  visit(traffic: { readonly sku: string; readonly day: string; readonly sessions: number }): Promise<void>;
  /** The seller takes the consent back. */
  revoke(): Promise<void>;
  stop(): Promise<void>;
} // prettier-ignore

const signal = new AbortController().signal;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const LOOKS_MAX = 60;

/** What every source of sales keeps to. */
export function describeSalesSource(name: string, start: () => Promise<SalesSourceRig>): void {
  let rig: SalesSourceRig;
  const begin = async (): Promise<SalesSourceRig> => (rig = await start());

  /** The finished report's document; null when the channel says that there is nothing in it. */
  const documentOf = async (reportId: string): Promise<string | null> => {
    for (let look = 0; look < LOOKS_MAX; look += 1) {
      const state = await rig.source.reportState(rig.account, reportId, signal);
      if (state.kind === "ready") return state.documentId;
      if (state.kind === "empty") return null;
      if (state.kind === "failed") throw new Error(`the report failed: ${String(state.reason)}`);
      await rig.pass(MINUTE_MS);
    }
    throw new Error("the report was never ready");
  };
  const ordersChanged = async (from: Date, until: Date): Promise<OrderSnapshot[]> => {
    const { source, account, marketplaceId } = rig;
    const marketplaceIds = [marketplaceId];
    const reportId = await source.askForOrders(account, { marketplaceIds, from, until }, signal);
    const documentId = await documentOf(reportId);
    if (documentId === null) return [];
    const orders: OrderSnapshot[] = [];
    for await (const batch of source.readOrders(account, { documentId, marketplaceIds }, signal)) {
      expect(batch.unreadable).toBe(0);
      orders.push(...batch.orders);
    }
    return orders;
  };
  const trafficOf = async (day: string, by: "sku" | "asin") => {
    const { source, account, marketplaceId } = rig;
    const reportId = await source.askForTraffic(account, { marketplaceId, day, by }, signal);
    const documentId = (await documentOf(reportId)) ?? "";
    return { documentId, rows: await source.readTraffic(account, { documentId, day }, signal) };
  };

  describe(`${name} as a source of sales`, () => {
    afterEach(() => rig.stop());

    it("reports an order with what was sold, for how much and when", async () => {
      const { listings, marketplaceId, currency, now, pass, sell } = await begin();
      const [{ sku, asin }] = listings;
      const from = now();
      const orderId = await sell({ sku, quantity: 3, unitMinor: 1_999, at: from });
      await pass(MINUTE_MS);

      const orders = await ordersChanged(from, now());

      expect(orders).toMatchObject([{ orderId, marketplaceId, purchasedAt: from }]);
      expect(orders[0]?.lines).toMatchObject([
        { externalId: sku, parentId: asin, quantity: 3, currency, itemMinor: 5_997n },
      ]);
    });

    it("says nothing of who bought or where the parcel went", async () => {
      const { listings, now, pass, sell } = await begin();
      const from = now();
      await sell({ sku: listings[0].sku, quantity: 1, unitMinor: 999, at: from });
      await pass(MINUTE_MS);

      const [order] = await ordersChanged(from, now());

      const { lines, ...head } = order ?? { lines: [] };
      expect(Object.keys(head).sort()).toEqual(
        ["isBusiness", "marketplaceId", "orderId", "purchasedAt", "updatedAt"],
      );
      expect(Object.keys(lines[0] ?? {}).sort()).toEqual(
        ["currency", "externalId", "itemMinor", "items", "lineKey", "parentId", "promoMinor", "quantity", "shippingMinor", "status", "taxMinor"],
      );
    }); // prettier-ignore

    it("names a changed order again, later, and no order that did not change", async () => {
      const { listings, now, pass, sell, cancel } = await begin();
      const [first, second] = listings;
      const changed = await sell({ sku: first.sku, quantity: 2, unitMinor: 1_000, at: now() });
      await sell({ sku: second.sku, quantity: 1, unitMinor: 1_000, at: now() });
      await pass(MINUTE_MS);
      const before = (await ordersChanged(new Date(now().getTime() - DAY_MS), now())).find(
        ({ orderId }) => orderId === changed,
      );
      await pass(10 * MINUTE_MS);
      const from = now();
      await cancel(changed);
      await pass(MINUTE_MS);

      const orders = await ordersChanged(from, now());

      expect(orders.map(({ orderId }) => orderId)).toEqual([changed]);
      expect(orders[0]?.lines).toMatchObject([{ externalId: first.sku, status: "cancelled" }]);
      expect(orders[0]?.updatedAt.getTime()).toBeGreaterThan(before?.updatedAt.getTime() ?? 0);
    });

    it("takes a stretch without changes for what it is", async () => {
      const { now, pass } = await begin();
      const from = now();
      await pass(MINUTE_MS);

      expect(await ordersChanged(from, now())).toEqual([]);
    });

    it("counts visits of one day by SKU, and by ASIN", async () => {
      const { listings, past, visit } = await begin();
      const [first, second] = listings;
      await visit({ sku: first.sku, day: past.day, sessions: 40 });
      await visit({ sku: second.sku, day: past.day, sessions: 7 });

      const bySku = await trafficOf(past.day, "sku");
      const byAsin = await trafficOf(past.day, "asin");

      expect(bySku.rows.map(({ externalId, sessions }) => [externalId, sessions]).sort()).toEqual(
        [[first.sku, 40], [second.sku, 7]].sort(),
      );
      expect(byAsin.rows.map(({ parentId, sessions }) => [parentId, sessions]).sort()).toEqual(
        [[first.asin, 40], [second.asin, 7]].sort(),
      );
    }); // prettier-ignore

    it("refuses a document about another day", async () => {
      const { source, account, listings, past, visit } = await begin();
      await visit({ sku: listings[0].sku, day: past.day, sessions: 40 });
      const { documentId } = await trafficOf(past.day, "sku");

      await expect(
        source.readTraffic(account, { documentId, day: "2001-01-01" }, signal),
      ).rejects.toMatchObject({ code: "amazon_report_failed" });
    });

    it("adds up what was sold on a day", async () => {
      const { source, account, marketplaceId, currency, listings, past, now, pass, sell } =
        await begin();
      for (const { sku } of listings)
        await sell({ sku, quantity: 2, unitMinor: 1_500, at: past.at });
      await pass(MINUTE_MS);
      const until = new Date(Date.parse(past.day) + DAY_MS).toISOString().slice(0, 10);

      const totals = await source.readTotals(
        account,
        { marketplaceId, from: past.day, until },
        signal,
      );

      expect(now().getTime()).toBeGreaterThan(past.at.getTime());
      expect(totals).toMatchObject([
        { day: past.day, units: 4, orders: 2, revenueMinor: 6_000n, currency },
      ]);
    });

    it("throws when the consent is gone, instead of finding nothing", async () => {
      const { source, account, marketplaceId, past, now, revoke } = await begin();
      await revoke();
      const window = { marketplaceIds: [marketplaceId], from: past.at, until: now() };

      const ends = await Promise.allSettled([
        source.askForOrders(account, window, signal),
        source.askForTraffic(account, { marketplaceId, day: past.day, by: "sku" }, signal),
        source.reportState(account, "1", signal),
        source.readTotals(account, { marketplaceId, from: past.day, until: past.day }, signal),
      ]);

      for (const end of ends)
        expect(end).toMatchObject({ status: "rejected", reason: { retry: "never" } });
    });
  });
}
