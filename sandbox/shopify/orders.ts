/** A shopper buys: the order appears in the API, stock goes down, orders/create goes out. */
import type { StoreOrder, StoreState, StoreVariant } from "./state.ts";
import { emit, orderPayload } from "./webhook-events.ts";
import type { ShopifyWorld } from "./world-state.ts";

const FIRST_ORDER_NUMBER = 1001;

export function placeOrder(
  world: ShopifyWorld,
  store: StoreState,
  lines: readonly { variant: StoreVariant; quantity: number }[],
): StoreOrder {
  const at = world.clock.now();
  const order: StoreOrder = {
    id: store.nextId(),
    name: `#${FIRST_ORDER_NUMBER + store.orders.length}`,
    createdAt: at,
    updatedAt: at,
    lines: lines.map(({ variant, quantity }) => ({
      id: store.nextId(),
      variant,
      quantity,
      unitMinor: variant.priceMinor,
    })),
  };
  for (const { variant, quantity } of lines) {
    variant.inventory = Math.max(0, variant.inventory - quantity);
  }
  store.orders.push(order);
  emit(world, store, "orders/create", orderPayload(store, order));
  return order;
}
