/**
 * Prints the TypeScript types of one GraphQL operation: its variables, with every input type they reach,
 * and its result, shaped like the selection.
 *
 * Only what our documents use is supported: fields and inline fragments. Anything else stops with a
 * sentence, so that a wrong type is never printed.
 */
import {
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
  GraphQLEnumType,
  GraphQLScalarType,
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  typeFromAST,
} from "graphql";

/** How each scalar travels in JSON. Money and Decimal are text: they are parsed as text, never as floats. */
const SCALARS: Readonly<Record<string, string>> = {
  ARN: "string",
  Boolean: "boolean",
  Date: "string",
  DateTime: "string",
  Decimal: "string",
  Float: "number",
  FormattedString: "string",
  HTML: "string",
  ID: "string",
  Int: "number",
  JSON: "unknown",
  Money: "string",
  String: "string",
  URL: "string",
  UnsignedInt64: "string",
};

/** Longer enums (currencies, countries) are read by our own parsers, so their values need no list here. */
const ENUM_VALUES_MAX = 30;

interface Printer {
  readonly schema: GraphQLSchema;
  /** Input types met so far, by name. */
  readonly inputs: Map<string, GraphQLInputObjectType>;
}

/** The declarations of `<Name>Variables`, `<Name>Result` and the input types between them. */
export function printOperationTypes(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
): string {
  const printer: Printer = { schema, inputs: new Map() };
  const name = operation.name?.value ?? "";
  const root = schema.getRootType(operation.operation);
  if (root === undefined || root === null) throw new Error(`${name}: the schema has no such root`);
  const variables = printVariables(printer, operation);
  const result = printSelection(printer, operation.selectionSet, root);
  return [
    variables.length === 0
      ? `export type ${name}Variables = Readonly<Record<string, never>>;`
      : `export interface ${name}Variables { ${variables.join(" ")} }`,
    `export interface ${name}Result ${result}`,
    ...printInputs(printer),
  ].join("\n\n");
}

function printVariables(printer: Printer, operation: OperationDefinitionNode): string[] {
  return (operation.variableDefinitions ?? []).map((definition) => {
    // The document has been validated against the schema, so every variable names an input type of it.
    const type = typeFromAST(printer.schema, definition.type) as GraphQLInputType | undefined;
    if (type === undefined) throw new Error(`unknown type of $${definition.variable.name.value}`);
    const isOptional = !isNonNullType(type) || definition.defaultValue !== undefined;
    const question = isOptional ? "?" : "";
    return `readonly ${definition.variable.name.value}${question}: ${printInput(printer, type)};`;
  });
}

function printInputs(printer: Printer): string[] {
  const printed: string[] = [];
  // A Map walks over entries that are added meanwhile: input types that others mention come at the end.
  for (const type of printer.inputs.values()) {
    const fields = Object.values(type.getFields())
      .filter((field) => field.deprecationReason == null)
      .map((field) => {
        const isOptional = !isNonNullType(field.type) || field.defaultValue !== undefined;
        const question = isOptional ? "?" : "";
        return `readonly ${field.name}${question}: ${printInput(printer, field.type)};`;
      });
    printed.push(`export interface ${type.name} { ${fields.join(" ")} }`);
  }
  return printed;
}

function printInput(printer: Printer, type: GraphQLInputType): string {
  if (isNonNullType(type)) return printInputOrNull(printer, type.ofType);
  return `${printInputOrNull(printer, type)} | null`;
}

function printInputOrNull(printer: Printer, type: GraphQLInputType): string {
  if (isListType(type)) return `readonly (${printInput(printer, type.ofType)})[]`;
  if (isInputObjectType(type)) {
    printer.inputs.set(type.name, type);
    return type.name;
  }
  return printLeaf(type);
}

function printSelection(
  printer: Printer,
  selection: SelectionSetNode,
  parent: GraphQLOutputType,
): string {
  const named = getNamedType(parent);
  if (isObjectType(named)) return `{ ${printFields(printer, selection, named.name).join(" ")} }`;
  if (!isAbstractType(named)) throw new Error(`${named.name} has no fields to select`);
  const matched = selection.selections.flatMap((node) =>
    node.kind === "InlineFragment" && node.typeCondition ? [node.typeCondition.name.value] : [],
  );
  const shapes = matched.map((name) => `{ ${printFields(printer, selection, name).join(" ")} }`);
  const others = printer.schema
    .getPossibleTypes(named)
    .some((type) => !matched.includes(type.name));
  if (others) shapes.push(`{ ${printFields(printer, selection, null).join(" ")} }`);
  return shapes.join(" | ");
}

/** Fields of one concrete type; null stands for every type that no fragment names. */
function printFields(
  printer: Printer,
  selection: SelectionSetNode,
  typeName: string | null,
): string[] {
  return selection.selections.flatMap((node) => {
    if (node.kind === "FragmentSpread")
      throw new Error(`write the fragment ${node.name.value} inline: spreads are not supported`);
    if (node.kind === "InlineFragment") {
      const isForUs = node.typeCondition?.name.value === typeName;
      return isForUs ? printFields(printer, node.selectionSet, typeName) : [];
    }
    const key = node.alias?.value ?? node.name.value;
    if (node.name.value === "__typename")
      return [`readonly ${key}: ${typeName === null ? "string" : JSON.stringify(typeName)};`];
    const field = fieldOf(printer, typeName, node.name.value);
    return [`readonly ${key}: ${printOutput(printer, field, node.selectionSet)};`];
  });
}

function fieldOf(printer: Printer, typeName: string | null, name: string): GraphQLOutputType {
  const type = typeName === null ? undefined : printer.schema.getType(typeName);
  const field = isObjectType(type) ? type.getFields()[name] : undefined;
  if (field === undefined)
    throw new Error(
      `${typeName ?? "an unnamed type"}.${name}: select it inside an inline fragment`,
    );
  return field.type;
}

function printOutput(
  printer: Printer,
  type: GraphQLOutputType,
  selection: SelectionSetNode | undefined,
): string {
  if (isNonNullType(type)) return printOutputOrNull(printer, type.ofType, selection);
  return `${printOutputOrNull(printer, type, selection)} | null`;
}

function printOutputOrNull(
  printer: Printer,
  type: GraphQLOutputType,
  selection: SelectionSetNode | undefined,
): string {
  if (isListType(type)) return `readonly (${printOutput(printer, type.ofType, selection)})[]`;
  if (isScalarType(type) || isEnumType(type)) return printLeaf(type);
  if (selection === undefined) throw new Error(`${getNamedType(type).name}: nothing is selected`);
  return printSelection(printer, selection, type);
}

function printLeaf(type: unknown): string {
  if (type instanceof GraphQLEnumType) {
    const values = type.getValues().map((value) => JSON.stringify(value.name));
    return values.length > ENUM_VALUES_MAX ? "string" : `(${values.join(" | ")})`;
  }
  const printed = type instanceof GraphQLScalarType ? SCALARS[type.name] : undefined;
  if (printed === undefined) throw new Error(`${String(type)}: say in SCALARS how it travels`);
  return printed;
}
