/**
 * Makes `schema/admin-<version>.json` from the official introspection result in
 * the npm package `@shopify/dev-mcp` (ISC licence): `node sandbox/shopify/prune-schema.ts`.
 * The same input gives the same bytes. `--check` writes nothing and fails on a difference.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { KEPT_TYPES, MUTATION_FIELDS, QUERY_FIELDS, SURFACE_VERSION } from "./schema/surface.ts";

export interface TypeRef {
  kind: string;
  name: string | null;
  ofType: TypeRef | null;
}
interface InputValue {
  name: string;
  type: TypeRef;
  defaultValue: string | null;
  isDeprecated: boolean;
  deprecationReason: string | null;
}
interface Field {
  name: string;
  args: InputValue[];
  type: TypeRef;
  isDeprecated: boolean;
  deprecationReason: string | null;
}
interface EnumValue {
  name: string;
  isDeprecated: boolean;
  deprecationReason: string | null;
}
interface FullType {
  kind: string;
  name: string;
  fields: Field[] | null;
  inputFields: InputValue[] | null;
  interfaces: TypeRef[] | null;
  enumValues: EnumValue[] | null;
  possibleTypes: TypeRef[] | null;
  isOneOf?: boolean;
}
interface Schema {
  queryType: { name: string };
  mutationType: { name: string };
  subscriptionType: null;
  types: FullType[];
  directives: { name: string; locations: string[]; args: InputValue[]; isRepeatable?: boolean }[];
}

export const PRUNED_SCHEMA_PATH = join(
  import.meta.dirname,
  "schema",
  `admin-${SURFACE_VERSION}.json`,
);

/** The pruned introspection result as committed: one type per line, sorted by name. */
export function prunedSchemaText(): string {
  const source = readOfficialSchema();
  const byName = new Map(source.types.map((type) => [type.name, type]));
  const kept = new Set([...KEPT_TYPES, ...payloadTypes(source, byName)]);
  const leadsSomewhere = (ref: TypeRef): boolean => {
    const type = byName.get(namedType(ref));
    return type?.kind === "SCALAR" || type?.kind === "ENUM" || kept.has(namedType(ref));
  };
  const pruneFields = (type: FullType): Field[] => {
    const fields = type.fields ?? [];
    if (type.name === source.queryType.name) return only(fields, QUERY_FIELDS);
    if (type.name === source.mutationType.name) return only(fields, MUTATION_FIELDS);
    return fields.filter((field) => leadsSomewhere(field.type));
  };
  const objects = [source.queryType.name, source.mutationType.name, ...kept].map((name) => {
    const type = byName.get(name);
    if (type === undefined) throw new Error(`prune-schema: no type ${name} in the official schema`);
    return {
      ...type,
      fields: type.fields === null ? null : pruneFields(type),
      interfaces: type.interfaces?.filter((ref) => kept.has(namedType(ref))) ?? null,
      possibleTypes: type.possibleTypes?.filter((ref) => kept.has(namedType(ref))) ?? null,
    };
  });
  const leaves = reachableLeaves(objects, byName, source.directives);
  const types = [...objects, ...leaves].sort((a, b) => (a.name < b.name ? -1 : 1)).map(bare);
  return printSchema(source, types);
}

function readOfficialSchema(): Schema {
  const packageJson = findPackageJSON("@shopify/dev-mcp", import.meta.url);
  if (packageJson === undefined) throw new Error("prune-schema: @shopify/dev-mcp is not installed");
  const file = join(dirname(packageJson), "dist", "data", `admin_${SURFACE_VERSION}.json.gz`);
  const parsed = JSON.parse(gunzipSync(readFileSync(file)).toString("utf8")) as {
    data: { __schema: Schema };
  };
  return parsed.data.__schema;
}

function payloadTypes(source: Schema, byName: Map<string, FullType>): string[] {
  const mutation = byName.get(source.mutationType.name);
  return only(mutation?.fields ?? [], MUTATION_FIELDS).map((field) => namedType(field.type));
}

function only(fields: readonly Field[], names: readonly string[]): Field[] {
  return names.map((name) => {
    const field = fields.find((candidate) => candidate.name === name);
    if (field === undefined) throw new Error(`prune-schema: no root field ${name}`);
    return field;
  });
}

/** Scalars, enums and input types that the kept fields and their arguments mention. */
function reachableLeaves(
  objects: readonly FullType[],
  byName: Map<string, FullType>,
  directives: Schema["directives"],
): FullType[] {
  const found = new Map<string, FullType>();
  const visit = (ref: TypeRef): void => {
    const type = byName.get(namedType(ref));
    if (type === undefined || found.has(type.name)) return;
    if (type.kind === "SCALAR" || type.kind === "ENUM" || type.kind === "INPUT_OBJECT") {
      found.set(type.name, type);
      for (const field of type.inputFields ?? []) visit(field.type);
    }
  };
  for (const field of objects.flatMap((type) => type.fields ?? [])) {
    visit(field.type);
    for (const argument of field.args) visit(argument.type);
  }
  for (const directive of directives) for (const argument of directive.args) visit(argument.type);
  // Specified scalars graphql-js needs even when no field mentions them.
  visit({ kind: "SCALAR", name: "String", ofType: null });
  visit({ kind: "SCALAR", name: "Boolean", ofType: null });
  return [...found.values()];
}

function namedType(ref: TypeRef): string {
  let current = ref;
  while (current.ofType !== null) current = current.ofType;
  return current.name ?? "";
}

/** Drops descriptions and puts members in one order; only what graphql-js reads stays. */
function bare(type: FullType): FullType {
  return {
    kind: type.kind,
    name: type.name,
    fields:
      type.fields?.map((field) => ({
        name: field.name,
        args: field.args.map(bareInput),
        type: field.type,
        isDeprecated: field.isDeprecated,
        deprecationReason: null,
      })) ?? null,
    inputFields: type.inputFields?.map(bareInput) ?? null,
    interfaces: type.interfaces,
    enumValues:
      type.enumValues?.map(({ name, isDeprecated }) => ({
        name,
        isDeprecated,
        deprecationReason: null,
      })) ?? null,
    possibleTypes: type.possibleTypes,
    ...(type.isOneOf === undefined ? {} : { isOneOf: type.isOneOf }),
  };
}

function bareInput({ name, type, defaultValue, isDeprecated }: InputValue): InputValue {
  return { name, type, defaultValue, isDeprecated, deprecationReason: null };
}

function printSchema(source: Schema, types: readonly FullType[]): string {
  const directives = source.directives.map(({ name, locations, args, isRepeatable }) => ({
    name,
    locations,
    args: args.map(bareInput),
    isRepeatable: isRepeatable ?? false,
  }));
  const lines = (items: readonly unknown[]): string =>
    items.map((item) => JSON.stringify(item, dropEmpty)).join(",\n");
  const head = `"queryType":{"name":"${source.queryType.name}"},"mutationType":{"name":"${source.mutationType.name}"},"subscriptionType":null`;
  return `{"__schema":{${head},\n"directives":[\n${lines(directives)}\n],\n"types":[\n${lines(types)}\n]}}\n`;
}

/** Half of the official file is nulls and falses; graphql-js reads a missing key the same way. */
function dropEmpty(_key: string, value: unknown): unknown {
  return value === null || value === false ? undefined : value;
}

if (import.meta.main) {
  const text = prunedSchemaText();
  if (process.argv.includes("--check")) {
    if (readFileSync(PRUNED_SCHEMA_PATH, "utf8") !== text) {
      process.stderr.write("prune-schema: the committed schema is stale; run it without --check\n");
      process.exitCode = 1;
    }
  } else {
    writeFileSync(PRUNED_SCHEMA_PATH, text);
    process.stdout.write(`${PRUNED_SCHEMA_PATH}: ${(text.length / 1024).toFixed(0)} kB\n`);
  }
}
