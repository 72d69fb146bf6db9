import type { OrderBatch } from "@calibr/shared/ports/sales-source";
import { describe, expect, it } from "vitest";
import { openTable } from "../reports/report-table.ts";
import { readLines } from "../reports/report-document.ts";
import { readOrders } from "./read-orders.ts";

const US = "ATVPDKIKX0DER";
const DE = "A1PA6795UKMFR9";
const HEADER =
  "amazon-order-id merchant-order-id purchase-date last-updated-date order-status fulfillment-channel sales-channel " +
  "order-channel url ship-service-level product-name sku asin item-status quantity currency item-price item-tax " +
  "shipping-price shipping-tax gift-wrap-price gift-wrap-tax item-promotion-discount ship-promotion-discount " +
  "ship-city ship-state ship-postal-code ship-country promotion-ids is-business-order purchase-order-number price-designation";
const NAMES = HEADER.split(" ");

const CUP: Readonly<Record<string, string>> = {
  "amazon-order-id": "111-2222222-3333333",
  "purchase-date": "2026-11-20T23:30:00+00:00",
  "last-updated-date": "2026-11-21T08:00:00+00:00",
  "order-status": "Shipped",
  "sales-channel": "Amazon.com",
  "product-name": "Cup",
  sku: "CUP 1/2 ☕",
  asin: "B071VG5N9D",
  "item-status": "Shipped",
  quantity: "2",
  currency: "USD",
  "item-price": "19.98",
  "item-tax": "1.60",
  "shipping-price": "4.99",
  "item-promotion-discount": "2.00",
  "ship-city": "Springfield",
  "ship-state": "IL",
  "ship-postal-code": "62704",
  "ship-country": "US",
  "is-business-order": "false",
  "purchase-order-number": "PO-77",
};

const rowText = (fields: Readonly<Record<string, string>>) =>
  NAMES.map((name) => ({ ...CUP, ...fields })[name] ?? "").join("\t");
const documentOf = (rows: readonly string[], header = NAMES.join("\t")) =>
  [header, ...rows, ""].join("\r\n");

async function read(
  document: string | Uint8Array,
  given: { marketplaceIds?: string[]; charset?: string } = {},
) {
  const bytes = async function* () {
    await Promise.resolve();
    yield typeof document === "string" ? Buffer.from(document) : document;
  };
  const source = { bytes: bytes(), charset: given.charset ?? "UTF-8" };
  const table = await openTable(readLines(source, "windows-1252"));
  const batches: OrderBatch[] = [];
  for await (const batch of readOrders(table, given.marketplaceIds ?? [US])) batches.push(batch);
  return {
    orders: batches.flatMap((batch) => batch.orders),
    batches,
    elsewhere: batches.reduce((sum, batch) => sum + batch.elsewhere, 0),
    unreadable: batches.reduce((sum, batch) => sum + batch.unreadable, 0),
  };
}
const linesOf = async (...rows: Readonly<Record<string, string>>[]) =>
  (await read(documentOf(rows.map(rowText)))).orders.flatMap((order) => order.lines);

const CUP_LINE = {
  lineKey: "CUP 1/2 ☕",
  externalId: "CUP 1/2 ☕",
  parentId: "B071VG5N9D",
  status: "shipped",
  quantity: 2,
  items: 1,
  currency: "USD",
  itemMinor: 1_998n,
  taxMinor: 160n,
  promoMinor: 200n,
  shippingMinor: 499n,
};

describe("the orders report", () => {
  it("is read by column name, without city, state, postcode or order number of the buyer", async () => {
    const { orders } = await read(documentOf([rowText({})]));

    expect(orders).toEqual([
      {
        orderId: "111-2222222-3333333",
        marketplaceId: US,
        purchasedAt: new Date("2026-11-20T23:30:00Z"),
        updatedAt: new Date("2026-11-21T08:00:00Z"),
        isBusiness: false,
        lines: [CUP_LINE],
      },
    ]);
    const text = JSON.stringify(orders, (_key, value: unknown) =>
      typeof value === "bigint" ? String(value) : value,
    );
    expect(text).not.toMatch(/Springfield|62704|PO-77|"IL"/);
  });

  it("is read by place when its header is in another language", async () => {
    const german = NAMES.map((_name, place) => `Spalte ${String(place)}`).join("\t");
    const rows = [rowText({})];

    expect((await read(documentOf(rows, german))).orders).toEqual(
      (await read(documentOf(rows))).orders,
    );
    await expect(read(documentOf(["a\tb"], "Preis\tMenge"))).rejects.toMatchObject({
      code: "amazon_report_failed",
    });
    // As wide as the report, and none of its rows is an order.
    await expect(read(documentOf([NAMES.join("\t")], german))).rejects.toMatchObject({
      code: "amazon_report_failed",
    });
  });

  it("is read with a byte order mark, moved columns and in Windows-1252", async () => {
    const moved = [...NAMES].reverse();
    const row = moved.map((name) => ({ ...CUP, sku: "Käffchen" })[name] ?? "").join("\t");
    const document = Buffer.from(documentOf([row], moved.join("\t")), "latin1");

    expect((await read(document, { charset: "windows-1252" })).orders[0]?.lines[0]).toEqual({
      ...CUP_LINE,
      lineKey: "Käffchen",
      externalId: "Käffchen",
    });
    expect((await read(`\uFEFF${documentOf([rowText({})])}`)).orders).toHaveLength(1);
  });

  it("says nothing of a price that Amazon does not name yet", async () => {
    const pending = { "order-status": "Pending", "item-status": "", currency: "", "item-price": "", "item-tax": "" };

    expect(await linesOf(pending)).toMatchObject([{ status: "pending", quantity: 2, currency: null, itemMinor: null }]);
  }); // prettier-ignore

  it.each([
    ["19,98", 1_998n],
    ["1998", 199_800n],
    ["1,998", null],
    ["1.998,00", null],
    ["free", null],
    ["19.985", null],
  ])("reads the price %j as %s", async (text, minor) => {
    expect(await linesOf({ "item-price": text })).toMatchObject([{ itemMinor: minor }]);
  });

  it.each([
    [{ "order-status": "Cancelled", quantity: "0" }, "cancelled"],
    [{ "item-status": "Canceled" }, "cancelled"],
    [{ "order-status": "Unshipped", "item-status": "Unshipped" }, "ordered"],
    [{ "order-status": "Shipped - Delivered to Buyer", "item-status": "" }, "shipped"],
    [{ "order-status": "Pending - Waiting for Pick Up", "item-status": "" }, "ordered"],
    [{ "order-status": "出荷済み", "item-status": "" }, "ordered"],
  ])("takes %o as %s", async (fields, status) => {
    expect(await linesOf(fields)).toMatchObject([{ status }]);
  });

  it("adds up rows of one SKU in one order, wherever they stand", async () => {
    const other = { "amazon-order-id": "111-2222222-4444444" };
    const second = { quantity: "1", "item-price": "9.99" };

    expect(await linesOf({}, second)).toMatchObject([{ quantity: 3, items: 2, itemMinor: 2_997n }]);
    expect(await linesOf({}, other, second)).toMatchObject([
      { lineKey: "CUP 1/2 ☕", quantity: 2 },
      { lineKey: "CUP 1/2 ☕", quantity: 2 },
      { lineKey: "CUP 1/2 ☕~2", quantity: 1 },
    ]);
  });

  it("counts only sales of the stores it was asked for", async () => {
    const rows = ["Amazon.com", "Non-Amazon", "Amazon.de", "SI US Prod Marketplace", ""].map((channel, place) =>
      rowText({ "sales-channel": channel, "amazon-order-id": `111-2222222-000000${String(place)}` }),
    );
    const two = await read(documentOf(rows), { marketplaceIds: [US, DE] });

    expect(two.orders.map((order) => order.marketplaceId)).toEqual([US, DE]);
    expect(two.elsewhere).toBe(3);
    expect((await read(documentOf(rows))).orders.map((order) => order.orderId.at(-1))).toEqual(["0", "4"]);
  }); // prettier-ignore

  it("sets rows aside that it cannot read, and goes on", async () => {
    const bad = [
      { "amazon-order-id": "order 7" },
      { "purchase-date": "20/11/2026 23:30" },
      { "last-updated-date": "2026-11-21T08:00:00" },
      { quantity: "-1" },
      { sku: "" },
    ];
    const { orders, unreadable } = await read(documentOf([...bad, {}].map(rowText)));

    expect([orders.length, unreadable]).toEqual([1, 5]);
  });

  it("comes in batches of whole orders; an empty one is empty", async () => {
    const rows = Array.from({ length: 1_201 }, (_, place) =>
      rowText({
        "amazon-order-id": `111-2222222-${String(Math.floor(place / 2)).padStart(7, "0")}`,
        sku: `SKU-${String(place % 2)}`,
      }),
    );
    const { batches } = await read(documentOf(rows));

    expect(batches.map((batch) => batch.orders.length)).toEqual([500, 101]);
    expect(new Set(batches.flatMap((batch) => batch.orders.map((each) => each.orderId))).size).toBe(601);
    expect((await read("")).orders).toEqual([]);
    expect((await read(documentOf([]))).orders).toEqual([]);
  }); // prettier-ignore
});
