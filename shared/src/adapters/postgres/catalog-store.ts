import type { CatalogStore } from "../../ports/catalog-store.ts";
import { createItemQueries } from "./item-queries.ts";
import { createListingQueries } from "./listing-queries.ts";
import type { QueryClient } from "./query-client.ts";
import { createReportQueries } from "./report-queries.ts";

/** Listings, items and links as rows. The channel's facts win for its own; the merchant's are never touched. */
export function createCatalogStore(client: QueryClient): CatalogStore {
  return {
    ...createListingQueries(client),
    ...createReportQueries(client),
    ...createItemQueries(client),
  };
}
