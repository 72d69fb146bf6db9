/** A store as the Admin frame shows it. */
export interface AdminShop {
  /** Permanent domain, for example `calibr-demo.myshopify.com`. */
  readonly domain: string;
  readonly title: string;
  readonly currency: string;
  /** The member of staff who is logged in. */
  readonly staff: AdminStaff;
  /** Language of the Admin, for example `en`. */
  readonly locale: string;
}

export interface AdminStaff {
  readonly id: number;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
}

/** A product in the shape App Bridge's resource picker hands to the app (the part that is filled). */
export interface AdminProduct {
  /** `gid://shopify/Product/…` */
  readonly id: string;
  readonly title: string;
  readonly handle: string;
  readonly vendor: string;
  readonly productType: string;
  readonly status: "ACTIVE" | "DRAFT" | "ARCHIVED";
  readonly imageUrl: string | null;
  readonly totalInventory: number;
  readonly variants: readonly AdminVariant[];
}

export interface AdminVariant {
  /** `gid://shopify/ProductVariant/…` */
  readonly id: string;
  readonly title: string;
  readonly sku: string | null;
  readonly barcode: string | null;
  /** Decimal string in the store's currency, as Shopify sends it. */
  readonly price: string;
  readonly inventoryQuantity: number;
}

export interface AdminScopes {
  readonly granted: readonly string[];
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

/** What the Admin's own pages and dialogs read of the store, and do to the app's place in it. */
export interface AdminStoreData {
  /** Products whose title, vendor or SKU contains `search` (any case), in the store's own order. */
  products(query: {
    shop: string;
    search: string;
    limit: number;
  }): Promise<readonly AdminProduct[]>;
  countProducts(shop: string): Promise<number>;
  isInstalled(shop: string): Promise<boolean>;
  install(shop: string): Promise<void>;
  uninstall(shop: string): Promise<void>;
  scopes(shop: string): Promise<AdminScopes>;
  grantScopes(shop: string, scopes: readonly string[]): Promise<AdminScopes>;
  revokeScopes(shop: string, scopes: readonly string[]): Promise<AdminScopes>;
}

/** A store without products, in which the app is installed with the `required` scopes. */
export function emptyStoreData(required: readonly string[] = []): AdminStoreData {
  const granted = new Map<string, Set<string>>();
  const uninstalled = new Set<string>();
  const grantsOf = (shop: string): Set<string> => {
    const known = granted.get(shop) ?? new Set(required);
    granted.set(shop, known);
    return known;
  };
  const detail = (shop: string): Promise<AdminScopes> =>
    Promise.resolve({ granted: [...grantsOf(shop)], required, optional: [] });
  return {
    products: () => Promise.resolve([]),
    countProducts: () => Promise.resolve(0),
    isInstalled: (shop) => Promise.resolve(!uninstalled.has(shop)),
    install(shop) {
      uninstalled.delete(shop);
      return Promise.resolve();
    },
    uninstall(shop) {
      uninstalled.add(shop);
      granted.delete(shop);
      return Promise.resolve();
    },
    scopes: detail,
    grantScopes(shop, scopes) {
      for (const scope of scopes) grantsOf(shop).add(scope);
      return detail(shop);
    },
    revokeScopes(shop, scopes) {
      for (const scope of scopes) if (!required.includes(scope)) grantsOf(shop).delete(scope);
      return detail(shop);
    },
  };
}
