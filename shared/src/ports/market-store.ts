import type { ListingId } from "../core/ids.ts";
import type { MarketSnapshot } from "../core/offers/market-snapshot.ts";

/** A listing to decide again, why, and when the cause happened outside. */
export interface DirtyMark {
  readonly listingId: ListingId;
  readonly cause: DirtyCause;
  readonly eventAt: Date;
}

/** What may make a price worth deciding again. */
export type DirtyCause =
  | "offer_changed"
  | "sweep"
  | "pricing_health"
  | "import"
  | "price_seen"
  | "bounds_changed"
  | "rule_changed"
  | "change_ended"
  | "undo";

/** The market as last seen, and the marks it leaves. */
export interface MarketStore {
  /**
   * Stores snapshots that are newer than what is known, adds to the price history and marks every active
   * listing of those ASINs, with the Shopify listings of the same items, as dirty.
   * @returns the number of listings marked.
   */
  recordSnapshots(snapshots: readonly MarketSnapshot[], cause: DirtyCause): Promise<number>;
  /** Marks listings, and the listings that follow them, as dirty. */
  markDirty(marks: readonly DirtyMark[], markedAt: Date): Promise<void>;
}
