import type {
  BulkOperationStateResult,
  BulkOperationStateVariables,
} from "../generated/bulk-operation-state.ts";
import { query } from "../operation.ts";

/** How far a bulk operation is, and where its file lies once it is done. */
export const BULK_OPERATION_STATE = query<BulkOperationStateResult, BulkOperationStateVariables>(
  "BulkOperationState",
  `#graphql
  query BulkOperationState($id: ID!) {
    bulkOperation(id: $id) {
      status
      errorCode
      objectCount
      url
    }
  }
`,
);
