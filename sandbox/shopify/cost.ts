/**
 * Calculated query cost (shopify.dev, "Calculated query costs", read 2026-11): a scalar
 * or enum is free, an object costs 1, a mutation 10, a connection 2 and its page size
 * times what one node costs. `nodes(ids)` counts as many nodes as it has ids.
 */
import { Kind, getNamedType, isCompositeType, isLeafType, isObjectType } from "graphql";
import type {
  DocumentNode,
  FieldNode,
  FragmentDefinitionNode,
  GraphQLCompositeType,
  GraphQLSchema,
  OperationDefinitionNode,
  SelectionSetNode,
  ValueNode,
} from "graphql";

export const QUERY_COST_MAX = 1000;
const MUTATION_COST = 10;
const CONNECTION_COST = 2;

interface Walk {
  readonly schema: GraphQLSchema;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

export function requestedCost(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): number {
  const fragments = new Map(
    document.definitions
      .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
      .map((definition) => [definition.name.value, definition]),
  );
  const root = schema.getRootType(operation.operation);
  if (root == null) return 0;
  const walk: Walk = { schema, variables, fragments };
  const base = operation.operation === "mutation" ? MUTATION_COST - 1 : 0;
  return base + selectionCost(walk, root, operation.selectionSet);
}

function selectionCost(
  walk: Walk,
  parent: GraphQLCompositeType,
  selections: SelectionSetNode,
): number {
  let cost = 0;
  for (const selection of selections.selections) {
    if (selection.kind === Kind.FIELD) {
      cost += fieldCost(walk, parent, selection);
      continue;
    }
    const fragment =
      selection.kind === Kind.INLINE_FRAGMENT
        ? selection
        : walk.fragments.get(selection.name.value);
    const on = fragment?.typeCondition?.name.value;
    const type = on === undefined ? parent : walk.schema.getType(on);
    if (fragment !== undefined && isCompositeType(type)) {
      cost += selectionCost(walk, type, fragment.selectionSet);
    }
  }
  return cost;
}

function fieldCost(walk: Walk, parent: GraphQLCompositeType, field: FieldNode): number {
  const definition = "getFields" in parent ? parent.getFields()[field.name.value] : undefined;
  if (definition === undefined || field.selectionSet === undefined) return 0;
  const type = getNamedType(definition.type);
  if (isLeafType(type) || !isCompositeType(type) || type.name === "PageInfo") return 0;
  const inner = selectionCost(walk, type, field.selectionSet);
  if (isObjectType(type) && type.name.endsWith("Connection")) {
    const size = numberArgument(walk, field, "first") ?? numberArgument(walk, field, "last") ?? 1;
    return CONNECTION_COST + size * inner;
  }
  // The wrappers of a connection's nodes: the node itself is the object that costs.
  if (parent.name.endsWith("Connection")) return field.name.value === "nodes" ? 1 + inner : inner;
  const ids = argumentValue(walk, field, "ids");
  return (Array.isArray(ids) && field.name.value === "nodes" ? ids.length : 1) * (1 + inner);
}

function numberArgument(walk: Walk, field: FieldNode, name: string): number | undefined {
  const value = argumentValue(walk, field, name);
  return typeof value === "number" ? value : undefined;
}

function argumentValue(walk: Walk, field: FieldNode, name: string): unknown {
  const argument = field.arguments?.find((candidate) => candidate.name.value === name);
  return argument === undefined ? undefined : literal(walk, argument.value);
}

function literal(walk: Walk, value: ValueNode): unknown {
  switch (value.kind) {
    case Kind.VARIABLE:
      return walk.variables[value.name.value];
    case Kind.INT:
      return Number(value.value);
    case Kind.LIST:
      return value.values;
    default:
      return undefined;
  }
}

/** What the answer turned out to hold, by the same rules. */
export function actualCost(data: unknown, isMutation: boolean): number {
  if (typeof data !== "object" || data === null) return 0;
  return (isMutation ? MUTATION_COST - 1 : 0) + objectCost(data, true);
}

function objectCost(value: unknown, isRoot: boolean): number {
  if (Array.isArray(value)) {
    return value.reduce<number>((sum, item) => sum + objectCost(item, false), 0);
  }
  if (typeof value !== "object" || value === null || "hasNextPage" in value) return 0;
  const inner = Object.values(value).reduce<number>(
    (sum, item) => sum + objectCost(item, false),
    0,
  );
  if (isRoot || "node" in value) return inner;
  return ("nodes" in value || "edges" in value ? CONNECTION_COST : 1) + inner;
}
