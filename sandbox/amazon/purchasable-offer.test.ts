import { describe, expect, it } from "vitest";
import {
  consumerOffer,
  effectivePrice,
  nextPriceTurn,
  patchOffers,
  priceAt,
} from "./purchasable-offer.ts";
import type { OfferElement } from "./purchasable-offer.ts";

const at = new Date("2026-11-23T09:00:00Z");
const price = (value: unknown): unknown => [{ schedule: [{ value_with_tax: value }] }];
const element = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
  marketplace_id: "ATVPDKIKX0DER",
  currency: "USD",
  audience: "ALL",
  ...more,
});
const stored: OfferElement[] = [
  element({
    our_price: price(20),
    minimum_seller_allowed_price: price(15),
    maximum_seller_allowed_price: price(30),
  }),
  element({ audience: "B2B", our_price: price(18) }),
];
const path = "/attributes/purchasable_offer";

describe("merge", () => {
  it("changes only what is sent", () => {
    const { offers } = patchOffers(stored, {
      op: "merge",
      path,
      value: [element({ our_price: price(21) })],
    });

    expect(offers[0]).toEqual({ ...stored[0], our_price: price(21) });
    expect(offers[1]).toEqual(stored[1]);
  });

  it("takes an element without audience for the consumer's", () => {
    const { audience: _all, ...sent } = element({ our_price: price(22) });
    const { offers } = patchOffers(stored, { op: "merge", path, value: [sent] });

    expect(offers).toHaveLength(2);
    expect(priceAt(offers[0] ?? {}, "our_price", at)).toBe(2_200);
  });

  it("deletes an optional part sent as null and refuses that for the price", () => {
    const bound = patchOffers(stored, {
      op: "merge",
      path,
      value: [element({ minimum_seller_allowed_price: null })],
    });
    const own = patchOffers(stored, { op: "merge", path, value: [element({ our_price: null })] });

    expect(bound.offers[0]).not.toHaveProperty("minimum_seller_allowed_price");
    expect(own.issues).toMatchObject([{ code: "99022", severity: "ERROR" }]);
    expect(own.offers).toBe(stored);
  });

  it("adds an element for another currency", () => {
    const { offers } = patchOffers(stored, {
      op: "merge",
      path,
      value: [element({ currency: "CAD", our_price: price(25) })],
    });

    expect(offers).toHaveLength(3);
  });
});

describe("replace and delete", () => {
  it("drop the parts that are not sent", () => {
    const { offers } = patchOffers(stored, {
      op: "replace",
      path,
      value: [element({ our_price: price(10) })],
    });

    expect(offers[0]).toEqual(element({ our_price: price(10) }));
  });

  it("remove the selected element, or all of them without a value", () => {
    const one = patchOffers(stored, { op: "delete", path, value: [element({ audience: "B2B" })] });
    const all = patchOffers(stored, { op: "delete", path });

    expect(one.offers).toEqual([stored[0]]);
    expect(all.offers).toEqual([]);
  });
});

describe("refusals", () => {
  // The shape mistakes sellers make, with Amazon's code for each.
  it.each([
    ["the price is an object", { our_price: { schedule: [{ value_with_tax: 20 }] } }, "4000001"],
    ["the schedule is missing", { our_price: [{ value_with_tax: 20 }] }, "99022"],
    ["the schedule is empty", { our_price: [{ schedule: [] }] }, "99022"],
    ["the price is zero", { our_price: price(0) }, "90117"],
    ["the price has three decimals", { our_price: price(19.999) }, "90117"],
    ["the price is below the stored minimum", { our_price: price(14.99) }, "18155"],
    [
      "the minimum is above the stored price",
      { minimum_seller_allowed_price: price(20.01) },
      "18155",
    ],
    ["the price is above the stored maximum", { our_price: price(30.01) }, "18156"],
  ])("when %s", (_why, more, code) => {
    const { issues } = patchOffers(stored, { op: "merge", path, value: [element(more)] });

    expect(issues.map((issue) => issue.code)).toEqual([code]);
  });
});

describe("the price a shopper pays", () => {
  const sale = [
    {
      schedule: [
        { value_with_tax: 17, start_at: "2026-11-23T10:00Z", end_at: "2026-11-24T10:00Z" },
      ],
    },
  ];
  const onSale = element({ our_price: price(20), discounted_price: sale });

  it.each([
    ["2026-11-23T09:59:59Z", 2_000, "2026-11-23T10:00:00.000Z"],
    ["2026-11-23T10:00:00Z", 1_700, "2026-11-24T10:00:00.000Z"],
    ["2026-11-24T10:00:00Z", 2_000, undefined],
  ])("at %s is %i", (instant, minor, turn) => {
    expect(effectivePrice(onSale, new Date(instant))).toBe(minor);
    expect(nextPriceTurn(onSale, new Date(instant))?.toISOString()).toBe(turn);
  });

  it("is the consumer offer's, not the business one's", () => {
    expect(consumerOffer(stored.toReversed(), "ATVPDKIKX0DER")).toBe(stored[0]);
  });
});
