// Made by scripts/codegen.ts from documents/shop-facts.ts and Shopify's Admin schema 2026-10. Do not edit.

export type ShopFactsVariables = Readonly<Record<string, never>>;

export interface ShopFactsResult {
  readonly shop: {
    readonly name: string;
    readonly currencyCode: string;
    readonly ianaTimezone: string;
  };
}
