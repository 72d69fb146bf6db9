/**
 * The stand-in's shapes against Amazon's own models. The models are not part of this repository: they
 * lie beside the checkout where they are at hand, and the tests say so and are skipped where not.
 */
import { gunzipSync } from "node:zlib";
import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkModel } from "./testing/check-model.ts";
import type { Schema } from "./testing/check-model.ts";
import { callOf, hasModels, MODELS, probeOf, readSchema } from "./testing/probe.ts";
import type { Probe } from "./testing/probe.ts";
import {
  API,
  itemUrl,
  listing,
  priceBody,
  SELLER,
  startAmazon,
  US,
} from "./testing/start-amazon.ts";
import type { Answer, RunningAmazon } from "./testing/start-amazon.ts";

const ASIN = "B0MODEL001";
let amazon: RunningAmazon;
let token: string;
let grantless: string;

beforeAll(async () => {
  const listings = [
    listing("PLAIN", { asin: ASIN, fulfilment: "AMAZON" }),
    listing("NO-ASIN", { asin: null }),
    listing("SKU-INVALID"),
  ];
  amazon = await startAmazon(listings, { processingMs: 100 });
  await amazon.control("enforce-quotas", { isEnforced: false });
  token = await amazon.accessToken();
  grantless = await amazon.grantlessToken();
});

afterAll(() => amazon.stop());

const call = (input: Probe): Promise<Answer> => callOf(amazon, { token, grantless }, input);
const probe = (input: Probe) => probeOf(amazon, { token, grantless }, input);

const LISTINGS = "listingsItems_2021-08-01.json";
const ITEM = "/listings/2021-08-01/items/{sellerId}/{sku}";
const PRICING = "productPricingV0.json";
const V0 = "/products/pricing/v0";
const offers = (uri: string) => ({
  requests: [
    { uri, method: "GET", MarketplaceId: US, ItemCondition: "New", CustomerType: "Consumer" },
  ],
});
const offersQuery = `?MarketplaceId=${US}&ItemCondition=New`;
const everyPart =
  "&includedData=summaries,attributes,issues,offers,fulfillmentAvailability,productTypes,relationships";
const PRICING_2022 = "productPricing_2022-05-01.json";
const competitiveSummary = {
  asin: ASIN,
  marketplaceId: US,
  includedData: ["featuredBuyingOptions", "referencePrices", "lowestPricedOffers", "similarItems"],
  method: "GET",
  uri: "/products/pricing/2022-05-01/items/competitiveSummary",
};
const expectedPrice = (sku: string) => ({
  marketplaceId: US,
  sku,
  method: "GET",
  uri: "/products/pricing/2022-05-01/offer/featuredOfferExpectedPrice",
});
const feesRequest = {
  MarketplaceId: US,
  IsAmazonFulfilled: true,
  PriceToEstimateFees: { ListingPrice: { CurrencyCode: "USD", Amount: 24.99 } },
  Identifier: "q-1",
};
const CATALOG = "catalogItems_2022-04-01.json";
const CATALOG_PARTS =
  "attributes,classifications,dimensions,identifiers,images,productTypes,relationships,salesRanks,summaries,vendorDetails";
const REPORTS = "reports_2021-06-30.json";
const FEEDS = "feeds_2021-06-30.json";
const NOTIFICATIONS = "notifications.json";
const destinationRequest = {
  name: "calibr",
  resourceSpecification: { sqs: { arn: "arn:aws:sqs:us-east-1:000000000000:calibr-amazon" } },
};

const PROBES: [string, Probe][] = [
  ["participations", { file: "sellers.json", path: "/sellers/v1/marketplaceParticipations", method: "get", url: `${API}/sellers/v1/marketplaceParticipations` }],
  ["one listing", { file: LISTINGS, path: ITEM, method: "get", url: itemUrl("PLAIN", everyPart) }],
  ["a listing without ASIN", { file: LISTINGS, path: ITEM, method: "get", url: itemUrl("NO-ASIN", everyPart) }],
  ["an unknown listing", { file: LISTINGS, path: ITEM, method: "get", url: itemUrl("NOBODY") }],
  ["a search", { file: LISTINGS, path: "/listings/2021-08-01/items/{sellerId}", method: "get", url: `${API}/listings/2021-08-01/items/${SELLER}?marketplaceIds=${US}&pageSize=2${everyPart}` }],
  ["an accepted patch", { file: LISTINGS, path: ITEM, method: "patch", url: itemUrl("PLAIN", "&includedData=issues,identifiers"), body: priceBody(21) }],
  ["an invalid patch", { file: LISTINGS, path: ITEM, method: "patch", url: itemUrl("SKU-INVALID"), body: priceBody(21) }],
  ["own price", { file: PRICING, path: `${V0}/price`, method: "get", url: `${API}${V0}/price?MarketplaceId=${US}&ItemType=Sku&Skus=PLAIN` }],
  ["competitive price", { file: PRICING, path: `${V0}/competitivePrice`, method: "get", url: `${API}${V0}/competitivePrice?MarketplaceId=${US}&ItemType=Asin&Asins=${ASIN}` }],
  ["offers of a SKU", { file: PRICING, path: `${V0}/listings/{SellerSKU}/offers`, method: "get", url: `${API}${V0}/listings/PLAIN/offers${offersQuery}` }],
  ["offers of an ASIN", { file: PRICING, path: `${V0}/items/{Asin}/offers`, method: "get", url: `${API}${V0}/items/${ASIN}/offers${offersQuery}` }],
  ["no offers", { file: PRICING, path: `${V0}/listings/{SellerSKU}/offers`, method: "get", url: `${API}${V0}/listings/NO-ASIN/offers${offersQuery}` }],
  ["a batch of SKUs", { file: PRICING, path: `/batches${V0}/listingOffers`, method: "post", url: `${API}/batches${V0}/listingOffers`, body: offers(`${V0}/listings/PLAIN/offers`) }],
  ["a batch of ASINs", { file: PRICING, path: `/batches${V0}/itemOffers`, method: "post", url: `${API}/batches${V0}/itemOffers`, body: offers(`${V0}/items/${ASIN}/offers`) }],
  ["a failing batch entry", { file: PRICING, path: `/batches${V0}/itemOffers`, method: "post", url: `${API}/batches${V0}/itemOffers`, body: offers(`${V0}/items/B0NOBODY00/offers`) }],
  ["a competitive summary", { file: PRICING_2022, path: "/batches/products/pricing/2022-05-01/items/competitiveSummary", method: "post", url: `${API}/batches/products/pricing/2022-05-01/items/competitiveSummary`, body: { requests: [competitiveSummary] } }],
  ["an expected price", { file: PRICING_2022, path: "/batches/products/pricing/2022-05-01/offer/featuredOfferExpectedPrice", method: "post", url: `${API}/batches/products/pricing/2022-05-01/offer/featuredOfferExpectedPrice`, body: { requests: [expectedPrice("PLAIN"), expectedPrice("NOBODY")] } }],
  ["fees of many", { file: "productFeesV0.json", path: "/products/fees/v0/feesEstimate", method: "post", url: `${API}/products/fees/v0/feesEstimate`, body: [{ IdType: "SellerSKU", IdValue: "PLAIN", FeesEstimateRequest: feesRequest }, { IdType: "ASIN", IdValue: "B0NOBODY00", FeesEstimateRequest: feesRequest }] }],
  ["fees of a SKU", { file: "productFeesV0.json", path: "/products/fees/v0/listings/{SellerSKU}/feesEstimate", method: "post", url: `${API}/products/fees/v0/listings/PLAIN/feesEstimate`, body: { FeesEstimateRequest: feesRequest } }],
  ["FBA stock", { file: "fbaInventory.json", path: "/fba/inventory/v1/summaries", method: "get", url: `${API}/fba/inventory/v1/summaries?granularityType=Marketplace&granularityId=${US}&marketplaceIds=${US}&details=true` }],
  ["a catalogue page", { file: CATALOG, path: "/catalog/2022-04-01/items/{asin}", method: "get", url: `${API}/catalog/2022-04-01/items/${ASIN}?marketplaceIds=${US}&includedData=${CATALOG_PARTS}` }],
  ["a catalogue search", { file: CATALOG, path: "/catalog/2022-04-01/items", method: "get", url: `${API}/catalog/2022-04-01/items?marketplaceIds=${US}&identifiers=PLAIN&identifiersType=SKU&sellerId=${SELLER}&includedData=${CATALOG_PARTS}` }],
  ["order metrics", { file: "sales.json", path: "/sales/v1/orderMetrics", method: "get", url: `${API}/sales/v1/orderMetrics?marketplaceIds=${US}&interval=2026-11-20T00:00:00-08:00--2026-11-24T00:00:00-08:00&granularity=Day&granularityTimeZone=US/Pacific` }],
  ["a new schedule", { file: REPORTS, path: "/reports/2021-06-30/schedules", method: "post", url: `${API}/reports/2021-06-30/schedules`, body: { reportType: "GET_SALES_AND_TRAFFIC_REPORT", marketplaceIds: [US], period: "P1D", reportOptions: { asinGranularity: "SKU" }, nextReportCreationTime: "2026-12-01T00:00:00Z" } }],
  ["schedules", { file: REPORTS, path: "/reports/2021-06-30/schedules", method: "get", url: `${API}/reports/2021-06-30/schedules?reportTypes=GET_SALES_AND_TRAFFIC_REPORT` }],
  ["a new report", { file: REPORTS, path: "/reports/2021-06-30/reports", method: "post", url: `${API}/reports/2021-06-30/reports`, body: { reportType: "GET_MERCHANT_LISTINGS_ALL_DATA", marketplaceIds: [US] } }],
  ["reports", { file: REPORTS, path: "/reports/2021-06-30/reports", method: "get", url: `${API}/reports/2021-06-30/reports?reportTypes=GET_MERCHANT_LISTINGS_ALL_DATA` }],
  ["a new feed document", { file: FEEDS, path: "/feeds/2021-06-30/documents", method: "post", url: `${API}/feeds/2021-06-30/documents`, body: { contentType: "application/json; charset=UTF-8" } }],
  ["feeds", { file: FEEDS, path: "/feeds/2021-06-30/feeds", method: "get", url: `${API}/feeds/2021-06-30/feeds?feedTypes=JSON_LISTINGS_FEED` }],
  ["a bad feed", { file: FEEDS, path: "/feeds/2021-06-30/feeds", method: "post", url: `${API}/feeds/2021-06-30/feeds`, body: { feedType: "JSON_LISTINGS_FEED", marketplaceIds: [US], inputFeedDocumentId: "nothing" } }],
  ["a new destination", { file: NOTIFICATIONS, path: "/notifications/v1/destinations", method: "post", url: `${API}/notifications/v1/destinations`, body: destinationRequest, isGrantless: true }],
  ["destinations", { file: NOTIFICATIONS, path: "/notifications/v1/destinations", method: "get", url: `${API}/notifications/v1/destinations`, isGrantless: true }],
  ["subscriptions", { file: NOTIFICATIONS, path: "/notifications/v1/subscriptions", method: "get", url: `${API}/notifications/v1/subscriptions?notificationTypes=ANY_OFFER_CHANGED` }],
]; // prettier-ignore

it.runIf(!hasModels)("needs Amazon's models beside the checkout", (context) => {
  context.skip(`no ${MODELS}: the shapes are not checked on this machine`);
});

describe.skipIf(!hasModels)("every answer has the shape of Amazon's model", () => {
  it.each(PROBES)("%s", async (_name, input) => {
    expect((await probe(input)).findings).toEqual([]);
  });

  it("a subscription and the notification it brings", async () => {
    const { json } = await call({
      file: "",
      path: "",
      method: "get",
      url: `${API}/notifications/v1/destinations`,
      isGrantless: true,
    });
    const [destination] = json["payload"] as { destinationId: string }[];
    const { findings } = await probe({
      file: NOTIFICATIONS,
      path: "/notifications/v1/subscriptions/{notificationType}",
      method: "post",
      url: `${API}/notifications/v1/subscriptions/ANY_OFFER_CHANGED`,
      body: {
        payloadVersion: "1.0",
        destinationId: destination?.destinationId,
        processingDirective: {
          eventFilter: { eventFilterType: "ANY_OFFER_CHANGED", marketplaceIds: [US] },
        },
      },
    });
    amazon.market.move({ asin: ASIN, listingPriceMinor: 2_001 });
    const sqs = amazon.sqs();
    const QueueUrl = `${amazon.origin}/sqs/000000000000/calibr-amazon`;
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    sqs.destroy();
    const root = readSchema("AnyOfferChangedNotification.json");
    const notification: unknown = JSON.parse(Messages?.[0]?.Body ?? "{}");

    expect(findings).toEqual([]);
    // Present in real notifications and missing from Amazon's schema.
    expect(checkModel(notification, root, { root, tolerated: ["IsBuyBoxWinner"] })).toEqual([]);
  });

  it("a feed, its document and its processing report", async () => {
    const document = await call({
      file: "",
      path: "",
      method: "post",
      url: `${API}/feeds/2021-06-30/documents`,
      body: { contentType: "application/json" },
    });
    const messages = ["PLAIN", "SKU-INVALID"].map((sku, index) => ({
      messageId: index + 1,
      sku,
      operationType: "PATCH",
      ...(priceBody(22) as Schema),
    }));
    const feed = { header: { sellerId: SELLER, version: "2.0", issueLocale: "en_US" }, messages };
    await amazon.call(String(document.json["url"]), {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(feed),
    });
    const created = await probe({
      file: FEEDS,
      path: "/feeds/2021-06-30/feeds",
      method: "post",
      url: `${API}/feeds/2021-06-30/feeds`,
      body: {
        feedType: "JSON_LISTINGS_FEED",
        marketplaceIds: [US],
        inputFeedDocumentId: document.json["feedDocumentId"],
      },
    });
    await amazon.clock.advance(1_000);
    const feedId = String(created.answer.json["feedId"]);
    const got = await probe({
      file: FEEDS,
      path: "/feeds/2021-06-30/feeds/{feedId}",
      method: "get",
      url: `${API}/feeds/2021-06-30/feeds/${feedId}`,
    });
    const result = await probe({
      file: FEEDS,
      path: "/feeds/2021-06-30/documents/{feedDocumentId}",
      method: "get",
      url: `${API}/feeds/2021-06-30/documents/${String(got.answer.json["resultFeedDocumentId"])}`,
    });
    const report = JSON.parse(
      gunzipSync((await amazon.call(String(result.answer.json["url"]))).bytes).toString(),
    ) as unknown;
    const reportSchema = readSchema("listings-feed-processing-report-schema-v2.json");

    expect([...created.findings, ...got.findings, ...result.findings]).toEqual([]);
    expect(checkModel(report, reportSchema, { root: reportSchema })).toEqual([]);
  });
});
