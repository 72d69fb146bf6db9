import type { ShopId } from "../../core/ids.ts";
import type { PageOf } from "../../ports/shop-views.ts";
import type { SyncAccountView, SyncFilter, SyncRunView } from "../../ports/sync-views.ts";
import { PAGE_ROWS, type ViewDeps } from "./view-deps.ts";

/** Runs of one shop, newest first, a page at a time, with the accounts that a filter can name. */
export async function viewSyncs(
  deps: ViewDeps,
  ask: SyncFilter & { shopId: ShopId; after: string | null },
): Promise<{ page: PageOf<SyncRunView>; accounts: readonly SyncAccountView[] }> {
  const { shopId, ...filter } = ask;
  return deps.views.syncs(shopId, { ...filter, limit: PAGE_ROWS });
}
