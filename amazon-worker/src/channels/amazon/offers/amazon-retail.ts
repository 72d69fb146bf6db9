/**
 * Merchant tokens under which Amazon itself sells, one for each country store that has one.
 *
 * Amazon publishes no list. These stand as "sold by Amazon" on its own pages (seen 2026-11, not
 * confirmed by Amazon); a missing one only means that a rule cannot tell Amazon from other sellers.
 */
const AMAZON_RETAIL_SELLERS: ReadonlySet<string> = new Set([
  "ATVPDKIKX0DER", // US
  "A3DWYIK6Y9EEQB", // CA
  "AVDBXBAVVSXLQ", // MX
  "A1ZZFT5FULY4LN", // BR
  "A3P5ROKL5A1OLE", // GB
  "A3JWKAKR8XB7XF", // DE
  "A1X6FK5RDHNB96", // FR
  "A11IL2PNWYJU7H", // IT
  "A1AT7YVPFBWXBL", // ES
  "AN1VRQENFRJN5", // JP
  "ANEGB3WVEVKZB", // AU
]);

/** True when the seller is known to be Amazon itself. */
export function isAmazonRetail(sellerId: string): boolean {
  return AMAZON_RETAIL_SELLERS.has(sellerId);
}
