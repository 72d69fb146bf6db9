import type { MarketDifference } from "../../core/offers/market-moves.ts";
import type { MarketSnapshot } from "../../core/offers/market-snapshot.ts";

/** One picture beside the one known before it, as far as it is newer. */
export interface FollowedPicture {
  readonly snapshot: MarketSnapshot;
  /** The picture before it in time; null when it is the first, or comes late. */
  readonly before: MarketSnapshot | null;
  /** Null when there is no picture before it, or it comes late. */
  readonly difference: MarketDifference | null;
  readonly isLate: boolean;
}

/** What makes two pictures pictures of the same thing. */
export function marketKey(snapshot: MarketSnapshot): string {
  return `${snapshot.marketplaceId}|${snapshot.asin}|${snapshot.condition}`;
}
