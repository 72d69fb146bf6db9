/**
 * What one store holds. Plain data: the resolvers read it, the mutations and the
 * control verbs change it through `store-writer.ts`.
 * Money is in minor units of the store's currency.
 */
import type { Throttle } from "./throttle.ts";

export interface StoreVariant {
  readonly id: number;
  readonly inventoryItemId: number;
  readonly product: StoreProduct;
  readonly position: number;
  readonly title: string;
  readonly selectedOptions: readonly { readonly name: string; readonly value: string }[];
  readonly weightGrams: number;
  readonly createdAt: Date;
  sku: string;
  barcode: string;
  priceMinor: number;
  compareAtMinor: number | null;
  costMinor: number | null;
  inventory: number;
  updatedAt: Date;
}

export interface StoreProduct {
  readonly id: number;
  readonly handle: string;
  readonly vendor: string;
  readonly productType: string;
  readonly tags: readonly string[];
  readonly createdAt: Date;
  readonly variants: StoreVariant[];
  title: string;
  status: "ACTIVE" | "DRAFT" | "ARCHIVED";
  updatedAt: Date;
}

export interface StoreMetafield {
  readonly id: number;
  readonly ownerId: string;
  readonly namespace: string;
  readonly key: string;
  readonly createdAt: Date;
  type: string;
  value: string;
  updatedAt: Date;
}

export interface StoreMarket {
  readonly id: number;
  readonly name: string;
  readonly handle: string;
  readonly currency: string;
  readonly countries: readonly string[];
  readonly catalogId: number;
  readonly priceList: StorePriceList | null;
}

export interface StorePriceList {
  readonly id: number;
  readonly name: string;
  readonly currency: string;
  /** Percentage of the base price added or taken off; negative takes off. */
  readonly adjustmentPercent: number;
  /** Fixed prices by variant id. */
  readonly fixed: Map<number, { priceMinor: number; compareAtMinor: number | null }>;
}

export interface StoreOrderLine {
  readonly id: number;
  readonly variant: StoreVariant;
  readonly quantity: number;
  readonly unitMinor: number;
}

export interface StoreOrder {
  readonly id: number;
  readonly name: string;
  readonly createdAt: Date;
  readonly lines: readonly StoreOrderLine[];
  updatedAt: Date;
}

export interface StoreBulkOperation {
  readonly id: number;
  readonly type: "QUERY" | "MUTATION";
  readonly query: string;
  readonly createdAt: Date;
  status: "CREATED" | "RUNNING" | "COMPLETED" | "CANCELING" | "CANCELED" | "FAILED";
  errorCode: string | null;
  completedAt: Date | null;
  objectCount: number;
  rootObjectCount: number;
  result: string;
}

/** A webhook subscription made through the API; those of the app's TOML live with the app. */
export interface StoreSubscription {
  readonly id: number;
  /** As in the schema: `PRODUCTS_UPDATE`. */
  readonly topic: string;
  readonly uri: string;
  readonly includeFields: readonly string[];
  readonly createdAt: Date;
  failures: number;
}

/** The app's standing in one store. */
export interface StoreInstallation {
  readonly id: number;
  scopes: string[];
  isInstalled: boolean;
  installedAt: Date;
}

export interface StoreState {
  readonly id: number;
  readonly domain: string;
  readonly name: string;
  readonly email: string;
  readonly currency: string;
  readonly decimals: number;
  readonly timezone: string;
  readonly countryCode: string;
  readonly products: Map<number, StoreProduct>;
  readonly variants: Map<number, StoreVariant>;
  readonly metafields: Map<string, StoreMetafield>;
  readonly markets: readonly StoreMarket[];
  readonly orders: StoreOrder[];
  readonly bulkOperations: StoreBulkOperation[];
  readonly subscriptions: StoreSubscription[];
  /** Uploaded files by their staged path. */
  readonly uploads: Map<string, string>;
  readonly installation: StoreInstallation;
  readonly throttle: Throttle;
  /** Next id for things made after the seed. */
  nextId(): number;
}
