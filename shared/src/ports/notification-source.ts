import type { MarketSnapshot } from "../core/offers/market-snapshot.ts";
import type { ChannelAccount } from "./channel-account.ts";

/** Where an event is about, as far as the channel said so. */
interface Place {
  readonly marketplaceId: string;
  readonly sku: string;
}

/** What a notification says, in our words. Lists are never null; an empty one is a statement. */
export type EventFact =
  /** Consumers' offers of one ASIN moved. */
  | { readonly kind: "offers"; readonly snapshot: MarketSnapshot }
  /** Offers to business buyers moved: prices of one unit, never mixed into consumers' pictures. */
  | { readonly kind: "business_offers"; readonly snapshot: MarketSnapshot }
  /** A price keeps our offer from being featured. */
  | {
      readonly kind: "pricing_health";
      readonly marketplaceId: string;
      readonly asin: string;
      readonly condition: string;
      readonly issueType: string;
      /** Reference prices by name, each as moneyToText writes it. */
      readonly facts: Readonly<Record<string, string>>;
    }
  | { readonly kind: "feed_finished"; readonly feedId: string; readonly feedType: string }
  | { readonly kind: "report_finished"; readonly reportId: string; readonly reportType: string }
  | ({ readonly kind: "listing_status"; readonly statuses: readonly string[] } & Place)
  | ({
      readonly kind: "listing_issues";
      readonly severities: readonly string[];
      readonly enforcements: readonly string[];
    } & Place)
  | { readonly kind: "order_changed"; readonly orderId: string }
  | { readonly kind: "account_status"; readonly status: AccountStatus }
  /** The application's own client secret ends, or was renewed; the secret itself is never read. */
  | {
      readonly kind: "client_secret";
      readonly what: "ending" | "renewed";
      readonly clientId: string;
      /** When the secret in use ends; null when Amazon did not say. */
      readonly endsAt: Date | null;
    }
  /** A type that is new to us: kept, nothing done. */
  | { readonly kind: "unknown_type" }
  | { readonly kind: "unreadable"; readonly problem: string };

/** A selling account's standing at Amazon. A deactivated one sells nothing: its prices wait. */
export type AccountStatus = "normal" | "at_risk" | "deactivated";

/** A notification from the channel, as far as it could be read. */
export interface ChannelEvent {
  /** The channel's own id, or a hash of the text: the same message is the same event. */
  readonly eventId: string;
  readonly topic: string;
  /** Empty when the message names no seller; then `subscriptionId` tells whose it is. */
  readonly sellerId: string;
  readonly subscriptionId: string | null;
  /** na | eu | fe where the message names a marketplace; null otherwise. */
  readonly region: string | null;
  /** When it happened, for the order among events; not when it came. */
  readonly occurredAt: Date;
  /** As received, without secrets and without what names or places a buyer. */
  readonly payload: unknown;
  readonly fact: EventFact;
}

/** A batch from the queue; acknowledged only after its rows are committed. */
export interface ChannelEventBatch {
  readonly events: readonly ChannelEvent[];
  acknowledge(): Promise<void>;
}

/** Notifications of one channel. */
export interface NotificationSource {
  /** Waits up to about 20 s for events; an empty batch is normal. @throws AppError queue_unavailable. */
  receive(signal: AbortSignal): Promise<ChannelEventBatch>;
}

/** A notification type that the product wants for every account. */
export interface WantedType {
  readonly type: string;
  /** The role in the developer profile without which Amazon refuses it. */
  readonly role: string;
}

/** How a subscription stands after it was looked after. */
export type SubscriptionStanding =
  | {
      readonly kind: "active";
      readonly subscriptionId: string;
      readonly destinationId: string;
      /** It had pointed elsewhere, or was of an older version, and was made anew. */
      readonly isRemade: boolean;
    }
  /** Nothing is configured that could deliver it: regular checks stand in. */
  | {
      readonly kind: "unsupported";
      readonly code: "no_queue_configured" | "no_event_bus_configured";
    };

/** Makes the channel send notifications, and stop. Every call may be repeated. */
export interface SubscriptionDesk {
  readonly types: readonly WantedType[];
  /**
   * Makes sure that one type reaches us; destinations are made on the way.
   * @throws AppError amazon_access_denied when its role is missing; amazon_throttled{afterMs} without quota.
   */
  ensure(account: ChannelAccount, type: string, signal: AbortSignal): Promise<SubscriptionStanding>;
  /** Ends one subscription; one that is gone already is fine. */
  remove(
    account: ChannelAccount,
    subscription: { readonly type: string; readonly subscriptionId: string },
    signal: AbortSignal,
  ): Promise<void>;
}
