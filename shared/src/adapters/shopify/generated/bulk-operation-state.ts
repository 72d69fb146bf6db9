// Made by scripts/codegen.ts from documents/bulk-operation-state.ts and Shopify's Admin schema 2026-10. Do not edit.

export interface BulkOperationStateVariables {
  readonly id: string;
}

export interface BulkOperationStateResult {
  readonly bulkOperation: {
    readonly status:
      "CANCELED" | "CANCELING" | "COMPLETED" | "CREATED" | "EXPIRED" | "FAILED" | "RUNNING";
    readonly errorCode: ("ACCESS_DENIED" | "INTERNAL_SERVER_ERROR" | "TIMEOUT") | null;
    readonly objectCount: string;
    readonly url: string | null;
  } | null;
}
