/** Valid competitors and offers for scenarios and tests: they state only what matters to them. */
import type { Competitor, DemandTruth, MarketOffer } from "./types.ts";

export function competitor(change: Partial<Competitor> = {}): Competitor {
  return {
    sellerId: "ARIVAL00000001",
    kind: "matcher",
    fulfilment: "AMAZON",
    listingPriceMinor: 2_000,
    shippingMinor: 0,
    floorMinor: 1_500,
    ceilingMinor: 2_400,
    stepMinor: 10,
    reactionDelayMs: 60_000,
    feedbackCount: 3_200,
    positivePercent: 96,
    handlingHoursMin: 0,
    handlingHoursMax: 24,
    shipsFrom: "US",
    isFeaturedMerchant: true,
    ...change,
  };
}

export function marketOffer(change: Partial<MarketOffer> = {}): MarketOffer {
  return {
    sellerId: "ARIVAL00000002",
    listingPriceMinor: 2_000,
    shippingMinor: 0,
    currency: "USD",
    fulfilment: "AMAZON",
    condition: "new",
    feedbackCount: 500,
    positivePercent: 95,
    handlingHoursMin: 0,
    handlingHoursMax: 24,
    shipsFrom: "US",
    isFeaturedMerchant: true,
    isBuyBoxWinner: false,
    isPrime: true,
    ...change,
  };
}

export function demand(change: Partial<DemandTruth> = {}): DemandTruth {
  return {
    arrivalsPerDay: 100,
    buyShareAtBase: 0.1,
    basePriceMinor: 2_000,
    elasticity: -2,
    searchShareWithoutFeatured: 0.1,
    ...change,
  };
}
