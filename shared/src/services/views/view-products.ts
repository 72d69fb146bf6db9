import type { ShopId } from "../../core/ids.ts";
import type { PageOf, ProductFilter, ProductRow } from "../../ports/shop-views.ts";
import { PAGE_ROWS, type ViewDeps } from "./view-deps.ts";

/** Items of one shop with their listings, a page at a time. */
export async function viewProducts(
  deps: ViewDeps,
  ask: { shopId: ShopId; after: string | null; query: string | null; filter: ProductFilter },
): Promise<PageOf<ProductRow>> {
  return deps.views.products(ask.shopId, {
    after: ask.after,
    query: ask.query,
    filter: ask.filter,
    limit: PAGE_ROWS,
  });
}
