import { describe, expect, it } from "vitest";
import { readOfferTerms, SALE_WITHOUT_END } from "./offer-terms.ts";

const US = "ATVPDKIKX0DER";
const now = new Date("2026-11-23T12:00:00Z");
const read = (offer: unknown) => readOfferTerms(offer, { marketplaceId: US, now });
const price = (value: unknown, window: Record<string, unknown> = {}) => [
  { schedule: [{ value_with_tax: value, ...window }] },
];
const ordinary = {
  marketplace_id: US,
  currency: "USD",
  audience: "ALL",
  our_price: price("19.99"),
};

describe("the terms of an offer", () => {
  it("hold price, limits, business price with its tiers, and rules", () => {
    const business = {
      ...ordinary,
      audience: "B2B",
      our_price: price("18.5"),
      quantity_discount_plan: [
        { schedule: [{ levels: [{ lower_bound: 5 }, { lower_bound: 20 }] }] },
      ],
    };
    const offer = {
      ...ordinary,
      minimum_seller_allowed_price: price(15),
      maximum_seller_allowed_price: price("30.00"),
      automated_pricing_merchandising_rule_plan: [
        { merchandising_rule: [{ rule_id: "win" }, { other: 1 }] },
      ],
    };

    expect(read([business, offer])).toEqual({
      currency: "USD",
      listedMinor: 1_999n,
      minMinor: 1_500n,
      maxMinor: 3_000n,
      sale: null,
      businessMinor: 1_850n,
      businessTiers: 2,
      autoRules: ["win", "unnamed"],
    });
  });

  it.each([
    [
      "that runs before one that comes",
      [
        { start_at: "2026-12-01T00:00Z", end_at: "2026-12-02T00:00Z" },
        { start_at: "2026-11-20T00:00Z", end_at: "2026-11-30T00:00Z" },
      ],
      { from: new Date("2026-11-20"), until: new Date("2026-11-30") },
    ],
    [
      "that comes",
      [{ start_at: "2026-12-01T00:00Z", end_at: "2026-12-02T00:00Z" }],
      { from: new Date("2026-12-01"), until: new Date("2026-12-02") },
    ],
    ["without an end", [{}], { from: null, until: SALE_WITHOUT_END }],
    ["that is over not at all", [{ end_at: "2026-11-01T00:00Z" }], null],
  ])("name the sale %s", (_what, windows, expected) => {
    const schedule = windows.map((window) => ({ value_with_tax: "9.99", ...window }));
    const terms = read([{ ...ordinary, discounted_price: [{ schedule }] }]);

    expect(terms?.sale).toEqual(expected === null ? null : { minor: 999n, ...expected });
  });

  it.each([
    ["another marketplace", [{ ...ordinary, marketplace_id: "A1AM78C64UM0Y8" }]],
    ["business buyers alone", [{ ...ordinary, audience: "B2B" }]],
    ["a currency we do not know", [{ ...ordinary, currency: "XXQ" }]],
    ["nothing", undefined],
    ["no list", { our_price: 1 }],
  ])("are none in an offer for %s", (_what, offer) => {
    expect(read(offer)).toBeNull();
  });
});
