/**
 * How many shoppers saw a listing on a day: by the demand of its shelf, a little up and down from day
 * to day, unless a control call states the numbers.
 */
import { createRandom } from "../../market/random.ts";
import { shelfOf } from "../../market/shelf.ts";
import type { Market } from "../../market/types.ts";
import type { Listing } from "../listing.ts";

export interface DayTraffic {
  readonly sessions: number;
  readonly pageViews: number;
  /** Share of page views with our offer featured, 0–100. */
  readonly buyBoxPercentage: number;
}

export interface Traffic {
  /** `day` as `2026-11-23`. */
  of(sellerId: string, listing: Listing, day: string): DayTraffic;
  state(key: TrafficKey, traffic: DayTraffic): void;
  reset(): void;
}

interface TrafficKey {
  readonly sellerId: string;
  readonly sku: string;
  readonly marketplaceId: string;
  readonly day: string;
}

const VIEWS_PER_SESSION = 1.3;

export function createTraffic(market: Market): Traffic {
  const stated = new Map<string, DayTraffic>();
  const nameOf = ({ sellerId, sku, marketplaceId, day }: TrafficKey): string =>
    `${sellerId}/${marketplaceId}/${day}/${sku}`;
  return {
    of(sellerId, { sku, asin, marketplaceId }, day) {
      const key = nameOf({ sellerId, sku, marketplaceId, day });
      const known = stated.get(key);
      if (known !== undefined) return known;
      const shelf = asin === null ? "" : shelfOf(asin, marketplaceId);
      if (!market.has(shelf)) return { sessions: 0, pageViews: 0, buyBoxPercentage: 0 };
      const random = createRandom(`traffic/${key}`);
      const perDay = market.truth(shelf).demand.arrivalsPerDay;
      const sessions = Math.round(perDay * random.between(0.8, 1.2));
      const isFeatured = market.summary(shelf).featured?.sellerId === sellerId;
      const buyBoxPercentage = isFeatured ? random.whole(75, 100) : random.whole(0, 30);
      return {
        sessions,
        pageViews: Math.round(sessions * VIEWS_PER_SESSION),
        buyBoxPercentage,
      };
    },
    state: (key, traffic) => void stated.set(nameOf(key), traffic),
    reset: () => stated.clear(),
  };
}
