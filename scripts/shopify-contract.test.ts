/** The app's manifest, its client, its types and its webhook code say the same. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { buildSchema } from "graphql";
import { describe, expect, it } from "vitest";
import { API_VERSION } from "../shared/src/adapters/shopify/api-version.ts";
import {
  COMPLIANCE_TOPICS,
  WEBHOOK_TOPICS,
} from "../shared/src/adapters/shopify/webhook-topics.ts";
import { generateFiles, readAdminSchema, staleFiles } from "./codegen.ts";

const ROOT = path.join(import.meta.dirname, "..");
const TOML = readFileSync(path.join(ROOT, "shopify.app.toml"), "utf8");

function listsOf(key: string): string[] {
  const lists = TOML.matchAll(new RegExp(`^\\s*${key} = \\[([^\\]]*)\\]`, "gm"));
  return [...lists].flatMap(([, list = ""]) =>
    [...list.matchAll(/"([^"]+)"/g)].map(([, t]) => t ?? ""),
  );
}

describe("Shopify documents", () => {
  it("are valid in Shopify's own schema of our version, and their types are up to date", async () => {
    expect(staleFiles(await generateFiles(readAdminSchema()))).toEqual([]);
  });

  it("are refused by the check when the schema does not know a field", async () => {
    const stranger = buildSchema(`
      type Query { bulkOperation(id: ID!): BulkOperation }
      type BulkOperation { status: String }
    `);

    await expect(generateFiles(stranger)).rejects.toThrow(
      'bulk-operation-state.ts: Cannot query field "errorCode" on type "BulkOperation"',
    );
  });
});

describe("shopify.app.toml", () => {
  it("names the API version of the client", () => {
    expect(/^api_version = "([^"]+)"/m.exec(TOML)?.[1]).toBe(API_VERSION);
  });

  it("subscribes to the topics the code knows, and to no other", () => {
    expect(listsOf("topics").sort()).toEqual([...WEBHOOK_TOPICS].sort());
    expect(listsOf("compliance_topics").sort()).toEqual([...COMPLIANCE_TOPICS].sort());
  });

  it("says of every subscription who handles it", () => {
    const blocks = TOML.split("[[webhooks.subscriptions]]").slice(0, -1);

    expect(blocks.length).toBeGreaterThan(0);
    for (const before of blocks) expect(before.trimEnd()).toMatch(/# Handled by: \S+\.tsx?$/);
  });

  it("asks for no scope beyond products", () => {
    expect(/^scopes = "([^"]+)"/m.exec(TOML)?.[1]).toBe("read_products,write_products");
  });
});
