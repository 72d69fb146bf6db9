import { expect, it } from "vitest";
import { makeCatalog } from "../seed/catalog.ts";
import { makeDemoListings, marketAsinsOf } from "./demo-listings.ts";

const catalog = makeCatalog(1);
const { listings, specimens } = makeDemoListings(catalog, 1);
const bySku = new Map(listings.map((listing) => [listing.sku, listing]));

it("lists at least 250 of the shop's own SKUs, sold by Amazon and by the seller", () => {
  const shopSkus = new Set(
    catalog.flatMap((product) => product.variants.map((variant) => variant.sku)),
  );

  expect(listings.length).toBeGreaterThanOrEqual(250);
  expect(listings.every((listing) => shopSkus.has(listing.sku))).toBe(true);
  expect(new Set(listings.map((listing) => listing.fulfilment))).toEqual(
    new Set(["AMAZON", "MERCHANT"]),
  );
  expect(bySku.size).toBe(listings.length);
});

it("shows each state in a listing of its own", () => {
  expect(bySku.get(specimens.withoutAsin)?.asin).toBeNull();
  expect(bySku.get(specimens.inactive)?.status).toBe("INACTIVE");
  expect(bySku.get(specimens.onSale)?.sale?.priceMinor).toBeLessThan(
    bySku.get(specimens.onSale)?.priceMinor ?? 0,
  );
  expect(bySku.get(specimens.automated)?.isAutomated).toBe(true);
  expect(bySku.get(specimens.silent)?.isSilent).toBe(true);
  expect(listings.some((listing) => /[ /]/.test(listing.sku))).toBe(true);
  expect(listings.some((listing) => /\p{Emoji_Presentation}/u.test(listing.sku))).toBe(true);
});

it("gives every ASIN ten characters and a place in the market, and the same seed the same list", () => {
  const asins = marketAsinsOf(listings);

  expect(asins.every(({ asin }) => /^B0[0-9A-Z]{8}$/.test(asin))).toBe(true);
  expect(asins).toHaveLength(listings.length - 1);
  expect(makeDemoListings(catalog, 1).listings).toEqual(listings);
});
