import { parseCurrency } from "./currency.ts";
import type { Money } from "./money.ts";

/** Money on the wire and in stored JSON: minor units as decimal digits, because JSON has no bigint. */
export type MoneyJson = { readonly amountMinor: string; readonly currency: string };

/** Writes money for JSON. */
export function moneyToJson(amount: Money): MoneyJson {
  return { amountMinor: String(amount.amountMinor), currency: amount.currency };
}

/** Reads money from parsed JSON; null when a field is missing, not digits, or of unknown currency. */
export function moneyFromJson(value: unknown): Money | null {
  if (typeof value !== "object" || value === null) return null;
  if (!("amountMinor" in value) || !("currency" in value)) return null;
  return fromFields(value.amountMinor, value.currency);
}

/** Money as one short text, for facts and log fields: "USD 1999" (minor units). */
export function moneyToText(amount: Money): string {
  return `${amount.currency} ${amount.amountMinor}`;
}

/** Reads the short text of {@link moneyToText}; null when it is anything else. */
export function moneyFromText(text: string): Money | null {
  const [code, digits, ...rest] = text.split(" ");
  return rest.length === 0 ? fromFields(digits, code) : null;
}

function fromFields(digits: unknown, code: unknown): Money | null {
  const currency = parseCurrency(code);
  if (currency === null || typeof digits !== "string") return null;
  if (!/^(0|-?[1-9]\d*)$/.test(digits)) return null;
  return { amountMinor: BigInt(digits), currency };
}
