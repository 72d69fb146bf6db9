// Made by scripts/codegen.ts from documents/catalog-bulk.ts and Shopify's Admin schema 2026-10. Do not edit.

export type CatalogBulkVariables = Readonly<Record<string, never>>;

export interface CatalogBulkResult {
  readonly productVariants: {
    readonly edges: readonly {
      readonly node: {
        readonly id: string;
        readonly title: string;
        readonly sku: string | null;
        readonly barcode: string | null;
        readonly price: string;
        readonly compareAtPrice: string | null;
        readonly inventoryQuantity: number | null;
        readonly asin: { readonly value: string } | null;
        readonly amazonAsin: { readonly value: string } | null;
        readonly product: {
          readonly id: string;
          readonly title: string;
          readonly status: "ACTIVE" | "ARCHIVED" | "DRAFT" | "UNLISTED";
          readonly asin: { readonly value: string } | null;
          readonly amazonAsin: { readonly value: string } | null;
        };
        readonly inventoryItem: {
          readonly tracked: boolean;
          readonly unitCost: { readonly amount: string; readonly currencyCode: string } | null;
        };
      };
    }[];
  };
}
