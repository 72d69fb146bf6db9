/** The store as the Admin frame shows it: products to pick from and the app's scopes. */
import type { AdminProduct, AdminScopes, AdminStoreData } from "../admin/store-data.ts";
import { formatDecimal } from "./decimal.ts";
import { gid } from "./gid.ts";
import { installApp, setScopes, uninstallApp } from "./installation.ts";
import type { StoreProduct, StoreState } from "./state.ts";
import type { ShopifyWorld } from "./world-state.ts";

export function adminStoreData(world: ShopifyWorld): AdminStoreData {
  const storeOf = (shop: string): StoreState => {
    const store = world.stores.get(shop);
    if (store === undefined) throw new RangeError(`no store ${shop}`);
    return store;
  };
  const scopesOf = (shop: string): AdminScopes => ({
    granted: storeOf(shop).installation.scopes,
    required: world.app.scopes,
    optional: world.app.optionalScopes,
  });
  const changeScopes = async (shop: string, scopes: readonly string[]): Promise<AdminScopes> => {
    setScopes(world, storeOf(shop), scopes);
    return scopesOf(shop);
  };
  return {
    products: async ({ shop, search, limit }) => {
      const store = storeOf(shop);
      const wanted = search.trim().toLowerCase();
      return [...store.products.values()]
        .filter((product) => searchText(product).includes(wanted))
        .slice(0, limit)
        .map((product) => toAdminProduct(store, product));
    },
    countProducts: async (shop) => storeOf(shop).products.size,
    isInstalled: async (shop) => storeOf(shop).installation.isInstalled,
    install: async (shop) => installApp(world, storeOf(shop)),
    uninstall: async (shop) => uninstallApp(world, storeOf(shop)),
    scopes: async (shop) => scopesOf(shop),
    grantScopes: (shop, scopes) =>
      changeScopes(shop, [...storeOf(shop).installation.scopes, ...scopes]),
    revokeScopes: (shop, scopes) =>
      changeScopes(
        shop,
        storeOf(shop).installation.scopes.filter(
          (scope) => world.app.scopes.includes(scope) || !scopes.includes(scope),
        ),
      ),
  };
}

function searchText({ title, variants, vendor }: StoreProduct): string {
  return [title, vendor, ...variants.map(({ sku }) => sku)].join("\n").toLowerCase();
}

function toAdminProduct(store: StoreState, product: StoreProduct): AdminProduct {
  return {
    id: gid("Product", product.id),
    title: product.title,
    handle: product.handle,
    vendor: product.vendor,
    productType: product.productType,
    status: product.status,
    imageUrl: null,
    totalInventory: product.variants.reduce((sum, variant) => sum + variant.inventory, 0),
    variants: product.variants.map((variant) => ({
      id: gid("ProductVariant", variant.id),
      title: variant.title,
      sku: variant.sku,
      barcode: variant.barcode,
      price: formatDecimal(variant.priceMinor, store.decimals),
      inventoryQuantity: variant.inventory,
    })),
  };
}
