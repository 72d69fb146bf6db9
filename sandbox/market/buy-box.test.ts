import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chooseFeatured, isEligible, landedMinor } from "./buy-box.ts";
import { marketOffer } from "./specimens.ts";
import type { MarketOffer } from "./types.ts";

const offer = (change: Partial<MarketOffer> = {}): MarketOffer =>
  marketOffer({ fulfilment: "MERCHANT", ...change });

const choose = (offers: Record<string, MarketOffer>, holder: string | null = null) =>
  chooseFeatured({ offers: new Map(Object.entries(offers)), holder, thresholdMinor: 3_000 });

describe("chooseFeatured", () => {
  it("features the lowest landed price, shipping counted", () => {
    const lowestListing = offer({ listingPriceMinor: 1_900, shippingMinor: 200 });

    expect(choose({ a: lowestListing, b: offer({ listingPriceMinor: 2_000 }) })).toBe("b");
  });

  it("prefers Amazon's fulfilment at a slightly higher price, not at a much higher one", () => {
    const byAmazon = (listingPriceMinor: number) =>
      offer({ fulfilment: "AMAZON", listingPriceMinor });

    expect(choose({ amazon: byAmazon(2_050), merchant: offer() })).toBe("amazon");
    expect(choose({ amazon: byAmazon(2_070), merchant: offer() })).toBe("merchant");
  });

  it("keeps the holder on a tie and lets a challenger one cent cheaper take over", () => {
    expect(choose({ a: offer(), b: offer() }, "b")).toBe("b");
    expect(choose({ a: offer({ listingPriceMinor: 1_999 }), b: offer() }, "b")).toBe("a");
  });

  // One reason each for which an offer cannot be featured, however cheap it is.
  it.each<[string, Partial<MarketOffer>]>([
    ["the seller is not a featured merchant", { isFeaturedMerchant: false }],
    ["too few ratings are positive", { positivePercent: 79 }],
    ["handling takes too long", { handlingHoursMax: 96 }],
  ])("never features an offer when %s", (_reason, flaw) => {
    expect(choose({ flawed: offer({ listingPriceMinor: 100, ...flaw }) })).toBeNull();
  });

  it("features nobody when every eligible offer costs more than the threshold", () => {
    expect(choose({ a: offer({ listingPriceMinor: 3_001 }) }, "a")).toBeNull();
  });

  it("features at most one offer, an eligible one under the threshold, whatever the order", () => {
    const anyOffer = fc
      .record({
        listingPriceMinor: fc.integer({ min: 1, max: 4_000 }),
        shippingMinor: fc.integer({ min: 0, max: 500 }),
        fulfilment: fc.constantFrom("AMAZON" as const, "MERCHANT" as const),
        positivePercent: fc.integer({ min: 60, max: 100 }),
        handlingHoursMax: fc.integer({ min: 24, max: 96 }),
        isFeaturedMerchant: fc.boolean(),
      })
      .map(offer);
    fc.assert(
      fc.property(fc.array(anyOffer, { maxLength: 8 }), fc.nat(8), (list, holderIndex) => {
        const entries = list.map((each, index): [string, MarketOffer] => [`s${index}`, each]);
        const input = { holder: `s${holderIndex}`, thresholdMinor: 3_000 };
        const winner = chooseFeatured({ offers: new Map(entries), ...input });
        const reversed = chooseFeatured({ offers: new Map([...entries].reverse()), ...input });
        const canWin = (each: MarketOffer) => isEligible(each) && landedMinor(each) <= 3_000;

        expect(reversed).toBe(winner);
        if (winner === null) expect(list.some(canWin)).toBe(false);
        else expect(list.filter(canWin)).toContain(new Map(entries).get(winner));
      }),
    );
  });
});
