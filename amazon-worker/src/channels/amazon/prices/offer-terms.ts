import { parseCurrency } from "@calibr/shared/core/money/currency";
import type { OfferTerms } from "@calibr/shared/ports/price-channel";
import { z } from "zod";
import { instant, list, listOf, text } from "../answers/lenient.ts";
import { exactMoney } from "../client/vendor-money.ts";

/** Stands for "until further notice" where an instant is needed. */
export const SALE_WITHOUT_END = new Date("9999-12-31T00:00:00Z");

const Schedule = z.object({
  value_with_tax: z.unknown().optional(),
  start_at: instant,
  end_at: instant,
});
const Price = listOf(z.object({ schedule: listOf(Schedule) }));
const Element = z.object({
  marketplace_id: text,
  currency: text,
  audience: text,
  our_price: Price,
  minimum_seller_allowed_price: Price,
  maximum_seller_allowed_price: Price,
  discounted_price: Price,
  quantity_discount_plan: listOf(z.object({ schedule: listOf(z.object({ levels: list })) })),
  automated_pricing_merchandising_rule_plan: listOf(z.object({ merchandising_rule: list })),
});
type OfferElement = z.output<typeof Element>;
type PriceSchedules = OfferElement["our_price"];

/**
 * What stands in an item's `purchasable_offer` for one marketplace: the seller's own price and limits, sale, business
 * price and rules. Missing or odd parts are left out; null when there is no offer for all buyers in a known currency.
 */
export function readOfferTerms(
  purchasableOffer: unknown,
  context: { readonly marketplaceId: string; readonly now: Date },
): OfferTerms | null {
  const elements = listOf(Element)
    .parse(purchasableOffer)
    .filter((each) => (each.marketplace_id ?? context.marketplaceId) === context.marketplaceId);
  const ordinary = elements.find((each) => (each.audience ?? "ALL") === "ALL");
  const currency = parseCurrency(ordinary?.currency);
  if (ordinary === undefined || currency === null) return null;
  const business = elements.find((each) => each.audience === "B2B" && each.currency === currency);
  const minorOf = (price: PriceSchedules) => firstMinor(price, currency);
  return {
    currency,
    listedMinor: minorOf(ordinary.our_price),
    minMinor: minorOf(ordinary.minimum_seller_allowed_price),
    maxMinor: minorOf(ordinary.maximum_seller_allowed_price),
    sale: saleOf(ordinary.discounted_price, { currency, now: context.now }),
    businessMinor: business === undefined ? null : minorOf(business.our_price),
    businessTiers: business === undefined ? 0 : tiersOf(business),
    autoRules: elements.flatMap(rulesOf),
  };
}

function firstMinor(price: PriceSchedules, currency: string): bigint | null {
  const value = price[0]?.schedule[0]?.value_with_tax;
  return exactMoney(value, currency)?.amountMinor ?? null;
}

/** The sale that runs now, or else the one that begins next; those that are over are history. */
function saleOf(
  price: PriceSchedules,
  { currency, now }: { currency: string; now: Date },
): OfferTerms["sale"] {
  const windows = price
    .flatMap(({ schedule }) => schedule)
    .filter(({ value_with_tax }) => value_with_tax !== undefined && value_with_tax !== null)
    .map((window) => ({
      minor: exactMoney(window.value_with_tax, currency)?.amountMinor ?? null,
      from: window.start_at,
      until: window.end_at ?? SALE_WITHOUT_END,
    }))
    .filter(({ until }) => until > now);
  const running = windows
    .filter(({ from }) => from === null || from <= now)
    .sort((a, b) => b.until.getTime() - a.until.getTime());
  const coming = windows.sort((a, b) => (a.from?.getTime() ?? 0) - (b.from?.getTime() ?? 0));
  return running[0] ?? coming[0] ?? null;
}

function tiersOf(element: OfferElement): number {
  return element.quantity_discount_plan
    .flatMap(({ schedule }) => schedule)
    .reduce((sum, { levels }) => sum + levels.length, 0);
}

function rulesOf(element: OfferElement): string[] {
  return element.automated_pricing_merchandising_rule_plan
    .flatMap(({ merchandising_rule }) => merchandising_rule)
    .map((rule) => RuleId.parse(rule).rule_id ?? "unnamed");
}

// A rule we cannot name is still a rule.
const RuleId = z.object({ rule_id: text }).catch({ rule_id: null });
