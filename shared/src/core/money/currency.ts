/**
 * Minor-unit exponents of ISO 4217, as our own data.
 *
 * Source: ISO 4217 list one (SIX maintenance agency), as amended to 2026. `Intl` cannot be used: on
 * the Node we run it answers 0 digits for HUF, COP, IDR and IQD (ISO: 2, 2, 2, 3).
 * Codes without a minor unit (metals, SDR, test codes) are left out: nobody sells in them. ANG, BGN
 * and SLL are withdrawn but still sent by vendors, so they stay readable.
 */
const EXPONENT_2 =
  "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD " +
  "CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD " +
  "GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA " +
  "MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR " +
  "RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD " +
  "TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG";
const EXPONENT_0 = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";
const EXPONENT_3 = "BHD IQD JOD KWD LYD OMR TND";
const EXPONENT_4 = "CLF UYW";

declare const currencyBrand: unique symbol;

/** A currency code whose exponent we know; made only by {@link parseCurrency} and {@link currency}. */
export type CurrencyCode = string & { readonly [currencyBrand]: "CurrencyCode" };

const EXPONENTS: ReadonlyMap<string, number> = new Map([
  ...codes(EXPONENT_0, 0),
  ...codes(EXPONENT_2, 2),
  ...codes(EXPONENT_3, 3),
  ...codes(EXPONENT_4, 4),
]);

/** Every code we know, sorted. */
export const CURRENCY_CODES: readonly CurrencyCode[] = [...EXPONENTS.keys()]
  .sort()
  .map((code) => code as CurrencyCode);

/**
 * Reads a currency code from outside, exactly as ISO writes it (three capitals).
 * @returns null when the code is unknown: an outcome (hold `currency_unknown`), never an exception.
 */
export function parseCurrency(value: unknown): CurrencyCode | null {
  return typeof value === "string" && EXPONENTS.has(value) ? (value as CurrencyCode) : null;
}

/**
 * A currency code that must be known, for our own constants and rows already checked.
 * @throws RangeError when it is not.
 */
export function currency(code: string): CurrencyCode {
  const known = parseCurrency(code);
  if (known === null)
    throw new RangeError(`Unknown currency ${JSON.stringify(code)}: not in ISO 4217.`);
  return known;
}

/** Digits after the decimal point: 2 for USD, 0 for JPY, 3 for KWD. */
export function exponentOf(code: CurrencyCode): number {
  const exponent = EXPONENTS.get(code);
  if (exponent === undefined) throw new RangeError(`Unknown currency ${JSON.stringify(code)}.`);
  return exponent;
}

function codes(list: string, exponent: number): [string, number][] {
  return list.split(" ").map((code) => [code, exponent]);
}
