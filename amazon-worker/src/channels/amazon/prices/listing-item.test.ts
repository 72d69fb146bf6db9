import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { money } from "@calibr/shared/core/money/money";
import { readListingItem } from "./listing-item.ts";
import { SALE_WITHOUT_END } from "./offer-terms.ts";
import { readJson } from "../client/vendor-json.ts";

const US = "ATVPDKIKX0DER";
const CA = "A2EUQ1WTGCTBG2";
const NOW = new Date("2026-11-23T10:00:00Z");

const ITEM = {
  sku: "GM-ZDPI-9B4E",
  summaries: [
    {
      marketplaceId: US,
      asin: "B071VG5N9D",
      productType: "LUGGAGE",
      conditionType: "new_new",
      status: ["BUYABLE", "DISCOVERABLE"],
      itemName: "Hardside Carry-On Spinner Suitcase Luggage",
      lastUpdatedDate: "2026-02-01T00:00:00Z",
    },
  ],
  attributes: {
    externally_assigned_product_identifier: [
      { type: "ean", value: "4006381333931", marketplace_id: US },
    ],
    purchasable_offer: [
      { marketplace_id: US, currency: "USD", audience: "B2B", our_price: [] },
      {
        marketplace_id: US,
        currency: "USD",
        audience: "ALL",
        our_price: [{ schedule: [{ value_with_tax: 20.0 }] }],
      },
    ],
  },
  offers: [
    { marketplaceId: US, offerType: "B2B", price: { currencyCode: "USD", amount: "17.10" } },
    {
      marketplaceId: US,
      offerType: "B2C",
      price: { currencyCode: "USD", currency: "USD", amount: "19.99" },
      audience: { value: "ALL", displayName: "Sell on Amazon" },
    },
  ],
  fulfillmentAvailability: [{ fulfillmentChannelCode: "DEFAULT", quantity: 7 }],
};

const read = (item: unknown, marketplaceId = US) =>
  readListingItem(readJson(JSON.stringify(item)), { marketplaceId, now: NOW });

const onSale = (...windows: object[]) => ({
  ...ITEM,
  attributes: {
    purchasable_offer: [
      { marketplace_id: US, currency: "USD", discounted_price: [{ schedule: windows }] },
    ],
  },
});

describe("a listings item", () => {
  it("shows the price ordinary buyers pay in its marketplace", () => {
    expect(read(ITEM)).toEqual({
      sku: "GM-ZDPI-9B4E",
      asin: "B071VG5N9D",
      condition: "new",
      title: "Hardside Carry-On Spinner Suitcase Luggage",
      productType: "LUGGAGE",
      isBuyable: true,
      price: money(1_999n, "USD"),
      currency: "USD",
      barcode: "4006381333931",
      fulfilment: "merchant",
      quantity: 7,
      isAutoPriced: false,
      saleUntil: null,
      terms: {
        currency: "USD",
        listedMinor: 2_000n,
        minMinor: null,
        maxMinor: null,
        sale: null,
        businessMinor: null,
        businessTiers: 0,
        autoRules: [],
      },
    });
  });

  it("shows nothing of another marketplace", () => {
    expect(read(ITEM, CA)).toMatchObject({
      asin: null,
      price: null,
      isBuyable: null,
      barcode: null,
    });
  });

  it("keeps a currency nobody knows by name, without a price", () => {
    const price = { currencyCode: "QQQ", amount: "19.99" };
    const item = { ...ITEM, offers: [{ marketplaceId: US, offerType: "B2C", price }] };

    expect(read(item)).toMatchObject({ currency: "QQQ", price: null });
  });

  it("takes the submitted offer's currency while no offer is shown", () => {
    expect(read({ ...ITEM, offers: [] })).toMatchObject({ currency: "USD", price: null });
  });

  // Windows are half-open: a sale that ends now has ended.
  it.each([
    { why: "runs", windows: [{ value_with_tax: 17, start_at: "2026-11-20T00:00Z", end_at: "2026-11-30T00:00Z" }], until: new Date("2026-11-30T00:00:00Z") },
    { why: "has ended", windows: [{ value_with_tax: 17, start_at: "2026-11-20T00:00Z", end_at: "2026-11-23T10:00:00Z" }], until: null },
    { why: "has yet to begin", windows: [{ value_with_tax: 17, start_at: "2026-11-24T00:00Z", end_at: "2026-11-30T00:00Z" }], until: null },
    { why: "names no end", windows: [{ value_with_tax: 17, start_at: "2026-11-20T00:00Z" }], until: SALE_WITHOUT_END },
    { why: "names no start", windows: [{ value_with_tax: 17, end_at: "2026-11-30" }], until: new Date("2026-11-30T00:00:00Z") },
    { why: "has no price", windows: [{ start_at: "2026-11-20T00:00Z", end_at: "2026-11-30T00:00Z" }], until: null },
    { why: "overlaps a longer one", windows: [{ value_with_tax: 17, end_at: "2026-11-25" }, { value_with_tax: 16, end_at: "2026-11-28" }], until: new Date("2026-11-28T00:00:00Z") },
  ])("with a sale that $why is on sale until $until", ({ windows, until }) => {
    expect(read(onSale(...windows))?.saleUntil).toEqual(until);
  }); // prettier-ignore

  it.each([
    [[{ merchandising_rule: [{ rule_id: "r-1" }] }], true],
    [[{ merchandising_rule: [] }], false],
    [[], false],
    ["junk", false],
  ])("with rule plan %j is priced by Amazon: %s", (plan, isAutoPriced) => {
    const offer = { marketplace_id: US, automated_pricing_merchandising_rule_plan: plan };

    expect(read({ ...ITEM, attributes: { purchasable_offer: [offer] } })).toMatchObject({
      isAutoPriced,
    });
  });

  it("is nothing without a SKU", () => {
    expect(read({ ...ITEM, sku: "" })).toBeNull();
    expect(read(null)).toBeNull();
  });

  it("never throws, whatever stands in the place of any one value", () => {
    fc.assert(
      fc.property(fc.nat(100), fc.jsonValue(), (position, junk) => {
        let count = 0;
        const item = JSON.parse(JSON.stringify(ITEM), (_key, value: unknown) => {
          count += 1;
          return count === position ? junk : value;
        }) as unknown;
        const found = read(item);
        expect(found === null || typeof found.sku === "string").toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it("is the same beside fields nobody knows yet", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (junk) => {
        const grown = JSON.parse(JSON.stringify(ITEM), (_key, value: unknown) =>
          typeof value === "object" && value !== null && !Array.isArray(value)
            ? { ...value, xNewField: junk }
            : value,
        ) as unknown;
        expect(read(grown)).toEqual(read(ITEM));
      }),
    );
  });
});
