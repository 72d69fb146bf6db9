import type { ShopId } from "../../core/ids.ts";
import type { ShopViews } from "../../ports/shop-views.ts";
import { PAGE_ROWS, type ViewDeps } from "./view-deps.ts";

/** One run with its parts and a page of what it found; null when the shop has no such run. */
export async function viewSync(
  deps: ViewDeps,
  ask: { shopId: ShopId; runId: string; after: string | null; limit?: number },
): ReturnType<ShopViews["sync"]> {
  const { shopId, runId, after, limit = PAGE_ROWS } = ask;
  return deps.views.sync(shopId, runId, { after, limit });
}
