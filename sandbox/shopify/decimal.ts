/** Shopify's decimal text and the store's whole minor units. */

export function formatDecimal(minor: number, decimals: number): string {
  const digits = String(Math.abs(minor)).padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = decimals === 0 ? "" : `.${digits.slice(-decimals)}`;
  return `${minor < 0 ? "-" : ""}${whole}${fraction}`;
}

/** Rounds half away from zero beyond `decimals`, as Shopify stores "9.995" as 10.00; `undefined` for no number. */
export function parseDecimal(text: string, decimals: number): number | undefined {
  const match = /^(-?)(\d{1,15})(?:\.(\d+))?$/.exec(text.trim());
  if (match === null) return undefined;
  const [, sign, whole = "0", fraction = ""] = match;
  const kept = fraction.padEnd(decimals + 1, "0").slice(0, decimals + 1);
  const tenths = Number(`${whole}${kept}`);
  const minor = Math.floor((tenths + 5) / 10);
  return sign === "-" ? -minor : minor;
}
