// Made by scripts/codegen.ts from documents/variant-prices.ts and Shopify's Admin schema 2026-10. Do not edit.

export interface VariantPricesVariables {
  readonly ids: readonly string[];
}

export interface VariantPricesResult {
  readonly shop: { readonly currencyCode: string };
  readonly nodes: readonly (
    | { readonly __typename: "ProductVariant"; readonly id: string; readonly price: string }
    | { readonly __typename: string }
    | null
  )[];
}
