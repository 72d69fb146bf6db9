import type { ShopId } from "../../core/ids.ts";
import type { OverviewView } from "../../ports/shop-views.ts";
import type { ViewDeps } from "./view-deps.ts";

/** The Overview of one shop. */
export async function viewOverview(deps: ViewDeps, ask: { shopId: ShopId }): Promise<OverviewView> {
  return deps.views.overview(ask.shopId, deps.clock.now());
}
