import { readFileSync } from "node:fs";
import { buildSchema, printSchema, validateSchema } from "graphql";
import { expect, it } from "vitest";
import { PRUNED_SCHEMA_PATH, prunedSchemaText } from "./prune-schema.ts";
import { adminSchema } from "./schema.ts";

it("is what the script makes of the official schema, byte for byte", () => {
  expect(prunedSchemaText() === readFileSync(PRUNED_SCHEMA_PATH, "utf8")).toBe(true);
});

it("is still a valid schema after pruning", () => {
  const reread = buildSchema(printSchema(adminSchema()), { assumeValid: true });

  expect(validateSchema(reread)).toEqual([]);
});
