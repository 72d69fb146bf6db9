import { expect, it } from "vitest";
import { readAppToml } from "./read-app-toml.ts";

it("reads scopes and subscriptions of an app's TOML, comments and long lists included", () => {
  const toml = readAppToml(`
name = "Calibr" # shown to merchants
handle = "calibr"
[access_scopes]
scopes = "read_products,write_products"
optional_scopes = [ "write_inventory" ]
[webhooks]
api_version = "2026-10"
  # "quoted" comment
  [[webhooks.subscriptions]]
  topics = [
    "products/update", # echoes come here too
    "products/delete",
  ]
  uri = "/webhooks"
  include_fields = ["id", "variants.price"]
  [[webhooks.subscriptions]]
  compliance_topics = ["shop/redact"]
  uri = "/webhooks/compliance"
`);

  expect(toml).toEqual({
    name: "Calibr",
    handle: "calibr",
    scopes: ["read_products", "write_products"],
    optionalScopes: ["write_inventory"],
    subscriptions: [
      {
        topics: ["products/update", "products/delete"],
        uri: "/webhooks",
        includeFields: ["id", "variants.price"],
      },
      { topics: ["shop/redact"], uri: "/webhooks/compliance", includeFields: [] },
    ],
  });
});
