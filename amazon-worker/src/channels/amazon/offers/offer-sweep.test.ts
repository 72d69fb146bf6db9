import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { AppError } from "@calibr/shared/core/app-error";
import type { OfferQuery } from "@calibr/shared/ports/offer-source";
import { matchAnswers } from "./offer-sweep.ts";
import { readJson } from "../client/vendor-json.ts";

const US = "ATVPDKIKX0DER";
const CONTEXT = {
  operation: "getListingOffersBatch",
  sellerId: "AME",
  now: new Date("2026-11-23T10:00:00Z"),
} as const;
const QUERIES: readonly OfferQuery[] = ["S1", "S2"].map((sku) => ({
  marketplaceId: US,
  sku,
  asin: "B071VG5N9D",
}));

const price = (Amount: number) => ({ CurrencyCode: "USD", Amount });

function response(sku: string, cents: number, change: object = {}) {
  return {
    headers: { Date: "Mon, 23 Nov 2026 09:59:58 GMT", "x-amzn-RequestId": "r" },
    status: { statusCode: 200, reasonPhrase: "OK" },
    body: {
      payload: {
        SKU: sku,
        status: "Success",
        ItemCondition: "New",
        Identifier: { MarketplaceId: US, ItemCondition: "New", SellerSKU: sku },
        Summary: {
          TotalOfferCount: 1,
          BuyBoxPrices: [
            { condition: "new", ListingPrice: price(cents / 100), Shipping: price(0) },
          ],
        },
        Offers: [
          {
            SellerId: "ARIVAL",
            SubCondition: "new",
            ListingPrice: price(cents / 100),
            Shipping: price(0),
            IsFeaturedMerchant: true,
            IsBuyBoxWinner: true,
            IsFulfilledByAmazon: false,
            MyOffer: false,
            ShippingTime: { maximumHours: 48, minimumHours: 24, availabilityType: "NOW" },
            PrimeInformation: { IsPrime: false, IsNationalPrime: false },
          },
        ],
      },
    },
    request: { MarketplaceId: US, ItemCondition: "New", CustomerType: "Consumer", SellerSKU: sku },
    ...change,
  };
}

const match = (answer: unknown) => matchAnswers(QUERIES, readJson(JSON.stringify(answer)), CONTEXT);

const hasList = (answer: unknown): boolean =>
  Array.isArray((answer as { responses?: unknown } | null)?.responses);

describe("the answers of a batch", () => {
  it("are matched by the request they repeat, not by their place", () => {
    const readings = match({ responses: [response("S2", 2_005), response("S1", 1_005)] });

    expect(readings).toMatchObject([
      { query: { sku: "S1" }, snapshot: { featuredLanded: { amountMinor: 1_005n } } },
      { query: { sku: "S2" }, snapshot: { featuredLanded: { amountMinor: 2_005n } } },
    ]);
    const [first] = readings;
    expect(first?.kind === "market" && first.snapshot.observedAt).toEqual(
      new Date("2026-11-23T09:59:58Z"),
    );
  });

  it("that are missing, failed or empty are unreadable, each by itself", () => {
    const failed = {
      status: { statusCode: 400 },
      body: { errors: [{ code: "InvalidInput", message: "m" }] },
    };

    expect(match({ responses: [response("S2", 1, failed)] })).toMatchObject([
      { kind: "unreadable", vendorCode: "no_answer" },
      { kind: "unreadable", vendorCode: "InvalidInput" },
    ]);
    expect(match({ responses: [response("S1", 1, { body: {} })] })[0]).toMatchObject({
      vendorCode: "no_payload",
    });
    expect(
      match({ responses: [response("S1", 1, { status: { statusCode: 503 } })] })[0],
    ).toMatchObject({ vendorCode: "HTTP_503" });
  });

  it("without any that can be read leave every query unreadable", () => {
    const readings = match({ responses: [null, 7] });

    expect(readings.map(({ kind }) => kind)).toEqual(["unreadable", "unreadable"]);
  });

  it.each([null, 7, [], {}, { responses: "x" }])(
    "that are no list, as %j, are named so",
    (answer) => {
      expect(() => match(answer)).toThrow(expect.objectContaining({ code: "amazon_bad_answer" }));
    },
  );

  it("are read or named unreadable, whatever stands in the place of any one value", () => {
    const answer = { responses: [response("S1", 1_005), response("S2", 2_005)] };
    fc.assert(
      fc.property(fc.nat(120), fc.jsonValue(), (position, junk) => {
        let count = 0;
        const changed = JSON.parse(JSON.stringify(answer), (_key, value: unknown) => {
          count += 1;
          return count === position ? junk : value;
        }) as unknown;
        if (hasList(changed)) expect(match(changed)).toHaveLength(2);
        else expect(() => match(changed)).toThrow(AppError);
      }),
      { numRuns: 500 },
    );
  });
});
