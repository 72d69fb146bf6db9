/**
 * Bulk operations: a query over whole connections, or one mutation run for each line of
 * an uploaded file; the result is JSONL behind a URL.
 *
 * States: CREATED → RUNNING → COMPLETED | CANCELED, moved on by the sandbox clock.
 */
import { Kind, parse, validate } from "graphql";
import type { DocumentNode, OperationDefinitionNode } from "graphql";
import { randomUUID } from "node:crypto";
import { dateTime } from "./call-context.ts";
import type { CallContext } from "./call-context.ts";
import { connection } from "./connection.ts";
import type { PageArguments } from "./connection.ts";
import { gid, idOf } from "./gid.ts";
import { flattenToJsonl } from "./jsonl.ts";
import { parseSearch } from "./search-query.ts";
import { adminSchema } from "./schema.ts";
import type { StoreBulkOperation } from "./state.ts";
import { emit } from "./webhook-events.ts";

/** shopify.dev, "Bulk operations", read 2026-11: five at a time per app and store since 2026-01. */
const CONCURRENT_MAX = 5;
const RUNS_FOR_MS = 400;

export const RESULT_HOST = "storage.googleapis.com";
export const UPLOAD_HOST = "shopify-staged-uploads.storage.googleapis.com";

export function bulkOperationConnection(
  context: CallContext,
  args: PageArguments & { query?: string | null },
): object {
  const test = parseSearch<StoreBulkOperation>(
    args.query,
    {
      id: (operation) => operation.id,
      status: (operation) => operation.status,
      type: (operation) => operation.type,
      created_at: (operation) => operation.createdAt,
    },
    () => "",
  );
  return connection({
    items: context.store.bulkOperations.filter(test),
    args,
    isWhole: context.isWhole,
    idOf: (operation) => operation.id,
    toNode: (operation) => bulkOperationNode(context, operation),
  });
}

export function bulkOperationNode(context: CallContext, operation: StoreBulkOperation): object {
  const isDone = operation.status === "COMPLETED" && operation.result !== "";
  return {
    __typename: "BulkOperation",
    id: gid("BulkOperation", operation.id),
    status: operation.status,
    type: operation.type,
    query: operation.query,
    errorCode: operation.errorCode,
    createdAt: dateTime(operation.createdAt),
    completedAt: operation.completedAt === null ? null : dateTime(operation.completedAt),
    objectCount: String(operation.objectCount),
    rootObjectCount: String(operation.rootObjectCount),
    fileSize: isDone ? String(Buffer.byteLength(operation.result)) : null,
    url: isDone
      ? `https://${RESULT_HOST}/shopify-tiers-assets-prod/bulk-operation-outputs/${context.store.domain}/${operation.id}.jsonl`
      : null,
    partialDataUrl: null,
  };
}

interface RunMutationArguments {
  readonly mutation: string;
  readonly stagedUploadPath: string;
}

export function bulkMutations(context: CallContext): object {
  return {
    bulkOperationRunQuery: ({ query }: { query: string }) => runQuery(context, query),
    bulkOperationRunMutation: (args: RunMutationArguments) => runMutation(context, args),
    bulkOperationCancel: ({ id }: { id: string }) => cancel(context, id),
    stagedUploadsCreate: (args: { input: readonly { filename: string }[] }) =>
      stagedUploads(context, args.input),
  };
}

function runQuery(context: CallContext, query: string): object {
  const checked = checkDocument(query, "query");
  if (typeof checked === "string") return refusal(checked, "INVALID");
  return start(context, { type: "QUERY", query }, async (operation) => {
    const result = await context.execute(
      { ...context, isWhole: true, writer: { kind: "bulk", operationId: String(operation.id) } },
      { document: checked, isMutation: false, variables: {} },
    );
    const { text, objectCount, rootObjectCount } = flattenToJsonl(result.data ?? {});
    Object.assign(operation, { result: text, objectCount, rootObjectCount });
    if (result.errors !== undefined) {
      Object.assign(operation, { status: "FAILED", errorCode: "INTERNAL_SERVER_ERROR" });
    }
  });
}

function runMutation(context: CallContext, args: RunMutationArguments): object {
  const checked = checkDocument(args.mutation, "mutation");
  if (typeof checked === "string") return refusal(checked, "INVALID_MUTATION");
  const upload = context.store.uploads.get(args.stagedUploadPath);
  if (upload === undefined) return refusal("The input file could not be found.", "NO_SUCH_FILE");
  return start(context, { type: "MUTATION", query: args.mutation }, async (operation) => {
    const lines = upload.split("\n").filter((line) => line.trim() !== "");
    const results: string[] = [];
    for (const [lineNumber, line] of lines.entries()) {
      const result = await context.execute(
        { ...context, writer: { kind: "bulk", operationId: String(operation.id) } },
        // Every line holds the variables of one call; a line that is not JSON fails the operation.
        {
          document: checked,
          isMutation: true,
          variables: JSON.parse(line) as Record<string, unknown>,
        },
      );
      results.push(JSON.stringify({ ...result, __lineNumber: lineNumber }));
    }
    const objectCount = lines.length;
    Object.assign(operation, {
      result: results.join("\n"),
      objectCount,
      rootObjectCount: objectCount,
    });
  });
}

function start(
  context: CallContext,
  what: Pick<StoreBulkOperation, "type" | "query">,
  work: (operation: StoreBulkOperation) => Promise<void>,
): object {
  const { store, world } = context;
  const running = store.bulkOperations.filter(({ status }) =>
    ["CREATED", "RUNNING"].includes(status),
  );
  if (running.length >= CONCURRENT_MAX) {
    return refusal("A bulk operation limit has been reached.", "LIMIT_REACHED");
  }
  const operation: StoreBulkOperation = {
    ...what,
    id: store.nextId(),
    createdAt: world.clock.now(),
    status: "CREATED",
    errorCode: null,
    completedAt: null,
    objectCount: 0,
    rootObjectCount: 0,
    result: "",
  };
  store.bulkOperations.push(operation);
  world.clock.after(RUNS_FOR_MS / 2, () => {
    if (operation.status === "CREATED") operation.status = "RUNNING";
  });
  world.clock.after(RUNS_FOR_MS, async () => {
    if (operation.status !== "RUNNING") return;
    try {
      await work(operation);
    } catch {
      Object.assign(operation, { status: "FAILED", errorCode: "INTERNAL_SERVER_ERROR" });
    }
    finish(context, operation);
  });
  return { bulkOperation: () => bulkOperationNode(context, operation), userErrors: [] };
}

function finish({ store, world }: CallContext, operation: StoreBulkOperation): void {
  if (operation.status === "RUNNING") operation.status = "COMPLETED";
  operation.completedAt = world.clock.now();
  emit(world, store, "bulk_operations/finish", {
    admin_graphql_api_id: gid("BulkOperation", operation.id),
    completed_at: operation.completedAt.toISOString(),
    created_at: operation.createdAt.toISOString(),
    error_code: operation.errorCode,
    status: operation.status.toLowerCase(),
    type: operation.type.toLowerCase(),
  });
}

function cancel(context: CallContext, id: string): object {
  const operation = context.store.bulkOperations.find(
    (candidate) => candidate.id === idOf("BulkOperation", id),
  );
  if (operation === undefined) {
    const message = "Bulk operation does not exist";
    return { bulkOperation: null, userErrors: [{ field: ["id"], message }] };
  }
  if (operation.status === "CREATED" || operation.status === "RUNNING") {
    operation.status = "CANCELED";
    finish(context, operation);
  }
  return { bulkOperation: bulkOperationNode(context, operation), userErrors: [] };
}

function stagedUploads(context: CallContext, input: readonly { filename: string }[]): object {
  const stagedTargets = input.map(({ filename }) => {
    const key = `tmp/${context.store.id}/bulk/${randomUUID()}/${filename}`;
    return {
      url: `https://${UPLOAD_HOST}/`,
      resourceUrl: `https://${UPLOAD_HOST}/${key}`,
      parameters: [
        { name: "Content-Type", value: "text/jsonl" },
        { name: "success_action_status", value: "201" },
        { name: "key", value: key },
      ],
    };
  });
  return { stagedTargets, userErrors: [] };
}

/** The parsed document, or why it cannot be run in bulk. */
function checkDocument(text: string, kind: "query" | "mutation"): DocumentNode | string {
  let document: DocumentNode;
  try {
    document = parse(text);
  } catch (error) {
    return error instanceof Error ? error.message : "Invalid document";
  }
  const [problem] = validate(adminSchema(), document);
  if (problem !== undefined) return problem.message;
  const operations = document.definitions.filter(
    (definition): definition is OperationDefinitionNode =>
      definition.kind === Kind.OPERATION_DEFINITION,
  );
  const [operation] = operations;
  if (operations.length !== 1 || operation?.operation !== kind) return `Must be one ${kind}`;
  if (operation.selectionSet.selections.length !== 1) return "Must have one top-level field";
  return document;
}

function refusal(message: string, code: string): object {
  return { bulkOperation: null, userErrors: [{ field: null, message, code }] };
}
