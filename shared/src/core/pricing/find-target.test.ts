import { describe, expect, it } from "vitest";
import {
  buildInputs,
  buildMarket,
  buildOffer,
  DECIDED_AT,
  proposedMinor,
  reasonCodes,
  usd,
} from "../../testing/decision-inputs.ts";
import { SHOPIFY_PAYMENTS_US } from "../fees/fee-schedule.ts";
import { toListingId } from "../ids.ts";
import { money } from "../money/money.ts";
import { decidePrice } from "./decide-price.ts";
import type { DecisionInputs } from "./inputs.ts";

const featured = (cents: bigint, parts = {}) => buildOffer({ cents, isFeatured: true, ...parts });

type Parts = Parameters<typeof buildInputs>[0];

describe("answering the market", () => {
  it("matches the featured offer between floor and ceiling, and says why", () => {
    const decision = decidePrice(buildInputs());

    expect(decision).toEqual({
      kind: "propose",
      price: usd(2000n),
      floor: usd(1335n),
      ceiling: usd(3150n),
      reference: usd(2000n),
      reasons: [{ code: "matched_featured", facts: { reference: "USD 2000", target: "USD 2000" } }],
    });
  });

  it.each<[string, Parts, bigint, string[]]>([
    [
      "beats the featured offer by the amount asked",
      { rule: { strategy: { kind: "beat", beatByMinor: 1n } } },
      1999n,
      ["beat_featured"],
    ],
    [
      "never beats Amazon's own retail arm, only matches it",
      {
        rule: { strategy: { kind: "beat", beatByMinor: 1n } },
        market: buildMarket([featured(2000n, { isAmazonRetail: true })]),
      },
      2000n,
      ["matched_amazon_retail"],
    ],
    [
      "goes for the lowest when the rule says so",
      {
        rule: { target: "lowest" },
        market: buildMarket([featured(2000n), buildOffer({ sellerId: "ALOW", cents: 1950n })]),
      },
      1950n,
      ["matched_lowest"],
    ],
    [
      "beats the lowest when the rule says so",
      { rule: { target: "lowest", strategy: { kind: "beat", beatByMinor: 5n } } },
      1995n,
      ["beat_lowest"],
    ],
    [
      "compares landed prices: a rival's shipping counts, and so does ours",
      {
        listing: { shipping: usd(300n) },
        market: buildMarket([featured(1800n, { shipping: usd(499n) })]),
      },
      1999n,
      ["matched_featured"],
    ],
    [
      "takes our own points into account",
      { listing: { points: usd(20n) } },
      2020n,
      ["matched_featured"],
    ],
    [
      "answers the lowest when no offer is featured",
      { market: buildMarket([buildOffer({ cents: 2050n })]) },
      2050n,
      ["matched_lowest", "featured_missing"],
    ],
    [
      "answers the lowest fair rival when the featured one is an outlier",
      {
        market: buildMarket([
          featured(1n),
          buildOffer({ sellerId: "A1", cents: 2050n }),
          buildOffer({ sellerId: "A2", cents: 2060n }),
        ]),
      },
      2050n,
      ["matched_lowest", "featured_left_out"],
    ],
    [
      "answers a featured price whose offer is not among the twenty listed",
      { market: buildMarket([buildOffer({ cents: 2300n })], { featuredLanded: usd(2080n) }) },
      2080n,
      ["matched_featured"],
    ],
    [
      "answers the cheaper of two featured offers",
      { market: buildMarket([featured(2050n), featured(2040n, { sellerId: "APRIME" })]) },
      2040n,
      ["matched_featured"],
    ],
  ])("%s", (_claim, parts, price, reasons) => {
    const decision = decidePrice(buildInputs(parts));

    expect(proposedMinor(decision)).toBe(price);
    expect(reasonCodes(decision)).toEqual(reasons);
  });
});

describe("a shop that follows its Amazon listing", () => {
  function following(parts: {
    offsetBps?: number;
    keepsParity?: boolean;
    sibling?: Partial<NonNullable<DecisionInputs["sibling"]>> | null;
    listing?: Partial<DecisionInputs["listing"]>;
    rest?: Parts;
  }): DecisionInputs {
    const { offsetBps = 0, keepsParity = false, sibling = {} } = parts;
    return buildInputs({
      market: null,
      fees: SHOPIFY_PAYMENTS_US,
      listing: { channel: "shopify", asin: null, ...parts.listing },
      rule: { strategy: { kind: "follow", offsetBps, keepsParity } },
      sibling:
        sibling === null
          ? null
          : {
              listingId: toListingId("10"),
              price: usd(2000n),
              landed: usd(2000n),
              observedAt: DECIDED_AT,
              ...sibling,
            },
      ...parts.rest,
    });
  }

  it("takes the sibling's price with its offset, rounded up", () => {
    const decision = decidePrice(following({ offsetBps: 301 }));

    expect(proposedMinor(decision)).toBe(2061n);
    expect(decision).toMatchObject({ reference: usd(2000n) });
    expect(reasonCodes(decision)).toEqual(["followed_sibling"]);
  });

  it("never goes below the shop's own floor", () => {
    const rest = { bounds: { handFloor: usd(1980n) } };
    const decision = decidePrice(following({ offsetBps: -500, rest }));

    expect(proposedMinor(decision)).toBe(1980n);
    expect(reasonCodes(decision)).toEqual(["followed_sibling", "raised_to_floor"]);
  });

  it("is never cheaper in all than the sibling's landed price when it keeps parity", () => {
    const sibling = { landed: usd(2149n) };
    const listing = { shipping: usd(50n) };
    const decision = decidePrice(following({ keepsParity: true, sibling, listing }));

    expect(proposedMinor(decision)).toBe(2099n);
    expect(reasonCodes(decision)).toEqual(["followed_sibling", "raised_to_parity"]);
  });

  it.each([
    ["not_linked", null, false],
    ["sibling_price_unknown", { price: null }, false],
    ["sibling_price_unknown", { price: usd(0n) }, false],
    ["sibling_price_unknown", { landed: null }, true],
    ["sibling_stale", { observedAt: new Date("2026-11-22T10:00:00Z") }, false],
    ["currency_mismatch", { price: money(2000n, "EUR") }, false],
  ] as const)("holds with %s", (code, sibling, keepsParity) => {
    expect(reasonCodes(decidePrice(following({ sibling, keepsParity })))[0]).toBe(code);
  });

  it("does not care what the sibling's market is quoted in", () => {
    const market = buildMarket([], { featuredLanded: money(1n, "EUR") });

    expect(decidePrice(following({ rest: { market } })).kind).toBe("propose");
  });
});
