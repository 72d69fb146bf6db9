import type { ListingId } from "../core/ids.ts";
import type { MarketSnapshot, SalesRank } from "../core/offers/market-snapshot.ts";

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

/** A sales rank at an instant. */
export interface RankPoint extends SalesRank {
  readonly marketplaceId: string;
  readonly asin: string;
  readonly observedAt: Date;
  /** Which answer or notification said it. */
  readonly source: string;
}

/** The market as last seen, and the marks it leaves. */
export interface MarketStore {
  /**
   * Stores snapshots that are newer than what is known, adds to the histories of prices and ranks and marks every
   * active listing of those ASINs, with the Shopify listings of the same items, as dirty.
   *
   * What changed since the picture before goes on in the same transaction: the Buy Box with its history (also by
   * late pictures), the profiles and moves of competitors, and for each watched ASIN whether a notification or only
   * a sweep told the change. The same pictures again change nothing.
   * @returns the number of listings marked.
   */
  recordSnapshots(snapshots: readonly MarketSnapshot[], cause: DirtyCause): Promise<number>;
  /** Adds to the history of sales ranks what another source than a snapshot said. */
  recordRanks(ranks: readonly RankPoint[]): Promise<void>;
  /** Marks listings, and the listings that follow them, as dirty. */
  markDirty(marks: readonly DirtyMark[], markedAt: Date): Promise<void>;
}
