import type { ShopFactsResult, ShopFactsVariables } from "../generated/shop-facts.ts";
import { query } from "../operation.ts";

/** What a shop says about itself. */
export const SHOP_FACTS = query<ShopFactsResult, ShopFactsVariables>(
  "ShopFacts",
  `#graphql
  query ShopFacts {
    shop {
      name
      currencyCode
      ianaTimezone
    }
  }
`,
);
