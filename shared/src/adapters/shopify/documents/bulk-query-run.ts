import type { BulkQueryRunResult, BulkQueryRunVariables } from "../generated/bulk-query-run.ts";
import { mutation } from "../operation.ts";

/** Starts a bulk operation that reads; its answer is a file. */
export const BULK_QUERY_RUN = mutation<BulkQueryRunResult, BulkQueryRunVariables>(
  "BulkQueryRun",
  `#graphql
  mutation BulkQueryRun($query: String!) {
    bulkOperationRunQuery(query: $query, groupObjects: false) {
      bulkOperation {
        id
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
