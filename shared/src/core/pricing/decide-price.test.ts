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
import { AMAZON_US_GENERIC } from "../fees/fee-schedule.ts";
import { toAsin, toChangeId } from "../ids.ts";
import { money } from "../money/money.ts";
import { decidePrice } from "./decide-price.ts";

const featured = (cents: bigint, parts = {}) => buildOffer({ cents, isFeatured: true, ...parts });
const own = (cents: bigint, parts = {}) =>
  buildOffer({ sellerId: "AOWN", cents, isOwn: true, ...parts });

type Parts = Parameters<typeof buildInputs>[0];

describe("when all is well", () => {
  it.each<[string, Parts, string]>([
    [
      "stays while we hold the featured offer",
      { market: buildMarket([own(2100n, { isFeatured: true }), buildOffer({ cents: 2500n })]) },
      "own_offer_featured",
    ],
    [
      "stays while another SKU of ours holds it",
      { market: buildMarket([own(1990n, { isFeatured: true }), own(2100n), featured(2000n)]) },
      "own_offer_featured",
    ],
    [
      "stays while a sister account holds it",
      { market: buildMarket([featured(2000n, { sellerId: "ASIS" })]), sisterSellerIds: ["ASIS"] },
      "own_offer_featured",
    ],
    [
      "stays while winning and lowest",
      {
        rule: { target: "lowest" },
        market: buildMarket([own(2100n, { isFeatured: true }), buildOffer({ cents: 2500n })]),
      },
      "own_offer_featured",
    ],
    ["stays when alone", { market: buildMarket([own(2100n)]) }, "no_competitor"],
    ["stays when nobody sells", { market: buildMarket([]) }, "no_competitor"],
    [
      "stays when it is there already",
      { listing: { currentPrice: usd(2000n) } },
      "already_at_target",
    ],
    [
      "stays when the move is not worth a write",
      { rule: { minChangeMinor: 101n } },
      "change_too_small",
    ],
  ])("%s", (_claim, parts, code) => {
    const decision = decidePrice(buildInputs(parts));

    expect(decision).toMatchObject({ kind: "hold", floor: usd(1335n) });
    expect(reasonCodes(decision)[0]).toBe(code);
  });

  it("goes on to be the lowest although it holds the featured offer", () => {
    const market = buildMarket([own(2100n, { isFeatured: true }), buildOffer({ cents: 2050n })]);
    const decision = decidePrice(buildInputs({ market, rule: { target: "lowest" } }));

    expect(proposedMinor(decision)).toBe(2050n);
  });

  it("comes back inside the walls although it wins, and is alone", () => {
    const market = buildMarket([own(2100n, { isFeatured: true })]);
    const decision = decidePrice(buildInputs({ market, bounds: { handFloor: usd(2200n) } }));

    expect(proposedMinor(decision)).toBe(2200n);
    expect(reasonCodes(decision)).toEqual(["raised_to_floor", "own_offer_featured"]);
    expect(decision).toMatchObject({ reference: null });
  });

  it("comes back inside the walls even by one cent", () => {
    const bounds = { handFloor: usd(2101n) };
    const decision = decidePrice(buildInputs({ bounds, rule: { minChangeMinor: 50n } }));

    expect(proposedMinor(decision)).toBe(2101n);
  });

  it("does not propose again what the merchant took back for the same reference", () => {
    const takenBack = { price: usd(2000n), reference: usd(2000n) };

    expect(reasonCodes(decidePrice(buildInputs({ takenBack })))[0]).toBe("undone_by_merchant");
  });

  it("proposes it again once the reference has moved", () => {
    const takenBack = { price: usd(2000n), reference: usd(1990n) };

    expect(proposedMinor(decidePrice(buildInputs({ takenBack })))).toBe(2000n);
    expect(
      proposedMinor(decidePrice(buildInputs({ takenBack: { ...takenBack, reference: null } }))),
    ).toBe(2000n);
  });

  it("does not raise to a floor again that the merchant took back without a reference", () => {
    const parts = { market: buildMarket([]), bounds: { handFloor: usd(2200n) } };
    const takenBack = { price: usd(2200n), reference: null };

    expect(reasonCodes(decidePrice(buildInputs({ ...parts, takenBack })))[0]).toBe(
      "undone_by_merchant",
    );
  });
});

describe("holding when anything is missing", () => {
  const stale = new Date(DECIDED_AT.getTime() - 6 * 3_600_000 - 1);
  it.each<[string, Parts]>([
    ["currency_unknown", { listing: { currency: "XXX" } }],
    ["rule_invalid", { rule: { minMarginBps: 10_000 } }],
    ["fees_invalid", { fees: { ...AMAZON_US_GENERIC, tiers: [] } }],
    ["fees_invalid", { costs: { returnReserveBps: -1 } }],
    ["listing_inactive", { listing: { isActive: false } }],
    ["asin_missing", { listing: { asin: null } }],
    ["change_in_flight", { listing: { changeInFlight: toChangeId("7") } }],
    ["sale_price_active", { listing: { hasActiveSale: true } }],
    ["automate_pricing_active", { listing: { isAutoPriced: true } }],
    ["price_unknown", { listing: { currentPrice: null } }],
    ["price_unknown", { listing: { currentPrice: usd(0n) } }],
    ["cost_missing", { costs: { cost: null } }],
    ["cost_missing", { costs: { cost: usd(0n) } }],
    ["cost_missing", { costs: { other: usd(-1n) } }],
    ["floor_blank", { rule: { needsHandFloor: true } }],
    ["floor_invalid", { bounds: { handFloor: usd(0n) } }],
    ["floor_invalid", { bounds: { map: usd(-1n) } }],
    ["ceiling_invalid", { bounds: { handCeiling: usd(0n) } }],
    ["currency_mismatch", { costs: { cost: money(1000n, "EUR") } }],
    ["currency_mismatch", { bounds: { handFloor: money(1000n, "EUR") } }],
    ["currency_mismatch", { listing: { currency: "EUR" } }],
    ["floor_unreachable", { rule: { minMarginBps: 9000 } }],
    ["floor_above_ceiling", { bounds: { handFloor: usd(3000n), handCeiling: usd(2500n) } }],
    ["floor_above_ceiling", { costs: { cost: usd(5000n) } }],
    ["no_market_data", { market: null }],
    ["no_market_data", { market: buildMarket([], { asin: toAsin("B0OTHER001") }) }],
    ["market_stale", { market: buildMarket([featured(2000n)], { observedAt: stale }) }],
    [
      "featured_owner_unknown",
      { market: buildMarket([buildOffer({ cents: 2200n })], { featuredLanded: usd(2100n) }) },
    ],
    [
      "featured_owner_unknown",
      { market: buildMarket([buildOffer({ cents: 2200n })], { featuredLanded: usd(1099n) }) },
    ],
    ["featured_owner_unknown", { market: buildMarket([], { featuredLanded: usd(0n) }) }],
  ])("holds with %s", (code, parts) => {
    const decision = decidePrice(buildInputs(parts));

    expect(decision.kind).toBe("hold");
    expect(reasonCodes(decision)[0]).toBe(code);
  });

  it("names everything that is missing at once", () => {
    const parts: Parts = {
      listing: { isActive: false, asin: null, currentPrice: null },
      costs: { cost: null },
    };

    expect(reasonCodes(decidePrice(buildInputs(parts)))).toEqual([
      "listing_inactive",
      "asin_missing",
      "price_unknown",
      "cost_missing",
    ]);
  });

  it("acts on facts that are exactly as old as allowed", () => {
    const observedAt = new Date(stale.getTime() + 1);
    const market = buildMarket([featured(2000n)], { observedAt });

    expect(decidePrice(buildInputs({ market })).kind).toBe("propose");
  });
});
