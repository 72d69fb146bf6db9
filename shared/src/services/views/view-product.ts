import type { ShopId } from "../../core/ids.ts";
import type { ProductView } from "../../ports/shop-views.ts";
import type { ViewDeps } from "./view-deps.ts";

/** One item with its listings, changes and history; null when the shop has no such item. */
export async function viewProduct(
  deps: ViewDeps,
  ask: { shopId: ShopId; itemId: string },
): Promise<ProductView | null> {
  return deps.views.product(ask.shopId, ask.itemId, deps.clock.now());
}
