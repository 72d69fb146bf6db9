import { formatDecimal } from "../shopify/decimal.ts";
import { gid } from "../shopify/gid.ts";
import { installApp, setScopes, uninstallApp } from "../shopify/installation.ts";
import type { StoreProduct, StoreState } from "../shopify/state.ts";
import type { ShopifyWorld } from "../shopify/world-state.ts";
import type { AdminProduct, AdminScopes, AdminStoreData } from "./store-data.ts";

/** Shows the Admin the very store that the Admin API of this sandbox serves. */
export function shopifyStoreData(world: ShopifyWorld): AdminStoreData {
  const storeOf = (shop: string): StoreState => {
    const store = world.stores.get(shop);
    if (store === undefined) throw new Error(`no store ${shop} in this sandbox`);
    return store;
  };
  const scopes = (shop: string): Promise<AdminScopes> =>
    Promise.resolve({
      granted: storeOf(shop).installation.scopes,
      required: world.app.scopes,
      optional: world.app.optionalScopes,
    });
  return {
    products({ shop, search, limit }) {
      const store = storeOf(shop);
      const found: AdminProduct[] = [];
      for (const product of store.products.values()) {
        if (found.length === limit) break;
        if (isMatch(product, search.trim().toLowerCase())) found.push(adminProduct(product, store));
      }
      return Promise.resolve(found);
    },
    countProducts: (shop) => Promise.resolve(storeOf(shop).products.size),
    isInstalled: (shop) => Promise.resolve(storeOf(shop).installation.isInstalled),
    install(shop) {
      installApp(world, storeOf(shop));
      return Promise.resolve();
    },
    uninstall(shop) {
      uninstallApp(world, storeOf(shop));
      return Promise.resolve();
    },
    scopes,
    grantScopes(shop, wanted) {
      const store = storeOf(shop);
      setScopes(world, store, [...store.installation.scopes, ...wanted]);
      return scopes(shop);
    },
    revokeScopes(shop, unwanted) {
      const store = storeOf(shop);
      // Shopify refuses to revoke what the app's configuration requires.
      const kept = store.installation.scopes.filter(
        (scope) => world.app.scopes.includes(scope) || !unwanted.includes(scope),
      );
      setScopes(world, store, kept);
      return scopes(shop);
    },
  };
}

function isMatch(product: StoreProduct, word: string): boolean {
  const texts = [product.title, product.vendor, ...product.variants.map(({ sku }) => sku)];
  return texts.some((text) => text.toLowerCase().includes(word));
}

function adminProduct(product: StoreProduct, { decimals }: StoreState): AdminProduct {
  const { id, title, handle, vendor, productType, status, variants } = product;
  return {
    id: gid("Product", id),
    title,
    handle,
    vendor,
    productType,
    status,
    imageUrl: null,
    totalInventory: variants.reduce((sum, { inventory }) => sum + inventory, 0),
    variants: variants.map((variant) => ({
      id: gid("ProductVariant", variant.id),
      title: variant.title,
      sku: variant.sku,
      barcode: variant.barcode,
      price: formatDecimal(variant.priceMinor, decimals),
      inventoryQuantity: variant.inventory,
    })),
  };
}
