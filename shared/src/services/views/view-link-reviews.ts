import type { ShopId } from "../../core/ids.ts";
import type { LinkReviewView, PageOf } from "../../ports/shop-views.ts";
import { PAGE_ROWS, type ViewDeps } from "./view-deps.ts";

/** Amazon listings of one shop that a person has to look at before they are linked, a page at a time. */
export async function viewLinkReviews(
  deps: ViewDeps,
  ask: { shopId: ShopId; after: string | null },
): Promise<PageOf<LinkReviewView>> {
  return deps.views.linkReviews(ask.shopId, { after: ask.after, limit: PAGE_ROWS });
}
