import { describe, expect, it } from "vitest";
import * as ids from "./ids.ts";

describe("our own keys", () => {
  it.each([
    [1, 1],
    ["42", 42],
    [2_147_483_647, 2_147_483_647],
    [2_147_483_648, null],
    [0, null],
    [-1, null],
    [1.5, null],
    ["01", null],
    ["", null],
    [null, null],
  ])("reads shop id %j as %j", (value, id) => {
    expect(ids.parseShopId(value)).toBe(id);
  });

  const parsers = [
    ids.parseListingId,
    ids.parseItemId,
    ids.parseChangeId,
    ids.parseConnectionId,
  ] as const;
  it.each([
    [7n, "7"],
    ["9223372036854775807", "9223372036854775807"],
    ["9223372036854775808", null],
    ["0", null],
    [7, null],
    ["7; drop table", null],
    [undefined, null],
  ])("reads a bigint key %s as %j", (value, id) => {
    for (const parse of parsers) expect(parse(value)).toBe(id);
  });
});

describe("vendor keys", () => {
  it.each([
    ["AB-1", "AB-1"],
    // Spaces, slashes and emoji are legal at Amazon and must come back byte for byte.
    [" MUG 12/oz 🐙 ", " MUG 12/oz 🐙 "],
    ["x".repeat(255), "x".repeat(255)],
    ["x".repeat(256), null],
    ["   ", null],
    ["", null],
    ["A\tB", null],
    [12, null],
  ])("reads seller SKU %j as %j", (value, sku) => {
    expect(ids.parseSellerSku(value)).toBe(sku);
  });

  it.each([
    ["B0CALIBR01", "B0CALIBR01"],
    [" b0calibr01 ", "B0CALIBR01"],
    ["B0CALIBR0", null],
    ["B0CALIBR-1", null],
    [undefined, null],
  ])("reads ASIN %j as %j", (value, asin) => {
    expect(ids.parseAsin(value)).toBe(asin);
  });

  it.each([
    ["ATVPDKIKX0DER", "ATVPDKIKX0DER"],
    ["us", null],
    [1, null],
  ])("reads marketplace id %j as %j", (value, id) => {
    expect(ids.parseMarketplaceId(value)).toBe(id);
  });

  it("tells a variant gid from a product gid", () => {
    const variant = "gid://shopify/ProductVariant/9";
    const product = "gid://shopify/Product/9";

    expect(ids.parseVariantGid(variant)).toBe(variant);
    expect(ids.parseVariantGid(product)).toBeNull();
    expect(ids.parseVariantGid(9)).toBeNull();
    expect(ids.parseProductGid(product)).toBe(product);
    expect(ids.parseProductGid(variant)).toBeNull();
    expect(ids.parseProductGid(null)).toBeNull();
  });
});

describe("keys that must be right", () => {
  it("returns the id", () => {
    expect(ids.toShopId(3)).toBe(3);
    expect(ids.toListingId("12")).toBe("12");
  });

  it.each([
    ["a shop id", ids.toShopId],
    ["a listing id", ids.toListingId],
    ["an item id", ids.toItemId],
    ["a price change id", ids.toChangeId],
    ["a connection id", ids.toConnectionId],
    ["a seller SKU", ids.toSellerSku],
    ["an ASIN", ids.toAsin],
    ["a marketplace id", ids.toMarketplaceId],
    ["a variant gid", ids.toVariantGid],
    ["a product gid", ids.toProductGid],
  ])("throws naming %s and what was found", (what, to) => {
    expect(() => to("")).toThrow(`Expected ${what}, found ""`);
  });
});
