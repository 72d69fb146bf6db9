import { type Asin, parseAsin } from "@calibr/shared/core/ids";
import type { Money } from "@calibr/shared/core/money/money";
import { z } from "zod";
import { withLowerCaseKeys } from "../client/vendor-json.ts";
import { amount, flag, listOf, name, part, readFrame, text } from "./lenient.ts";

/** Our own offers for one SKU or ASIN (getPricing, Product Pricing API v0). */
export interface OwnPricing {
  readonly asin: Asin | null;
  readonly sku: string | null;
  /** Success, or why this entry alone failed. */
  readonly status: string;
  readonly offers: readonly OwnOffer[];
}

/** The parts of a price as v0 gives them; null where missing or not exact. */
export interface PriceParts {
  readonly listing: Money | null;
  readonly shipping: Money | null;
  /** Amazon's own sum; seen with and without points taken off. */
  readonly landed: Money | null;
}

export interface OwnOffer extends PriceParts {
  readonly sku: string;
  readonly offerType: string | null;
  readonly regular: Money | null;
  readonly business: Money | null;
  readonly fulfilmentChannel: string | null;
  readonly condition: string | null;
}

/** The competitive prices of one SKU or ASIN (getCompetitivePricing). */
export interface CompetitivePricing {
  readonly asin: Asin | null;
  readonly sku: string | null;
  readonly status: string;
  readonly prices: readonly CompetitivePrice[];
  /** How many offers there are of each condition. */
  readonly offerCounts: readonly { readonly condition: string; readonly count: number }[];
  readonly ranks: readonly CategoryRank[];
}

export interface CompetitivePrice extends PriceParts {
  /** "1" is the featured offer for new goods, "2" for used ones. */
  readonly id: string;
  readonly condition: string | null;
  readonly offerType: string | null;
  readonly sellerId: string | null;
  readonly isOwn: boolean;
}

/** A place in a best-seller list; 1 is the best. */
export interface CategoryRank {
  readonly categoryId: string;
  readonly rank: number;
}

const Price = z
  .object({ listingprice: amount, shipping: amount, landedprice: amount })
  .transform(({ listingprice, shipping, landedprice }): PriceParts => ({
    listing: listingprice,
    shipping,
    landed: landedprice,
  }));
const NO_PRICE: PriceParts = { listing: null, shipping: null, landed: null };
const Own = z
  .object({
    sellersku: name,
    offertype: text,
    buyingprice: part(Price),
    regularprice: amount,
    businessprice: amount,
    fulfillmentchannel: text,
    itemcondition: text,
  })
  .transform((offer): OwnOffer => ({
    sku: offer.sellersku,
    offerType: offer.offertype,
    ...(offer.buyingprice ?? NO_PRICE),
    regular: offer.regularprice,
    business: offer.businessprice,
    fulfilmentChannel: offer.fulfillmentchannel,
    condition: offer.itemcondition,
  }));
const Competitive = z
  .object({
    competitivepriceid: name,
    condition: text,
    offertype: text,
    sellerid: text,
    belongstorequester: flag,
    price: part(Price),
  })
  .transform((entry): CompetitivePrice => ({
    id: entry.competitivepriceid,
    condition: entry.condition,
    offerType: entry.offertype,
    sellerId: entry.sellerid,
    isOwn: entry.belongstorequester === true,
    ...(entry.price ?? NO_PRICE),
  }));
const OfferCount = z.object({ condition: name, count: z.int().nonnegative() });

/** A `SalesRankings` entry, keys in lower case. */
export const SalesRanking = z
  .object({ productcategoryid: name, rank: z.int().positive() })
  .transform(({ productcategoryid, rank }): CategoryRank => ({
    categoryId: productcategoryid,
    rank,
  }));
const Entry = z.object({
  status: name,
  sellersku: text,
  asin: text,
  product: part(
    z.object({
      identifiers: part(
        z.object({
          marketplaceasin: part(z.object({ asin: text })),
          skuidentifier: part(z.object({ sellersku: text })),
        }),
      ),
      offers: listOf(Own),
      competitivepricing: part(
        z.object({
          competitiveprices: listOf(Competitive),
          numberofofferlistings: listOf(OfferCount),
        }),
      ),
      salesrankings: listOf(SalesRanking),
    }),
  ),
});
const Answer = z.object({ payload: z.array(z.unknown()) });

/** Our own prices. @throws AppError amazon_bad_answer when there is no list. */
export function readPricing(body: unknown): readonly OwnPricing[] {
  return readEntries("getPricing", body).map((entry) => ({
    ...identityOf(entry),
    offers: entry.product?.offers ?? [],
  }));
}

/** What competes with us. @throws AppError amazon_bad_answer when there is no list. */
export function readCompetitivePricing(body: unknown): readonly CompetitivePricing[] {
  return readEntries("getCompetitivePricing", body).map((entry) => ({
    ...identityOf(entry),
    prices: entry.product?.competitivepricing?.competitiveprices ?? [],
    offerCounts: entry.product?.competitivepricing?.numberofofferlistings ?? [],
    ranks: entry.product?.salesrankings ?? [],
  }));
}

function readEntries(operation: string, body: unknown): z.output<typeof Entry>[] {
  const { payload } = readFrame(operation, Answer, withLowerCaseKeys(body));
  return listOf(Entry).parse(payload);
}

function identityOf(entry: z.output<typeof Entry>): Pick<OwnPricing, "asin" | "sku" | "status"> {
  const { marketplaceasin, skuidentifier } = entry.product?.identifiers ?? {};
  return {
    asin: parseAsin(entry.asin) ?? parseAsin(marketplaceasin?.asin),
    sku: entry.sellersku ?? skuidentifier?.sellersku ?? null,
    status: entry.status,
  };
}
