import { type Asin, parseAsin } from "@calibr/shared/core/ids";
import type { Money } from "@calibr/shared/core/money/money";
import type { MarketExtras } from "@calibr/shared/core/offers/market-snapshot";
import type { Offer, OfferCondition } from "@calibr/shared/core/offers/offer";
import { z } from "zod";
import { readCondition, readOffers } from "../offers/offer-document.ts";
import { withLowerCaseKeys } from "../client/vendor-json.ts";
import { amount, count, instant, list, listOf, part, readFrame, text } from "./lenient.ts";
import { type CategoryRank, SalesRanking } from "./pricing.ts";

/** What Amazon says of the offers for one SKU or ASIN (Product Pricing API v0). */
export interface OffersAnswer {
  readonly marketplaceId: string | null;
  /** As our request named it; null where we asked by ASIN. */
  readonly sku: string | null;
  readonly asin: Asin | null;
  readonly condition: OfferCondition | null;
  /** When Amazon answered; null when it did not say. */
  readonly answeredAt: Date | null;
  readonly result: OffersResult;
}

export type OffersResult =
  | {
      readonly kind: "offers";
      /** At most 20, those of one condition. */
      readonly offers: readonly Offer[];
      /** Landed price of the featured offer; null when there is none. */
      readonly featuredLanded: Money | null;
      /** What a picture of the market keeps beside its offers. */
      readonly extras: MarketExtras;
      readonly summary: OffersSummary;
    }
  /** No offers to go by: Amazon's code, or ours for a document that cannot be read. */
  | { readonly kind: "refused"; readonly vendorCode: string };

/** Amazon's own view of the page beside its offers. */
export interface OffersSummary {
  readonly totalOfferCount: number | null;
  readonly listPrice: Money | null;
  /** Above it nobody is featured. */
  readonly competitivePriceThreshold: Money | null;
  readonly suggestedLower: Money | null;
  readonly ranks: readonly CategoryRank[];
}

const Payload = z.object({
  marketplaceid: text,
  asin: text,
  sku: text,
  itemcondition: text,
  status: text,
  identifier: part(z.object({ marketplaceid: text, asin: text, sellersku: text })),
  summary: z.unknown().optional(),
  offers: z.unknown().optional(),
});
const Summary = z.object({
  totaloffercount: count,
  listprice: amount,
  competitivepricethreshold: amount,
  suggestedlowerpriceplusshipping: amount,
  salesrankings: listOf(SalesRanking),
});
const Response = z.object({
  status: part(z.object({ statuscode: z.int() })),
  headers: part(z.object({ date: instant })),
  request: part(
    z.object({ asin: text, sellersku: text, marketplaceid: text, itemcondition: text }),
  ),
  body: part(z.object({ payload: part(Payload), errors: list })),
});
const Batch = z.object({ responses: z.array(z.unknown()) });
const Single = z.object({ payload: Payload });
const VendorError = z.object({ code: z.string().min(1) });

/**
 * The entries of getListingOffersBatch and getItemOffersBatch. Match by what each entry's request named:
 * Amazon promises no order, and an entry that fails comes with its own status.
 * @throws AppError amazon_bad_answer when there is no list of responses.
 */
export function readOffersBatch(
  operation: string,
  body: unknown,
  ownSellerId: string,
): readonly OffersAnswer[] {
  const { responses } = readFrame(operation, Batch, withLowerCaseKeys(body));
  return listOf(Response)
    .parse(responses)
    .map((response) => {
      const { request: asked, headers } = response;
      const payload = response.body?.payload ?? null;
      const conditionWord = payload?.itemcondition ?? asked?.itemcondition;
      const condition = readCondition(conditionWord);
      return {
        marketplaceId: asked?.marketplaceid ?? payload?.marketplaceid ?? null,
        sku: asked?.sellersku ?? payload?.sku ?? payload?.identifier?.sellersku ?? null,
        asin: parseAsin(payload?.asin) ?? parseAsin(asked?.asin),
        condition,
        answeredAt: headers?.date ?? null,
        result: resultOf(response, condition, ownSellerId),
      };
    });
}

/** The answer of getListingOffers and getItemOffers. @throws AppError amazon_bad_answer without payload. */
export function readItemOffers(
  operation: string,
  body: unknown,
  ownSellerId: string,
): OffersAnswer {
  const { payload } = readFrame(operation, Single, withLowerCaseKeys(body));
  const condition = readCondition(payload.itemcondition);
  const { identifier } = payload;
  return {
    marketplaceId: payload.marketplaceid ?? identifier?.marketplaceid ?? null,
    sku: payload.sku ?? identifier?.sellersku ?? null,
    asin: parseAsin(payload.asin) ?? parseAsin(identifier?.asin),
    condition,
    answeredAt: null,
    result: offersOf(payload, condition, ownSellerId),
  };
}

function resultOf(
  response: z.output<typeof Response>,
  condition: OfferCondition | null,
  ownSellerId: string,
): OffersResult {
  const statusCode = response.status?.statuscode ?? 0;
  if (statusCode !== 200) {
    const error = VendorError.safeParse(response.body?.errors[0]);
    return refused(error.success ? error.data.code : `HTTP_${statusCode}`);
  }
  const payload = response.body?.payload ?? null;
  return payload === null ? refused("no_payload") : offersOf(payload, condition, ownSellerId);
}

// Answered with a payload, yet nothing to go by: the offer was just created.
const TOO_SOON = "ActiveButTooSoonForProcessing";

function offersOf(
  payload: z.output<typeof Payload>,
  condition: OfferCondition | null,
  ownSellerId: string,
): OffersResult {
  if (payload.status === TOO_SOON) return refused(TOO_SOON);
  if (condition === null) return refused("condition_unknown");
  const { offers: entries, summary } = payload;
  const read = readOffers({ offers: entries, summary, condition, ownSellerId });
  if (read.kind === "unreadable") return refused(read.problem);
  const { kind, offers, featuredLanded, ...extras } = read;
  return { kind: "offers", offers, featuredLanded, extras, summary: summaryOf(summary) };
}

function summaryOf(value: unknown): OffersSummary {
  const facts = part(Summary).parse(value);
  return {
    totalOfferCount: facts?.totaloffercount ?? null,
    listPrice: facts?.listprice ?? null,
    competitivePriceThreshold: facts?.competitivepricethreshold ?? null,
    suggestedLower: facts?.suggestedlowerpriceplusshipping ?? null,
    ranks: facts?.salesrankings ?? [],
  };
}

function refused(vendorCode: string): OffersResult {
  return { kind: "refused", vendorCode };
}
