import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nextState, type CompetitorState } from "./behaviour.ts";
import { createRandom } from "./random.ts";
import { competitor, marketOffer } from "./specimens.ts";
import type { Competitor } from "./types.ts";

const stateOf = (change: Partial<Competitor>): CompetitorState => {
  const made = competitor(change);
  return { competitor: made, listingPriceMinor: made.listingPriceMinor, isInStock: true };
};
const landed = (state: CompetitorState) => state.listingPriceMinor + state.competitor.shippingMinor;
const random = () => createRandom("behaviour");
const anyPrices = fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 1, maxLength: 6 });
const offersAt = (prices: readonly number[]) =>
  prices.map((listingPriceMinor) => marketOffer({ listingPriceMinor }));

describe("undercutter", () => {
  const state = stateOf({ kind: "undercutter", floorMinor: 1_500, ceilingMinor: 2_200 });

  it("goes one step below the lowest other landed price", () => {
    const others = [
      marketOffer({ listingPriceMinor: 1_900 }),
      marketOffer({ listingPriceMinor: 1_700, shippingMinor: 300 }),
    ];

    expect(landed(nextState(state, others, random()))).toBe(1_900 - state.competitor.stepMinor);
  });

  it("never goes below its floor and, above it, is always the lowest", () => {
    fc.assert(
      fc.property(anyPrices, (prices) => {
        const after = landed(nextState(state, offersAt(prices), random()));

        expect(after).toBeGreaterThanOrEqual(1_500);
        expect(after <= 1_500 || after < Math.min(...prices)).toBe(true);
      }),
    );
  });

  it("goes to its ceiling when nobody else is left", () => {
    expect(landed(nextState(state, [], random()))).toBe(2_200);
  });
});

describe("matcher", () => {
  it("matches the lowest other landed price exactly, between its floor and its ceiling", () => {
    const state = stateOf({
      kind: "matcher",
      shippingMinor: 150,
      floorMinor: 1_500,
      ceilingMinor: 2_200,
    });
    fc.assert(
      fc.property(anyPrices, (prices) => {
        const expected = Math.min(2_200, Math.max(1_500, Math.min(...prices)));

        expect(landed(nextState(state, offersAt(prices), random()))).toBe(expected);
      }),
    );
  });
});

describe("random walker", () => {
  it("moves about but stays between its floor and its ceiling", () => {
    const stream = random();
    let state = stateOf({ kind: "random-walker", floorMinor: 1_900, ceilingMinor: 2_100 });
    const seen = new Set<number>();

    for (let move = 0; move < 500; move += 1) {
      state = nextState(state, [], stream);
      seen.add(landed(state));
    }

    expect(Math.min(...seen)).toBeGreaterThanOrEqual(1_900);
    expect(Math.max(...seen)).toBeLessThanOrEqual(2_100);
    expect(seen.size).toBeGreaterThan(50);
  });
});

describe("out-of-stock cycler", () => {
  it("leaves the market and comes back near the price it entered with", () => {
    const state = stateOf({ kind: "out-of-stock-cycler", listingPriceMinor: 2_000 });

    const gone = nextState(state, [], random());
    const back = nextState(gone, [], random());

    expect(gone.isInStock).toBe(false);
    expect(back.isInStock).toBe(true);
    expect(Math.abs(landed(back) - 2_000)).toBeLessThanOrEqual(60);
  });
});

describe("premium seller", () => {
  it("ignores everybody", () => {
    const state = stateOf({ kind: "premium" });

    expect(nextState(state, offersAt([1]), random())).toEqual(state);
  });
});
