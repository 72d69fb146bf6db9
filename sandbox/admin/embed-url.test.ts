import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { embedHost, embedUrl } from "./embed-url.ts";

const input = {
  appUrl: "http://localhost:3000",
  apiSecret: "secret",
  path: "/app/approvals?status=open#top",
  shop: "calibr-demo.myshopify.com",
  locale: "en",
  idToken: "a.b.c",
  sessionId: "s1",
  now: new Date("2026-11-23T10:00:00Z"),
};

describe("the frame's address", () => {
  it("keeps the app's own page and adds every embed parameter", () => {
    const url = new URL(embedUrl(input));

    expect(url.origin + url.pathname + url.hash).toBe("http://localhost:3000/app/approvals#top");
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      status: "open",
      embedded: "1",
      id_token: "a.b.c",
      locale: "en",
      session: "s1",
      shop: "calibr-demo.myshopify.com",
      timestamp: "1795428000",
    });
  });

  it("is signed over the sorted query without the signature", () => {
    const query = new URL(embedUrl(input)).searchParams;
    const message = [...query].filter(([name]) => name !== "hmac").map((pair) => pair.join("="));
    const expected = createHmac("sha256", "secret").update(message.sort().join("&")).digest("hex");

    expect(query.get("hmac")).toBe(expected);
  });

  it("writes the host as base64 without padding", () => {
    expect(embedHost("calibr-demo.myshopify.com")).not.toContain("=");
    expect(atob(embedHost("a.myshopify.com"))).toBe("admin.shopify.com/store/a");
  });

  it("takes no embed parameter from the address bar", () => {
    const url = new URL(embedUrl({ ...input, path: "/app?shop=evil.myshopify.com&id_token=old" }));

    expect(url.searchParams.getAll("shop")).toEqual(["calibr-demo.myshopify.com"]);
    expect(url.searchParams.getAll("id_token")).toEqual(["a.b.c"]);
  });

  // A path is what a person types into the address bar: it must never choose another host.
  it.each(["//evil.example/app", "https://evil.example/app", "/\\evil.example/app"])(
    "stays on the app's origin for %s",
    (path) => expect(new URL(embedUrl({ ...input, path })).origin).toBe("http://localhost:3000"),
  );
});
