/** Product Pricing 2022-05-01: competitive summary and featured offer expected price, both batched. */
import type {
  Condition,
  CompetitiveSummaryBatchResponse,
  CompetitiveSummaryIncludedData,
  CompetitiveSummaryResponse,
  FeaturedOffer,
  FeaturedOfferExpectedPriceResponse,
  FeaturedOfferExpectedPriceResult,
  LowestPricedOffersInput,
} from "@sp-api-sdk/product-pricing-api-2022-05-01";
import { shelfOf } from "../market/shelf.ts";
import type { MarketOffer } from "../market/types.ts";
import { offerOf } from "./competitive-offer.ts";
import { toAmount } from "./decimal.ts";
import { featuredOptions } from "./featured-options.ts";
import type { Listing } from "./listing.ts";
import { landedMinor, LISTED_OFFERS_MAX } from "./offer-list.ts";
import type { PricingOptions } from "./pricing-options.ts";
import { isRecord } from "./purchasable-offer.ts";
import { invalidInput } from "./reply.ts";
import { checkedMarketplace } from "./sp-api.ts";
import type { SpCall, SpOperation } from "./sp-api.ts";

const ROOT = "/products/pricing/2022-05-01";
const BATCH = `/batches${ROOT}`;
const SUMMARY_URI = `${ROOT}/items/competitiveSummary`;
const EXPECTED_PRICE_URI = `${ROOT}/offer/featuredOfferExpectedPrice`;
const SUMMARY_BATCH_MAX = 20;
const LOWEST_INPUTS_MAX = 5;
const EXPECTED_PRICE_BATCH_MAX = 40;
const CONDITIONS: readonly Condition[] = ["New", "Used", "Collectible", "Refurbished", "Club"];
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
        const requests = batchOf(call, { max: SUMMARY_BATCH_MAX, uri: SUMMARY_URI });
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
        const requests = batchOf(call, {
          max: EXPECTED_PRICE_BATCH_MAX,
          uri: EXPECTED_PRICE_URI,
        });
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

function batchOf(
  call: SpCall,
  { max, uri }: { readonly max: number; readonly uri: string },
): Readonly<Record<string, unknown>>[] {
  const requests = isRecord(call.body) ? call.body["requests"] : undefined;
  if (!Array.isArray(requests) || requests.length === 0 || requests.length > max) {
    throw invalidInput(`Number of requests must be between 1 and ${max}.`);
  }
  return requests.map((request: unknown) => {
    if (!isRecord(request)) throw invalidInput("Each request must be an object.");
    if (request["method"] !== "GET") throw invalidInput("Invalid 'method' in request.");
    if (request["uri"] !== uri) throw invalidInput("Invalid 'uri' in request.");
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
  { market, promotions }: PricingOptions,
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
  const { currency, competitivePriceThresholdMinor } = market.summary(shelf);
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
        ? { featuredBuyingOptions: featuredOptions({ market, shelf, promotions }) }
        : {}),
      ...(has("referencePrices")
        ? { referencePrices: [{ name: "CompetitivePrice", price: threshold }] }
        : {}),
      ...(has("lowestPricedOffers")
        ? {
            lowestPricedOffers: lowestInputs(request).map((lowestPricedOffersInput) => ({
              lowestPricedOffersInput,
              // Every offer of this market is new.
              offers:
                lowestPricedOffersInput.itemCondition === "New"
                  ? market
                      .offers(shelf)
                      .slice(0, LISTED_OFFERS_MAX)
                      .map((offer) => offerOf(offer, promotions.of(shelf, offer)))
                  : [],
            })),
          }
        : {}),
      ...(has("similarItems") ? { similarItems: [{ items: [] }] } : {}),
    },
  };
}

function lowestInputs(request: Readonly<Record<string, unknown>>): LowestPricedOffersInput[] {
  const inputs: unknown = request["lowestPricedOffersInputs"] ?? [
    { itemCondition: "New", offerType: "Consumer" },
  ];
  if (!Array.isArray(inputs) || inputs.length === 0 || inputs.length > LOWEST_INPUTS_MAX) {
    throw invalidInput(`lowestPricedOffersInputs must have 1 to ${LOWEST_INPUTS_MAX} entries.`);
  }
  return inputs.map((input: unknown) => {
    const { itemCondition, offerType } = isRecord(input) ? input : {};
    const condition = CONDITIONS.find((known) => known === itemCondition);
    if (condition === undefined || offerType !== "Consumer") {
      throw invalidInput("Invalid 'lowestPricedOffersInputs' in request.");
    }
    return { itemCondition: condition, offerType };
  });
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
    featuredOfferExpectedPrice: {
      listingPrice: { currencyCode: rival.currency, amount },
      ...(listing.seed.points === undefined
        ? {}
        : { points: { pointsNumber: listing.seed.points } }),
    },
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
      ...(offer.points === undefined ? {} : { points: { pointsNumber: offer.points } }),
    },
  };
}
