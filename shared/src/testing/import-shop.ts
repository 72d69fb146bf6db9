import type { ConnectionId, ShopId } from "../core/ids.ts";
import type { ListingFact } from "../ports/listing-source.ts";
import { importListings } from "../services/catalog/import-listings.ts";
import { connectShopify } from "../services/connections/connect-shopify.ts";
import { createFakeListingSource, type FakeListingSource } from "./fake-listing-source.ts";
import { listingFact, OUR_SELLER, type Pipeline, rowsOf, US } from "./pipeline-shop.ts";

/** A listing's row, as imports leave it. */
export interface ListingRow {
  readonly channel: string;
  readonly external_id: string;
  readonly status: string;
  readonly item_id: string | null;
  readonly link_evidence: string | null;
  readonly currency: string;
}

/** A fresh shop with both channels connected, their catalogues empty and imports due. */
export interface ImportShop {
  readonly shopId: ShopId;
  readonly amazonConnection: ConnectionId;
  readonly sources: { readonly amazon: FakeListingSource; readonly shopify: FakeListingSource };
  /** Runs what is due, a second later than anything before. */
  run(): Promise<void>;
  /** Makes both imports due and runs them. */
  runAgain(): Promise<void>;
  listings(): Promise<ListingRow[]>;
}

let shops = 0;

/** Makes an {@link ImportShop}. */
export async function makeImportShop(pipeline: Pipeline): Promise<ImportShop> {
  shops += 1;
  const shopId = await connectShopify(pipeline, {
    domain: `import-${String(shops)}.myshopify.com`,
  });
  const sources = {
    amazon: createFakeListingSource("amazon"),
    shopify: createFakeListingSource("shopify"),
  };
  const amazonConnection = await pipeline.inShop(shopId, (tx) =>
    tx.connections.connect({
      channel: "amazon",
      accountId: OUR_SELLER,
      region: "na",
      tokenSealed: "sealed",
      consentedAt: pipeline.clock.now(),
      importDueAt: pipeline.clock.now(),
    }),
  );
  const { signal } = new AbortController();
  const run = async () => {
    pipeline.clock.advance(1_000);
    await importListings({ ...pipeline, sources, worker: "1" }, shopId, signal);
  };
  return {
    shopId,
    amazonConnection,
    sources,
    run,
    async runAgain() {
      await rowsOf(pipeline.pool, shopId, "UPDATE connection SET import_due_at = $1", [
        pipeline.clock.now(),
      ]);
      await run();
    },
    listings: () =>
      rowsOf(
        pipeline.pool,
        shopId,
        "SELECT channel, external_id, status, item_id, link_evidence, currency FROM listing ORDER BY listing_id",
      ),
  };
}

/** A Shopify variant with a SKU of its own. */
export function variantFact(place: number, fact: Partial<ListingFact> = {}): ListingFact {
  return listingFact({
    externalId: `gid://shopify/ProductVariant/${String(place)}`,
    parentId: `gid://shopify/Product/${String(place)}`,
    sku: `SKU-${String(place)}`,
    ...fact,
  });
}

/** An Amazon listing of a SKU in the US. */
export function offerFact(sku: string, fact: Partial<ListingFact> = {}): ListingFact {
  return listingFact({
    externalId: sku,
    sku,
    parentId: "B0TEST0001",
    marketplaceId: US,
    fulfilment: "merchant",
    ...fact,
  });
}
