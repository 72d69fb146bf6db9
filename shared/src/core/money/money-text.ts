import { type CurrencyCode, exponentOf, parseCurrency } from "./currency.ts";
import type { Money } from "./money.ts";

/** Why a vendor's or a person's decimal text was not taken as money. */
export type MoneyTextProblem =
  "blank" | "not_a_decimal" | "too_many_decimals" | "too_large" | "currency_unknown";

/** What became of a decimal text. */
export type ParsedMoney =
  | { readonly kind: "money"; readonly money: Money }
  | { readonly kind: "refused"; readonly problem: MoneyTextProblem; readonly found: string };

/** Decimal digits with an optional sign and point, such as "-19.99"; what `Intl` takes as exact text. */
export type DecimalText = `${number}`;

// Ten million million of a currency with cents. A floor reckoned from a cost may be a hundred times as much and
// a ceiling ten times: both must still fit PostgreSQL's BIGINT, in which every amount is stored.
const AMOUNT_MINOR_MAX = 1_000_000_000_000_000n;

/**
 * Reads a vendor decimal ("19.99", "1999" for JPY, "-3.5") exactly, as text.
 *
 * Trailing zeros beyond the currency's exponent are accepted, because Amazon writes JPY as "1999.00";
 * any other digit there is refused rather than rounded. Exponent notation, thousands separators,
 * a bare point and blanks are refused.
 */
export function parseMoney(text: string, code: string): ParsedMoney {
  const currency = parseCurrency(code);
  if (currency === null) return refused("currency_unknown", code);
  if (text.trim() === "") return refused("blank", text);
  const match = /^(-?)(\d{1,40})(?:\.(\d{1,40}))?$/.exec(text);
  if (match === null) return refused("not_a_decimal", text);
  const [, sign = "", whole = "", written = ""] = match;
  const exponent = exponentOf(currency);
  if (/[1-9]/.test(written.slice(exponent))) return refused("too_many_decimals", text);
  const fraction = written.slice(0, exponent).padEnd(exponent, "0");
  const digits = BigInt(whole + fraction);
  if (digits > AMOUNT_MINOR_MAX) return refused("too_large", text);
  return { kind: "money", money: { amountMinor: sign === "-" ? -digits : digits, currency } };
}

/**
 * Writes an amount as a plain decimal with exactly the currency's digits: "19.99", "1999" for JPY.
 * `parseMoney(printDecimal(m), m.currency)` gives `m` back.
 */
export function printDecimal(amount: Money): DecimalText {
  return decimalDigits(amount.amountMinor, amount.currency);
}

function decimalDigits(amountMinor: bigint, currency: CurrencyCode): DecimalText {
  const exponent = exponentOf(currency);
  const sign = amountMinor < 0n ? "-" : "";
  const digits = String(amountMinor < 0n ? -amountMinor : amountMinor).padStart(exponent + 1, "0");
  const whole = digits.slice(0, digits.length - exponent);
  const fraction = digits.slice(digits.length - exponent);
  // Digits with an optional sign and point by construction: this is the brand's own maker.
  return (sign + (exponent === 0 ? whole : `${whole}.${fraction}`)) as DecimalText;
}

function refused(problem: MoneyTextProblem, found: string): ParsedMoney {
  return { kind: "refused", problem, found };
}
