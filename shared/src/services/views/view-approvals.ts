import type { Channel } from "../../core/channel.ts";
import type { ShopId } from "../../core/ids.ts";
import type { ChangeView, PageOf } from "../../ports/shop-views.ts";
import { PAGE_ROWS, type ViewDeps } from "./view-deps.ts";

/** Open proposals of one shop, oldest first, a page at a time. */
export async function viewApprovals(
  deps: ViewDeps,
  ask: { shopId: ShopId; after: string | null; channel: Channel | null; query: string | null },
): Promise<PageOf<ChangeView>> {
  return deps.views.approvals(ask.shopId, {
    after: ask.after,
    channel: ask.channel,
    query: ask.query,
    limit: PAGE_ROWS,
  });
}
