import { describe, expect, it } from "vitest";
import { readWebhook } from "./read-webhook.ts";

const now = new Date("2026-11-23T08:00:00Z");
const body = (text: string) => new TextEncoder().encode(text);

function headers(changes: Readonly<Record<string, string | null>> = {}): Headers {
  const all: Record<string, string | null> = {
    "x-shopify-webhook-id": "w-1",
    "x-shopify-topic": "PRODUCTS/UPDATE",
    "x-shopify-shop-domain": "Demo.myshopify.com",
    "x-shopify-triggered-at": "2026-11-23T07:59:58.123Z",
    ...changes,
  };
  const given = new Headers();
  for (const [name, value] of Object.entries(all)) if (value !== null) given.set(name, value);
  return given;
}

describe("a signed webhook", () => {
  it("is read with its topic and shop in one form", () => {
    expect(readWebhook(headers(), body('{"id":7}'), now)).toEqual({
      webhookId: "w-1",
      topic: "products/update",
      domain: "demo.myshopify.com",
      triggeredAt: new Date("2026-11-23T07:59:58.123Z"),
      payload: { id: 7 },
    });
  });

  it.each(["not a date", null])("is dated when it came, if it says %s", (triggered) => {
    const webhook = readWebhook(headers({ "x-shopify-triggered-at": triggered }), body("{}"), now);

    expect(webhook?.triggeredAt).toEqual(now);
  });

  it.each(["x-shopify-webhook-id", "x-shopify-topic", "x-shopify-shop-domain"])(
    "is refused without %s",
    (name) => {
      expect(readWebhook(headers({ [name]: null }), body("{}"), now)).toBeNull();
    },
  );

  it("is refused when its body is no JSON", () => {
    expect(readWebhook(headers(), body("<xml/>"), now)).toBeNull();
  });
});
