import { type Asin, parseAsin } from "@calibr/shared/core/ids";
import type { Money } from "@calibr/shared/core/money/money";
import { z } from "zod";
import { amount, count, listOf, name, part, readFrame, shareBps, text } from "./lenient.ts";
import { batchStatus, fulfilmentOf, Problem, type VendorProblem } from "./vendor-problem.ts";

/** What getCompetitiveSummary (Product Pricing API 2022-05-01) says of one ASIN. */
export interface CompetitiveSummary {
  /** What our request named, also when it is no ASIN and was refused. */
  readonly askedFor: string;
  readonly asin: Asin | null;
  readonly marketplaceId: string;
  /** HTTP status of this entry alone; 0 when Amazon gave none. */
  readonly statusCode: number;
  /** Who is featured, and for which buyers: several may be at once. New goods only. */
  readonly featured: readonly FeaturedSummaryOffer[];
  readonly references: readonly ReferencePrice[];
  /** At most 20 for each condition that was asked for. */
  readonly lowest: readonly LowestOffers[];
  readonly similarAsins: readonly Asin[];
  readonly problems: readonly VendorProblem[];
}

/** Somebody's offer; amounts stay apart as Amazon gives them, null where they are not exact. */
export interface SummaryOffer {
  readonly sellerId: string;
  /** Amazon's words: New, Used…; also one that is new to us. */
  readonly condition: string | null;
  readonly subCondition: string | null;
  readonly fulfilment: "amazon" | "merchant" | null;
  readonly listing: Money | null;
  /** Of the default option; null when Amazon names none. */
  readonly shipping: Money | null;
  readonly points: SummaryPoints | null;
  /** NATIONAL, REGIONAL, NONE; null when Amazon does not say. */
  readonly primeEligibility: string | null;
  readonly promotions: readonly SummaryPromotion[];
}

export interface SummaryPoints {
  readonly number: number | null;
  readonly worth: Money | null;
}

export interface SummaryPromotion {
  /** COUPON, DEAL… or a new word. */
  readonly type: string;
  /** What the buyer pays in the end; null when Amazon does not say. */
  readonly discounted: Money | null;
  readonly amountOff: Money | null;
  /** Share taken off, in basis points. */
  readonly offBps: number | null;
  /** The buyer must take several or spend more to get it. */
  readonly isConditional: boolean;
}

export interface FeaturedSummaryOffer extends SummaryOffer {
  readonly segments: readonly FeaturedSegment[];
}

export interface FeaturedSegment {
  /** PRIME, NON_PRIME, DEFAULT or a new word. */
  readonly membership: string | null;
  /** Share of the page's views that this segment makes, in basis points; null when not said. */
  readonly viewsBps: number | null;
  readonly postalCode: string | null;
}

export interface ReferencePrice {
  /** CompetitivePrice, WasPrice or a new name. */
  readonly name: string;
  readonly price: Money | null;
}

export interface LowestOffers {
  readonly condition: string | null;
  readonly offerType: string | null;
  readonly offers: readonly SummaryOffer[];
}

const Promotion = z
  .object({
    promotionType: name,
    promotionSavings: part(
      z.object({
        discount: part(z.object({ amountOff: amount, percentOff: shareBps })),
        discountedPrice: amount,
      }),
    ),
    purchaseRequirements: part(z.object({ condition: part(z.object({})) })),
  })
  .transform(({ promotionType, promotionSavings: savings, purchaseRequirements }) => ({
    type: promotionType,
    discounted: savings?.discountedPrice ?? null,
    amountOff: savings?.discount?.amountOff ?? null,
    offBps: savings?.discount?.percentOff ?? null,
    isConditional: (purchaseRequirements?.condition ?? null) !== null,
  }));
const ShippingOption = z.object({ shippingOptionType: text, price: amount });
const offerFields = {
  sellerId: name,
  condition: text,
  subCondition: text,
  fulfillmentType: text,
  listingPrice: amount,
  shippingOptions: listOf(ShippingOption),
  points: part(z.object({ pointsNumber: count, pointsMonetaryValue: amount })),
  primeDetails: part(z.object({ eligibility: text })),
  promotions: listOf(Promotion),
};
const Offer = z.object(offerFields).transform(toOffer);
const Segment = z
  .object({
    customerMembership: text,
    segmentDetails: part(
      z.object({
        glanceViewWeightPercentage: shareBps,
        sampleLocation: part(z.object({ postalCode: part(z.object({ value: text })) })),
      }),
    ),
  })
  .transform(({ customerMembership, segmentDetails: details }) => ({
    membership: customerMembership,
    viewsBps: details?.glanceViewWeightPercentage ?? null,
    postalCode: details?.sampleLocation?.postalCode?.value ?? null,
  }));
const FeaturedOffer = z
  .object({ ...offerFields, featuredOfferSegments: listOf(Segment) })
  .transform((fields) => ({ ...toOffer(fields), segments: fields.featuredOfferSegments }));
const BuyingOption = z.object({
  buyingOptionType: text,
  segmentedFeaturedOffers: listOf(FeaturedOffer),
});
const Lowest = z.object({
  lowestPricedOffersInput: part(z.object({ itemCondition: text, offerType: text })),
  offers: listOf(Offer),
});
const Similar = z.object({ items: listOf(z.object({ asin: name })) });
const Entry = z.object({
  status: batchStatus,
  body: z.object({
    asin: name,
    marketplaceId: name,
    featuredBuyingOptions: listOf(BuyingOption),
    referencePrices: listOf(z.object({ name, price: amount })),
    lowestPricedOffers: listOf(Lowest),
    similarItems: listOf(Similar),
    errors: listOf(Problem),
  }),
});
const Batch = z.object({ responses: z.array(z.unknown()) });

/**
 * One summary for each ASIN that Amazon answered; match by ASIN and marketplace, the order means nothing.
 * @throws AppError amazon_bad_answer when there is no list of responses.
 */
export function readCompetitiveSummary(body: unknown): readonly CompetitiveSummary[] {
  const { responses } = readFrame("getCompetitiveSummary", Batch, body);
  return listOf(Entry)
    .parse(responses)
    .map(({ status, body: found }) => summaryOf(status, found));
}

function summaryOf(statusCode: number, found: z.output<typeof Entry>["body"]): CompetitiveSummary {
  return {
    askedFor: found.asin,
    asin: parseAsin(found.asin),
    marketplaceId: found.marketplaceId,
    statusCode,
    featured: found.featuredBuyingOptions.flatMap((option) => option.segmentedFeaturedOffers),
    references: found.referencePrices,
    lowest: found.lowestPricedOffers.map(({ lowestPricedOffersInput: asked, offers }) => ({
      condition: asked?.itemCondition ?? null,
      offerType: asked?.offerType ?? null,
      offers,
    })),
    similarAsins: found.similarItems
      .flatMap(({ items }) => items)
      .flatMap((item) => parseAsin(item.asin) ?? []),
    problems: found.errors,
  };
}

interface OfferFields {
  readonly sellerId: string;
  readonly condition: string | null;
  readonly subCondition: string | null;
  readonly fulfillmentType: string | null;
  readonly listingPrice: Money | null;
  readonly shippingOptions: readonly z.output<typeof ShippingOption>[];
  readonly points: {
    readonly pointsNumber: number | null;
    readonly pointsMonetaryValue: Money | null;
  } | null;
  readonly primeDetails: { readonly eligibility: string | null } | null;
  readonly promotions: readonly SummaryPromotion[];
}

function toOffer(fields: OfferFields): SummaryOffer {
  const { points, shippingOptions } = fields;
  const shipping =
    shippingOptions.find(({ shippingOptionType }) => shippingOptionType === "DEFAULT") ??
    shippingOptions[0];
  return {
    sellerId: fields.sellerId,
    condition: fields.condition,
    subCondition: fields.subCondition,
    fulfilment: fulfilmentOf(fields.fulfillmentType),
    listing: fields.listingPrice,
    shipping: shipping?.price ?? null,
    points:
      points === null ? null : { number: points.pointsNumber, worth: points.pointsMonetaryValue },
    primeEligibility: fields.primeDetails?.eligibility ?? null,
    promotions: fields.promotions,
  };
}
