import { describe, expect, it } from "vitest";
import { ean13, makeCatalog } from "./catalog.ts";

describe("the seed catalogue", () => {
  const catalog = makeCatalog(7);
  const variants = catalog.flatMap((product) => product.variants);

  it("has at least 250 products and 1,000 variants", () => {
    expect(catalog.length).toBeGreaterThanOrEqual(250);
    expect(variants.length).toBeGreaterThanOrEqual(1000);
  });

  it("is the same for the same seed and another for another", () => {
    expect(makeCatalog(7)).toEqual(catalog);
    expect(makeCatalog(8)).not.toEqual(catalog);
  });

  it("never repeats a SKU, a barcode or a handle", () => {
    expect(new Set(variants.map((variant) => variant.sku)).size).toBe(variants.length);
    expect(new Set(variants.map((variant) => variant.barcode)).size).toBe(variants.length);
    expect(new Set(catalog.map((product) => product.handle)).size).toBe(catalog.length);
  });

  it("gives every variant a barcode whose check digit is right", () => {
    for (const { barcode } of variants) {
      expect(barcode).toMatch(/^952\d{10}$/);
      expect(ean13(Number(barcode.slice(0, 12)))).toBe(barcode);
    }
    expect(ean13(400_638_133_393)).toBe("4006381333931");
  });

  it("keeps money whole and every option title of a product distinct", () => {
    for (const { priceMinor, compareAtMinor, costMinor } of variants) {
      expect(Number.isSafeInteger(priceMinor) && priceMinor >= 0).toBe(true);
      if (compareAtMinor !== null) expect(compareAtMinor).toBeGreaterThan(priceMinor);
      if (costMinor !== null) expect(Number.isSafeInteger(costMinor)).toBe(true);
    }
    for (const product of catalog) {
      const titles = product.variants.map((variant) => variant.optionTitle);
      expect(new Set(titles).size).toBe(titles.length);
    }
  });

  it("leaves a few costs unknown but sells the regular assortment above cost", () => {
    const unknown = variants.filter((variant) => variant.costMinor === null);
    expect(unknown.length).toBeGreaterThan(5);
    expect(unknown.length).toBeLessThan(variants.length / 20);
    const regular = catalog.filter((product) => !product.tags.includes("specimen"));
    for (const { costMinor, priceMinor } of regular.flatMap((product) => product.variants)) {
      if (costMinor !== null) expect(costMinor).toBeLessThan(priceMinor);
    }
  });
});
