import { describe, expect, it } from "vitest";
import { contentSecurityPolicy } from "./security-headers.ts";

describe("the content security policy", () => {
  it("keeps Shopify's frame-ancestors of the shop and adds our own", () => {
    const policy = contentSecurityPolicy({
      frameAncestors: "frame-ancestors https://a.myshopify.com https://admin.shopify.com;",
      nonce: "abc",
    });

    expect(policy).toBe(
      "frame-ancestors https://a.myshopify.com https://admin.shopify.com; " +
        "script-src 'self' 'nonce-abc' https://cdn.shopify.com; object-src 'none'; base-uri 'none'; form-action 'self'",
    );
  });

  it("lets nobody frame a page without a shop", () => {
    expect(contentSecurityPolicy({ frameAncestors: null, nonce: "abc" })).toMatch(
      /^frame-ancestors 'none';/,
    );
  });
});
