import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createSandboxClock } from "../clock.ts";
import { isEligible, landedMinor } from "./buy-box.ts";
import { createMarket } from "./market.ts";
import { competitor, demand } from "./specimens.ts";
import type { Market, MarketAsin, MarketChange, OwnOffer } from "./types.ts";

const HOUR_MS = 3_600_000;
const startAt = new Date("2026-03-01T00:00:00.000Z");
const ASINS: MarketAsin[] = [
  { asin: "B0MARKET01", basePriceMinor: 2_499, currency: "USD" },
  { asin: "B0MARKET02", basePriceMinor: 899, currency: "USD" },
  { asin: "B0MARKET03", basePriceMinor: 12_900, currency: "USD" },
];

function world(asins: readonly MarketAsin[] = ASINS, seed = 7) {
  const clock = createSandboxClock({ startAt, speed: 0 });
  const market = createMarket({ seed, clock, asins });
  const changes: MarketChange[] = [];
  market.onChange((change) => changes.push(change));
  return { clock, market, changes };
}

const own = (change: Partial<OwnOffer> = {}): OwnOffer => ({
  sellerId: "A3CALIBRDEMO01",
  sku: "OWN-1",
  asin: "B0MARKET01",
  listingPriceMinor: 2_499,
  fulfilment: "AMAZON",
  quantity: 1_000_000,
  ...change,
});

const stateOf = (market: Market) =>
  market.asins().map((asin) => [market.summary(asin), market.offers(asin)]);

describe("determinism", () => {
  const anyCall = fc.oneof(
    fc.record({ kind: fc.constant("advance" as const), ms: fc.integer({ min: 1, max: 2e7 }) }),
    fc.record({ kind: fc.constantFrom("start" as const, "freeze" as const, "step" as const) }),
    fc.record({
      kind: fc.constantFrom("move" as const, "own" as const),
      asin: fc.constantFrom(...ASINS.map(({ asin }) => asin)),
      priceMinor: fc.integer({ min: 100, max: 20_000 }),
    }),
  );

  it("gives the same market for the same seed and the same calls", async () => {
    const calls = fc.array(anyCall, { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(calls, fc.nat(1_000), async (script, seed) => {
        const runs = [world(ASINS, seed), world(ASINS, seed)];
        for (const { clock, market } of runs) {
          for (const call of script) {
            if (call.kind === "advance") await clock.advance(call.ms);
            else if (call.kind === "own") {
              market.setOwnOffer(own({ asin: call.asin, listingPriceMinor: call.priceMinor }));
            } else if (call.kind === "move") {
              if (market.offers(call.asin).some((offer) => offer.sellerId !== own().sellerId)) {
                market.move({ asin: call.asin, listingPriceMinor: call.priceMinor });
              }
            } else market[call.kind]();
          }
        }
        const [first, second] = runs.map(({ market, changes }) => [
          stateOf(market),
          market.sales(),
          changes,
        ]);

        expect(second).toEqual(first);
      }),
      { numRuns: 30 },
    );
  });

  it("gives an ASIN the same competitors whatever else is sold", () => {
    const alone = world(ASINS.slice(1, 2)).market.truth("B0MARKET02");

    expect(world().market.truth("B0MARKET02")).toEqual(alone);
    expect(world(ASINS, 8).market.truth("B0MARKET02")).not.toEqual(alone);
  });
});

describe("states", () => {
  it("moves nothing by itself before start and after freeze", async () => {
    const { clock, market, changes } = world();
    const before = stateOf(market).map(([, offers]) => offers);

    await clock.advance(48 * HOUR_MS);
    expect(stateOf(market).map(([, offers]) => offers)).toEqual(before);
    expect(market.sales()).toEqual([]);

    market.start();
    await clock.advance(6 * HOUR_MS);
    expect(changes.length).toBeGreaterThan(0);
    expect(market.sales().length).toBeGreaterThan(0);

    market.freeze();
    const [changesSoFar, salesSoFar] = [changes.length, market.sales().length];
    await clock.advance(48 * HOUR_MS);
    expect([changes.length, market.sales().length]).toEqual([changesSoFar, salesSoFar]);
  });

  it("lets a named competitor move at once, even while still, and tells of it once", () => {
    const { market, changes } = world();
    const rival = market.truth("B0MARKET01").competitors.at(-1)?.sellerId ?? "";

    const moved = market.move({ asin: "B0MARKET01", sellerId: rival, listingPriceMinor: 1_234 });

    const offer = market.offers("B0MARKET01").find(({ sellerId }) => sellerId === rival);
    expect(moved).toBe(rival);
    expect(offer?.listingPriceMinor).toBe(1_234);
    expect(changes).toHaveLength(1);
  });

  it("moves the lowest competitor, never an own offer, when nobody is named", () => {
    const { market } = world();
    market.setOwnOffer(own({ listingPriceMinor: 1 }));

    expect(market.move({ asin: "B0MARKET01", listingPriceMinor: 2 })).not.toBe(own().sellerId);
  });

  // A typing mistake must not become a price.
  it.each([0, -1, 19.99, Number.NaN])("refuses %s as a price", (listingPriceMinor) => {
    const { market } = world();

    expect(() => market.move({ asin: "B0MARKET01", listingPriceMinor })).toThrow(RangeError);
    expect(() => market.setOwnOffer(own({ listingPriceMinor }))).toThrow(RangeError);
  });
});

describe("own offers", () => {
  it("open an unknown ASIN, show once, and leave at quantity 0", () => {
    const { market, changes } = world([]);
    market.setOwnOffer(own({ asin: "B0MARKET09" }));
    market.setOwnOffer(own({ asin: "B0MARKET09" }));
    const mine = () =>
      market.offers("B0MARKET09").filter((offer) => offer.sellerId === own().sellerId);

    expect(mine()).toHaveLength(1);
    expect(changes).toHaveLength(1);

    market.setOwnOffer(own({ asin: "B0MARKET09", quantity: 0 }));
    expect(mine()).toHaveLength(0);
  });

  it("win the featured offer with a price far below the others, and the change says so", () => {
    const { market, changes } = world();

    market.setOwnOffer(own({ listingPriceMinor: 1_000 }));

    expect(market.summary("B0MARKET01").featured?.sellerId).toBe(own().sellerId);
    expect(changes.map(({ type }) => type)).toEqual(["FeaturedOffer"]);
  });

  it("run down with every sale and leave when sold out", async () => {
    const { clock, market } = world([
      { ...(ASINS[0] as MarketAsin), competitors: [], demand: demand({ basePriceMinor: 2_499 }) },
    ]);
    market.setOwnOffer(own({ quantity: 3 }));
    market.start();

    await clock.advance(240 * HOUR_MS);

    expect(market.sales({ sellerId: own().sellerId }).map(({ sku }) => sku)).toEqual([
      "OWN-1",
      "OWN-1",
      "OWN-1",
    ]);
    expect(market.offers("B0MARKET01")).toEqual([]);
  });

  it("stay when the ASIN is opened anew with other competitors", () => {
    const { market } = world();
    market.setOwnOffer(own());

    market.open({ ...(ASINS[0] as MarketAsin), competitors: [] });

    expect(market.offers("B0MARKET01").map(({ sellerId }) => sellerId)).toEqual([own().sellerId]);
  });
});

describe("competitors over a week", () => {
  it("feature at most one eligible offer at every change and stay above their floors", async () => {
    const { clock, market, changes } = world();
    const truths = new Map(market.asins().map((asin) => [asin, market.truth(asin)]));
    market.onChange(({ asin }) => {
      const offers = market.offers(asin);
      const winners = offers.filter((offer) => offer.isBuyBoxWinner);
      expect(winners.length).toBeLessThanOrEqual(1);
      expect(winners.every(isEligible)).toBe(true);
      for (const { sellerId, floorMinor } of truths.get(asin)?.competitors ?? []) {
        const offer = offers.find((each) => each.sellerId === sellerId);
        if (offer !== undefined) expect(landedMinor(offer)).toBeGreaterThanOrEqual(floorMinor);
      }
    });
    market.start();

    await clock.advance(7 * 24 * HOUR_MS);

    expect(changes.length).toBeGreaterThan(20);
  });

  it("answer an own price after their delay, not before", async () => {
    const matcher = competitor({ sellerId: "AMATCHER", reactionDelayMs: 60_000 });
    const { clock, market } = world([
      {
        ...(ASINS[0] as MarketAsin),
        competitors: [matcher],
        demand: demand({ arrivalsPerDay: 0 }),
      },
    ]);
    market.setOwnOffer(own({ listingPriceMinor: 2_000 }));
    market.start();
    await clock.advance(HOUR_MS);
    const priceOfMatcher = () =>
      market.offers("B0MARKET01").find(({ sellerId }) => sellerId === "AMATCHER")
        ?.listingPriceMinor;

    market.setOwnOffer(own({ listingPriceMinor: 1_800 }));
    await clock.advance(40_000);
    expect(priceOfMatcher()).toBe(2_000);
    await clock.advance(40_000);
    expect(priceOfMatcher()).toBe(1_800);
  });
});

describe("shoppers", () => {
  const lone = (elasticity: number): MarketAsin => ({
    asin: "B0DEMAND01",
    basePriceMinor: 2_000,
    currency: "USD",
    competitors: [],
    competitivePriceThresholdMinor: 100_000,
    demand: demand({ arrivalsPerDay: 2_000, elasticity }),
  });
  const unitsAt = async (price: number, elasticity: number) => {
    const { clock, market } = world([lone(elasticity)], 11);
    market.setOwnOffer(own({ asin: "B0DEMAND01", listingPriceMinor: price }));
    market.start();
    await clock.advance(30 * 24 * HOUR_MS);
    return market.sales({ asin: "B0DEMAND01" }).length;
  };

  // 60,000 arrivals a price give 4,000 to 9,000 sales: the slope's standard error is about 0.06.
  it.each([-1.5, -3])(
    "buy by the stated curve: elasticity %s is seen in the sales",
    async (truth) => {
      const [low, high] = await Promise.all([unitsAt(1_800, truth), unitsAt(2_300, truth)]);

      const observed = Math.log(high / low) / Math.log(2_300 / 1_800);

      expect(Math.abs(observed - truth)).toBeLessThan(0.3);
    },
  );

  it("arrive at the stated rate: sales at the base price are near arrivals times share", async () => {
    const expected = 2_000 * 30 * 0.1;

    const units = await unitsAt(2_000, -2);

    // Four standard deviations of a Poisson count.
    expect(Math.abs(units - expected)).toBeLessThan(4 * Math.sqrt(expected));
  });

  it("improve the sales rank by buying", async () => {
    const { clock, market } = world([lone(-2)]);
    market.setOwnOffer(own({ asin: "B0DEMAND01", listingPriceMinor: 4_000 }));
    market.start();
    await clock.advance(5 * 24 * HOUR_MS);
    const rankWhenDear = market.salesRank("B0DEMAND01");

    market.setOwnOffer(own({ asin: "B0DEMAND01", listingPriceMinor: 1_500 }));
    await clock.advance(5 * 24 * HOUR_MS);

    expect(market.salesRank("B0DEMAND01")).toBeLessThan(rankWhenDear);
  });
});
