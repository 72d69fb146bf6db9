/** Writes prices to Shopify variants and reads them back. */
import type { PriceChannel } from "../../ports/price-channel.ts";
import type { Clock } from "../../ports/clock.ts";
import type { AdminClient } from "./admin-client.ts";
import { pushPrices } from "./push-prices.ts";
import { readPrices } from "./read-prices.ts";
import { createShopCurrencies } from "./shop-currency.ts";

// Shopify takes at most 250 elements in any array argument (shopify.dev, "Rate limits", read 2026-11).
const BATCH_MAX = 250;
// Each product is a call of its own: few in a batch, so that one that hangs holds up few others.
const PUSH_MAX = 15;

/** Makes the Shopify side of pushing and confirming prices. */
export function createShopifyPriceChannel(parts: {
  client: AdminClient;
  clock: Clock;
}): PriceChannel {
  const currencies = createShopCurrencies(parts);
  return {
    channel: "shopify",
    batchMax: { push: PUSH_MAX, read: BATCH_MAX },
    pushPrices: (account, pushes, signal) =>
      pushPrices({ client: parts.client, currencies }, account, pushes, signal),
    readPrices: (account, listings, signal) => readPrices(parts, account, listings, signal),
  };
}
