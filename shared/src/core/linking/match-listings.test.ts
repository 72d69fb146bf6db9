import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toAsin, toListingId } from "../ids.ts";
import { normaliseBarcode } from "./barcode.ts";
import { type LinkableListing, matchListings } from "./match-listings.ts";
import { packSizeOf } from "./similar-titles.ts";

const EAN = "4006381333931";
const OTHER_EAN = "5901234123457";

const ASIN = toAsin("B0BOARD001");
const OTHER_ASIN = toAsin("B0OTHER001");

function listing(
  id: number,
  sku: string | null,
  barcode: string | null = null,
  more: { asin?: typeof ASIN; title?: string } = {},
): LinkableListing {
  const { asin = null, title = "" } = more;
  return { listingId: toListingId(String(id)), sku, barcode, asin, title };
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
  const variant = listing(1, "MUG 12/oz 🐙", EAN, { asin: ASIN });

  it.each([
    ["by SKU and barcode", listing(9, "MUG 12/oz 🐙", EAN), ["exact_sku", "barcode"], 10_000],
    ["by SKU alone", listing(9, "MUG 12/oz 🐙"), ["exact_sku"], 9_500],
    ["by barcode alone", listing(9, "AMZ-MUG", `0${EAN}`), ["barcode"], 8_500],
    ["by barcode without a SKU", listing(9, null, EAN), ["barcode"], 8_500],
    ["by the ASIN in a metafield", listing(9, "AMZ", null, { asin: ASIN }), ["asin_field"], 8_000],
    [
      "by barcode and metafield",
      listing(9, "AMZ", EAN, { asin: ASIN }),
      ["barcode", "asin_field"],
      9_500,
    ],
    [
      "by all three",
      listing(9, "MUG 12/oz 🐙", EAN, { asin: ASIN }),
      ["exact_sku", "barcode", "asin_field"],
      10_000,
    ],
  ])("links %s", (_how, amazon, supports, confidenceBps) => {
    const outcome = matchListings({
      amazon: [amazon],
      shopify: [variant, listing(2, "OTHER", OTHER_EAN)],
    });

    expect(outcome).toEqual({
      links: [{ amazonId: "9", shopifyId: "1", evidence: supports[0], supports, confidenceBps }],
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
    const outcome = matchListings({ amazon: [amazon], shopify: [variant, listing(2, "", null)] });

    expect(outcome).toEqual({ links: [], reviews: [], unmatched: ["9"] });
  });

  it("asks how many units a pack holds that has the barcode of one, unless the SKU says what it is", () => {
    const [pack, mug] = [{ title: "Mug (Pack of 3)" }, { title: "Mug" }];
    const shopify = [listing(1, "MUG", EAN, mug)];

    const asked = matchListings({ amazon: [listing(9, "MUG-3", EAN, pack)], shopify });
    const named = matchListings({ amazon: [listing(9, "MUG", EAN, pack)], shopify });

    expect(asked.reviews[0]?.candidates).toMatchObject([{ shopifyId: "1", unitsPerSale: 3 }]);
    expect(named.links).toHaveLength(1);
  });

  it("links several Amazon listings to one variant", () => {
    const amazon = [listing(8, "FBA", EAN), listing(9, "MUG 12/oz 🐙")];

    expect(matchListings({ amazon, shopify: [variant] }).links).toHaveLength(2);
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
    [
      "several_variants_share_asin",
      listing(9, "Z", null, { asin: ASIN }),
      [listing(1, "A", null, { asin: ASIN }), listing(2, "B", null, { asin: ASIN })],
      ["1", "2"],
    ],
    [
      "asin_field_disagrees",
      listing(9, "A", null, { asin: ASIN }),
      [listing(1, "A", null, { asin: OTHER_ASIN }), listing(2, "B", null, { asin: ASIN })],
      ["1", "2"],
    ],
    [
      "pack_sizes_differ",
      listing(9, "Z", EAN, { title: "Mug (Pack of 3)" }),
      [listing(1, "A", EAN, { title: "Mug" })],
      ["1"],
    ],
  ])("leaves %s to a person", (why, amazon, shopify, candidates) => {
    const outcome = matchListings({ amazon: [amazon], shopify });

    expect(outcome).toEqual({
      links: [],
      reviews: [{ amazonId: "9", why, candidates: expect.anything() as unknown }],
      unmatched: [],
    });
    expect(outcome.reviews[0]?.candidates.map((each) => each.shopifyId)).toEqual(candidates);
  });

  it("links a SKU whose title is nothing alike, and never a title whose SKU is", () => {
    const title = "Walnut cutting board with juice groove";
    const shopify = [listing(1, "A", null, { title })];
    const [alike, other] = [
      listing(8, "Z", null, { title: "Cutting Board, Walnut, with Juice-Groove" }),
      listing(9, "A", null, { title: "Tea towel" }),
    ];

    const outcome = matchListings({ amazon: [alike, other], shopify });

    expect(outcome.links.map((each) => each.amazonId)).toEqual(["9"]);
    expect(outcome.reviews).toEqual([
      {
        amazonId: "8",
        why: "similar_title",
        candidates: [{ shopifyId: "1", evidence: "title", confidenceBps: 5_000, unitsPerSale: 1 }],
      },
    ]);
  });

  it("suggests how many units a pack holds, and tells sizes apart", () => {
    const shopify = [
      listing(1, "S", null, { title: "Enamel mug 12 oz blue" }),
      listing(2, "L", null, { title: "Enamel mug 16 oz blue" }),
      listing(3, "T", null, { title: "Linen tea towel" }),
    ];
    const pack = listing(9, "Z", null, { title: "Enamel mug, 12 oz, blue (Pack of 3)" });

    const [review] = matchListings({ amazon: [pack], shopify }).reviews;

    expect(review?.candidates[0]).toMatchObject({ shopifyId: "1", unitsPerSale: 3 });
    expect(review?.candidates.map((each) => each.shopifyId)).not.toContain("2");
    expect(review?.candidates.map((each) => each.shopifyId)).not.toContain("3");
  });

  it.each([
    ["Coasters (Pack of 4)", 4],
    ["Coasters, set of 6", 6],
    ["Untersetzer 3er-Pack", 3],
    ["Bougies lot de 2", 2],
    ["Candle 12 pcs", 12],
    ["Candle x2", 2],
    ["Mug 12 oz", 1],
    ["Coasters", 1],
  ])("reads from %s a pack of %i", (title, size) => {
    expect(packSizeOf(title)).toBe(size);
  });

  it("finds a place for every listing exactly once, whatever they are", () => {
    const words = fc.constantFrom("walnut", "board", "mug", "12", "pack of 2", "blau", "é");
    const any = (ids: fc.Arbitrary<number>) =>
      ids.chain((id) =>
        fc.record({
          listingId: fc.constant(toListingId(String(id))),
          sku: fc.constantFrom(null, "", "A", "B"),
          barcode: fc.constantFrom(null, "x", EAN, OTHER_EAN),
          asin: fc.constantFrom(null, ASIN, OTHER_ASIN),
          title: fc.array(words, { maxLength: 5 }).map((each) => each.join(" ")),
        }),
      );
    const distinct = { maxLength: 8, selector: (each: LinkableListing) => each.listingId };
    fc.assert(
      fc.property(
        fc.uniqueArray(any(fc.integer({ min: 1, max: 99 })), distinct),
        fc.uniqueArray(any(fc.integer({ min: 100, max: 199 })), distinct),
        (shopify, amazon) => {
          const { links, reviews, unmatched } = matchListings({ amazon, shopify });
          const placed = [...links, ...reviews].map((each) => each.amazonId).concat(unmatched);
          expect(placed.toSorted()).toEqual(amazon.map((each) => each.listingId).toSorted());
          for (const link of links) {
            const [mine, theirs] = [
              amazon.find((each) => each.listingId === link.amazonId),
              shopify.find((each) => each.listingId === link.shopifyId),
            ];
            const agrees =
              (mine?.sku && mine.sku === theirs?.sku) ||
              (mine?.barcode && mine.barcode === theirs?.barcode) ||
              (mine?.asin && mine.asin === theirs?.asin);
            expect(agrees).toBeTruthy();
          }
        },
      ),
    );
  });
});
