// Made by scripts/codegen.ts from documents/bulk-query-run.ts and Shopify's Admin schema 2026-10. Do not edit.

export interface BulkQueryRunVariables {
  readonly query: string;
}

export interface BulkQueryRunResult {
  readonly bulkOperationRunQuery: {
    readonly bulkOperation: { readonly id: string } | null;
    readonly userErrors: readonly {
      readonly field: readonly string[] | null;
      readonly message: string;
      readonly code: ("INVALID" | "LIMIT_REACHED" | "OPERATION_IN_PROGRESS") | null;
    }[];
  } | null;
}
