import type { ConnectionId, ListingId } from "../core/ids.ts";
import type { MarketSnapshot } from "../core/offers/market-snapshot.ts";
import type { ListingIssues } from "./catalog-source.ts";
import type { EventFact } from "./notification-source.ts";

/** What Amazon said of a price that keeps an offer from being featured, with its instant. */
export interface PricingHealthNotice {
  readonly fact: Extract<EventFact, { kind: "pricing_health" }>;
  readonly occurredAt: Date;
}

/** What Amazon said of one SKU, with its instant. */
export interface ListingNotice {
  readonly fact: Extract<EventFact, { kind: "listing_status" | "listing_issues" }>;
  readonly occurredAt: Date;
}

/** A subscription as it stood when it was last looked after. */
export interface SubscriptionRow {
  readonly type: string;
  readonly state: "wanted" | "active" | "failed" | "unsupported";
  readonly subscriptionId: string | null;
  readonly checkedAt: Date | null;
}

/** What a look at a subscription found. */
export interface SubscriptionCheck {
  readonly type: string;
  readonly role: string;
  readonly state: "active" | "failed" | "unsupported";
  readonly subscriptionId: string | null;
  readonly destinationId: string | null;
  readonly problemCode: string | null;
  /** It had vanished or pointed elsewhere. */
  readonly isRepaired: boolean;
  readonly checkedAt: Date;
}

/**
 * What notifications say beside the market, and the subscriptions they come by. Of two notices about one
 * thing the later one by its own instant wins, in whatever order they come.
 */
export interface NotificationStore {
  recordBusinessOffers(snapshots: readonly MarketSnapshot[]): Promise<void>;
  /** @returns active listings of those ASINs, whose prices are worth deciding again. */
  recordPricingHealth(
    connectionId: ConnectionId,
    notices: readonly PricingHealthNotice[],
    receivedAt: Date,
  ): Promise<{ listingId: ListingId; occurredAt: Date }[]>;
  /** Keeps notices and makes the details of those SKUs due. @returns marketplaces with listings to look up. */
  recordListingNotices(
    connectionId: ConnectionId,
    notices: readonly ListingNotice[],
    receivedAt: Date,
  ): Promise<string[]>;
  /** Keeps what a look at listings found, where it is later than what a notice said. */
  recordIssues(
    scope: { readonly connectionId: ConnectionId; readonly marketplaceId: string },
    issues: readonly ListingIssues[],
    at: Date,
  ): Promise<void>;
  /** Makes our own feed of this id due to be looked at. @returns false when it is none of ours. */
  noteFeedFinished(connectionId: ConnectionId, feedId: string, at: Date): Promise<boolean>;
  subscriptions(connectionId: ConnectionId): Promise<SubscriptionRow[]>;
  saveSubscription(connectionId: ConnectionId, check: SubscriptionCheck): Promise<void>;
  /** Counts notifications that came, by type. */
  noteHeard(
    connectionId: ConnectionId,
    heard: ReadonlyMap<string, number>,
    at: Date,
  ): Promise<void>;
  /** Forgets the connection's subscriptions. */
  forgetSubscriptions(connectionId: ConnectionId): Promise<void>;
}
