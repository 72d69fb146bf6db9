import type { ShopId } from "@calibr/shared/core/ids";
import { shopify } from "../shopify.server.ts";
import { shopOfDomain } from "./connect-shop.server.ts";

/** Who asks, as proven by Shopify's session token. */
export interface Visitor {
  readonly shopId: ShopId;
  /** The member of staff, for receipts: Shopify's own user id. */
  readonly person: string;
}

/**
 * The shop of a request, from its verified session token and from nothing else.
 * @throws Response when Shopify's library has to answer first (sign-in, bounce, retry).
 */
export async function requireShop(request: Request): Promise<Visitor> {
  const { session, sessionToken } = await shopify.authenticate.admin(request);
  return { shopId: await shopOfDomain(session.shop), person: `shopify:${sessionToken.sub}` };
}
