import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { parseShopDomain } from "../../core/shop-domain.ts";
import { isWebhookSigned } from "./webhook-signature.ts";

const SECRET = "client-secret";
const BODY = Buffer.from('{"id":1,"title":"Größe ☕"}');
const SIGNATURE = createHmac("sha256", SECRET).update(BODY).digest("base64");

describe("webhook signature", () => {
  it("accepts the bytes that were signed", () => {
    expect(isWebhookSigned({ rawBody: BODY, signature: SIGNATURE, secret: SECRET })).toBe(true);
  });

  it.each([
    ["another body", { rawBody: Buffer.from("{}"), signature: SIGNATURE }],
    ["another secret's signature", { rawBody: BODY, signature: SIGNATURE, secret: "other" }],
    ["no signature", { rawBody: BODY, signature: null }],
    ["an empty signature", { rawBody: BODY, signature: "" }],
    ["half a signature", { rawBody: BODY, signature: SIGNATURE.slice(0, 20) }],
    [
      "a signature in hex",
      { rawBody: BODY, signature: Buffer.from(SIGNATURE, "base64").toString("hex") },
    ],
  ])("refuses %s", (_case, delivery) => {
    expect(isWebhookSigned({ secret: SECRET, ...delivery })).toBe(false);
  });
});

describe("shop domain", () => {
  it.each(["a.myshopify.com", "A-1.MyShopify.com"])("%s is one", (text) => {
    expect(parseShopDomain(text)).toBe(text.toLowerCase());
  });

  it.each([
    "",
    "myshopify.com",
    ".myshopify.com",
    "a.myshopify.com.evil.example",
    "evil.example/a.myshopify.com",
    "a@b.myshopify.com",
    "a.b.myshopify.com",
    "a.myshopify.com\n",
    "-a.myshopify.com",
    null,
  ])("%j is none", (text) => {
    expect(parseShopDomain(text)).toBeNull();
  });
});
