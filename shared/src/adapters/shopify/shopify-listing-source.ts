/** Reads a shop's facts and its whole catalogue, variant by variant. */
import { AppError } from "../../core/app-error.ts";
import { parseMoney } from "../../core/money/money-text.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ListingFact, ListingSource } from "../../ports/listing-source.ts";
import type { ShopAccess } from "../../ports/offline-sessions.ts";
import type { ChannelAccount } from "../../ports/price-channel.ts";
import type { AdminClient } from "./admin-client.ts";
import { SHOP_FACTS } from "./documents/shop-facts.ts";
import { VARIANTS_PAGE } from "./documents/variants-page.ts";
import type { VariantsPageResult } from "./generated/variants-page.ts";

/** Shopify has no marketplaces: a variant's own price stands under this id. */
export const SHOPIFY_MARKETPLACE_ID = "";

// 250 would be allowed; 100 variants with their product and cost stay far below the 1,000 points of a call.
const PAGE_SIZE = 100;
// Shopify ends deep paging at 25,000 objects (shopify.dev, "Pagination", read 2026-11). Before that we
// begin a new list behind the last id.
const LIST_SIZE_MAX = 20_000;
// What Shopify calls the only variant of a product without options.
const ONLY_VARIANT = "Default Title";

type Page = VariantsPageResult["productVariants"];
type Variant = Page["nodes"][number];

/** Makes the Shopify side of the import. */
export function createShopifyListingSource(parts: {
  client: AdminClient;
  clock: Clock;
}): ListingSource {
  return {
    channel: "shopify",

    async readAccount(account, signal) {
      const { shop } = await parts.client.query({
        shop: shopOf(account),
        operation: SHOP_FACTS,
        variables: {},
        lane: "catalog",
        signal,
      });
      return {
        name: shop.name,
        currency: shop.currencyCode,
        timeZone: shop.ianaTimezone,
        marketplaces: [
          {
            marketplaceId: SHOPIFY_MARKETPLACE_ID,
            currency: shop.currencyCode,
            storeName: shop.name,
          },
        ],
      };
    },

    readListings: (account, _marketplaceIds, signal) =>
      readPages(parts.client, parts.clock, shopOf(account), signal),
  };
}

/** How a channel account is addressed at Shopify. */
export function shopOf(account: ChannelAccount): ShopAccess {
  return { shopId: account.shopId, domain: account.accountId };
}

async function* readPages(
  client: AdminClient,
  clock: Clock,
  shop: ShopAccess,
  signal: AbortSignal,
): AsyncGenerator<readonly ListingFact[]> {
  let after: string | null = null;
  let filter: string | null = null;
  let listed = 0;
  let lastId = 0n;
  for (;;) {
    const observedAt = clock.now();
    const answer: VariantsPageResult = await client.query({
      shop,
      operation: VARIANTS_PAGE,
      variables: { first: PAGE_SIZE, after, filter },
      lane: "catalog",
      signal,
    });
    const { nodes, pageInfo } = answer.productVariants;
    const ids = nodes.map((node) => BigInt(node.legacyResourceId));
    // A list that goes back would be read for ever, and one that skips would look like deletions.
    if (ids.some((id, place) => id <= (ids[place - 1] ?? lastId))) throw outOfOrder(shop);
    if (nodes.length > 0)
      yield nodes.map((node) => toFact(node, answer.shop.currencyCode, observedAt));
    if (!pageInfo.hasNextPage) return;
    lastId = ids.at(-1) ?? lastId;
    listed += nodes.length;
    after = pageInfo.endCursor;
    if (listed >= LIST_SIZE_MAX) {
      filter = `id:>${lastId}`;
      after = null;
      listed = 0;
    }
  }
}

function toFact(variant: Variant, currency: string, observedAt: Date): ListingFact {
  const { product, inventoryItem } = variant;
  const cost = inventoryItem.unitCost;
  const costMinor = cost === null ? null : exactMinor(cost.amount, cost.currencyCode);
  const isOnly = variant.title === ONLY_VARIANT;
  return {
    marketplaceId: SHOPIFY_MARKETPLACE_ID,
    externalId: variant.id,
    parentId: product.id,
    sku: textOrNull(variant.sku),
    barcode: textOrNull(variant.barcode),
    title: isOnly ? product.title : `${product.title} - ${variant.title}`,
    currency,
    status: product.status === "ACTIVE" ? "active" : "inactive",
    fulfilment: null,
    quantity: inventoryItem.tracked ? variant.inventoryQuantity : null,
    productType: null,
    priceMinor: exactMinor(variant.price, currency),
    compareAtMinor:
      variant.compareAtPrice === null ? null : exactMinor(variant.compareAtPrice, currency),
    costMinor,
    costCurrency: costMinor === null ? null : (cost?.currencyCode ?? null),
    isAutoPriced: false,
    saleUntil: null,
    observedAt,
  };
}

/** Minor units of a vendor decimal; null when it cannot be read exactly or is negative. */
function exactMinor(amount: string, currency: string): bigint | null {
  const parsed = parseMoney(amount, currency);
  if (parsed.kind === "refused" || parsed.money.amountMinor < 0n) return null;
  return parsed.money.amountMinor;
}

/** The text byte for byte; null when it is blank. */
function textOrNull(text: string | null): string | null {
  return text === null || text.trim() === "" ? null : text;
}

function outOfOrder(shop: ShopAccess): AppError {
  return new AppError({
    code: "shopify_bad_answer",
    retry: "backoff",
    message: "Shopify Admin: VariantsPage is not in the order of ids; the import cannot be whole.",
    context: { shopId: shop.shopId },
  });
}
