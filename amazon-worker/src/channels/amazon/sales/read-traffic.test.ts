import { existsSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { readJson } from "../client/vendor-json.ts";
import { readTraffic } from "./read-traffic.ts";

const DAY = "2026-11-22";

function report(rows: readonly string[], day = DAY): unknown {
  const specification = `{"dataStartTime":"${day}","dataEndTime":"${day}","marketplaceIds":["ATVPDKIKX0DER"]}`;
  return readJson(
    `{"reportSpecification":${specification},"salesAndTrafficByDate":[],"salesAndTrafficByAsin":[${rows.join(",")}]}`,
  );
}

const ROW =
  '"parentAsin":"B0FAMILY01","childAsin":"B071VG5N9D","salesByAsin":{"unitsOrdered":3,"orderedProductSales":{"amount":26.25,"currencyCode":"USD"},"totalOrderItems":2},' +
  '"trafficByAsin":{"sessions":13,"pageViews":33,"buyBoxPercentage":95.24,"unitSessionPercentage":23.08}';

it("reads sessions, page views and the featured share of each SKU, exactly", () => {
  expect(readTraffic(report([`{"sku":"CUP ☕",${ROW},"newField":[1]}`]), DAY)).toEqual([
    {
      externalId: "CUP ☕",
      parentId: "B071VG5N9D",
      sessions: 13,
      pageViews: 33,
      featuredShareBps: 9_524,
      units: 3,
      revenueMinor: 2_625n,
      currency: "USD",
    },
  ]);
});

it("reads rows of an ASIN without a SKU, and no row of a parent alone", () => {
  const parent = '{"parentAsin":"B0FAMILY01","trafficByAsin":{"sessions":99}}';

  expect(readTraffic(report([`{${ROW}}`, parent, "7"]), DAY)).toMatchObject([
    { externalId: null, parentId: "B071VG5N9D", sessions: 13 },
  ]);
});

it("takes what is not said for not known", () => {
  expect(readTraffic(report(['{"childAsin":"B071VG5N9D"}']), DAY)).toMatchObject([
    { sessions: null, pageViews: null, featuredShareBps: null, units: null, revenueMinor: null },
  ]);
});

it.each([
  ["of another day", report([`{${ROW}}`], "2026-11-21")],
  ["of another kind", readJson('{"errorDetails":"no data"}')],
  ["that says no day", readJson('{"salesAndTrafficByAsin":[]}')],
])("refuses a document %s", (_what, document) => {
  expect(() => readTraffic(document, DAY)).toThrow("expected the rows of the day asked for");
});

// Amazon's own example spans four days; cut to one it must be read.
const MODEL = new URL(
  "../../../../../../shared/models/amazon/sellerSalesAndTrafficReport.json",
  import.meta.url,
);
it.skipIf(!existsSync(MODEL))("reads Amazon's own example", () => {
  const { examples } = JSON.parse(readFileSync(MODEL, "utf8")) as { examples: unknown[] };
  const text = JSON.stringify(examples[0]).replaceAll("2021-06-14", "2021-06-11");

  const rows = readTraffic(readJson(text), "2021-06-11");

  expect(rows[0]).toMatchObject({
    externalId: "AB-1C2D-EFGH",
    sessions: 18,
    featuredShareBps: 9_524,
  });
});
