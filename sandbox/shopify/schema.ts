/** The pruned Admin schema, built once, with the scalars that Shopify checks. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { GraphQLError, GraphQLScalarType, buildClientSchema } from "graphql";
import type { GraphQLSchema, IntrospectionQuery } from "graphql";
import { SURFACE_VERSION } from "./schema/surface.ts";

export const ADMIN_API_VERSION = SURFACE_VERSION;

let built: GraphQLSchema | undefined;

export function adminSchema(): GraphQLSchema {
  built ??= buildAdminSchema();
  return built;
}

function buildAdminSchema(): GraphQLSchema {
  const file = join(import.meta.dirname, "schema", `admin-${SURFACE_VERSION}.json`);
  // The file is made by prune-schema.ts out of an introspection result and keeps its shape.
  const introspection = JSON.parse(readFileSync(file, "utf8")) as IntrospectionQuery;
  const schema = buildClientSchema(introspection, { assumeValid: true });
  for (const name of ["Money", "Decimal"]) {
    const scalar = schema.getType(name);
    if (scalar instanceof GraphQLScalarType) scalar.parseValue = parseDecimalText;
  }
  return schema;
}

function parseDecimalText(value: unknown): string {
  const text = typeof value === "number" ? String(value) : value;
  if (typeof text !== "string" || !/^-?\d{1,15}(\.\d+)?$/.test(text)) {
    throw new GraphQLError(`${JSON.stringify(value)} is not a decimal number`);
  }
  return text;
}
