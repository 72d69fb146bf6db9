import type {
  VariantsBulkUpdateResult,
  VariantsBulkUpdateVariables,
} from "../generated/variants-bulk-update.ts";
import { mutation } from "../operation.ts";

/** Sets prices of variants of one product; a refused variant does not hold back the others. */
export const VARIANTS_BULK_UPDATE = mutation<VariantsBulkUpdateResult, VariantsBulkUpdateVariables>(
  "VariantsBulkUpdate",
  `#graphql
  mutation VariantsBulkUpdate($productId: ID!, $variants: [ProductVariantsBulkInput!]!) {
    productVariantsBulkUpdate(
      productId: $productId
      variants: $variants
      allowPartialUpdates: true
    ) {
      productVariants {
        id
        price
      }
      userErrors {
        field
        message
        code
      }
    }
  }
`,
);
