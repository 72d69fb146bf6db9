import { MARKETPLACES, type AmazonRegion } from "./marketplaces.ts";

/** An address of Amazon's to which a seller may be sent back, and the region it stands for. */
export type AmazonCallback = { readonly href: string; readonly region: AmazonRegion };

const PATH = /^\/apps\/authorize\/confirm\/[\w.-]+$/;

/**
 * Reads the `amazon_callback_uri` of an Appstore visit. Whoever writes the address of our Login URI writes
 * this too, so only https on a known Seller Central host, or on the store's own domain as in Amazon's
 * example, and only its confirmation path, is ever followed: everything else would be an open redirect.
 *
 * @returns null for any other address.
 */
export function readAmazonCallback(uri: string): AmazonCallback | null {
  const url = URL.parse(uri);
  if (url === null || url.protocol !== "https:" || url.port !== "") return null;
  if (url.username !== "" || url.password !== "" || url.hash !== "") return null;
  if (!PATH.test(url.pathname)) return null;
  const place = MARKETPLACES.find(
    ({ sellerCentralHost, domain }) =>
      url.hostname === sellerCentralHost ||
      url.hostname === domain ||
      url.hostname === `www.${domain}`,
  );
  return place === undefined ? null : { href: url.href, region: place.region };
}
