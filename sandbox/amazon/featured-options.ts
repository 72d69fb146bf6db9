/**
 * The featured offers of an ASIN by segment of shoppers, and the promotions that run on offers. Prime
 * members see the market's featured offer; others see the cheapest eligible one, because Amazon's own
 * fulfilment is worth less to them. Where both see the same there is one segment.
 */
import { isEligible, landedMinor } from "../market/buy-box.ts";
import type { Market, MarketOffer } from "../market/types.ts";
import { offerOf } from "./competitive-offer.ts";
import type { Promotions } from "./promotions.ts";

const PRIME_WEIGHT_MIN = 55;
const PRIME_WEIGHT_SPREAD = 25;

export function featuredOptions(input: {
  readonly market: Market;
  readonly shelf: string;
  readonly promotions: Promotions;
}) {
  const { market, shelf, promotions } = input;
  const offers = market.offers(shelf);
  const { featured } = market.summary(shelf);
  if (featured === null) return [];
  const other = offers.filter(isEligible).sort((a, b) => landedMinor(a) - landedMinor(b))[0];
  const view = (offer: MarketOffer) => offerOf(offer, promotions.of(shelf, offer));
  const isOne = other === undefined || landedMinor(other) >= landedMinor(featured);
  const primeWeight =
    PRIME_WEIGHT_MIN + ((shelf.codePointAt(shelf.length - 1) ?? 0) % PRIME_WEIGHT_SPREAD);
  const segmentedFeaturedOffers = isOne
    ? [{ ...view(featured), featuredOfferSegments: [segment("DEFAULT", 100)] }]
    : [
        { ...view(featured), featuredOfferSegments: [segment("PRIME", primeWeight)] },
        { ...view(other), featuredOfferSegments: [segment("NON_PRIME", 100 - primeWeight)] },
      ];
  return [{ buyingOptionType: "New" as const, segmentedFeaturedOffers }];
}

function segment(
  customerMembership: "DEFAULT" | "PRIME" | "NON_PRIME",
  glanceViewWeightPercentage: number,
) {
  return {
    customerMembership,
    segmentDetails: { glanceViewWeightPercentage },
  };
}
