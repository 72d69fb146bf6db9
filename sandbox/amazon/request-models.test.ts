/** That requests are held against Amazon's models, and that a wrong one cannot pass unseen. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createRequestModels } from "./request-models.ts";
import { API, itemUrl, listing, SELLER, startAmazon, US } from "./testing/start-amazon.ts";
import type { RunningAmazon } from "./testing/start-amazon.ts";

const { isChecking } = createRequestModels();
let amazon: RunningAmazon;
let token: string;

beforeAll(async () => {
  amazon = await startAmazon([listing("PLAIN")]);
  await amazon.control("enforce-quotas", { isEnforced: false });
  token = await amazon.accessToken();
});
beforeEach(async () => {
  await amazon.control("model-findings", { forget: true });
});
afterAll(() => amazon.stop());

const send = (method: string, url: string, body?: unknown) =>
  amazon.call(url, {
    method,
    headers: { "x-amz-access-token": token },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

const patch = (changes: object = {}, op = "merge") => ({
  productType: "PRODUCT",
  patches: [{ op, path: "/attributes/purchasable_offer", value: [{ marketplace_id: US }] }],
  ...changes,
});
const OFFERS_BATCH = `${API}/batches/products/pricing/v0/listingOffers`;
const entry = (changes: object = {}) => ({
  uri: "/products/pricing/v0/listings/PLAIN/offers",
  method: "GET",
  MarketplaceId: US,
  ItemCondition: "New",
  ...changes,
});
const entries = (count: number) => ({ requests: Array.from({ length: count }, () => entry()) });
const search = `${API}/listings/2021-08-01/items/${SELLER}?marketplaceIds=${US}`;

describe.skipIf(!isChecking)("a request that does not fit Amazon's model", () => {
  it.each([
    ["a field of another name", "PATCH", itemUrl("PLAIN"), { ...patch(), producttype: "PRODUCT" }, "producttype is not in the model"],
    ["a field that is missing", "PATCH", itemUrl("PLAIN"), patch({ productType: undefined }), "productType is missing"],
    ["a word outside the enumeration", "PATCH", itemUrl("PLAIN"), patch({}, "set"), "set is not in the enum"],
    ["no body", "PATCH", itemUrl("PLAIN"), undefined, "body: missing"],
    ["a query of another name", "GET", `${search}&includeData=offers`, undefined, "includeData is not in the model"],
    ["a query that is missing", "GET", search.split("?")[0] ?? "", undefined, "marketplaceIds is missing"],
    ["an unknown word in a query's list", "GET", `${search}&includedData=offers,prices`, undefined, "prices is not in the enum"],
    ["a number out of range", "GET", `${search}&pageSize=21`, undefined, "21 is out of range"],
    ["too many in a query's list", "GET", `${search}&identifiersType=SKU&identifiers=${Array.from({ length: 21 }, String).join()}`, undefined, "at most 20"],
    ["too many in a batch", "POST", OFFERS_BATCH, entries(21), "at most 20"],
    ["parameters where Amazon does not look", "POST", OFFERS_BATCH, { requests: [entry({ queryParams: {} })] }, "queryParams is not in the model"],
    ["an entry with an unknown path", "POST", OFFERS_BATCH, { requests: [entry({ uri: "/products/pricing/v0/listing/PLAIN/offers" })] }, "is no operation of Amazon's"],
    ["a date that is none", "GET", `${search}&lastUpdatedAfter=yesterday`, undefined, "no date and time"],
  ])("because of %s is refused and remembered", async (_what, method, url, body, finding) => {
    const answer = await send(method, url, body);

    const { findings } = await amazon.control("model-findings");
    expect(answer.status).toBe(400);
    expect(answer.text).toContain("does not fit Amazon's model");
    expect(JSON.stringify(findings)).toContain(finding);
  }); // prettier-ignore

  it("is remembered through a reset, and forgotten when told so", async () => {
    await send("PATCH", itemUrl("PLAIN"), { ...patch(), producttype: "PRODUCT" });
    await amazon.control("reset");

    const first = await amazon.control("model-findings", { forget: true });
    const second = await amazon.control("model-findings");
    expect(first["findings"]).toHaveLength(1);
    expect(second["findings"]).toEqual([]);
    token = await amazon.accessToken();
  });

  it.each([
    ["another name", { sku: "S", operationType: "PATCH", productType: "PRODUCT", patches: patch().patches, messageID: 1 }, "messageID is not in the model"],
    ["a field its operation does not know", { messageId: 1, sku: "S", operationType: "PATCH", productType: "PRODUCT", patches: patch().patches, attributes: {} }, "attributes does not belong here"],
    ["no patches", { messageId: 1, sku: "S", operationType: "PATCH", productType: "PRODUCT" }, "patches is missing"],
  ])("is found inside a feed as well: %s", (_what, message, finding) => {
    const models = createRequestModels();

    models.checkListingsFeed({ header: { sellerId: SELLER, version: "2.0" }, messages: [message] });

    expect(JSON.stringify(models.findings())).toContain(finding);
  }); // prettier-ignore

  it("does not stand for those that do fit", async () => {
    await send("GET", `${search}&includedData=offers&pageSize=20`);
    await send("POST", OFFERS_BATCH, entries(1));
    const models = createRequestModels();
    const message = { messageId: 1, sku: "S", operationType: "PATCH", ...patch() };
    models.checkListingsFeed({ header: { sellerId: SELLER, version: "2.0" }, messages: [message] });

    const { findings } = await amazon.control("model-findings");
    expect([findings, models.findings()]).toEqual([[], []]);
  });
});

it.skipIf(isChecking)(
  "a request is not checked: Amazon's models are not beside the checkout",
  async () => {
    expect(await amazon.control("model-findings")).toEqual({ isChecking: false, findings: [] });
  },
);
