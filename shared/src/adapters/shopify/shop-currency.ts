import type { ShopId } from "../../core/ids.ts";
import { MINUTE_MS, msBetween } from "../../core/time/duration.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ShopAccess } from "../../ports/offline-sessions.ts";
import type { AdminClient } from "./admin-client.ts";
import { SHOP_FACTS } from "./documents/shop-facts.ts";

/** The currency each shop's prices are written in. */
export interface ShopCurrencies {
  /** As Shopify says it, at most some minutes old. @throws AppError when Shopify cannot be asked. */
  of(shop: ShopAccess, signal: AbortSignal): Promise<string>;
}

// A shop can change its currency only before its first sale or through Shopify's support.
const KNOWN_FOR_MS = 10 * MINUTE_MS;

/**
 * Remembers shop currencies for a while.
 *
 * Shopify reads a variant's price as an amount of the shop's currency and is told none, so 1,999 yen in a
 * dollar shop would become $1,999.00 unless somebody compared first.
 */
export function createShopCurrencies(parts: { client: AdminClient; clock: Clock }): ShopCurrencies {
  const known = new Map<ShopId, { readonly currency: string; readonly at: Date }>();
  return {
    async of(shop, signal) {
      const now = parts.clock.now();
      const entry = known.get(shop.shopId);
      if (entry !== undefined && msBetween(entry.at, now) < KNOWN_FOR_MS) return entry.currency;
      const answer = await parts.client.query({
        shop,
        operation: SHOP_FACTS,
        variables: {},
        lane: "price",
        signal,
      });
      known.set(shop.shopId, { currency: answer.shop.currencyCode, at: now });
      return answer.shop.currencyCode;
    },
  };
}
