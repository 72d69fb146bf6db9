import type { VariantsPageResult, VariantsPageVariables } from "../generated/variants-page.ts";
import { query } from "../operation.ts";

/** One page of the whole catalogue, variant by variant, oldest first. */
export const VARIANTS_PAGE = query<VariantsPageResult, VariantsPageVariables>(
  "VariantsPage",
  `#graphql
  query VariantsPage($first: Int!, $after: String) {
    shop {
      currencyCode
    }
    productVariants(first: $first, after: $after, sortKey: ID) {
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        id
        title
        sku
        barcode
        price
        compareAtPrice
        inventoryQuantity
        asin: metafield(namespace: "custom", key: "asin") {
          value
        }
        amazonAsin: metafield(namespace: "amazon", key: "asin") {
          value
        }
        product {
          id
          title
          status
          asin: metafield(namespace: "custom", key: "asin") {
            value
          }
          amazonAsin: metafield(namespace: "amazon", key: "asin") {
            value
          }
        }
        inventoryItem {
          tracked
          unitCost {
            amount
            currencyCode
          }
        }
      }
    }
  }
`,
);
