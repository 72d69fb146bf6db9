/**
 * The demo seller's Amazon listings, drawn from the same catalogue as the demo shop so that SKUs agree
 * to the letter. Prices sit a little off the shop's. A few listings each exist to show one state; they
 * are named in `specimens`.
 */
import type { MarketAsin } from "../market/types.ts";
import type { SeedProduct, SeedVariant } from "../seed/catalog.ts";
import { createRandom } from "../seed/random.ts";
import type { Random } from "../seed/random.ts";
import type { SeedListing } from "./listing.ts";

export const DEMO_SELLER_ID = "A3CALIBRDEMO01";
const DEMO_MARKETPLACE_ID = "ATVPDKIKX0DER";

interface DemoListings {
  readonly listings: readonly SeedListing[];
  /** SKU of the listing that shows each state. */
  readonly specimens: Readonly<Record<DemoSpecimen, string>>;
}

type DemoSpecimen = "withoutAsin" | "inactive" | "onSale" | "automated" | "silent";

const REGULAR_COUNT = 280;
const FBA_SHARE = 0.55;
const BOUNDS_SHARE = 0.3;
const DAY_MS = 86_400_000;
const ASIN_LETTERS = "0123456789BCDFGHJKLMNPQRSTVWXYZ";

interface Pair {
  readonly product: SeedProduct;
  readonly variant: SeedVariant;
}

export function makeDemoListings(catalog: readonly SeedProduct[], seed: number): DemoListings {
  const random = createRandom(seed).fork("amazon-listings");
  const pairs = catalog.flatMap((product) =>
    product.variants.map((variant) => ({ product, variant })),
  );
  const isSpecimen = ({ product }: Pair): boolean => product.tags.includes("specimen");
  const isSellable = ({ variant }: Pair): boolean =>
    variant.priceMinor > 0 && variant.costMinor !== null;
  const regular = random.shuffle(pairs.filter((pair) => !isSpecimen(pair) && isSellable(pair)));
  // Free things cannot be listed; every other specimen of the shop is on Amazon too.
  const odd = pairs.filter((pair) => isSpecimen(pair) && pair.variant.priceMinor > 0);
  const listings = [...regular.slice(0, REGULAR_COUNT), ...odd].map((pair) =>
    makeListing(pair, random),
  );
  return showStates(listings);
}

/** The ASINs a market has to know for these listings, with the price each usually sells at. */
export function marketAsinsOf(listings: readonly SeedListing[]): MarketAsin[] {
  const asins = new Map<string, MarketAsin>();
  for (const { asin, priceMinor, currency } of listings) {
    if (asin === null || priceMinor === null || asins.has(asin)) continue;
    asins.set(asin, { asin, basePriceMinor: priceMinor, currency });
  }
  return [...asins.values()];
}

function makeListing({ product, variant }: Pair, random: Random): SeedListing {
  // Six percent either way, so that the page shows both "cheaper here" and "cheaper there".
  const priceMinor = Math.max(99, Math.round((variant.priceMinor * random.int(94, 106)) / 100));
  const hasBounds = random.chance(BOUNDS_SHARE);
  const option = variant.optionTitle === "" ? "" : `, ${variant.optionTitle}`;
  return {
    sku: variant.sku,
    asin: makeAsin(random),
    title: `${product.vendor} ${product.title}${option}`,
    brand: product.vendor,
    productType: product.productType.toUpperCase().replaceAll(/[^A-Z0-9]+/g, "_"),
    barcode: variant.barcode,
    fulfilment: random.chance(FBA_SHARE) ? "AMAZON" : "MERCHANT",
    quantity: Math.max(6, variant.inventory),
    status: "ACTIVE",
    weightGrams: variant.weightGrams,
    marketplaceId: DEMO_MARKETPLACE_ID,
    currency: "USD",
    priceMinor,
    ...(hasBounds
      ? {
          minimumMinor: Math.round(priceMinor * 0.6),
          maximumMinor: Math.round(priceMinor * 1.6),
        }
      : {}),
  };
}

/** `B0` and eight letters or digits, as Amazon's own are. */
function makeAsin(random: Random): string {
  return `B0${Array.from({ length: 8 }, () => random.pick([...ASIN_LETTERS])).join("")}`;
}

/** Gives five of the regular listings the states a merchant meets. */
function showStates(listings: readonly SeedListing[]): DemoListings {
  const changes: Readonly<Record<DemoSpecimen, (listing: SeedListing) => SeedListing>> = {
    withoutAsin: (listing) => ({ ...listing, asin: null, status: "INCOMPLETE" }),
    inactive: (listing) => ({
      ...listing,
      status: "INACTIVE",
      quantity: 0,
      fulfilment: "MERCHANT",
    }),
    onSale: (listing) => ({
      ...listing,
      sale: {
        priceMinor: Math.round((listing.priceMinor ?? 0) * 0.85),
        fromMs: -2 * DAY_MS,
        untilMs: 5 * DAY_MS,
      },
    }),
    automated: (listing) => ({ ...listing, isAutomated: true }),
    silent: (listing) => ({ ...listing, isSilent: true }),
  };
  const states: readonly DemoSpecimen[] = [
    "withoutAsin",
    "inactive",
    "onSale",
    "automated",
    "silent",
  ];
  const shown = listings.map((listing, index) => {
    const state = states[index];
    return state === undefined ? listing : changes[state](listing);
  });
  const skuAt = (index: number): string => listings[index]?.sku ?? "";
  return {
    listings: shown,
    specimens: {
      withoutAsin: skuAt(0),
      inactive: skuAt(1),
      onSale: skuAt(2),
      automated: skuAt(3),
      silent: skuAt(4),
    },
  };
}
