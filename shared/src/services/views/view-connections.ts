import type { ShopId } from "../../core/ids.ts";
import type { ConnectionsView } from "../../ports/connection-views.ts";
import type { ViewDeps } from "./view-deps.ts";

/** Connections of one shop with their latest runs. */
export async function viewConnections(
  deps: ViewDeps,
  ask: { shopId: ShopId },
): Promise<ConnectionsView> {
  return deps.views.connections(ask.shopId, deps.clock.now());
}
