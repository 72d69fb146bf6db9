import { invariant } from "../../core/assert.ts";
import { parseVariantGid } from "../../core/ids.ts";
import { parseMoney } from "../../core/money/money-text.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ChannelAccount } from "../../ports/channel-account.ts";
import type { ListingAddress, PriceReading } from "../../ports/price-channel.ts";
import type { AdminClient } from "./admin-client.ts";
import { VARIANT_PRICES } from "./documents/variant-prices.ts";
import type { VariantPricesResult } from "./generated/variant-prices.ts";
import { shopOf } from "./shopify-listing-source.ts";

/**
 * Reads what variants cost now; readings stand in the order of `listings`.
 *
 * `observedAt` is the instant before we asked: the price shown is at least that new.
 * @throws AppError when Shopify brought no whole answer.
 */
export async function readPrices(
  parts: { readonly client: AdminClient; readonly clock: Clock },
  account: ChannelAccount,
  listings: readonly ListingAddress[],
  signal: AbortSignal,
): Promise<PriceReading[]> {
  if (listings.length === 0) return [];
  const observedAt = parts.clock.now();
  // One id that is no gid would make Shopify refuse the whole call.
  const ids = listings.map((listing) => parseVariantGid(listing.externalId));
  const answer = await parts.client.query({
    shop: shopOf(account),
    operation: VARIANT_PRICES,
    variables: { ids: ids.filter((id) => id !== null) },
    lane: "price",
    signal,
  });
  const known = pricesById(answer);
  return ids.map((id): PriceReading => {
    if (id === null) return { kind: "missing" };
    const price = known.get(id);
    if (price === undefined) return { kind: "missing" };
    const parsed = parseMoney(price, answer.shop.currencyCode);
    if (parsed.kind === "refused") return { kind: "unreadable", code: "shopify_bad_answer" };
    return { kind: "price", price: parsed.money, observedAt, saleUntil: null };
  });
}

function pricesById(answer: VariantPricesResult): ReadonlyMap<string, string> {
  const prices = new Map<string, string>();
  for (const node of answer.nodes) {
    if (node === null || !("price" in node)) continue;
    invariant(typeof node.price === "string", "VariantPrices: a price is text.");
    prices.set(node.id, node.price);
  }
  return prices;
}
