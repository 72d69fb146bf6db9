import { describe, expect, it } from "vitest";
import { toConnectionId, toListingId, toShopId } from "@calibr/shared/core/ids";
import { money } from "@calibr/shared/core/money/money";
import type { PricePush } from "@calibr/shared/ports/price-channel";
import { patchOutcome, pricePatch } from "./price-patch.ts";

const ACCOUNT = {
  shopId: toShopId(1),
  connectionId: toConnectionId("1"),
  accountId: "A1",
  region: "na",
};

function push(amountMinor: bigint, currency: string, productType: string | null = null): PricePush {
  const address = {
    listingId: toListingId("1"),
    marketplaceId: "ATVPDKIKX0DER",
    externalId: "SKU 1",
    parentId: null,
    productType,
  };
  return { address, price: money(amountMinor, currency), pushKey: "k" };
}

describe("the price patch", () => {
  it("merges our price alone into the offer for everybody", () => {
    const request = pricePatch(ACCOUNT, push(1_990n, "USD"));

    expect(JSON.stringify(request.body)).toBe(
      '{"productType":"PRODUCT","patches":[{"op":"merge","path":"/attributes/purchasable_offer",' +
        '"value":[{"marketplace_id":"ATVPDKIKX0DER","currency":"USD","audience":"ALL",' +
        '"our_price":[{"schedule":[{"value_with_tax":19.90}]}]}]}]}',
    );
    expect(request.query).toMatchObject({ marketplaceIds: ["ATVPDKIKX0DER"] });
  });

  it.each([
    [1_999n, "JPY", "1999"],
    [1_999n, "KWD", "1.999"],
    [5n, "USD", "0.05"],
    [9_007_199_254_740_993n, "USD", "90071992547409.93"],
  ])("writes %d minor units of %s as %s", (minor, code, digits) => {
    const body = JSON.stringify(pricePatch(ACCOUNT, push(minor, code)).body);

    expect(body).toContain(`"value_with_tax":${digits}}`);
  });

  it("names the product type where it is known", () => {
    const { body } = pricePatch(ACCOUNT, push(1n, "USD", "LUGGAGE"));

    expect(body).toMatchObject({ productType: "LUGGAGE" });
  });
});

describe("Amazon's answer", () => {
  const outcome = (status: number, body: unknown) =>
    patchOutcome({ status, body, requestId: null });

  it.each([
    [200, { sku: "S", status: "ACCEPTED", submissionId: "f1", issues: [] }, { kind: "accepted", receiptId: "f1" }],
    [200, { sku: "S", status: "ACCEPTED" }, { kind: "accepted", receiptId: null }],
    [200, { status: "ACCEPTED", submissionId: "f1", issues: [{ severity: "WARNING", message: "w" }] }, { kind: "accepted" }],
    [200, { status: "VALID" }, { kind: "unknown", code: "amazon_bad_answer" }],
    [200, { status: "SOMETHING_NEW" }, { kind: "unknown", code: "amazon_bad_answer" }],
    [200, {}, { kind: "unknown", code: "amazon_bad_answer" }],
    [200, undefined, { kind: "unknown", code: "amazon_bad_answer" }],
    [429, undefined, { kind: "not_sent", code: "amazon_throttled" }],
    [400, { errors: [{ code: "InvalidInput", message: "Bad SKU" }] }, { kind: "refused", vendorMessage: "Bad SKU" }],
    [413, undefined, { kind: "refused", vendorMessage: "HTTP 413" }],
    [408, undefined, { kind: "unknown" }],
    [500, undefined, { kind: "unknown" }],
    [504, undefined, { kind: "unknown" }],
    [302, undefined, { kind: "unknown" }],
  ])("%d %j is %j", (status, body, expected) => {
    expect(outcome(status, body)).toMatchObject(expected);
  }); // prettier-ignore

  it.each([
    [200, { status: "ACCEPTED", submissionId: "f1" }],
    [200, { status: "INVALID" }],
    [400, undefined],
    [500, undefined],
  ])("%d %j keeps the id that Amazon's support asks for", (status, body) => {
    expect(patchOutcome({ status, body, requestId: "r-1" })).toMatchObject({ requestId: "r-1" });
  });

  it("INVALID is refused in the words of its first error", () => {
    const issues = [
      { code: "1", severity: "WARNING", message: "Never mind." },
      { code: "18155", severity: "ERROR", message: "The minimum price is greater." },
    ];

    expect(outcome(200, { status: "INVALID", issues })).toEqual({
      kind: "refused",
      code: "amazon_request_refused",
      vendorMessage: "The minimum price is greater. (18155)",
    });
    expect(outcome(200, { status: "INVALID" })).toMatchObject({
      vendorMessage: "Amazon gave no reason.",
    });
  });
});
