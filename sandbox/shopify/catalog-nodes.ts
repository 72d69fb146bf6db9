/** Products, variants and inventory items as GraphQL objects. */
import { dateTime } from "./call-context.ts";
import type { CallContext } from "./call-context.ts";
import { connection } from "./connection.ts";
import type { PageArguments } from "./connection.ts";
import { formatDecimal } from "./decimal.ts";
import { gid } from "./gid.ts";
import { contextualPricing } from "./market-prices.ts";
import { metafieldNode } from "./metafields.ts";
import { parseSearch } from "./search-query.ts";
import type { SearchFields } from "./search-query.ts";
import type { StoreProduct, StoreVariant } from "./state.ts";

interface SearchArguments extends PageArguments {
  readonly query?: string | null;
  readonly sortKey?: string | null;
}

const VARIANT_FIELDS: SearchFields<StoreVariant> = {
  id: (variant) => variant.id,
  sku: (variant) => variant.sku,
  barcode: (variant) => variant.barcode,
  title: (variant) => variant.title,
  product_id: (variant) => variant.product.id,
  product_status: (variant) => variant.product.status,
  vendor: (variant) => variant.product.vendor,
  product_type: (variant) => variant.product.productType,
  updated_at: (variant) => variant.updatedAt,
  inventory_quantity: (variant) => variant.inventory,
};

const PRODUCT_FIELDS: SearchFields<StoreProduct> = {
  id: (product) => product.id,
  title: (product) => product.title,
  handle: (product) => product.handle,
  status: (product) => product.status,
  vendor: (product) => product.vendor,
  product_type: (product) => product.productType,
  tag: (product) => product.tags,
  sku: (product) => product.variants.map((variant) => variant.sku),
  barcode: (product) => product.variants.map((variant) => variant.barcode),
  created_at: (product) => product.createdAt,
  updated_at: (product) => product.updatedAt,
};

export function searchVariants(
  context: CallContext,
  query: string | null | undefined,
): StoreVariant[] {
  const test = parseSearch(
    query,
    VARIANT_FIELDS,
    (variant) => `${variant.product.title} ${variant.title} ${variant.sku}`,
  );
  return [...context.store.variants.values()].filter(test);
}

export function searchProducts(
  context: CallContext,
  query: string | null | undefined,
): StoreProduct[] {
  const test = parseSearch(
    query,
    PRODUCT_FIELDS,
    (product) =>
      `${product.title} ${product.vendor} ${product.variants.map(({ sku }) => sku).join(" ")}`,
  );
  return [...context.store.products.values()].filter(test);
}

export function variantConnection(context: CallContext, args: SearchArguments): object {
  const sortKeys: Readonly<Record<string, (variant: StoreVariant) => string | number>> = {
    SKU: (variant) => variant.sku,
    TITLE: (variant) => variant.title,
    FULL_TITLE: (variant) => `${variant.product.title} ${variant.title}`,
    INVENTORY_QUANTITY: (variant) => variant.inventory,
    POSITION: (variant) => variant.position,
  };
  return connection({
    items: searchVariants(context, args.query),
    args,
    isWhole: context.isWhole,
    idOf: (variant) => variant.id,
    sortBy: sortKeys[args.sortKey ?? "ID"] ?? ((variant) => variant.id),
    toNode: (variant) => variantNode(context, variant),
  });
}

export function productConnection(context: CallContext, args: SearchArguments): object {
  const sortKeys: Readonly<Record<string, (product: StoreProduct) => string | number>> = {
    TITLE: (product) => product.title,
    VENDOR: (product) => product.vendor,
    PRODUCT_TYPE: (product) => product.productType,
    CREATED_AT: (product) => product.createdAt.getTime(),
    UPDATED_AT: (product) => product.updatedAt.getTime(),
  };
  return connection({
    items: searchProducts(context, args.query),
    args,
    isWhole: context.isWhole,
    idOf: (product) => product.id,
    sortBy: sortKeys[args.sortKey ?? "ID"] ?? ((product) => product.id),
    toNode: (product) => productNode(context, product),
  });
}

export function productNode(context: CallContext, product: StoreProduct): object {
  const id = gid("Product", product.id);
  return {
    __typename: "Product",
    id,
    legacyResourceId: String(product.id),
    title: product.title,
    handle: product.handle,
    vendor: product.vendor,
    productType: product.productType,
    status: product.status,
    tags: product.tags,
    createdAt: dateTime(product.createdAt),
    updatedAt: dateTime(product.updatedAt),
    publishedAt: dateTime(product.createdAt),
    description: product.title,
    descriptionHtml: `<p>${product.title}</p>`,
    isGiftCard: false,
    hasOnlyDefaultVariant: product.variants.length === 1,
    totalInventory: product.variants.reduce((sum, variant) => sum + variant.inventory, 0),
    tracksInventory: true,
    onlineStoreUrl: null,
    featuredMedia: null,
    variantsCount: { count: product.variants.length, precision: "EXACT" },
    metafield: (args: { namespace: string; key: string }) => metafieldNode(context, id, args),
    variants: (args: SearchArguments) =>
      connection({
        items: product.variants,
        args,
        isWhole: context.isWhole,
        idOf: (variant) => variant.id,
        sortBy: (variant) => variant.position,
        toNode: (variant) => variantNode(context, variant),
      }),
  };
}

export function variantNode(context: CallContext, variant: StoreVariant): object {
  const { decimals } = context.store;
  const { compareAtMinor } = variant;
  const id = gid("ProductVariant", variant.id);
  return {
    __typename: "ProductVariant",
    id,
    legacyResourceId: String(variant.id),
    title: variant.title,
    displayName: `${variant.product.title} - ${variant.title}`,
    sku: variant.sku,
    barcode: variant.barcode,
    price: formatDecimal(variant.priceMinor, decimals),
    compareAtPrice: compareAtMinor === null ? null : formatDecimal(compareAtMinor, decimals),
    position: variant.position,
    inventoryQuantity: variant.inventory,
    inventoryPolicy: "DENY",
    availableForSale: variant.inventory > 0,
    sellableOnlineQuantity: variant.inventory,
    taxable: true,
    requiresComponents: false,
    createdAt: dateTime(variant.createdAt),
    updatedAt: dateTime(variant.updatedAt),
    selectedOptions: variant.selectedOptions,
    metafield: (args: { namespace: string; key: string }) => metafieldNode(context, id, args),
    product: () => productNode(context, variant.product),
    inventoryItem: () => inventoryItemNode(context, variant),
    contextualPricing: (args: { context: { country?: string | null } }) =>
      contextualPricing(context, variant, args.context.country ?? context.store.countryCode),
  };
}

export function inventoryItemNode(context: CallContext, variant: StoreVariant): object {
  const { currency, decimals } = context.store;
  const { costMinor } = variant;
  return {
    __typename: "InventoryItem",
    id: gid("InventoryItem", variant.inventoryItemId),
    legacyResourceId: String(variant.inventoryItemId),
    sku: variant.sku,
    tracked: true,
    requiresShipping: true,
    createdAt: dateTime(variant.createdAt),
    updatedAt: dateTime(variant.updatedAt),
    unitCost:
      costMinor === null
        ? null
        : { amount: formatDecimal(costMinor, decimals), currencyCode: currency },
    measurement: {
      id: gid("InventoryItemMeasurement", variant.inventoryItemId),
      weight: { value: variant.weightGrams, unit: "GRAMS" },
    },
    variant: () => variantNode(context, variant),
  };
}
