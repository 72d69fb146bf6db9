/** Product Pricing 2022-05-01: competitive summary and featured offer expected price, both batched. */
import type {
  CompetitiveSummaryBatchResponse,
  CompetitiveSummaryIncludedData,
  CompetitiveSummaryResponse,
  FeaturedOffer,
  FeaturedOfferExpectedPriceResponse,
  FeaturedOfferExpectedPriceResult,
  Offer,
} from "@sp-api-sdk/product-pricing-api-2022-05-01";
import { shelfOf } from "../market/shelf.ts";
import type { MarketOffer } from "../market/types.ts";
import { toAmount } from "./decimal.ts";
import type { Listing } from "./listing.ts";
import { landedMinor, LISTED_OFFERS_MAX } from "./offer-list.ts";
import type { PricingOptions } from "./pricing-options.ts";
import { isRecord } from "./purchasable-offer.ts";
import { invalidInput } from "./reply.ts";
import { checkedMarketplace } from "./sp-api.ts";
import type { SpCall, SpOperation } from "./sp-api.ts";

const ROOT = "/products/pricing/2022-05-01";
const BATCH = `/batches${ROOT}`;
const SUMMARY_BATCH_MAX = 20;
const EXPECTED_PRICE_BATCH_MAX = 40;
const INCLUDED: readonly CompetitiveSummaryIncludedData[] = [
  "featuredBuyingOptions",
  "referencePrices",
  "lowestPricedOffers",
  "similarItems",
];

export function pricing2022Operations(options: PricingOptions): SpOperation[] {
  return [
    {
      name: "getCompetitiveSummary",
      method: "POST",
      path: `${BATCH}/items/competitiveSummary`,
      access: "seller",
      handle: (call) => {
        const requests = batchOf(call, SUMMARY_BATCH_MAX);
        const body: CompetitiveSummaryBatchResponse = {
          responses: requests.map((request) => summaryOf(request, call, options)),
        };
        return { body };
      },
    },
    {
      name: "getFeaturedOfferExpectedPriceBatch",
      method: "POST",
      path: `${BATCH}/offer/featuredOfferExpectedPrice`,
      access: "seller",
      handle: (call) => {
        const requests = batchOf(call, EXPECTED_PRICE_BATCH_MAX);
        const body: { responses: ExpectedPriceWire[] } = {
          responses: requests.map((request) => expectedPriceOf(request, call, options)),
        };
        return { body };
      },
    },
  ];
}

/** The generated client names the error entries `Error`, which TypeScript takes for the built-in. */
type ExpectedPriceWire = Omit<FeaturedOfferExpectedPriceResponse, "body"> & {
  body: Omit<NonNullable<FeaturedOfferExpectedPriceResponse["body"]>, "errors"> & {
    errors?: unknown;
  };
};

function batchOf(call: SpCall, max: number): Readonly<Record<string, unknown>>[] {
  const requests = isRecord(call.body) ? call.body["requests"] : undefined;
  if (!Array.isArray(requests) || requests.length === 0 || requests.length > max) {
    throw invalidInput(`Number of requests must be between 1 and ${max}.`);
  }
  return requests.map((request: unknown) => {
    if (!isRecord(request)) throw invalidInput("Each request must be an object.");
    return request;
  });
}

function textOf(request: Readonly<Record<string, unknown>>, name: string): string {
  const value = request[name];
  if (typeof value !== "string" || value === "")
    throw invalidInput(`Missing '${name}' in request.`);
  return value;
}

function summaryOf(
  request: Readonly<Record<string, unknown>>,
  call: SpCall,
  { market }: PricingOptions,
): CompetitiveSummaryResponse {
  const asin = textOf(request, "asin");
  const marketplaceId = checkedMarketplace(textOf(request, "marketplaceId"), call);
  const asked = request["includedData"];
  if (!Array.isArray(asked) || asked.length === 0)
    throw invalidInput("Missing 'includedData' in request.");
  const has = (part: CompetitiveSummaryIncludedData): boolean => asked.includes(part);
  if (!asked.every((part) => INCLUDED.some((known) => known === part))) {
    throw invalidInput("Invalid 'includedData' in request.");
  }
  const shelf = shelfOf(asin, marketplaceId);
  if (!market.has(shelf)) {
    return {
      status: { statusCode: 400, reasonPhrase: "Bad Request" },
      body: { asin, marketplaceId },
    };
  }
  const { featured, currency, competitivePriceThresholdMinor } = market.summary(shelf);
  const threshold = {
    currencyCode: currency,
    amount: toAmount(competitivePriceThresholdMinor, currency),
  };
  return {
    status: { statusCode: 200, reasonPhrase: "Success" },
    body: {
      asin,
      marketplaceId,
      ...(has("featuredBuyingOptions")
        ? { featuredBuyingOptions: featured === null ? [] : [featuredOption(featured)] }
        : {}),
      ...(has("referencePrices")
        ? { referencePrices: [{ name: "CompetitivePrice", price: threshold }] }
        : {}),
      ...(has("lowestPricedOffers")
        ? {
            lowestPricedOffers: [
              {
                lowestPricedOffersInput: {
                  itemCondition: "New" as const,
                  offerType: "Consumer" as const,
                },
                offers: market.offers(shelf).slice(0, LISTED_OFFERS_MAX).map(offerOf),
              },
            ],
          }
        : {}),
      ...(has("similarItems") ? { similarItems: [{ items: [] }] } : {}),
    },
  };
}

function featuredOption(featured: MarketOffer) {
  const segment = {
    customerMembership: "DEFAULT" as const,
    segmentDetails: { glanceViewWeightPercentage: 100 },
  };
  const offer = { ...offerOf(featured), featuredOfferSegments: [segment] };
  return { buyingOptionType: "New" as const, segmentedFeaturedOffers: [offer] };
}

function offerOf(offer: MarketOffer): Offer {
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
    primeDetails: { eligibility: offer.isPrime ? "NATIONAL" : "NONE" },
  };
}

function expectedPriceOf(
  request: Readonly<Record<string, unknown>>,
  call: SpCall,
  options: PricingOptions,
): ExpectedPriceWire {
  const sku = textOf(request, "sku");
  const marketplaceId = checkedMarketplace(textOf(request, "marketplaceId"), call);
  const echoed = {
    request: { marketplaceId, sku },
    headers: { "x-amzn-RequestId": call.requestId },
  };
  const listing = options.storeOf(call.sellerId).find(sku, marketplaceId);
  if (listing === undefined) {
    const errors = [
      {
        code: "INVALID_SKU",
        message: "The requested SKU does not exist for the seller in the requested marketplace.",
      },
    ];
    return {
      ...echoed,
      status: { statusCode: 400, reasonPhrase: "Bad Request" },
      body: { errors },
    };
  }
  const { asin, seed } = listing;
  const result = listingResult(listing, call.sellerId, options);
  return {
    ...echoed,
    status: { statusCode: 200, reasonPhrase: "Success" },
    body: {
      ...(asin === null
        ? {}
        : {
            offerIdentifier: {
              asin,
              sku,
              marketplaceId,
              sellerId: call.sellerId,
              fulfillmentType: seed.fulfilment === "AMAZON" ? ("AFN" as const) : ("MFN" as const),
            },
          }),
      featuredOfferExpectedPriceResults: [result],
    },
  };
}

/**
 * The highest price at which this offer would be featured: level with the best eligible competitor,
 * which is how the sandbox market awards the Buy Box among equals.
 */
function listingResult(
  listing: Listing,
  sellerId: string,
  { market, storeOf }: PricingOptions,
): FeaturedOfferExpectedPriceResult {
  const { asin, marketplaceId } = listing;
  if (asin === null) return { resultStatus: "OFFER_NOT_FOUND" };
  if (!storeOf(sellerId).isBuyable(listing)) return { resultStatus: "OFFER_NOT_ELIGIBLE" };
  const offers = market.offers(shelfOf(asin, marketplaceId));
  const current = offers.find((offer) => offer.isBuyBoxWinner);
  const currentFeatured =
    current === undefined ? {} : { currentFeaturedOffer: featuredOf(current, asin, marketplaceId) };
  const rivals = offers.filter((offer) => offer.sellerId !== sellerId && offer.isFeaturedMerchant);
  const rival = rivals.sort((a, b) => landedMinor(a) - landedMinor(b))[0];
  if (rival === undefined) return { resultStatus: "NO_COMPETING_OFFER", ...currentFeatured };
  const amount = toAmount(landedMinor(rival), rival.currency);
  return {
    resultStatus: "VALID_FOEP",
    featuredOfferExpectedPrice: { listingPrice: { currencyCode: rival.currency, amount } },
    competingFeaturedOffer: featuredOf(rival, asin, marketplaceId),
    ...currentFeatured,
  };
}

function featuredOf(offer: MarketOffer, asin: string, marketplaceId: string): FeaturedOffer {
  const { sellerId, fulfilment, currency } = offer;
  return {
    offerIdentifier: {
      asin,
      marketplaceId,
      sellerId,
      fulfillmentType: fulfilment === "AMAZON" ? "AFN" : "MFN",
    },
    condition: "New",
    price: {
      listingPrice: { currencyCode: currency, amount: toAmount(offer.listingPriceMinor, currency) },
      shippingPrice: { currencyCode: currency, amount: toAmount(offer.shippingMinor, currency) },
    },
  };
}
