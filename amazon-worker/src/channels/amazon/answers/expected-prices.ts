import { type Asin, parseAsin } from "@calibr/shared/core/ids";
import type { Money } from "@calibr/shared/core/money/money";
import { z } from "zod";
import { amount, listOf, name, part, readFrame, text } from "./lenient.ts";
import { batchStatus, fulfilmentOf, Problem, type VendorProblem } from "./vendor-problem.ts";

/** The highest price at which Amazon expects to feature our offer (Product Pricing API 2022-05-01). */
export interface FeaturedOfferExpectedPrice {
  readonly sku: string;
  readonly marketplaceId: string;
  /** HTTP status of this entry alone; 0 when Amazon gave none. */
  readonly statusCode: number;
  readonly asin: Asin | null;
  readonly fulfilment: "amazon" | "merchant" | null;
  readonly results: readonly ExpectedPriceResult[];
  readonly problems: readonly VendorProblem[];
}

export interface ExpectedPriceResult {
  /**
   * VALID_FOEP, NO_COMPETING_OFFER (Amazon's own example writes NO_COMPETING_OFFERS), OFFER_NOT_ELIGIBLE,
   * OFFER_NOT_FOUND, ASIN_NOT_ELIGIBLE or a new word.
   */
  readonly status: string;
  /** Without shipping; null unless the status is VALID_FOEP. An estimate, no promise. */
  readonly price: Money | null;
  /** Who would be featured instead of us. */
  readonly competing: ExpectedPriceOffer | null;
  /** Who is featured now. */
  readonly current: ExpectedPriceOffer | null;
}

export interface ExpectedPriceOffer {
  readonly sellerId: string | null;
  readonly sku: string | null;
  readonly asin: Asin | null;
  readonly fulfilment: "amazon" | "merchant" | null;
  readonly condition: string | null;
  readonly listing: Money | null;
  readonly shipping: Money | null;
}

const Identifier = z.object({ sellerId: text, sku: text, asin: text, fulfillmentType: text });
const FeaturedOffer = z
  .object({
    offerIdentifier: Identifier,
    condition: text,
    price: part(z.object({ listingPrice: amount, shippingPrice: amount })),
  })
  .transform(({ offerIdentifier: offer, condition, price }) => ({
    sellerId: offer.sellerId,
    sku: offer.sku,
    asin: parseAsin(offer.asin),
    fulfilment: fulfilmentOf(offer.fulfillmentType),
    condition,
    listing: price?.listingPrice ?? null,
    shipping: price?.shippingPrice ?? null,
  }));
const Result = z
  .object({
    resultStatus: name,
    featuredOfferExpectedPrice: part(z.object({ listingPrice: amount })),
    competingFeaturedOffer: part(FeaturedOffer),
    currentFeaturedOffer: part(FeaturedOffer),
  })
  .transform((result) => ({
    status: result.resultStatus,
    price: result.featuredOfferExpectedPrice?.listingPrice ?? null,
    competing: result.competingFeaturedOffer,
    current: result.currentFeaturedOffer,
  }));
const Entry = z
  .object({
    request: z.object({ sku: name, marketplaceId: name }),
    status: batchStatus,
    body: part(
      z.object({
        offerIdentifier: part(Identifier),
        featuredOfferExpectedPriceResults: listOf(Result),
        errors: listOf(Problem),
      }),
    ),
  })
  .transform(({ request, status, body }) => ({
    sku: request.sku,
    marketplaceId: request.marketplaceId,
    statusCode: status,
    asin: parseAsin(body?.offerIdentifier?.asin),
    fulfilment: fulfilmentOf(body?.offerIdentifier?.fulfillmentType ?? null),
    results: body?.featuredOfferExpectedPriceResults ?? [],
    problems: body?.errors ?? [],
  }));
const Batch = z.object({ responses: z.array(z.unknown()) });

/**
 * One entry for each SKU that Amazon answered; match by SKU and marketplace, the order means nothing.
 * @throws AppError amazon_bad_answer when there is no list of responses.
 */
export function readFeaturedOfferExpectedPrices(
  body: unknown,
): readonly FeaturedOfferExpectedPrice[] {
  const { responses } = readFrame("getFeaturedOfferExpectedPriceBatch", Batch, body);
  return listOf(Entry).parse(responses);
}
