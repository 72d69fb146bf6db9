import type { ShopId } from "@calibr/shared/core/ids";
import { connectShopify } from "@calibr/shared/services/connections/connect-shopify";
import { services } from "../services.server.ts";
import { shopify } from "../shopify.server.ts";

/** Who asks, as proven by Shopify's session token. */
export interface Visitor {
  readonly shopId: ShopId;
  readonly domain: string;
  /** The member of staff, for receipts: Shopify's own user id. */
  readonly person: string;
  /** Redirects inside the embedded app; a plain redirect would lose Shopify's parameters. */
  readonly redirect: (path: string) => Response;
}

/**
 * The shop of a request, from its verified session token and from nothing else.
 * @throws Response when Shopify's library has to answer first (sign-in, bounce, retry).
 */
export async function requireShop(request: Request): Promise<Visitor> {
  const { session, sessionToken, redirect } = await shopify.authenticate.admin(request);
  const known = await services.directory.shopIdOfDomain(session.shop);
  const shopId = known ?? (await reconnect(session.shop));
  return {
    shopId,
    domain: session.shop,
    person: `shopify:${sessionToken.sub}`,
    redirect: (path) => redirect(path),
  };
}

// A session exists but its shop does not: the app was removed and opened again before its token ended.
async function reconnect(domain: string): Promise<ShopId> {
  await connectShopify(services, { domain });
  return services.directory.registerShop(domain);
}
