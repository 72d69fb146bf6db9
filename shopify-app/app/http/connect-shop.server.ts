import type { ShopId } from "@calibr/shared/core/ids";
import { connectShopify } from "@calibr/shared/services/connections/connect-shopify";
import { services } from "../services.server.ts";

const connected = new Map<string, Promise<ShopId>>();

/** Connects a shop that Shopify has just confirmed, also when this process knew it before. */
export function connectShop(domain: string): Promise<ShopId> {
  // One after the other: pages load in parallel, and each may be the first to meet a new shop.
  const before = connected.get(domain)?.catch(() => null) ?? Promise.resolve(null);
  const run = before.then(() => connectShopify(services, { domain }));
  connected.set(domain, run);
  run.catch(() => {
    if (connected.get(domain) === run) connected.delete(domain);
  });
  return run;
}

/**
 * The shop of a verified domain, connected. A page can be asked for between the moment a new shop's session is
 * stored and the moment its rows are: it waits for them instead of showing an empty shop.
 */
export function shopOfDomain(domain: string): Promise<ShopId> {
  return connected.get(domain) ?? connectShop(domain);
}
