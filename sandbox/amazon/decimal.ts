/**
 * Amazon's decimals to whole minor units and back. Deliberately not the product's money code: the
 * stand-in and the thing it checks must not share a mistake.
 */

/** JPY is the one currency of Amazon's marketplaces without minor units. */
function exponentOf(currency: string): number {
  return currency === "JPY" ? 0 : 2;
}

/** `19.99` or `"19.99"` → 1999; undefined when it is no amount or has too many decimals. */
export function toMinor(value: unknown, currency: string): number | undefined {
  const text = typeof value === "number" ? String(value) : value;
  if (typeof text !== "string") return undefined;
  const match = /^(\d{1,9})(?:\.(\d+))?$/.exec(text.trim());
  if (match === null) return undefined;
  const exponent = exponentOf(currency);
  const fraction = (match[2] ?? "").replace(/0+$/, "");
  if (fraction.length > exponent) return undefined;
  return Number(match[1]) * 10 ** exponent + Number(fraction.padEnd(exponent, "0") || "0");
}

/** 1999 → `"19.99"` */
export function toText(minor: number, currency: string): string {
  return (minor / 10 ** exponentOf(currency)).toFixed(exponentOf(currency));
}

/** 1999 → `19.99`, the JSON number pricing operations answer with. */
export function toAmount(minor: number, currency: string): number {
  return Number(toText(minor, currency));
}
