// Made by scripts/codegen.ts from documents/catalog-size.ts and Shopify's Admin schema 2026-10. Do not edit.

export type CatalogSizeVariables = Readonly<Record<string, never>>;

export interface CatalogSizeResult {
  readonly shop: { readonly currencyCode: string };
  readonly productVariantsCount: { readonly count: number } | null;
}
