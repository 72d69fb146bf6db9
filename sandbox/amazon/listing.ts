/** A listing as Amazon holds it: one SKU of one seller in one marketplace. */
import type { Issue } from "@sp-api-sdk/listings-items-api-2021-08-01";
import type { Fulfilment } from "../market/types.ts";
import { toAmount } from "./decimal.ts";
import type { OfferElement } from "./purchasable-offer.ts";

/** Amazon's words for the condition of what is sold, with its number in the listings report. */
export const CONDITION_CODES = {
  new_new: "11",
  used_like_new: "1",
  used_very_good: "2",
  used_good: "3",
  used_acceptable: "4",
} as const;
export type ConditionType = keyof typeof CONDITION_CODES;

type ListingStatus = "ACTIVE" | "INACTIVE" | "INCOMPLETE";

/** A listing as the seed or a control call states it. */
export interface SeedListing {
  readonly sku: string;
  /** Null: Amazon has not matched the listing with a catalogue page yet. */
  readonly asin: string | null;
  readonly title: string;
  readonly brand: string;
  readonly productType: string;
  /** EAN-13 as the report's product-id. */
  readonly barcode: string;
  readonly fulfilment: Fulfilment;
  /** New when left out. */
  readonly conditionType?: ConditionType;
  readonly quantity: number;
  readonly status: ListingStatus;
  readonly weightGrams: number;
  readonly marketplaceId: string;
  readonly currency: string;
  /** Null: a listing without a price, which a shopper cannot buy. */
  readonly priceMinor: number | null;
  readonly minimumMinor?: number;
  readonly maximumMinor?: number;
  readonly sale?: {
    readonly priceMinor: number;
    readonly fromMs: number;
    readonly untilMs: number;
  };
  /** What business customers pay, where they have a price of their own. */
  readonly businessPriceMinor?: number;
  /** Points granted with the sale, as only Japan has them. */
  readonly points?: number;
  /** The variation family the listing's page belongs to. */
  readonly parentAsin?: string;
  /** Amazon's Automate Pricing has a rule on it. */
  readonly isAutomated?: boolean;
  /** Its ASIN never sends ANY_OFFER_CHANGED. */
  readonly isSilent?: boolean;
}

export interface Listing {
  readonly sku: string;
  readonly marketplaceId: string;
  readonly asin: string | null;
  readonly fnSku: string;
  readonly listingId: string;
  readonly seed: SeedListing;
  readonly createdAt: Date;
  quantity: number;
  updatedAt: Date;
  offers: readonly OfferElement[];
  /** Other attributes that were patched, by name. */
  attributes: Readonly<Record<string, unknown>>;
  issues: readonly Issue[];
  isSuppressed: boolean;
  /** What shoppers are shown now; null when the listing cannot be bought. */
  shownMinor: number | null;
}

const DAY_MS = 86_400_000;

/** `ordinal` numbers a seller's listings; those of the `past` are spread over the last month. */
export function newListing(input: {
  readonly seed: SeedListing;
  readonly ordinal: number;
  readonly now: Date;
  readonly isFromPast: boolean;
}): Listing {
  const { seed, ordinal, now, isFromPast } = input;
  const serial = String(ordinal).padStart(6, "0");
  const ago = (ms: number): Date => new Date(now.getTime() - (isFromPast ? ms : 0));
  return {
    sku: seed.sku,
    marketplaceId: seed.marketplaceId,
    asin: seed.asin,
    fnSku: `X00${serial}K`,
    listingId: `1123CALIB${serial}`,
    seed,
    createdAt: ago((30 + (ordinal % 300)) * DAY_MS),
    updatedAt: ago((ordinal % 25) * DAY_MS + ordinal * 1000),
    quantity: seed.quantity,
    offers: seedOffers(seed, now),
    attributes: {},
    issues: [],
    isSuppressed: false,
    shownMinor: null,
  };
}

function seedOffers(seed: SeedListing, now: Date): OfferElement[] {
  const { priceMinor, businessPriceMinor } = seed;
  if (priceMinor === null) return [];
  const consumer = seedOffer(seed, priceMinor, now);
  if (businessPriceMinor === undefined) return [consumer];
  const { marketplaceId: marketplace_id, currency } = seed;
  const our_price = price(businessPriceMinor, currency);
  return [consumer, { marketplace_id, currency, audience: "B2B", our_price }];
}

function seedOffer(seed: SeedListing, priceMinor: number, now: Date): OfferElement {
  const { currency, minimumMinor, maximumMinor, sale } = seed;
  return {
    marketplace_id: seed.marketplaceId,
    currency,
    audience: "ALL",
    our_price: price(priceMinor, currency),
    ...(minimumMinor === undefined
      ? {}
      : { minimum_seller_allowed_price: price(minimumMinor, currency) }),
    ...(maximumMinor === undefined
      ? {}
      : { maximum_seller_allowed_price: price(maximumMinor, currency) }),
    ...(sale === undefined ? {} : { discounted_price: salePrice(seed, sale, now) }),
    ...(seed.isAutomated === true
      ? {
          automated_pricing_merchandising_rule_plan: [
            { merchandising_rule: [{ rule_id: "calibr-demo-rule" }] },
          ],
        }
      : {}),
  };
}

function price(minor: number, currency: string): unknown {
  return [{ schedule: [{ value_with_tax: toAmount(minor, currency) }] }];
}

function salePrice(seed: SeedListing, sale: NonNullable<SeedListing["sale"]>, now: Date): unknown {
  const instant = (offsetMs: number): string => new Date(now.getTime() + offsetMs).toISOString();
  return [
    {
      schedule: [
        {
          value_with_tax: toAmount(sale.priceMinor, seed.currency),
          start_at: instant(sale.fromMs),
          end_at: instant(sale.untilMs),
        },
      ],
    },
  ];
}
