import type { ShopId } from "../../core/ids.ts";
import type { ShopViews } from "../../ports/shop-views.ts";
import type { ViewDeps } from "./view-deps.ts";

/** One price change with its receipt; null when the shop has no such change. */
export async function viewChange(
  deps: ViewDeps,
  ask: { shopId: ShopId; changeId: string },
): Promise<Awaited<ReturnType<ShopViews["change"]>>> {
  return deps.views.change(ask.shopId, ask.changeId);
}
