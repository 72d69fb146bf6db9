import type { CatalogBulkResult, CatalogBulkVariables } from "../generated/catalog-bulk.ts";
import { query } from "../operation.ts";

/** The whole catalogue, for a bulk operation: it selects of each variant what VariantsPage does. */
export const CATALOG_BULK = query<CatalogBulkResult, CatalogBulkVariables>(
  "CatalogBulk",
  `#graphql
  query CatalogBulk {
    productVariants {
      edges {
        node {
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
  }
`,
);
