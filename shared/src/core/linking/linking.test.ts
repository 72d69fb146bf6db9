import { describe, expect, it } from "vitest";
import { toListingId } from "../ids.ts";
import { normaliseBarcode } from "./barcode.ts";
import { type Linkable, matchSkus } from "./match-sku.ts";

const EAN = "4006381333931";
const OTHER_EAN = "5901234123457";

function listing(id: number, sku: string | null, barcode: string | null = null): Linkable {
  return { listingId: toListingId(String(id)), sku, barcode };
}

describe("a barcode", () => {
  it.each([
    ["an EAN-13", EAN, "04006381333931"],
    ["a UPC-A and its EAN-13 with a zero in front", "036000291452", "00036000291452"],
    ["the same as EAN-13", "0036000291452", "00036000291452"],
    ["a GTIN-14", "00036000291452", "00036000291452"],
    ["an EAN-8", "73513537", "00000073513537"],
    ["spaces and hyphens", " 4006381-333931 ", "04006381333931"],
    ["an ISBN-10 as its ISBN-13", "0-306-40615-2", "09780306406157"],
    ["an ISBN-10 that ends in X", "080442957x", "09780804429573"],
    ["a wrong check digit", "4006381333932", null],
    ["a wrong ISBN-10", "0306406153", null],
    ["another length", "12345", null],
    ["letters", "ABC", null],
    ["zeros", "0000000000000", null],
    ["zeros as ISBN", "0000000000", null],
    ["a blank", "", null],
    ["nothing", null, null],
  ])("is read from %s", (_what, text, gtin) => {
    expect(normaliseBarcode(text)).toBe(gtin);
  });
});

describe("matching", () => {
  const variant = listing(1, "MUG 12/oz 🐙", EAN);

  it.each([
    ["by SKU and barcode", listing(9, "MUG 12/oz 🐙", EAN), "exact_sku", 10_000],
    ["by SKU alone", listing(9, "MUG 12/oz 🐙"), "exact_sku", 9_500],
    ["by barcode alone", listing(9, "AMZ-MUG", `0${EAN}`), "barcode", 8_500],
    ["by barcode without a SKU", listing(9, null, EAN), "barcode", 8_500],
  ])("links %s", (_how, amazon, evidence, confidenceBps) => {
    const outcome = matchSkus({
      amazon: [amazon],
      shopify: [variant, listing(2, "OTHER", OTHER_EAN)],
    });

    expect(outcome).toEqual({
      links: [{ amazonId: "9", shopifyId: "1", evidence, confidenceBps }],
      reviews: [],
      unmatched: [],
    });
  });

  it.each([
    ["a SKU in another case", listing(9, "mug 12/oz 🐙")],
    ["a blank SKU", listing(9, "")],
    ["a mistyped barcode", listing(9, null, "4006381333932")],
    ["nothing at all", listing(9, null)],
  ])("does not link %s", (_what, amazon) => {
    const outcome = matchSkus({ amazon: [amazon], shopify: [variant, listing(2, "", null)] });

    expect(outcome).toEqual({ links: [], reviews: [], unmatched: ["9"] });
  });

  it("links several Amazon listings to one variant", () => {
    const amazon = [listing(8, "FBA", EAN), listing(9, "MUG 12/oz 🐙")];

    expect(matchSkus({ amazon, shopify: [variant] }).links).toHaveLength(2);
  });

  it.each([
    [
      "several_variants_share_sku",
      listing(9, "A"),
      [listing(10, "A"), listing(2, "A")],
      ["2", "10"],
    ],
    [
      "several_variants_share_barcode",
      listing(9, "Z", EAN),
      [listing(1, "A", EAN), listing(2, "B", EAN)],
      ["1", "2"],
    ],
    [
      "sku_and_barcode_disagree",
      listing(9, "A", EAN),
      [listing(1, "A", OTHER_EAN), listing(2, "B", EAN)],
      ["1", "2"],
    ],
  ])("leaves %s to a person", (why, amazon, shopify, candidates) => {
    const outcome = matchSkus({ amazon: [amazon], shopify });

    expect(outcome).toEqual({
      links: [],
      reviews: [{ amazonId: "9", why, candidates }],
      unmatched: [],
    });
  });
});
