import type { CatalogSizeResult, CatalogSizeVariables } from "../generated/catalog-size.ts";
import { query } from "../operation.ts";

/** How many variants a shop has, and the currency of their prices. */
export const CATALOG_SIZE = query<CatalogSizeResult, CatalogSizeVariables>(
  "CatalogSize",
  `#graphql
  query CatalogSize {
    shop {
      currencyCode
    }
    productVariantsCount {
      count
    }
  }
`,
);
