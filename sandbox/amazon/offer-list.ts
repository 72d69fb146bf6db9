/** The market's offers in the shape of Product Pricing v0 (PascalCase, amounts as JSON numbers). */
import type {
  BuyBoxPriceType,
  GetOffersResult,
  LowestPriceType,
  MoneyType,
  OfferCountType,
  OfferDetail,
  Summary,
} from "@sp-api-sdk/product-pricing-api-v0";
import { shelfOf } from "../market/shelf.ts";
import type { Fulfilment, Market, MarketOffer, MarketSummary } from "../market/types.ts";
import { toAmount } from "./decimal.ts";

/** Amazon lists at most this many offers; the summary counts them all. */
export const LISTED_OFFERS_MAX = 20;

interface OfferListInput {
  readonly market: Market;
  readonly marketplaceId: string;
  /** Null for a listing that Amazon has not matched with a page. */
  readonly asin: string | null;
  /** Set when the caller asked by its own SKU. */
  readonly sku?: string;
  readonly sellerId: string;
  /** What a sentinel or an unmatched listing shows in place of offers. */
  readonly status?: "NoBuyableOffers" | "ActiveButTooSoonForProcessing";
  readonly now: Date;
}

export function offerList(input: OfferListInput): GetOffersResult {
  const { market, marketplaceId, asin, sku, sellerId, now } = input;
  const shelf = asin === null ? null : shelfOf(asin, marketplaceId);
  const offers = shelf === null || input.status !== undefined ? [] : market.offers(shelf);
  const status = input.status ?? (offers.length === 0 ? "NoBuyableOffers" : "Success");
  const availableAt = new Date(now.getTime() + 3_600_000).toISOString();
  const summary: Summary =
    shelf === null || status !== "Success"
      ? {
          TotalOfferCount: 0,
          ...(status === "ActiveButTooSoonForProcessing"
            ? { OffersAvailableTime: availableAt }
            : {}),
        }
      : summaryOf(market.summary(shelf), offers);
  return {
    marketplaceId,
    ...(asin === null ? {} : { ASIN: asin }),
    ...(sku === undefined ? {} : { SKU: sku }),
    ItemCondition: "New",
    status,
    Identifier: {
      MarketplaceId: marketplaceId,
      ItemCondition: "New",
      ...(asin === null ? {} : { ASIN: asin }),
      ...(sku === undefined ? {} : { SellerSKU: sku }),
    },
    Summary: summary,
    Offers: offers.slice(0, LISTED_OFFERS_MAX).map((offer) => detailOf(offer, sellerId)),
  };
}

export function money(minor: number, currency: string): MoneyType {
  return { CurrencyCode: currency, Amount: toAmount(minor, currency) };
}

/** Price + shipping, the number Amazon ranks by. */
export function landedMinor(offer: MarketOffer): number {
  return offer.listingPriceMinor + offer.shippingMinor;
}

export function channelName(fulfilment: Fulfilment): "Amazon" | "Merchant" {
  return fulfilment === "AMAZON" ? "Amazon" : "Merchant";
}

function summaryOf(summary: MarketSummary, offers: readonly MarketOffer[]): Summary {
  const { currency } = summary;
  const lowest = [summary.lowest.AMAZON, summary.lowest.MERCHANT].filter((offer) => offer !== null);
  const lowestLandedMinor = Math.min(...lowest.map(landedMinor));
  return {
    TotalOfferCount: offers.length,
    NumberOfOffers: offerCounts(summary.offerCount),
    LowestPrices: lowest.map(lowestPrice),
    ...(summary.featured === null ? {} : { BuyBoxPrices: [buyBoxPrice(summary.featured)] }),
    ListPrice: money(summary.listPriceMinor, currency),
    CompetitivePriceThreshold: money(summary.competitivePriceThresholdMinor, currency),
    ...(Number.isFinite(lowestLandedMinor)
      ? { SuggestedLowerPricePlusShipping: money(lowestLandedMinor, currency) }
      : {}),
    SalesRankings: [
      { ProductCategoryId: "home_garden_display_on_website", Rank: summary.salesRank },
    ],
    BuyBoxEligibleOffers: offerCounts(summary.buyBoxEligibleCount),
  };
}

function offerCounts(counts: Readonly<Record<Fulfilment, number>>): OfferCountType[] {
  return (["AMAZON", "MERCHANT"] as const)
    .filter((fulfilment) => counts[fulfilment] > 0)
    .map((fulfilment) => ({
      condition: "new",
      fulfillmentChannel: channelName(fulfilment),
      OfferCount: counts[fulfilment],
    }));
}

function lowestPrice(offer: MarketOffer): LowestPriceType {
  return {
    condition: "new",
    fulfillmentChannel: channelName(offer.fulfilment),
    offerType: "B2C",
    ...pricesOf(offer),
  };
}

function buyBoxPrice(offer: MarketOffer): BuyBoxPriceType {
  return { condition: "New", offerType: "B2C", ...pricesOf(offer), sellerId: offer.sellerId };
}

function pricesOf(offer: MarketOffer) {
  return {
    LandedPrice: money(landedMinor(offer), offer.currency),
    ListingPrice: money(offer.listingPriceMinor, offer.currency),
    Shipping: money(offer.shippingMinor, offer.currency),
    ...(offer.points === undefined ? {} : { Points: { PointsNumber: offer.points } }),
  };
}

function detailOf(offer: MarketOffer, sellerId: string): OfferDetail {
  return {
    MyOffer: offer.sellerId === sellerId,
    offerType: "B2C",
    SubCondition: "new",
    SellerId: offer.sellerId,
    SellerFeedbackRating: {
      SellerPositiveFeedbackRating: offer.positivePercent,
      FeedbackCount: offer.feedbackCount,
    },
    ShippingTime: {
      minimumHours: offer.handlingHoursMin,
      maximumHours: offer.handlingHoursMax,
      availabilityType: "NOW",
    },
    ListingPrice: money(offer.listingPriceMinor, offer.currency),
    ...(offer.points === undefined ? {} : { Points: { PointsNumber: offer.points } }),
    Shipping: money(offer.shippingMinor, offer.currency),
    ShipsFrom: { Country: offer.shipsFrom },
    IsFulfilledByAmazon: offer.fulfilment === "AMAZON",
    PrimeInformation: { IsPrime: offer.isPrime, IsNationalPrime: offer.isPrime },
    IsBuyBoxWinner: offer.isBuyBoxWinner,
    IsFeaturedMerchant: offer.isFeaturedMerchant,
  };
}
