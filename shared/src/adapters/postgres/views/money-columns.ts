import type { MoneyJson } from "../../../core/money/money-json.ts";
import { parseCurrency } from "../../../core/money/currency.ts";

/** A price column and its currency as money for a page; null when blank or of a currency we do not know. */
export function moneyColumn(minor: string | null, currency: string | null): MoneyJson | null {
  const known = parseCurrency(currency);
  return minor === null || known === null ? null : { amountMinor: minor, currency: known };
}

/** Like {@link moneyColumn} for columns that are never blank; the currency's text stays whatever it is. */
export function moneyOf(minor: string, currency: string): MoneyJson {
  return { amountMinor: minor, currency };
}

/** An instant as pages get it. */
export function iso(at: Date): string;
export function iso(at: Date | null): string | null;
export function iso(at: Date | null): string | null {
  return at === null ? null : at.toISOString();
}
