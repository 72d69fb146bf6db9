import type { Clock } from "../../ports/clock.ts";
import type { ShopViews } from "../../ports/shop-views.ts";

/** What showing pages needs from outside. */
export interface ViewDeps {
  readonly views: ShopViews;
  readonly clock: Clock;
}

/** Rows on one page of a list: what a person scans without losing the place. */
export const PAGE_ROWS = 50;
