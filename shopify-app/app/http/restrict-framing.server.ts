import { parseShopDomain } from "@calibr/shared/core/shop-domain";

/**
 * Lets nobody frame a document of Shopify's library that names no shop. The library writes whatever host stands
 * in the address into its bounce page's policy, and no policy at all when the address names none.
 */
export function restrictFraming(answer: Response, request: Request): void {
  const shop = new URL(request.url).searchParams.get("shop");
  if (shop !== null && parseShopDomain(shop) !== null) return;
  answer.headers.set("Content-Security-Policy", "frame-ancestors 'none'");
}
