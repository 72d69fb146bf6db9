import { parseAsin } from "@calibr/shared/core/ids";
import { findMarketplace } from "@calibr/shared/core/marketplaces";
import type { Money } from "@calibr/shared/core/money/money";
import type { OfferCondition } from "@calibr/shared/core/offers/offer";
import type { OfferTerms } from "@calibr/shared/ports/price-channel";
import { z } from "zod";
import { readCondition } from "../offers/offer-document.ts";
import { readOfferTerms, SALE_WITHOUT_END } from "./offer-terms.ts";
import { exactMoney } from "../client/vendor-money.ts";
import { instantOf } from "../client/vendor-time.ts";

/** One item of the Listings Items API 2021-08-01, as far as we use it, for one marketplace. */
export interface ListingItem {
  readonly sku: string;
  readonly asin: string | null;
  readonly title: string | null;
  readonly productType: string | null;
  /** Whether buyers can buy it now; null when the item has no summary for this marketplace. */
  readonly isBuyable: boolean | null;
  /** The ordinary buyers' price in force; null when there is no offer or its amount is unreadable. */
  readonly price: Money | null;
  /** As Amazon writes it, also when unknown to us; null when it names none. */
  readonly currency: string | null;
  readonly barcode: string | null;
  readonly fulfilment: "merchant" | "amazon" | null;
  /** Null when Amazon names none, or a class that is new to us. */
  readonly condition: OfferCondition | null;
  readonly quantity: number | null;
  /** Amazon's Automate Pricing moves this price. */
  readonly isAutoPriced: boolean;
  /** End of the sale running at the given instant; {@link SALE_WITHOUT_END} when it names none. */
  readonly saleUntil: Date | null;
  /** What the seller has set on the offer; null when there is none that can be read. */
  readonly terms: OfferTerms | null;
}

const text = z.string().min(1).nullish().catch(null);
const list = z.array(z.unknown()).catch([]);
const Item = z.object({
  sku: z.string().min(1),
  summaries: list,
  attributes: z.record(z.string(), z.unknown()).catch({}),
  offers: list,
  fulfillmentAvailability: list,
});
const Summary = z.object({
  marketplaceId: z.string(),
  asin: text,
  itemName: text,
  productType: text,
  conditionType: text,
  status: z.array(z.unknown()).catch([]),
});
const Offer = z.object({
  marketplaceId: z.string(),
  offerType: text,
  audience: z.object({ value: text }).nullish().catch(null),
  price: z.object({ currencyCode: text, amount: z.unknown().optional() }).nullish().catch(null),
});
const Availability = z.object({
  fulfillmentChannelCode: z.string(),
  quantity: z.int().nonnegative().nullish().catch(null),
});

/** Reads an item leniently: anything missing is null. @returns null when it names no SKU. */
export function readListingItem(
  value: unknown,
  context: { readonly marketplaceId: string; readonly now: Date },
): ListingItem | null {
  const parsed = Item.safeParse(value);
  if (!parsed.success) return null;
  const { marketplaceId, now } = context;
  const { sku, attributes } = parsed.data;
  const summary = entries(parsed.data.summaries, Summary).find(isHere);
  const offer = entries(parsed.data.offers, Offer).find(
    (entry) =>
      isHere(entry) && (entry.offerType ?? "B2C") === "B2C" && isForAll(entry.audience?.value),
  );
  const purchasable = entries(listOf(attributes["purchasable_offer"]), PurchasableOffer).filter(
    (entry) => (entry.marketplace_id ?? marketplaceId) === marketplaceId,
  );
  const ordinary = purchasable.find((entry) => isForAll(entry.audience));
  const offerCurrency = offer?.price?.currencyCode ?? null;
  return {
    sku,
    asin: parseAsin(summary?.asin),
    title: summary?.itemName ?? null,
    productType: summary?.productType ?? null,
    // "used_like_new": the class, then the word within it.
    condition: readCondition(summary?.conditionType?.split("_")[0]),
    isBuyable: summary === undefined ? null : summary.status.includes("BUYABLE"),
    price: offerCurrency === null ? null : exactMoney(offer?.price?.amount, offerCurrency),
    currency: offerCurrency ?? ordinary?.currency ?? null,
    barcode: readBarcode(attributes["externally_assigned_product_identifier"], marketplaceId),
    ...readAvailability(entries(parsed.data.fulfillmentAvailability, Availability)),
    isAutoPriced: purchasable.some(hasRulePlan),
    saleUntil: ordinary === undefined ? null : runningSaleUntil(ordinary.discounted_price, now),
    terms: readOfferTerms(attributes["purchasable_offer"], context),
  };

  function isHere(entry: { readonly marketplaceId: string }): boolean {
    return entry.marketplaceId === marketplaceId;
  }
}

const PurchasableOffer = z.object({
  marketplace_id: text,
  currency: text,
  audience: text,
  discounted_price: list,
  automated_pricing_merchandising_rule_plan: list,
});

// Amazon's default audience; anything else is a price for some buyers only.
function isForAll(audience: string | null | undefined): boolean {
  return (audience ?? "ALL") === "ALL";
}

const RulePlan = z.object({ merchandising_rule: list });

function hasRulePlan(offer: z.infer<typeof PurchasableOffer>): boolean {
  const plans = entries(offer.automated_pricing_merchandising_rule_plan, RulePlan);
  return plans.some((plan) => plan.merchandising_rule.length > 0);
}

const Discount = z.object({ schedule: list });
const Window = z.object({ value_with_tax: z.unknown().optional(), start_at: text, end_at: text });

/** The latest end among the sale windows that hold `now`; windows are half-open. */
function runningSaleUntil(discounts: readonly unknown[], now: Date): Date | null {
  let until: Date | null = null;
  for (const { schedule } of entries(discounts, Discount)) {
    for (const window of entries(schedule, Window)) {
      if (window.value_with_tax === undefined || window.value_with_tax === null) continue;
      const from = instantOf(window.start_at);
      const end = instantOf(window.end_at) ?? SALE_WITHOUT_END;
      const isRunning = (from === null || from <= now) && now < end;
      if (isRunning && (until === null || until < end)) until = end;
    }
  }
  return until;
}

const Identifier = z.object({ type: z.string(), value: z.string(), marketplace_id: text });
const BARCODES = ["ean", "upc", "gtin"];

function readBarcode(value: unknown, marketplaceId: string): string | null {
  const found = entries(listOf(value), Identifier).find(
    (entry) =>
      BARCODES.includes(entry.type.toLowerCase()) &&
      (entry.marketplace_id ?? marketplaceId) === marketplaceId,
  );
  return found !== undefined && /^\d{8,14}$/.test(found.value) ? found.value : null;
}

function readAvailability(channels: readonly z.infer<typeof Availability>[]): {
  readonly fulfilment: "merchant" | "amazon" | null;
  readonly quantity: number | null;
} {
  const amazon = channels.find((channel) => channel.fulfillmentChannelCode.startsWith("AMAZON"));
  const channel = amazon ?? channels.find((each) => each.fulfillmentChannelCode === "DEFAULT");
  if (channel === undefined) return { fulfilment: null, quantity: null };
  const fulfilment = amazon === undefined ? "merchant" : "amazon";
  return { fulfilment, quantity: channel.quantity ?? null };
}

/** The currency a listing is in when Amazon does not say: that of its marketplace, else blank. */
export function homeCurrency(marketplaceId: string): string {
  return findMarketplace(marketplaceId)?.currency ?? "";
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The entries that fit the schema; others are left out, never a reason to fail. */
function entries<Schema extends z.ZodType>(
  values: readonly unknown[],
  schema: Schema,
): z.infer<Schema>[] {
  return values.flatMap((value) => {
    const parsed = schema.safeParse(value);
    return parsed.success ? [parsed.data] : [];
  });
}
