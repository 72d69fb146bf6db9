import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkModel } from "./testing/check-model.ts";
import { hasModels, readSchema } from "./testing/probe.ts";
import { API, listing, SELLER, startAmazon, US } from "./testing/start-amazon.ts";
import type { Answer, RunningAmazon } from "./testing/start-amazon.ts";

const DAY_MS = 86_400_000;
const BY_UPDATE = "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL";
let amazon: RunningAmazon;
let token: string;

beforeEach(async () => {
  amazon = await startAmazon(
    [
      listing("TEA", { priceMinor: 2_000, asin: "B0TEA00001", parentAsin: "B0FAMILY01" }),
      listing("CUP", { priceMinor: 900, asin: "B0CUP00001", barcode: "9520000047126" }),
    ],
    { processingMs: 1_000 },
  );
  await amazon.control("enforce-quotas", { isEnforced: false });
  token = await amazon.accessToken();
});

afterEach(() => amazon.stop());

/** Access tokens live an hour of sandbox time. */
async function pass(ms: number): Promise<void> {
  await amazon.clock.advance(ms);
  token = await amazon.accessToken();
}

const send = (path: string, body?: unknown): Promise<Answer> =>
  amazon.call(`${API}${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { "x-amz-access-token": token },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

async function reportText(reportType: string, more: Record<string, unknown> = {}) {
  const asked = await send("/reports/2021-06-30/reports", {
    reportType,
    marketplaceIds: [US],
    ...more,
  });
  await amazon.clock.advance(1_000);
  const { json } = await send(`/reports/2021-06-30/reports/${String(asked.json["reportId"])}`);
  const status = String(json["processingStatus"]);
  const { reportDocumentId } = json as { reportDocumentId?: string };
  if (reportDocumentId === undefined) return { status, text: "" };
  const document = await send(`/reports/2021-06-30/documents/${reportDocumentId}`);
  const { bytes } = await amazon.call(String(document.json["url"]));
  return { status, text: gunzipSync(bytes).toString("utf8") };
}

async function orderRows(more: Record<string, unknown> = {}): Promise<Record<string, string>[]> {
  const [head = "", ...rows] = (await reportText(BY_UPDATE, more)).text.trimEnd().split("\r\n");
  const names = head.split("\t");
  return rows.map((row) =>
    Object.fromEntries(row.split("\t").map((cell, at) => [names[at] ?? "", cell])),
  );
}

const metrics = async (query = ""): Promise<Record<string, unknown>[]> => {
  const interval = "2026-11-22T00:00:00-08:00--2026-11-25T00:00:00-08:00";
  const zone = "granularityTimeZone=America/Los_Angeles";
  const path = `/sales/v1/orderMetrics?marketplaceIds=${US}&interval=${interval}`;
  const { json } = await send(`${path}&granularity=Day&${zone}${query}`);
  return json["payload"] as Record<string, unknown>[];
};

describe("orders", () => {
  it("show no price while pending and the price once they are confirmed", async () => {
    const { orderId } = await amazon.control("place-order", { sku: "TEA", quantity: 2 });
    const [pending] = await orderRows({ dataEndTime: "2026-11-24T00:00:00Z" });
    await amazon.control("correct-order", { orderId, status: "Unshipped" });
    const [confirmed] = await orderRows({ dataEndTime: "2026-11-24T00:00:00Z" });

    expect(pending).toMatchObject({ "order-status": "Pending", "item-price": "", quantity: "2" });
    expect(confirmed).toMatchObject({
      "amazon-order-id": orderId,
      "order-status": "Unshipped",
      "item-price": "40.00",
      currency: "USD",
    });
  });

  it("come up again in a later window when they are corrected", async () => {
    const { orderId } = await amazon.control("place-order", { sku: "TEA" });
    await pass(2 * DAY_MS);
    const window = { dataStartTime: "2026-11-25T00:00:00Z", dataEndTime: "2026-11-26T00:00:00Z" };
    const before = await reportText(BY_UPDATE, window);
    await amazon.control("correct-order", { orderId, status: "Cancelled", addSku: "CUP" });
    const after = await orderRows(window);

    expect(before.status).toBe("CANCELLED");
    expect(after.map((row) => [row["sku"], row["quantity"], row["item-status"]])).toEqual([
      ["TEA", "0", "Cancelled"],
      ["CUP", "0", "Cancelled"],
    ]);
    expect(after[0]?.["purchase-date"]).toContain("2026-11-23");
  });

  it("follow from what shoppers buy on the market", async () => {
    await amazon.control("foreign-price", { sku: "TEA", priceMinor: 1_400 });
    amazon.market.start();
    await amazon.clock.advance(3 * DAY_MS);
    amazon.market.freeze();
    const sold = amazon.market.sales({ sellerId: SELLER });
    const { orders } = await amazon.control("orders");

    expect(sold.length).toBeGreaterThan(0);
    expect((orders as unknown[]).length).toBe(sold.length);
  });

  it("have a seeded past that is restated as its plan goes on", async () => {
    const { count } = await amazon.control("seed-orders", { days: 20, share: 0.5 });
    const statuses = async () => {
      const { orders } = await amazon.control("orders");
      return (orders as { status: string; orderId: string }[]).map(
        ({ status, orderId }) => `${orderId} ${status}`,
      );
    };
    const before = await statuses();
    await amazon.clock.advance(2 * DAY_MS);
    const after = await statuses();

    expect(count).toBeGreaterThan(20);
    expect(before.some((each) => each.endsWith("Cancelled"))).toBe(true);
    expect(after.filter((each) => !before.includes(each)).length).toBeGreaterThan(0);
  });

  it("refuse a report over more than 30 days", async () => {
    const body = { reportType: BY_UPDATE, marketplaceIds: [US], dataStartTime: "2026-09-01T00:00:00Z" };
    const { status } = await send("/reports/2021-06-30/reports", body);

    expect(status).toBe(400);
  }); // prettier-ignore
});

describe("sales of an interval", () => {
  it("are cut at local midnight and leave cancelled orders out", async () => {
    await amazon.control("place-order", { sku: "TEA", quantity: 3, at: "2026-11-23T08:30:00Z" });
    await amazon.control("place-order", { sku: "CUP", at: "2026-11-23T07:30:00Z" });
    const { orderId } = await amazon.control("place-order", { sku: "CUP" });
    await amazon.control("correct-order", { orderId, status: "Cancelled" });
    const days = await metrics();

    expect(days.map((day) => day["unitCount"])).toEqual([1, 3, 0]);
    expect(days[1]).toMatchObject({
      interval: "2026-11-23T00:00-08:00--2026-11-24T00:00-08:00",
      totalSales: { currencyCode: "USD", amount: "60.00" },
    });
    expect((await metrics("&sku=CUP")).map((day) => day["unitCount"])).toEqual([1, 0, 0]);
  });

  it("refuse two filters at once and a missing time zone", async () => {
    const path = `/sales/v1/orderMetrics?marketplaceIds=${US}&interval=2026-11-22T00:00:00Z--2026-11-23T00:00:00Z`;

    expect((await send(`${path}&granularity=Day`)).status).toBe(400);
    expect((await send(`${path}&granularity=Total&asin=A&sku=B`)).status).toBe(400);
  });
});

describe("the sales and traffic report", () => {
  it("has one entry per SKU with the traffic that was stated", async () => {
    await amazon.control("place-order", { sku: "TEA", quantity: 2, at: "2026-11-22T20:00:00Z" });
    await amazon.control("traffic", { sku: "TEA", date: "2026-11-22", sessions: 40, pageViews: 55, buyBoxPercentage: 80 });
    const { text } = await reportText("GET_SALES_AND_TRAFFIC_REPORT", {
      dataStartTime: "2026-11-22T08:00:00Z",
      dataEndTime: "2026-11-22T08:00:00Z",
      reportOptions: { dateGranularity: "DAY", asinGranularity: "SKU" },
    });
    const report = JSON.parse(text) as {
      salesAndTrafficByAsin: { sku: string; salesByAsin: object; trafficByAsin: object }[];
      salesAndTrafficByDate: { date: string }[];
    };

    expect(report.salesAndTrafficByDate.map(({ date }) => date)).toEqual(["2026-11-22"]);
    expect(report.salesAndTrafficByAsin.find(({ sku }) => sku === "TEA")).toMatchObject({
      parentAsin: "B0FAMILY01",
      childAsin: "B0TEA00001",
      salesByAsin: { unitsOrdered: 2, orderedProductSales: { amount: 40, currencyCode: "USD" } },
      trafficByAsin: { sessions: 40, pageViews: 55, buyBoxPercentage: 80, unitSessionPercentage: 5 },
    });
    if (!hasModels) return;
    const schema = readSchema("sellerSalesAndTrafficReport.json");
    expect(checkModel(report, schema, { root: schema })).toEqual([]);
  }); // prettier-ignore
});

describe("a report schedule", () => {
  it("asks for its report each time the period is over, until it is cancelled", async () => {
    await amazon.control("place-order", { sku: "TEA" });
    const body = { reportType: BY_UPDATE, marketplaceIds: [US], period: "PT1H", nextReportCreationTime: "2026-11-23T10:00:00Z" };
    const { json } = await send("/reports/2021-06-30/schedules", body);
    const id = String(json["reportScheduleId"]);
    const made = async () =>
      ((await send(`/reports/2021-06-30/reports?reportTypes=${BY_UPDATE}`)).json["reports"] as { reportScheduleId: string; processingStatus: string }[]);
    await pass(2.5 * 3_600_000);
    const two = await made();
    await amazon.call(`${API}/reports/2021-06-30/schedules/${id}`, { method: "DELETE", headers: { "x-amz-access-token": token } });
    await pass(3 * 3_600_000);

    expect(two.map((each) => [each.reportScheduleId, each.processingStatus])).toEqual([[id, "CANCELLED"], [id, "DONE"]]);
    expect(await made()).toHaveLength(2);
  }); // prettier-ignore
});

describe("the catalogue", () => {
  const search = async (query: string) =>
    (await send(`/catalog/2022-04-01/items?marketplaceIds=${US}&${query}`)).json;

  it("finds a page by SKU, EAN and keyword, and leaves out what it does not know", async () => {
    const bySku = await search(`identifiers=CUP,NOBODY&identifiersType=SKU&sellerId=${SELLER}`);
    const byEan = await search("identifiers=9520000047126&identifiersType=EAN");
    const byWord = await search("keywords=listing,cup");

    for (const found of [bySku, byEan, byWord]) {
      expect(found).toMatchObject({ numberOfResults: 1, items: [{ asin: "B0CUP00001" }] });
    }
  });

  it("shows the sales rank of the market and the family of a variation", async () => {
    const url = `/catalog/2022-04-01/items/B0TEA00001?marketplaceIds=${US}&includedData=salesRanks,relationships`;
    const { json } = await send(url);
    const parent = await send(url.replace("B0TEA00001", "B0FAMILY01"));

    expect(json).toMatchObject({
      salesRanks: [{ displayGroupRanks: [{ rank: amazon.market.salesRank("B0TEA00001") }] }],
      relationships: [{ relationships: [{ type: "VARIATION", parentAsins: ["B0FAMILY01"] }] }],
    });
    expect(parent.json).toMatchObject({
      relationships: [{ relationships: [{ childAsins: ["B0TEA00001"] }] }],
    });
  });

  it.each([
    ["both kinds of question", "keywords=a&identifiers=B&identifiersType=ASIN"],
    ["identifiers without their type", "identifiers=B"],
    ["a SKU without its seller", "identifiers=B&identifiersType=SKU"],
    ["a page that is too long", "keywords=a&pageSize=21"],
    ["an unknown part", "keywords=a&includedData=everything"],
  ])("refuses %s", async (_what, query) => {
    const { status } = await send(`/catalog/2022-04-01/items?marketplaceIds=${US}&${query}`);

    expect(status).toBe(400);
    // Meant to be wrong.
    await amazon.control("model-findings", { forget: true });
  });
});

describe("the competitive summary", () => {
  it("has a segment each where Prime members see another offer", async () => {
    const offers = amazon.market.offers("B0TEA00001");
    const [first] = offers;
    await amazon.control("promote", { asin: "B0TEA00001", sellerId: first?.sellerId, percentOff: 10 });
    const uri = "/products/pricing/2022-05-01/items/competitiveSummary";
    const ask = { asin: "B0TEA00001", marketplaceId: US, includedData: ["featuredBuyingOptions", "lowestPricedOffers"], method: "GET", uri };
    const { json } = await send(`/batches${uri}`, { requests: [ask] });
    const [{ body }] = json["responses"] as [{ body: Record<string, unknown> }];
    const [option] = body["featuredBuyingOptions"] as [{ segmentedFeaturedOffers: { featuredOfferSegments: { segmentDetails: { glanceViewWeightPercentage: number } }[] }[] }];
    const weights = option.segmentedFeaturedOffers.flatMap(({ featuredOfferSegments }) => featuredOfferSegments.map(({ segmentDetails }) => segmentDetails.glanceViewWeightPercentage));
    const [lowest] = body["lowestPricedOffers"] as [{ offers: { promotions?: { promotionType: string }[] }[] }];

    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBe(100);
    expect(lowest.offers[0]?.promotions?.[0]?.promotionType).toBe("COUPON");
  }); // prettier-ignore
});
