/**
 * Products that each exist to show one state, named for it. All carry the tag
 * `specimen`; those with SKUs that make a stand-in misbehave also carry
 * `sentinel` (what each sentinel does: docs/sandbox-differences.md).
 */
import type { SeedProduct, SeedVariant } from "./catalog.ts";

type SpecimenVariant = Omit<SeedVariant, "barcode">;
type Specimen = Omit<SeedProduct, "variants"> & { readonly variants: readonly SpecimenVariant[] };

const HEALTHY = {
  priceMinor: 2499,
  compareAtMinor: null,
  costMinor: 1050,
  inventory: 40,
  weightGrams: 400,
} as const;

function specimen(
  title: string,
  tags: readonly string[],
  variants: readonly (Partial<SpecimenVariant> & { sku: string; optionTitle: string })[],
): Specimen {
  return {
    title,
    vendor: "Specimen Works",
    productType: "Specimen",
    handle: title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-"),
    tags: ["specimen", ...tags],
    variants: variants.map((variant) => ({ ...HEALTHY, ...variant })),
  };
}

export const SPECIMENS: readonly Specimen[] = [
  specimen("Notebook with Odd SKUs", ["odd-sku"], [
    { sku: "ODD SPACES A5 RULED", optionTitle: "SKU has spaces" },
    { sku: "ODD/SLASH/A5", optionTitle: "SKU has slashes" },
    { sku: "ODD-EMOJI-☕-📓", optionTitle: "SKU has emoji" },
    { sku: "ODD#HASH&AMP%25?=1", optionTitle: "SKU has URL characters" },
    { sku: "odd-lower-a5", optionTitle: "SKU is lower case" },
    { sku: "ODD'QUOTE\"A5", optionTitle: "SKU has quotes" },
    { sku: "ODD-FORTY-CHARACTERS-LONG-SELLER-SKU-A5X", optionTitle: "SKU has 40 characters" },
  ]),
  specimen("Lamp without a Cost", ["no-cost"], [
    { sku: "NOCOST-LAMP-WHT", optionTitle: "White", costMinor: null },
    { sku: "NOCOST-LAMP-BLK", optionTitle: "Black", costMinor: null },
  ]),
  specimen("Clock sold below Cost", ["below-cost"], [
    { sku: "BELOWCOST-CLOCK", optionTitle: "Walnut", priceMinor: 1999, costMinor: 2400 },
  ]),
  specimen("Tote that is Free", ["zero-price"], [
    { sku: "FREE-TOTE", optionTitle: "Natural", priceMinor: 0, costMinor: 180 },
  ]),
  specimen("Sticker at One Cent", ["one-cent"], [
    { sku: "ONECENT-STICKER", optionTitle: "Round", priceMinor: 1, costMinor: 0 },
  ]),
  specimen("Vase that is Sold Out", ["sold-out"], [
    { sku: "SOLDOUT-VASE", optionTitle: "Glass", inventory: 0 },
  ]),
  specimen("Tray on Deep Discount", ["on-sale"], [
    { sku: "ONSALE-TRAY", optionTitle: "Oak", priceMinor: 1799, compareAtMinor: 4999 },
  ]),
  specimen("Kettle that is Throttled", ["sentinel"], [
    { sku: "SKU-THROTTLED-KETTLE", optionTitle: "Steel" },
  ]),
  specimen("Teapot that is Refused", ["sentinel"], [
    { sku: "SKU-REFUSED-TEAPOT", optionTitle: "Clay" },
  ]),
  specimen("Grinder that Times Out", ["sentinel"], [
    { sku: "SKU-TIMEOUT-GRINDER", optionTitle: "Black" },
  ]),
]; // prettier-ignore
