import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { parseShopDomain } from "./shop-domain.ts";
import { isWebhookSigned } from "./webhook-signature.ts";
import { readWebhookHeaders } from "./webhook-topics.ts";

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

describe("webhook headers", () => {
  const headers = (change: Record<string, string> = {}) =>
    new Headers({
      "X-Shopify-Topic": "products/update",
      "X-Shopify-Shop-Domain": "Calibr-Demo.myshopify.com",
      "X-Shopify-Webhook-Id": "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043",
      "X-Shopify-Event-Id": "98880550-7158-44d4-b7cd-2c97c8a091b5",
      "X-Shopify-Triggered-At": "2026-11-23T08:00:00.123456789Z",
      ...change,
    });

  it("are read with the domain in lower case", () => {
    expect(readWebhookHeaders(headers())).toEqual({
      topic: "products/update",
      topicText: "products/update",
      domain: "calibr-demo.myshopify.com",
      webhookId: "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043",
      eventId: "98880550-7158-44d4-b7cd-2c97c8a091b5",
      triggeredAt: new Date("2026-11-23T08:00:00.123Z"),
    });
  });

  it("keep the text of a topic nobody asked for", () => {
    const read = readWebhookHeaders(headers({ "X-Shopify-Topic": "carts/create" }));

    expect(read).toMatchObject({ topic: null, topicText: "carts/create" });
  });

  it.each([
    ["the domain is no shop's", { "X-Shopify-Shop-Domain": "x.myshopify.com.evil.example" }],
    ["the id is missing", { "X-Shopify-Webhook-Id": "" }],
    ["the id is a whole file", { "X-Shopify-Webhook-Id": "x".repeat(101) }],
    ["the topic is missing", { "X-Shopify-Topic": "" }],
  ])("are refused when %s", (_case, change) => {
    expect(readWebhookHeaders(headers(change))).toBeNull();
  });

  it("forgive an instant that is none", () => {
    const read = readWebhookHeaders(headers({ "X-Shopify-Triggered-At": "yesterday" }));

    expect(read?.triggeredAt).toBeNull();
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
