import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toAsin, toMarketplaceId } from "../ids.ts";
import { currency } from "../money/currency.ts";
import { money } from "../money/money.ts";
import { FAIR_FILTERS, filterOffers, type OfferFilters } from "./filter-offers.ts";
import { isFeaturedUnlisted, type MarketSnapshot, ownsFeatured } from "./market-snapshot.ts";
import { readBuyBox } from "./buy-box.ts";
import { differenceBetween } from "./market-moves.ts";
import { decodeSnapshot, encodeSnapshot } from "./snapshot-json.ts";
import { makeOffer, type Offer, type OfferParts } from "./offer.ts";

const usd = (minor: bigint) => money(minor, "USD");

function offer(parts: Partial<OfferParts> & { readonly cents?: bigint } = {}): Offer {
  const { cents = 2000n, ...rest } = parts;
  const made = makeOffer({
    sellerId: "ARIVAL",
    isOwn: false,
    isFeatured: false,
    isAmazonRetail: false,
    listing: usd(cents),
    shipping: usd(0n),
    points: null,
    fulfilment: "merchant",
    condition: "new",
    feedbackCount: 500,
    positivePercent: 97,
    handlingHoursMax: 24,
    isFeaturedMerchant: true,
    ...rest,
  });
  if (made === null) throw new Error("mixed currencies");
  return made;
}

function snapshot(offers: readonly Offer[], featuredLanded: Offer["landed"] | null = null) {
  const at = new Date("2026-11-23T10:00:00Z");
  return {
    asin: toAsin("B0CALIBR01"),
    marketplaceId: toMarketplaceId("ATVPDKIKX0DER"),
    condition: "new",
    currency: currency("USD"),
    offers,
    featuredLanded,
    observedAt: at,
    receivedAt: at,
    source: "notification",
  } satisfies MarketSnapshot;
}

function filter(offers: readonly Offer[], filters: Partial<OfferFilters> = {}) {
  return filterOffers({
    snapshot: snapshot(offers),
    currency: currency("USD"),
    sisterSellerIds: ["ASISTER"],
    filters: { ...FAIR_FILTERS, ...filters },
  });
}

describe("the landed price", () => {
  it("adds shipping and takes points off", () => {
    expect(offer({ cents: 2000n, shipping: usd(499n) }).landed).toEqual(usd(2499n));
    expect(offer({ cents: 2000n, points: usd(20n) }).landed).toEqual(usd(1980n));
  });

  it("is not known when currencies are mixed", () => {
    const eur = money(1n, "EUR");
    const parts = offer();

    expect(makeOffer({ ...parts, shipping: eur })).toBeNull();
    expect(makeOffer({ ...parts, points: eur })).toBeNull();
  });
});

describe("the featured offer", () => {
  it("is ours when an own offer or a sister account holds it", () => {
    const own = snapshot([offer({ isOwn: true, isFeatured: true })]);
    const sister = snapshot([offer({ sellerId: "ASISTER", isFeatured: true })]);

    expect(ownsFeatured(own, [])).toBe(true);
    expect(ownsFeatured(sister, ["ASISTER"])).toBe(true);
    expect(ownsFeatured(sister, [])).toBe(false);
  });

  it("is unlisted when its price belongs to no offer we can see", () => {
    expect(isFeaturedUnlisted(snapshot([offer()], usd(1990n)))).toBe(true);
    expect(isFeaturedUnlisted(snapshot([offer()], usd(2000n)))).toBe(false);
    expect(isFeaturedUnlisted(snapshot([offer({ isFeatured: true })], usd(1990n)))).toBe(false);
    expect(isFeaturedUnlisted(snapshot([offer()], null))).toBe(false);
  });
});

describe("filtering", () => {
  it.each<[string, Partial<OfferParts> & { cents?: bigint }, Partial<OfferFilters>]>([
    ["own_offer", { isOwn: true }, {}],
    ["sister_account", { sellerId: "ASISTER" }, {}],
    ["other_condition", { condition: "used" }, {}],
    ["other_currency", { listing: money(2000n, "EUR"), shipping: money(0n, "EUR") }, {}],
    ["price_not_positive", { cents: 0n }, {}],
    ["price_not_positive", { cents: 0n, shipping: usd(499n) }, {}],
    ["ignored_seller", {}, { ignoredSellerIds: ["ARIVAL"] }],
    ["amazon_retail", { isAmazonRetail: true }, { ignoresAmazonRetail: true }],
    ["other_fulfilment", {}, { fulfilment: "amazon" }],
    ["not_eligible", { isFeaturedMerchant: false }, {}],
    ["few_ratings", { feedbackCount: null }, { feedbackCountMin: 1 }],
    ["low_rating", { positivePercent: 89 }, { positivePercentMin: 90 }],
    ["slow_handling", { handlingHoursMax: null }, { handlingHoursMax: 48 }],
  ])("leaves out %s", (why, parts, filters) => {
    const result = filter([offer(parts)], filters);

    expect(result.rivals).toEqual([]);
    expect(result.leftOut.map((each) => each.why)).toEqual([why]);
  });

  it("keeps who passes every filter", () => {
    const strict = { feedbackCountMin: 500, positivePercentMin: 97, handlingHoursMax: 24 };

    expect(filter([offer()], { ...strict, fulfilment: "merchant" }).rivals).toHaveLength(1);
    expect(filter([offer({ isFeaturedMerchant: false, isFeatured: true })]).rivals).toHaveLength(1);
  });

  it("leaves out a rival at one cent only when three or more are compared", () => {
    const typo = offer({ sellerId: "ATYPO", cents: 1n });
    const two = [offer({ sellerId: "A1" }), offer({ sellerId: "A2", cents: 2100n })];

    expect(filter([typo, ...two]).leftOut).toEqual([{ offer: typo, why: "outlier" }]);
    expect(filter([typo, offer()]).leftOut).toEqual([]);
  });

  it("takes exactly half the median as fair", () => {
    const others = [offer({ sellerId: "A1" }), offer({ sellerId: "A2" })];

    expect(filter([offer({ cents: 1000n }), ...others]).leftOut).toEqual([]);
    expect(filter([offer({ cents: 999n }), ...others]).leftOut).toHaveLength(1);
  });

  it("uses the middle of the two middle prices when the number is even", () => {
    const prices = [1200n, 2000n, 3000n, 3000n];
    const offers = prices.map((cents, index) => offer({ sellerId: `A${index}`, cents }));

    expect(filter(offers).leftOut.map((each) => each.offer.landed)).toEqual([usd(1200n)]);
  });

  it("keeps two offers of one seller apart and loses none", () => {
    const offers = [
      offer({ cents: 2100n }),
      offer({ cents: 2000n, fulfilment: "amazon" }),
      offer({ isOwn: true }),
    ];
    const result = filter(offers);

    expect(result.rivals.map((each) => each.landed)).toEqual([usd(2000n), usd(2100n)]);
    expect(result.leftOut).toHaveLength(1);
  });

  it("does not care in which order offers come", () => {
    const anyOffer = fc
      .record({
        sellerId: fc.constantFrom("A1", "A2", "ASISTER"),
        cents: fc.bigInt({ min: 0n, max: 50n }),
        isFeatured: fc.boolean(),
        isOwn: fc.boolean(),
        isFeaturedMerchant: fc.boolean(),
        feedbackCount: fc.option(fc.nat(3)),
      })
      .map(offer);
    const shuffled = fc
      .array(anyOffer, { maxLength: 20 })
      .chain((offers) =>
        fc.tuple(fc.constant(offers), fc.shuffledSubarray(offers, { minLength: offers.length })),
      );
    fc.assert(
      fc.property(shuffled, ([offers, other]) => {
        expect(filter(other)).toEqual(filter(offers));
      }),
    );
  });
});

describe("the difference between two pictures", () => {
  const difference = (before: readonly Offer[], after: readonly Offer[]) =>
    differenceBetween(snapshot(before), snapshot(after), ["ASISTER"]);

  it("names who came, who left and who moved, each once", () => {
    const before = [offer({ sellerId: "A1" }), offer({ sellerId: "A2" })];
    const after = [offer({ sellerId: "A2", cents: 1900n }), offer({ sellerId: "A3" })];

    expect(difference(before, after)).toMatchObject({
      isMoved: true,
      appeared: [{ sellerId: "A3" }],
      left: [{ sellerId: "A1" }],
      moves: [{ sellerId: "A2", from: usd(2000n), to: usd(1900n), isUndercut: false }],
    });
  });

  it("is no move of the market when only we or a sister account move", () => {
    const after = [offer({ isOwn: true, cents: 1500n }), offer({ sellerId: "ASISTER" }), offer()];

    expect(difference([offer({ isOwn: true }), offer()], after)).toMatchObject({
      isMoved: false,
      isOwnMoved: true,
      moves: [],
    });
  });

  it("is a move when another seller is featured, whoever's price stands", () => {
    const [a, b] = [offer({ sellerId: "A1" }), offer({ sellerId: "A2" })];

    expect(
      difference([{ ...a, isFeatured: true }, b], [a, { ...b, isFeatured: true }]),
    ).toMatchObject({ isMoved: true, moves: [] });
  });

  it("is an undercut only when a rival goes below us from above or level", () => {
    const us = offer({ isOwn: true, cents: 2000n });
    const moves = (from: bigint, to: bigint) =>
      difference([us, offer({ cents: from })], [us, offer({ cents: to })]).moves;

    expect(moves(2000n, 1999n)).toMatchObject([{ isUndercut: true }]);
    expect(moves(1990n, 1980n)).toMatchObject([{ isUndercut: false }]);
    expect(moves(2100n, 2000n)).toMatchObject([{ isUndercut: false }]);
  });

  it("does not care in which order offers stand", () => {
    const offers = [offer({ sellerId: "A1" }), offer({ sellerId: "A1", cents: 1800n }), offer()];

    expect(difference(offers, [...offers].reverse())).toMatchObject({ isMoved: false, moves: [] });
  });
});

describe("the Buy Box of a picture", () => {
  const read = (offers: readonly Offer[], featured: Offer["landed"] | null = null) =>
    readBuyBox(snapshot(offers, featured), ["ASISTER"]);

  it.each([
    ["won", [offer({ isOwn: true, isFeatured: true })], null],
    ["won", [offer({ sellerId: "ASISTER", isFeatured: true })], null],
    ["lost", [offer({ isFeatured: true }), offer({ isOwn: true })], null],
    ["lost", [offer({ isOwn: true })], usd(1900n)],
    ["suppressed", [offer(), offer({ isOwn: true })], null],
    ["none", [], null],
  ] as const)("is %s", (state, offers, featured) => {
    expect(read(offers, featured).state).toBe(state);
  });
});

describe("the text of a snapshot", () => {
  const full: MarketSnapshot = {
    ...snapshot([
      offer({
        subcondition: "very_good",
        prime: "national",
        shipsFrom: { country: "US", state: null },
        handlingHoursMin: 0,
        availability: "later",
        promotions: [{ kind: "COUPON", amountOff: usd(100n), offBps: null }],
        segments: [{ membership: "prime", viewsBps: 6_000 }],
      }),
    ]),
    offersTotal: 31,
    references: [{ kind: "competitive_threshold", price: usd(1900n) }],
    ranks: [{ category: "garden_display_on_website", rank: 812 }],
  };

  it("reads back with everything a source may say", () => {
    expect(decodeSnapshot(JSON.parse(encodeSnapshot(full)))).toEqual(full);
  });

  it("written before the later fields existed stays the same, byte for byte", () => {
    const old = encodeSnapshot(snapshot([offer(), offer({ isOwn: true })], usd(2000n)));

    expect(encodeSnapshot(decodeSnapshot(JSON.parse(old)))).toBe(old);
    expect(old).not.toContain("prime");
    expect(old).not.toContain("ranks");
  });

  it("with a field nobody knows is refused", () => {
    const text = encodeSnapshot(full).replace('"offersTotal"', '"offersTotals"');

    expect(() => decodeSnapshot(JSON.parse(text))).toThrow("offersTotals");
  });
});
