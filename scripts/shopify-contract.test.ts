/** The app's manifest, its client, its types and its webhook code say the same. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { buildSchema } from "graphql";
import { describe, expect, it } from "vitest";
import { API_VERSION } from "../shared/src/adapters/shopify/api-version.ts";
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

  it("subscribes to what every app must answer", () => {
    expect(listsOf("topics")).toContain("app/uninstalled");
    expect(listsOf("compliance_topics")).toEqual([
      "customers/data_request",
      "customers/redact",
      "shop/redact",
    ]);
  });

  it("names for every subscription a route that is there and receives webhooks", () => {
    const blocks = TOML.split("[[webhooks.subscriptions]]").slice(0, -1);

    expect(blocks.length).toBeGreaterThan(0);
    for (const before of blocks) {
      const [, route = "none named"] = /# Handled by: (\S+)$/.exec(before.trimEnd()) ?? [];
      expect(readFileSync(path.join(ROOT, route), "utf8")).toContain("receiveWebhook(request)");
    }
  });

  it("asks for no scope beyond products", () => {
    expect(/^scopes = "([^"]+)"/m.exec(TOML)?.[1]).toBe("read_products,write_products");
  });
});
