import type { Channel } from "../core/channel.ts";
import type { ConnectionId } from "../core/ids.ts";
import type { Day } from "../core/sales/marketplace-time.ts";
import type { OrderSnapshot } from "../core/sales/order.ts";
import type { TrafficAge } from "../core/sales/traffic-days.ts";
import type { DayTotals, TrafficDay } from "../core/sales/traffic.ts";

/** An order with the day of its purchase in its marketplace's own time zone. */
export interface DatedOrder extends OrderSnapshot {
  readonly soldOn: Day;
}

/** What saving did. */
export interface SavedSales {
  /** Order lines or traffic rows that were newer than what we had. */
  readonly rows: number;
  /** (listing, day) pairs whose facts were computed again. */
  readonly days: number;
}

/** One day of one marketplace. */
export interface MarketplaceDay {
  readonly marketplaceId: string;
  readonly day: Day;
  readonly endsAt: Date;
}

/** Where sales facts come from. */
export type SalesSourceName = "orders" | "traffic" | "totals";
/** How reading a source goes. no_access: the account lacks the role, everything else goes on. */
export type SalesSourceState = "reading" | "current" | "no_access" | "failing";

/**
 * Sales as rows of one shop: what was reported, and daily facts per listing computed from it. Saving restates
 * exactly the days it touches; the facts do not depend on the order or number of times that reports arrive.
 */
export interface SalesStore {
  /** Takes whole orders; of two reports of one order the newer counts. All of a batch, or none. */
  saveOrders(
    batch: {
      readonly connectionId: ConnectionId;
      readonly channel: Channel;
      /** As of when the channel reported them. */
      readonly reportedAt: Date;
      readonly at: Date;
    },
    orders: readonly DatedOrder[],
  ): Promise<SavedSales>;
  /** Replaces all traffic of a day, unless a report asked for later is already there. */
  saveTraffic(
    report: MarketplaceDay & {
      readonly connectionId: ConnectionId;
      readonly by: "sku" | "asin";
      readonly reportedAt: Date;
      readonly at: Date;
    },
    rows: readonly TrafficDay[],
  ): Promise<SavedSales>;
  /** Gives lines and traffic that came before their listing was known to it. @returns days computed again. */
  attachListings(connectionId: ConnectionId, at: Date): Promise<number>;
  /** Notes that all orders of these days are known as of `asOf`. */
  noteOrdersKnown(
    connectionId: ConnectionId,
    days: readonly MarketplaceDay[],
    asOf: Date,
  ): Promise<void>;
  /** Notes that a traffic report of this day was asked for. */
  noteTrafficAsked(connectionId: ConnectionId, day: MarketplaceDay, at: Date): Promise<void>;
  /** Known standings of the days from `from` on, oldest first; days nobody noted are left out. */
  trafficStandings(
    connectionId: ConnectionId,
    marketplaceId: string,
    from: Day,
  ): Promise<readonly TrafficAge[]>;
  /** Compares the channel's own totals with ours and keeps both. @returns days that differ. */
  checkTotals(
    connectionId: ConnectionId,
    marketplaceId: string,
    totals: readonly DayTotals[],
    at: Date,
  ): Promise<readonly Day[]>;
  noteSource(
    connectionId: ConnectionId,
    note: {
      readonly marketplaceId: string;
      readonly source: SalesSourceName;
      readonly state: SalesSourceState;
      readonly code: string | null;
      readonly at: Date;
    },
  ): Promise<void>;
}
