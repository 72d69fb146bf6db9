import type { VariantPricesResult, VariantPricesVariables } from "../generated/variant-prices.ts";
import { query } from "../operation.ts";

/** The prices of up to 250 variants, in the order of the ids; null where a variant is gone. */
export const VARIANT_PRICES = query<VariantPricesResult, VariantPricesVariables>(
  "VariantPrices",
  `#graphql
  query VariantPrices($ids: [ID!]!) {
    shop {
      currencyCode
    }
    nodes(ids: $ids) {
      __typename
      ... on ProductVariant {
        id
        price
      }
    }
  }
`,
);
