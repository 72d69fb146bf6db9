import { exponentOf } from "./currency.ts";
import type { Money } from "./money.ts";
import { printDecimal } from "./money-text.ts";

const formatters = new Map<string, Intl.NumberFormat>();

/**
 * Writes an amount for a person, such as "$1,999.00" in `en-US`.
 *
 * The digits after the point come from our own exponents, and the amount is handed over as exact text,
 * so that `Intl` decides only the separators and where the symbol stands.
 * @param locale a BCP 47 tag; an invalid one throws RangeError.
 */
export function formatMoney(amount: Money, locale: string): string {
  const digits = exponentOf(amount.currency);
  const key = `${locale} ${amount.currency}`;
  let formatter = formatters.get(key);
  if (formatter === undefined) {
    formatter = new Intl.NumberFormat(locale, {
      style: "currency",
      currency: amount.currency,
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
    formatters.set(key, formatter);
  }
  return formatter.format(printDecimal(amount));
}
