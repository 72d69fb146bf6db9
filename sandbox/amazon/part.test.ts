import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  ACCEPTED_TO_LIVE_MS,
  API,
  itemUrl,
  listing,
  priceBody,
  SELLER,
  startAmazon,
  US,
} from "./testing/start-amazon.ts";
import type { Answer, RunningAmazon } from "./testing/start-amazon.ts";

const ODD_SKU = "ODD/SLASH ☕ #1";
let amazon: RunningAmazon;
let token: string;

beforeEach(async () => {
  amazon = await startAmazon([
    listing("PLAIN", { priceMinor: 2_500 }),
    listing(ODD_SKU, { priceMinor: 1_800 }),
    listing("BOUNDED", { priceMinor: 2_000, minimumMinor: 1_500, maximumMinor: 3_000 }),
    listing("ON-SALE", { priceMinor: 2_000, salePriceMinor: 1_700, saleForMs: 60_000 }),
    ...["SKU-THROTTLED", "SKU-THROTTLED-ONCE", "SKU-INVALID", "SKU-IGNORED", "SKU-DIVERGED", "SKU-SLOW", "SKU-SUPPRESSED", "SKU-500", "SKU-503", "SKU-HTML", "SKU-FORBIDDEN", "SKU-DROP", "SKU-DROP-AFTER"].map((sku) => listing(sku, { priceMinor: 2_500 })),
  ]); // prettier-ignore
  token = await amazon.accessToken();
});

afterEach(() => amazon.stop());

const headers = (): Record<string, string> => ({ "x-amz-access-token": token });
const patch = (sku: string, price: number, more = {}): Promise<Answer> =>
  amazon.call(itemUrl(sku), {
    method: "PATCH",
    headers: headers(),
    body: JSON.stringify(priceBody(price, more)),
  });
const shown = async (sku: string): Promise<unknown> =>
  (await amazon.control("sku", { sku }))["shownMinor"];
const ledger = (sku: string) =>
  amazon.control("ledger", { sku }) as unknown as Promise<{
    received: { outcome: string; priceMinor: number; appliedAt: string | null }[];
    effective: { oldMinor: number; newMinor: number; source: string }[];
  }>;

describe("with the amazon-sp-api client", () => {
  it("changes a price and reads it back once it is live", async () => {
    const { refreshToken } = await amazon.control("authorize");
    const client = amazon.sellingPartner(String(refreshToken));
    const path = { sellerId: SELLER, sku: ODD_SKU };
    const read = async (): Promise<unknown> => {
      const query = { marketplaceIds: [US], includedData: ["offers"] };
      const item = (await client.callAPI({
        operation: "listingsItems.getListingsItem",
        path: { ...path },
        query,
      })) as { offers: { price: unknown }[] };
      return item.offers[0]?.price;
    };

    const receipt = (await client.callAPI({
      operation: "listingsItems.patchListingsItem",
      path: { ...path },
      query: { marketplaceIds: [US] },
      body: priceBody(17.25) as Record<string, unknown>,
    })) as { status: string };
    const before = await read();
    await amazon.clock.advance(ACCEPTED_TO_LIVE_MS);
    const after = await read();

    expect(receipt.status).toBe("ACCEPTED");
    expect(before).toEqual({ currencyCode: "USD", amount: "18.00" });
    expect(after).toEqual({ currencyCode: "USD", amount: "17.25" });
  });

  it("reads the offers of its own SKUs in one batch", async () => {
    const { refreshToken } = await amazon.control("authorize");
    const client = amazon.sellingPartner(String(refreshToken));
    const requests = ["PLAIN", ODD_SKU, "NOBODY"].map((sku) => ({
      uri: `/products/pricing/v0/listings/${encodeURIComponent(sku)}/offers`,
      method: "GET",
      MarketplaceId: US,
      ItemCondition: "New",
      CustomerType: "Consumer",
    }));

    const answer = (await client.callAPI({
      operation: "productPricing.getListingOffersBatch",
      body: { requests },
    })) as {
      responses: {
        status: { statusCode: number };
        body: { payload?: { Offers: { MyOffer: boolean }[] } };
      }[];
    };

    expect(answer.responses.map((each) => each.status.statusCode)).toEqual([200, 200, 400]);
    expect(answer.responses[0]?.body.payload?.Offers.filter((offer) => offer.MyOffer)).toHaveLength(
      1,
    );
  });

  it("says invalid_grant once the seller has withdrawn his consent", async () => {
    const { refreshToken } = await amazon.control("authorize");
    await amazon.control("revoke");
    const client = amazon.sellingPartner(String(refreshToken));

    await expect(
      client.callAPI({ operation: "sellers.getMarketplaceParticipations" }),
    ).rejects.toMatchObject({ code: "invalid_grant" });
  });
});

describe("a price patch", () => {
  it("is a receipt first and a price only later", async () => {
    const answer = await patch("PLAIN", 19.99);
    const atOnce = await shown("PLAIN");
    await amazon.clock.advance(ACCEPTED_TO_LIVE_MS);

    expect(answer.json).toMatchObject({ status: "ACCEPTED", issues: [] });
    expect(atOnce).toBe(2_500);
    expect(await shown("PLAIN")).toBe(1_999);
    expect((await ledger("PLAIN")).effective).toMatchObject([
      { oldMinor: 2_500, newMinor: 1_999, source: "patch" },
    ]);
  });

  it("is refused below the minimum that Amazon has stored, with code 18155", async () => {
    const answer = await patch("BOUNDED", 14.99);

    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({
      status: "INVALID",
      issues: [{ code: "18155", severity: "ERROR" }],
    });
  });

  it("passes when price and bounds go down together", async () => {
    const answer = await patch("BOUNDED", 12, {
      minimum_seller_allowed_price: [{ schedule: [{ value_with_tax: 10 }] }],
    });

    expect(answer.json["status"]).toBe("ACCEPTED");
  });

  it("stays without effect on shoppers while a sale is on, and shows when it ends", async () => {
    await patch("ON-SALE", 18.5);
    await amazon.clock.advance(ACCEPTED_TO_LIVE_MS);
    const during = await shown("ON-SALE");
    await amazon.clock.advance(60_000);

    expect(during).toBe(1_700);
    expect(await shown("ON-SALE")).toBe(1_850);
  });

  it("stores nothing in a validation preview", async () => {
    const answer = await amazon.call(
      itemUrl("PLAIN", "&mode=VALIDATION_PREVIEW&includedData=identifiers"),
      {
        method: "PATCH",
        headers: headers(),
        body: JSON.stringify(priceBody(19.99)),
      },
    );
    await amazon.clock.advance(ACCEPTED_TO_LIVE_MS);

    expect(answer.json).toMatchObject({ status: "VALID", identifiers: [{ marketplaceId: US }] });
    expect(await shown("PLAIN")).toBe(2_500);
  });

  it("refuses a path into the attribute", async () => {
    const body = {
      productType: "PRODUCT",
      patches: [{ op: "replace", path: "/attributes/purchasable_offer/0/our_price", value: [{}] }],
    };
    const answer = await amazon.call(itemUrl("PLAIN"), {
      method: "PATCH",
      headers: headers(),
      body: JSON.stringify(body),
    });

    expect(answer.status).toBe(400);
    expect(answer.text).toContain("Invalid path provided in patch at index of 0");
  });

  // What each sentinel SKU answers, and the price shown when everything had its time.
  it.each([
    ["SKU-THROTTLED", 429, "QuotaExceeded", 2_500],
    ["SKU-INVALID", 200, "INVALID", 2_500],
    ["SKU-IGNORED", 200, "ACCEPTED", 2_500],
    ["SKU-DIVERGED", 200, "ACCEPTED", 2_000],
    ["SKU-500", 500, "InternalFailure", 2_500],
    ["SKU-503", 503, "ServiceUnavailable", 2_500],
    ["SKU-HTML", 502, "<html>", 2_500],
    ["SKU-FORBIDDEN", 403, '{"message":"Forbidden"}', 2_500],
  ])("%s answers %i", async (sku, status, text, finalMinor) => {
    const answer = await patch(sku, 19.99);
    await amazon.clock.advance(ACCEPTED_TO_LIVE_MS);

    expect(answer.status).toBe(status);
    expect(answer.text).toContain(text);
    expect(await shown(sku)).toBe(finalMinor);
    expect((await ledger(sku)).received).toHaveLength(1);
  });

  it("is lost before it is read at SKU-DROP, and counts without an answer at SKU-DROP-AFTER", async () => {
    await expect(patch("SKU-DROP", 19.99)).rejects.toThrow();
    await expect(patch("SKU-DROP-AFTER", 19.99)).rejects.toThrow();
    await amazon.clock.advance(ACCEPTED_TO_LIVE_MS);

    expect(await shown("SKU-DROP")).toBe(2_500);
    expect(await shown("SKU-DROP-AFTER")).toBe(1_999);
  });

  it("throttles SKU-THROTTLED-ONCE only the first time", async () => {
    const statuses = [
      (await patch("SKU-THROTTLED-ONCE", 19)).status,
      (await patch("SKU-THROTTLED-ONCE", 19)).status,
    ];

    expect(statuses).toEqual([429, 200]);
  });

  it("goes live late at SKU-SLOW and takes the offer down at SKU-SUPPRESSED", async () => {
    await patch("SKU-SLOW", 19.99);
    await patch("SKU-SUPPRESSED", 19.99);
    await amazon.clock.advance(ACCEPTED_TO_LIVE_MS);
    const early = await shown("SKU-SLOW");
    await amazon.clock.advance(ACCEPTED_TO_LIVE_MS * 20);

    expect([early, await shown("SKU-SLOW")]).toEqual([2_500, 1_999]);
    expect(await amazon.control("sku", { sku: "SKU-SUPPRESSED" })).toMatchObject({
      isSuppressed: true,
      item: { offers: [], issues: [{ code: "18155" }] },
    });
  });
});

describe("the gateway", () => {
  it("throttles a sixth patch within a second and states the published rate on the others", async () => {
    const answers: Answer[] = [];
    for (let n = 0; n < 6; n += 1) answers.push(await patch("PLAIN", 20 + n));

    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200, 200, 429]);
    expect(answers[0]?.headers.get("x-amzn-ratelimit-limit")).toBe("5");
    expect(answers[5]?.json).toMatchObject({ errors: [{ code: "QuotaExceeded" }] });
    expect(answers[5]?.headers.get("x-amzn-requestid")).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("lets a call pass again when a token has grown back", async () => {
    for (let n = 0; n < 6; n += 1) await patch("PLAIN", 20 + n);
    amazon.machine.nowMs += 200;

    expect((await patch("PLAIN", 30)).status).toBe(200);
  });

  // Every reason for which Amazon denies a call, as it words them.
  it.each([
    ["without a token", "", "Access token is missing in the request header."],
    [
      "with a token nobody issued",
      "Atza|nonsense",
      "The access token you provided is revoked, malformed or invalid.",
    ],
  ])("denies a call %s", async (_why, value, details) => {
    const answer = await amazon.call(itemUrl("PLAIN"), {
      headers: value === "" ? {} : { "x-amz-access-token": value },
    });

    expect(answer.status).toBe(403);
    expect(answer.headers.get("x-amzn-errortype")).toBe("AccessDeniedException");
    expect(answer.json).toEqual({
      errors: [
        { code: "Unauthorized", message: "Access to requested resource is denied.", details },
      ],
    });
  });

  it("denies a token that has run out, one whose consent is gone, and all under an expired secret", async () => {
    await amazon.control("expire-secret");
    const underSecret = await amazon.call(itemUrl("PLAIN"), { headers: headers() });
    await amazon.control("expire-secret", { isExpired: false });
    await amazon.clock.advance(3_600_000);
    const tooOld = await amazon.call(itemUrl("PLAIN"), { headers: headers() });
    token = await amazon.accessToken();
    await amazon.control("revoke");
    const revoked = await amazon.call(itemUrl("PLAIN"), { headers: headers() });

    expect(underSecret.text).toContain("The LWA secret token you provided has expired.");
    expect(tooOld.text).toContain("The access token you provided has expired.");
    expect(revoked.text).toContain("revoked, malformed or invalid");
  });

  it.each([
    ["an unknown path", `${API}/nothing/v1/here`],
    ["another region", itemUrl("PLAIN").replace("-na.", "-eu.")],
    ["another seller's listings", itemUrl("PLAIN").replace(SELLER, "A3SOMEBODYELSE")],
    ["an operation for applications", `${API}/notifications/v1/destinations`],
  ])("denies %s without saying why", async (_what, url) => {
    const answer = await amazon.call(url, { headers: headers() });

    expect(answer.status).toBe(403);
    expect(answer.json).toMatchObject({ errors: [{ details: "" }] });
  });

  it("holds a patch before and after it took effect until a test lets go", async () => {
    await amazon.control("hold", { point: "after" });
    const answer = patch("PLAIN", 19.99).catch(() => "dropped");
    const { isReached } = await amazon.control("wait-held");
    await amazon.control("release", { how: "drop" });
    await amazon.control("hold", { point: "before" });
    const second = patch("PLAIN", 15).catch(() => "dropped");
    await amazon.control("wait-held");
    await amazon.control("release", { how: "drop" });

    expect(isReached).toBe(true);
    expect([await answer, await second]).toEqual(["dropped", "dropped"]);
    expect((await ledger("PLAIN")).received).toMatchObject([
      { outcome: "ACCEPTED", priceMinor: 1_999 },
    ]);
  });

  it("answers the next calls with a fault on request", async () => {
    await amazon.control("fault", { operation: "getListingsItem", kind: "503", times: 1 });
    const statuses = [
      (await amazon.call(itemUrl("PLAIN"), { headers: headers() })).status,
      (await amazon.call(itemUrl("PLAIN"), { headers: headers() })).status,
    ];

    expect(statuses).toEqual([503, 200]);
  });
});
