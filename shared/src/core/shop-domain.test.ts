import { describe, expect, it } from "vitest";
import { parseShopDomain, toShopDomain } from "./shop-domain.ts";

describe("a shop's domain", () => {
  it("is read in any case", () => {
    expect(parseShopDomain("Demo-1.MyShopify.com")).toBe("demo-1.myshopify.com");
    expect(toShopDomain("demo.myshopify.com")).toBe("demo.myshopify.com");
  });

  // Each would send a token to somebody else.
  it.each([
    "demo.myshopify.com.evil.com",
    "evil.com/.myshopify.com",
    "a b.myshopify.com",
    "https://demo.myshopify.com",
    "",
    7,
  ])("is not %s", (value) => {
    expect(parseShopDomain(value)).toBeNull();
    expect(() => toShopDomain(String(value))).toThrow(RangeError);
  });
});
