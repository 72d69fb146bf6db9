/** What a resolver knows about the call it answers. */
import { GraphQLError } from "graphql";
import type { DocumentNode, ExecutionResult } from "graphql";
import type { Writer } from "./ledger.ts";
import type { StoreState } from "./state.ts";
import type { ShopifyWorld } from "./world-state.ts";

export interface CallContext {
  readonly world: ShopifyWorld;
  readonly store: StoreState;
  /** Bulk operations read whole connections. */
  readonly isWhole: boolean;
  readonly writer: Writer;
  /** Runs another document over the same store; bulk operations do. */
  readonly execute: (context: CallContext, execution: Execution) => Promise<ExecutionResult>;
}

/** A document that was parsed and validated, and what it is to be run with. */
export interface Execution {
  readonly document: DocumentNode;
  readonly isMutation: boolean;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operationName?: string | undefined;
}

/** Shopify's DateTime has whole seconds. */
export function dateTime(at: Date): string {
  return at.toISOString().replace(/\.\d{3}Z$/, "Z");
}

export function notImitated(what: string): GraphQLError {
  return new GraphQLError(
    `sandbox: ${what} is in Shopify's schema but not imitated (docs/sandbox-differences.md)`,
    { extensions: { code: "SANDBOX_NOT_IMITATED" } },
  );
}
