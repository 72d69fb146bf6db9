/**
 * Reads a shop's permanent domain, lower-cased: `name.myshopify.com` and nothing around it.
 *
 * Every call to Shopify goes to such a domain, so that no other host is ever sent a token.
 * @returns null when it is anything else.
 */
export function parseShopDomain(value: unknown): string | null {
  if (typeof value !== "string") return null;
  const domain = value.toLowerCase();
  return /^[a-z0-9][a-z0-9-]{0,62}\.myshopify\.com$/.test(domain) ? domain : null;
}

/** A domain that our own rows promised to be right. @throws RangeError otherwise. */
export function toShopDomain(value: string): string {
  const domain = parseShopDomain(value);
  if (domain === null) throw new RangeError(`Expected a myshopify.com domain, found ${value}.`);
  return domain;
}
