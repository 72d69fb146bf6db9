/** Everything Shopify checks of a GraphQL call before it runs. */
import {
  GraphQLError,
  Kind,
  OperationTypeNode,
  getArgumentValues,
  getOperationAST,
  getVariableValues,
  parse,
  validate,
} from "graphql";
import type { DocumentNode, FieldNode, OperationDefinitionNode } from "graphql";
import { isObject } from "../http/json.ts";
import type { Execution } from "./call-context.ts";
import { PAGE_SIZE_MAX } from "./connection.ts";
import { requestedCost } from "./cost.ts";
import { gid, idOf } from "./gid.ts";
import { FIELD_SCOPES } from "./roots.ts";
import { adminSchema } from "./schema.ts";
import type { StoreState } from "./state.ts";

export interface CheckedCall extends Execution {
  readonly cost: number;
  /** The first root field, for the ledger. */
  readonly rootField: string;
  /** Product and SKUs a price write names; empty for every other call. */
  readonly productId: string;
  readonly skus: readonly string[];
}

interface Refused {
  readonly errors: readonly object[];
}

export function checkCall(
  body: Readonly<Record<string, unknown>>,
  store: StoreState,
): CheckedCall | Refused {
  const schema = adminSchema();
  let document: DocumentNode;
  try {
    document = parse(String(body["query"]));
  } catch (error) {
    return { errors: [asGraphqlError(error).toJSON()] };
  }
  const problems = validate(schema, document);
  if (problems.length > 0) return { errors: problems.map((problem) => problem.toJSON()) };
  const operationName =
    typeof body["operationName"] === "string" ? body["operationName"] : undefined;
  const operation = getOperationAST(document, operationName);
  if (operation == null) return { errors: [{ message: "An operation name is required" }] };
  const given = isObject(body["variables"]) ? body["variables"] : {};
  const coerced = getVariableValues(schema, operation.variableDefinitions ?? [], given);
  if (coerced.errors !== undefined) {
    return { errors: coerced.errors.map((error) => withCode(error, "INVALID_VARIABLE")) };
  }
  const fields = rootFields(operation, coerced.coerced);
  const refusal = tooLargeInput(fields) ?? missingScope(fields, store);
  if (refusal !== undefined) return { errors: [refusal] };
  return {
    document,
    operationName: operation.name?.value,
    variables: given,
    isMutation: operation.operation === OperationTypeNode.MUTATION,
    cost: requestedCost(schema, document, operation, coerced.coerced),
    rootField: fields[0]?.name ?? "",
    ...touchedBy(fields, store),
  };
}

interface RootField {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** Root fields with their arguments; a fragment at the root is not looked into. */
function rootFields(
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): RootField[] {
  const type = adminSchema().getRootType(operation.operation);
  return operation.selectionSet.selections
    .filter((selection): selection is FieldNode => selection.kind === Kind.FIELD)
    .flatMap((node) => {
      const definition = type?.getFields()[node.name.value];
      if (definition === undefined) return [];
      return [{ name: node.name.value, args: getArgumentValues(definition, node, variables) }];
    });
}

/** shopify.dev, "Input array limits", read 2026-11: no list argument is longer than 250. */
function tooLargeInput(fields: readonly RootField[]): object | undefined {
  for (const { name, args } of fields) {
    for (const [argument, value] of Object.entries(args)) {
      if (!Array.isArray(value) || value.length <= PAGE_SIZE_MAX) continue;
      const message = `The input array size of ${value.length} is greater than the maximum allowed of ${PAGE_SIZE_MAX}.`;
      const extensions = { code: "MAX_INPUT_SIZE_EXCEEDED" };
      return { message, path: [name, argument], extensions };
    }
  }
  return undefined;
}

function missingScope(fields: readonly RootField[], store: StoreState): object | undefined {
  for (const { name } of fields) {
    const scope = FIELD_SCOPES[name];
    if (scope === undefined || isGranted(scope, store.installation.scopes)) continue;
    return {
      message: `Access denied for ${name} field. Required access: \`${scope}\` access scope.`,
      path: [name],
      extensions: {
        code: "ACCESS_DENIED",
        documentation: "https://shopify.dev/api/usage/access-scopes",
        requiredAccess: `\`${scope}\` access scope.`,
      },
    };
  }
  return undefined;
}

/** A write scope includes its read scope. */
function isGranted(scope: string, granted: readonly string[]): boolean {
  return granted.includes(scope) || granted.includes(scope.replace(/^read_/, "write_"));
}

function touchedBy(
  fields: readonly RootField[],
  store: StoreState,
): { productId: string; skus: string[] } {
  const write = fields.find(({ name }) => name === "productVariantsBulkUpdate");
  const inputs: unknown[] = Array.isArray(write?.args["variants"]) ? write.args["variants"] : [];
  const skus = inputs.flatMap((input) => {
    const id = isObject(input) && typeof input["id"] === "string" ? input["id"] : "";
    return store.variants.get(idOf("ProductVariant", id) ?? 0)?.sku ?? [];
  });
  const productId = write?.args["productId"];
  return { skus, productId: typeof productId === "string" ? productId : gid("Product", 0) };
}

function withCode(error: GraphQLError, code: string): object {
  return { ...error.toJSON(), extensions: { ...error.extensions, code } };
}

function asGraphqlError(error: unknown): GraphQLError {
  return error instanceof GraphQLError ? error : new GraphQLError(String(error));
}
