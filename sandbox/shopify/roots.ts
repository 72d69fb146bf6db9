/** The fields of QueryRoot and Mutation that the sandbox answers, and the scope each needs. */
import type { CallContext } from "./call-context.ts";
import { bulkOperationConnection, bulkOperationNode, bulkMutations } from "./bulk-operations.ts";
import {
  inventoryItemNode,
  productConnection,
  productNode,
  searchProducts,
  searchVariants,
  variantConnection,
  variantNode,
} from "./catalog-nodes.ts";
import type { PageArguments } from "./connection.ts";
import { gid, parseGid } from "./gid.ts";
import { marketConnection, findPriceList, marketNode, priceListNode } from "./market-nodes.ts";
import { metafieldsSet } from "./metafields.ts";
import { orderConnection, orderNode } from "./order-nodes.ts";
import { priceListFixedPricesAdd, priceListFixedPricesUpdate } from "./price-list-writes.ts";
import { appRevokeAccessScopes, installationNode, shopNode } from "./shop-nodes.ts";
import { inventoryItemUpdate, productVariantsBulkUpdate } from "./variants-bulk-update.ts";
import type { BulkUpdateArguments } from "./variants-bulk-update.ts";
import {
  subscriptionNode,
  webhookSubscriptionConnection,
  webhookSubscriptionCreate,
  webhookSubscriptionDelete,
} from "./webhook-subscriptions.ts";

/** The scope a root field asks for; fields not named ask for none. */
export const FIELD_SCOPES: Readonly<Record<string, string>> = {
  products: "read_products",
  product: "read_products",
  productsCount: "read_products",
  productVariants: "read_products",
  productVariant: "read_products",
  productVariantsCount: "read_products",
  inventoryItem: "read_products",
  priceList: "read_products",
  orders: "read_orders",
  order: "read_orders",
  markets: "read_markets",
  productVariantsBulkUpdate: "write_products",
  priceListFixedPricesAdd: "write_products",
  priceListFixedPricesUpdate: "write_products",
  inventoryItemUpdate: "write_inventory",
};

type Search = PageArguments & { query?: string | null; sortKey?: string | null };
type ById = { id: string };

export function queryRoot(context: CallContext): object {
  const count = (items: readonly unknown[]): object => ({
    count: items.length,
    precision: "EXACT",
  });
  const byId = ({ id }: ById): object | null => nodeById(context, id);
  return {
    shop: () => shopNode(context),
    currentAppInstallation: () => installationNode(context),
    node: byId,
    nodes: ({ ids }: { ids: readonly string[] }) => ids.map((id) => nodeById(context, id)),
    product: byId,
    productVariant: byId,
    inventoryItem: byId,
    order: byId,
    bulkOperation: byId,
    webhookSubscription: byId,
    priceList: byId,
    products: (args: Search) => productConnection(context, args),
    productVariants: (args: Search) => variantConnection(context, args),
    productsCount: (args: Search) => count(searchProducts(context, args.query)),
    productVariantsCount: (args: Search) => count(searchVariants(context, args.query)),
    orders: (args: Search) => orderConnection(context, args),
    markets: (args: PageArguments) => marketConnection(context, args),
    bulkOperations: (args: Search) => bulkOperationConnection(context, args),
    webhookSubscriptions: (args: PageArguments & { topics?: readonly string[] | null }) =>
      webhookSubscriptionConnection(context, args),
  };
}

export function mutationRoot(context: CallContext): object {
  return {
    productVariantsBulkUpdate: (args: BulkUpdateArguments) =>
      productVariantsBulkUpdate(context, args),
    inventoryItemUpdate: (args: { id: string; input: Readonly<Record<string, unknown>> }) =>
      inventoryItemUpdate(context, args),
    metafieldsSet: (args: Parameters<typeof metafieldsSet>[1]) => metafieldsSet(context, args),
    priceListFixedPricesAdd: (args: Parameters<typeof priceListFixedPricesAdd>[1]) =>
      priceListFixedPricesAdd(context, args),
    priceListFixedPricesUpdate: (args: Parameters<typeof priceListFixedPricesUpdate>[1]) =>
      priceListFixedPricesUpdate(context, args),
    webhookSubscriptionCreate: (args: Parameters<typeof webhookSubscriptionCreate>[1]) =>
      webhookSubscriptionCreate(context, args),
    webhookSubscriptionDelete: (args: ById) => webhookSubscriptionDelete(context, args),
    appRevokeAccessScopes: (args: { scopes: readonly string[] }) =>
      appRevokeAccessScopes(context, args),
    ...bulkMutations(context),
  };
}

function nodeById(context: CallContext, text: string): object | null {
  const { store } = context;
  const { type, id } = parseGid(text) ?? { type: "", id: 0 };
  const found = <T>(item: T | undefined, toNode: (item: T) => object): object | null =>
    item === undefined ? null : toNode(item);
  switch (type) {
    case "Product":
      return found(store.products.get(id), (product) => productNode(context, product));
    case "ProductVariant":
      return found(store.variants.get(id), (variant) => variantNode(context, variant));
    case "InventoryItem":
      return found(
        [...store.variants.values()].find((variant) => variant.inventoryItemId === id),
        (variant) => inventoryItemNode(context, variant),
      );
    case "Order":
      return found(
        store.orders.find((order) => order.id === id),
        (order) => orderNode(context, order),
      );
    case "Market":
      return found(
        store.markets.find((market) => market.id === id),
        (market) => marketNode(context, market),
      );
    case "PriceList":
      return found(findPriceList(context, text), (list) => priceListNode(context, list));
    case "BulkOperation":
      return found(
        store.bulkOperations.find((operation) => operation.id === id),
        (operation) => bulkOperationNode(context, operation),
      );
    case "WebhookSubscription":
      return found(
        store.subscriptions.find((subscription) => subscription.id === id),
        subscriptionNode,
      );
    case "AppInstallation":
      return text === gid(type, store.installation.id) ? installationNode(context) : null;
    case "Shop":
      return id === store.id ? shopNode(context) : null;
    default:
      return null;
  }
}
