/** Turns what happens in a store into deliveries for whoever subscribed to it. */
import { randomUUID } from "node:crypto";
import { formatDecimal } from "./decimal.ts";
import { gid } from "./gid.ts";
import type { StoreOrder, StoreProduct, StoreState, StoreVariant } from "./state.ts";
import type { ShopifyWorld } from "./world-state.ts";

/** An API-made subscription is deleted after so many failures in a row; those of the TOML stay. */
const FAILURES_MAX = 8;

export function emit(
  world: ShopifyWorld,
  store: StoreState,
  topic: string,
  payload: object,
  eventId: string = randomUUID(),
): void {
  const event = { shop: store.domain, topic, triggeredAt: world.clock.now(), eventId };
  for (const subscription of world.app.subscriptions) {
    if (!subscription.topics.includes(topic)) continue;
    world.webhooks.send(
      { ...event, payload: pickFields(payload, subscription.includeFields ?? []) },
      { uri: new URL(subscription.uri, world.app.appUrl).href },
    );
  }
  for (const subscription of store.subscriptions) {
    if (slashTopic(subscription.topic) !== topic) continue;
    world.webhooks.send(
      { ...event, payload: pickFields(payload, subscription.includeFields) },
      {
        uri: subscription.uri,
        onResult: (isDelivered) => {
          subscription.failures = isDelivered ? 0 : subscription.failures + 1;
          if (subscription.failures < FAILURES_MAX) return;
          const index = store.subscriptions.indexOf(subscription);
          if (index >= 0) store.subscriptions.splice(index, 1);
        },
      },
    );
  }
}

/** Topics whose action has an underscore of its own. */
const ODD_TOPICS: Readonly<Record<string, string>> = {
  APP_SCOPES_UPDATE: "app/scopes_update",
  CUSTOMERS_DATA_REQUEST: "customers/data_request",
};

/** `PRODUCTS_UPDATE` → `products/update`; the last underscore parts object from action. */
function slashTopic(topic: string): string {
  return ODD_TOPICS[topic] ?? topic.toLowerCase().replace(/_([a-z]+)$/, "/$1");
}

export function emitProductUpdate(
  world: ShopifyWorld,
  store: StoreState,
  product: StoreProduct,
): void {
  emit(world, store, "products/update", productPayload(store, product));
}

export function productPayload(store: StoreState, product: StoreProduct): object {
  return {
    id: product.id,
    admin_graphql_api_id: gid("Product", product.id),
    title: product.title,
    handle: product.handle,
    vendor: product.vendor,
    product_type: product.productType,
    status: product.status.toLowerCase(),
    tags: product.tags.join(", "),
    created_at: product.createdAt.toISOString(),
    updated_at: product.updatedAt.toISOString(),
    variants: product.variants.map((variant) => variantPayload(store, variant)),
  };
}

function variantPayload(store: StoreState, variant: StoreVariant): object {
  const { compareAtMinor } = variant;
  return {
    id: variant.id,
    admin_graphql_api_id: gid("ProductVariant", variant.id),
    product_id: variant.product.id,
    inventory_item_id: variant.inventoryItemId,
    title: variant.title,
    sku: variant.sku,
    barcode: variant.barcode,
    price: formatDecimal(variant.priceMinor, store.decimals),
    compare_at_price:
      compareAtMinor === null ? null : formatDecimal(compareAtMinor, store.decimals),
    position: variant.position,
    inventory_quantity: variant.inventory,
    created_at: variant.createdAt.toISOString(),
    updated_at: variant.updatedAt.toISOString(),
  };
}

export function orderPayload(store: StoreState, order: StoreOrder): object {
  return {
    id: order.id,
    admin_graphql_api_id: gid("Order", order.id),
    name: order.name,
    created_at: order.createdAt.toISOString(),
    updated_at: order.updatedAt.toISOString(),
    currency: store.currency,
    test: false,
    cancelled_at: null,
    line_items: order.lines.map((line) => ({
      id: line.id,
      variant_id: line.variant.id,
      product_id: line.variant.product.id,
      sku: line.variant.sku,
      quantity: line.quantity,
      price: formatDecimal(line.unitMinor, store.decimals),
    })),
  };
}

/** `include_fields` of the TOML: names, or `list.name` inside a list of objects. */
export function pickFields(payload: object, fields: readonly string[]): object {
  if (fields.length === 0) return payload;
  const picked: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(payload)) {
    const inner = fields
      .filter((field) => field.startsWith(`${key}.`))
      .map((field) => field.slice(key.length + 1));
    if (fields.includes(key)) picked[key] = value;
    else if (inner.length > 0 && Array.isArray(value)) {
      picked[key] = value.map((item: unknown) =>
        typeof item === "object" && item !== null ? pickFields(item, inner) : item,
      );
    }
  }
  return picked;
}
