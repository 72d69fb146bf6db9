/**
 * Reads a shop's facts and its whole catalogue, variant by variant.
 *
 * A small catalogue is paged: it fits the shop's bucket and is there at once. A larger one is read by a bulk
 * operation, which costs nothing of the bucket and has no limit of 25,000 objects; paged at 100 points a
 * second, 10,000 variants would take seven minutes and leave nothing for prices.
 */
import type { ListingFact, ListingSource } from "../../ports/listing-source.ts";
import type { ShopAccess } from "../../ports/offline-sessions.ts";
import type { ChannelAccount } from "../../ports/channel-account.ts";
import { type BulkParts, runBulkQuery } from "./bulk-query.ts";
import { CATALOG_BULK } from "./documents/catalog-bulk.ts";
import { CATALOG_SIZE } from "./documents/catalog-size.ts";
import { SHOP_FACTS } from "./documents/shop-facts.ts";
import { VARIANTS_PAGE } from "./documents/variants-page.ts";
import type { VariantsPageResult } from "./generated/variants-page.ts";
import { type CatalogVariant, SHOPIFY_MARKETPLACE_ID, toListingFact } from "./listing-fact.ts";

// 250 would be allowed; 50 variants with product, cost and four metafields ask for about 400 of a call's
// 1,000 points.
const PAGE_SIZE = 50;
// Three pages fit the part of a standard bucket of 2,000 points that the catalogue may use.
const PAGED_MAX = 300;
const BATCH_SIZE = 500;

/** Makes the Shopify side of the import. */
export function createShopifyListingSource(parts: BulkParts): ListingSource {
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
      const { name, currencyCode: currency, ianaTimezone: timeZone } = shop;
      const own = { marketplaceId: SHOPIFY_MARKETPLACE_ID, currency, storeName: name };
      return { name, currency, timeZone, marketplaces: [own] };
    },

    async *readListings(account, _marketplaceIds, signal) {
      const shop = shopOf(account);
      const size = await parts.client.query({
        shop,
        operation: CATALOG_SIZE,
        variables: {},
        lane: "catalog",
        signal,
      });
      const isSmall = (size.productVariantsCount?.count ?? 0) <= PAGED_MAX;
      if (isSmall) yield* readPages(parts, shop, signal);
      else yield* readInBulk(parts, shop, { currency: size.shop.currencyCode, signal });
    },
  };
}

/** How a channel account is addressed at Shopify. */
export function shopOf(account: ChannelAccount): ShopAccess {
  return { shopId: account.shopId, domain: account.accountId };
}

async function* readPages(
  { client, clock }: BulkParts,
  shop: ShopAccess,
  signal: AbortSignal,
): AsyncGenerator<readonly ListingFact[]> {
  let after: string | null = null;
  for (;;) {
    const observedAt = clock.now();
    const answer: VariantsPageResult = await client.query({
      shop,
      operation: VARIANTS_PAGE,
      variables: { first: PAGE_SIZE, after },
      lane: "catalog",
      signal,
    });
    const { nodes, pageInfo } = answer.productVariants;
    const { currencyCode } = answer.shop;
    if (nodes.length > 0) yield nodes.map((node) => toListingFact(node, currencyCode, observedAt));
    if (!pageInfo.hasNextPage) return;
    after = pageInfo.endCursor;
  }
}

async function* readInBulk(
  parts: BulkParts,
  shop: ShopAccess,
  { currency, signal }: { currency: string; signal: AbortSignal },
): AsyncGenerator<readonly ListingFact[]> {
  // The file shows the catalogue no older than this.
  const observedAt = parts.clock.now();
  let batch: ListingFact[] = [];
  for await (const line of runBulkQuery(parts, { shop, operation: CATALOG_BULK, signal })) {
    // A line is what CatalogBulk selects of one variant; the document was validated against Shopify's
    // schema when its types were made, so this is the generated types' own parser.
    batch.push(toListingFact(line as CatalogVariant, currency, observedAt));
    if (batch.length < BATCH_SIZE) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
