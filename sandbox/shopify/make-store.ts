/** Builds a store from the seed catalogue; the same domain and seed give the same ids. */
import type { SandboxClock } from "../clock.ts";
import { makeCatalog } from "../seed/catalog.ts";
import type { SeedProduct } from "../seed/catalog.ts";
import type { StoreMarket, StoreProduct, StoreState, StoreVariant } from "./state.ts";
import { createThrottle } from "./throttle.ts";

export interface StoreOptions {
  readonly domain: string;
  readonly name: string;
  readonly seed: number;
  readonly currency?: string;
  /** Digits after the point of the currency; 2 when left out. */
  readonly decimals?: number;
  /** Scopes the installed app has; null for a store that has not installed it. */
  readonly installedScopes: readonly string[] | null;
}

/** The store opened this long before the sandbox started; nothing in it is older. */
const OPENED_BEFORE_MS = 200 * 24 * 3_600_000;
const PRODUCT_ID_BASE = 8_120_000_000_000;
const VARIANT_ID_BASE = 44_310_000_000_000;
const INVENTORY_ID_BASE = 46_420_000_000_000;
const OTHER_ID_BASE = 71_000_000_000;

export function makeStore(
  options: StoreOptions,
  clocks: { clock: SandboxClock; wallClock: Pick<SandboxClock, "now"> },
): StoreState {
  const salt = domainSalt(options.domain);
  const openedAt = new Date(clocks.clock.now().getTime() - OPENED_BEFORE_MS);
  const products = makeCatalog(options.seed).map((seed, index) =>
    makeProduct({ seed, index, salt, openedAt }),
  );
  let serial = 1000;
  return {
    id: 60_000_000_000 + salt,
    domain: options.domain,
    name: options.name,
    email: `owner@${options.domain}`,
    currency: options.currency ?? "USD",
    decimals: options.decimals ?? 2,
    timezone: "America/New_York",
    countryCode: "US",
    products: new Map(products.map((product) => [product.id, product])),
    variants: new Map(
      products.flatMap(({ variants }) => variants).map((variant) => [variant.id, variant]),
    ),
    metafields: new Map(),
    markets: makeMarkets(salt, options.currency ?? "USD"),
    orders: [],
    bulkOperations: [],
    subscriptions: [],
    uploads: new Map(),
    installation: {
      id: 500_000_000_000 + salt,
      scopes: [...(options.installedScopes ?? [])],
      isInstalled: options.installedScopes !== null,
      installedAt: clocks.clock.now(),
    },
    throttle: createThrottle(clocks.wallClock),
    nextId: () => OTHER_ID_BASE + salt + serial++,
  };
}

function makeProduct({
  seed,
  index,
  salt,
  openedAt,
}: {
  seed: SeedProduct;
  index: number;
  salt: number;
  openedAt: Date;
}): StoreProduct {
  // Products were added one after another, some minutes apart, as a person would.
  const createdAt = new Date(openedAt.getTime() + index * 7 * 60_000);
  const offset = salt * 1_000_000 + index * 2_048;
  const product: StoreProduct = {
    id: PRODUCT_ID_BASE + offset,
    title: seed.title,
    handle: seed.handle,
    vendor: seed.vendor,
    productType: seed.productType,
    tags: seed.tags,
    status: "ACTIVE",
    variants: [],
    createdAt,
    updatedAt: createdAt,
  };
  product.variants.push(
    ...seed.variants.map((variant, at): StoreVariant => {
      const title = variant.optionTitle === "" ? "Default Title" : variant.optionTitle;
      return {
        id: VARIANT_ID_BASE + offset + at,
        inventoryItemId: INVENTORY_ID_BASE + offset + at,
        product,
        position: at + 1,
        title,
        selectedOptions: selectedOptions(title),
        sku: variant.sku,
        barcode: variant.barcode,
        priceMinor: variant.priceMinor,
        compareAtMinor: variant.compareAtMinor,
        costMinor: variant.costMinor,
        inventory: variant.inventory,
        weightGrams: variant.weightGrams,
        createdAt,
        updatedAt: createdAt,
      };
    }),
  );
  return product;
}

function selectedOptions(title: string): { name: string; value: string }[] {
  const parts = title.split(" / ");
  if (parts.length === 2) {
    return parts.map((value, index) => ({ name: index === 0 ? "Size" : "Color", value }));
  }
  return [{ name: "Title", value: title }];
}

function makeMarkets(salt: number, currency: string): StoreMarket[] {
  const base = 22_000_000_000 + salt;
  return [
    { id: base, name: "United States", handle: "us", currency, countries: ["US"], catalogId: base + 10, priceList: null },
    {
      id: base + 1,
      name: "Canada",
      handle: "ca",
      currency: "CAD",
      countries: ["CA"],
      catalogId: base + 11,
      priceList: { id: base + 21, name: "Canada prices", currency: "CAD", adjustmentPercent: 0, fixed: new Map() },
    },
  ]; // prettier-ignore
}

/** Keeps the ids of two stores apart. */
function domainSalt(domain: string): number {
  let hash = 7;
  for (const char of domain) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) % 9_973;
  return hash;
}
