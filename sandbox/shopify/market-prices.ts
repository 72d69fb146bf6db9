/** What a buyer in a country sees: a market's fixed or adjusted price, else the store's own. */
import type { CallContext } from "./call-context.ts";
import { formatDecimal } from "./decimal.ts";
import type { StorePriceList, StoreVariant } from "./state.ts";

export function contextualPricing(
  context: CallContext,
  variant: StoreVariant,
  country: string,
): object {
  const market = context.store.markets.find(({ countries }) => countries.includes(country));
  const list = market?.priceList ?? null;
  if (list !== null) return listPrice(context, list, variant);
  const { currency } = context.store;
  return moneyPair(context, variant, currency);
}

/** The sandbox has no exchange rates: an adjusted price keeps the store's number in the list's currency. */
export function listPrice(
  context: CallContext,
  list: StorePriceList,
  variant: StoreVariant,
): object {
  const adjusted = (minor: number): number =>
    Math.round(minor * (1 + list.adjustmentPercent / 100));
  const { compareAtMinor, priceMinor } = list.fixed.get(variant.id) ?? {
    priceMinor: adjusted(variant.priceMinor),
    compareAtMinor: variant.compareAtMinor === null ? null : adjusted(variant.compareAtMinor),
  };
  return moneyPair(context, { compareAtMinor, priceMinor }, list.currency);
}

function moneyPair(
  { store }: CallContext,
  { compareAtMinor, priceMinor }: { compareAtMinor: number | null; priceMinor: number },
  currencyCode: string,
): object {
  const money = (minor: number): object => ({
    amount: formatDecimal(minor, store.decimals),
    currencyCode,
  });
  return {
    price: money(priceMinor),
    compareAtPrice: compareAtMinor === null ? null : money(compareAtMinor),
  };
}
