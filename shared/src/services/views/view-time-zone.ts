import type { ShopId } from "../../core/ids.ts";
import type { ViewDeps } from "./view-deps.ts";

/** The store's IANA time zone, in which its pages show instants; null until Shopify has said it. */
export async function viewTimeZone(
  deps: Pick<ViewDeps, "views">,
  ask: { shopId: ShopId },
): Promise<string | null> {
  return deps.views.timeZone(ask.shopId);
}
