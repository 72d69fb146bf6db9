/** A market offer in the shape of Product Pricing 2022-05-01. */
import type { Offer, Promotion } from "@sp-api-sdk/product-pricing-api-2022-05-01";
import type { MarketOffer } from "../market/types.ts";
import { toAmount } from "./decimal.ts";

export function offerOf(offer: MarketOffer, promotions: readonly Promotion[]): Offer {
  const price = (minor: number) => ({
    currencyCode: offer.currency,
    amount: toAmount(minor, offer.currency),
  });
  return {
    sellerId: offer.sellerId,
    condition: "New",
    subCondition: "New",
    fulfillmentType: offer.fulfilment === "AMAZON" ? "AFN" : "MFN",
    listingPrice: price(offer.listingPriceMinor),
    shippingOptions: [{ shippingOptionType: "DEFAULT", price: price(offer.shippingMinor) }],
    ...(offer.points === undefined ? {} : { points: { pointsNumber: offer.points } }),
    ...(promotions.length === 0 ? {} : { promotions: [...promotions] }),
    primeDetails: { eligibility: offer.isPrime ? "NATIONAL" : "NONE" },
  };
}
