import type { PriceChangeState } from "../../core/changes/states.ts";
import type { ShopId } from "../../core/ids.ts";
import type { ActivityRow, PageOf } from "../../ports/shop-views.ts";
import { PAGE_ROWS, type ViewDeps } from "./view-deps.ts";

/** Moves of price changes of one shop, newest first, a page at a time. */
export async function viewActivity(
  deps: ViewDeps,
  ask: { shopId: ShopId; after: string | null; state: PriceChangeState | null },
): Promise<PageOf<ActivityRow>> {
  return deps.views.activity(ask.shopId, { after: ask.after, state: ask.state, limit: PAGE_ROWS });
}
