/**
 * The demo store's catalogue: the same seed gives the same products, so the
 * Shopify and the Amazon stand-ins agree without talking to each other.
 *
 * The regular assortment comes first (`families.ts`), then a handful of products
 * that each exist to show one state and are named for it (`specimens.ts`).
 * Money is in minor units of US dollars.
 */
import { FAMILIES, SERIES } from "./families.ts";
import type { ProductFamily } from "./families.ts";
import { createRandom } from "./random.ts";
import type { Random } from "./random.ts";
import { SPECIMENS } from "./specimens.ts";

export interface SeedVariant {
  readonly sku: string;
  readonly optionTitle: string;
  /** EAN-13 with a right check digit, in GS1's range for examples (952). */
  readonly barcode: string;
  readonly priceMinor: number;
  readonly compareAtMinor: number | null;
  /** Null where the merchant never entered a cost. */
  readonly costMinor: number | null;
  readonly inventory: number;
  readonly weightGrams: number;
}

export interface SeedProduct {
  readonly title: string;
  readonly vendor: string;
  readonly productType: string;
  readonly handle: string;
  readonly tags: readonly string[];
  readonly variants: readonly SeedVariant[];
}

/** Products per family: 54 families × 5 series = 270, plus the specimens. */
const SERIES_PER_FAMILY = 5;
const COST_MISSING_SHARE = 0.02;
const SOLD_OUT_SHARE = 0.03;
const ON_SALE_SHARE = 0.12;

export function makeCatalog(seed: number): SeedProduct[] {
  const random = createRandom(seed);
  let serial = 0;
  const nextBarcode = (): string => ean13(952_000_000_000 + 4_711 + serial++ * 17);
  const regular = FAMILIES.flatMap((family) => {
    const draws = random.fork(family.code);
    return draws
      .shuffle(SERIES)
      .slice(0, SERIES_PER_FAMILY)
      .map((series) => makeProduct({ family, series, draws, nextBarcode }));
  });
  const specimens = SPECIMENS.map((specimen) => ({
    ...specimen,
    variants: specimen.variants.map((variant) => ({ ...variant, barcode: nextBarcode() })),
  }));
  return [...regular, ...specimens];
}

/** Completes a 12-digit number with its check digit (GS1 General Specifications, 7.9). */
export function ean13(twelveDigits: number): string {
  const digits = String(twelveDigits).padStart(12, "0");
  let sum = 0;
  for (const [index, digit] of [...digits].entries()) {
    sum += Number(digit) * (index % 2 === 0 ? 1 : 3);
  }
  return `${digits}${(10 - (sum % 10)) % 10}`;
}

interface ProductDraw {
  readonly family: ProductFamily;
  readonly series: readonly [name: string, code: string];
  readonly draws: Random;
  readonly nextBarcode: () => string;
}

function makeProduct({ family, series, draws, nextBarcode }: ProductDraw): SeedProduct {
  const [seriesName, seriesCode] = series;
  const [lowest, highest] = family.priceUsd;
  const baseUsd = lowest + (highest - lowest) * draws.next();
  const costShare = draws.int(family.costShare[0], family.costShare[1]);
  const onSale = draws.chance(ON_SALE_SHARE);
  const title = `${seriesName} ${family.noun}`;
  const variants = family.sizes.flatMap(([size, factor]) =>
    family.colours.map((colour): SeedVariant => {
      const priceMinor = retailPrice(baseUsd * factor);
      return {
        sku: [family.code, seriesCode, skuPart(size), skuPart(colour)].filter(Boolean).join("-"),
        optionTitle: [size, colour].filter(Boolean).join(" / "),
        barcode: nextBarcode(),
        priceMinor,
        compareAtMinor: onSale ? retailPrice((baseUsd * factor * draws.int(112, 135)) / 100) : null,
        costMinor: draws.chance(COST_MISSING_SHARE)
          ? null
          : Math.round((priceMinor * (costShare + draws.int(-2, 2))) / 100),
        inventory: draws.chance(SOLD_OUT_SHARE) ? 0 : draws.int(3, 240),
        weightGrams: Math.round(family.weightGrams * factor),
      };
    }),
  );
  return {
    title,
    vendor: family.vendor,
    productType: family.productType,
    handle: title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-"),
    tags: [...family.tags, `series-${seriesName.toLowerCase()}`],
    variants,
  };
}

/** Shop prices end in .99, .95 or, above fifty dollars, a whole .00. */
function retailPrice(usd: number): number {
  const whole = Math.max(4, Math.round(usd));
  if (whole >= 50) return whole % 5 === 0 ? whole * 100 : whole * 100 - 1;
  return whole % 3 === 0 ? whole * 100 - 5 : whole * 100 - 1;
}

/** "12 oz" → "12OZ", "Sea Salt" → "SEASA": short, upper case, still readable. */
function skuPart(label: string): string {
  return label
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]/g, "")
    .slice(0, 6);
}
