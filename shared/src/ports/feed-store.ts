import type { ChangeId, ConnectionId, ListingId } from "../core/ids.ts";
import type { FeedReport, FeedStatus } from "./price-feeder.ts";
import type { ListingAddress } from "./price-channel.ts";
import type { ClaimedPush } from "./push-store.ts";

/**
 * Where a feed of ours stands.
 *
 * gathering (pushes are put in) → uploading → submitting (Amazon may have it) → waiting (it has it) → reading (its
 * report) → watching (it may still set prices back) → closed
 */
export type PriceFeedState =
  "gathering" | "uploading" | "submitting" | "waiting" | "reading" | "watching" | "closed";

/** A feed as its steps need it. */
export interface PriceFeed {
  readonly priceFeedId: string;
  readonly connectionId: ConnectionId;
  readonly marketplaceId: string;
  readonly state: PriceFeedState;
  readonly messages: number;
  readonly bytes: number;
  readonly madeAt: Date;
  readonly documentId: string | null;
  readonly documentAt: Date | null;
  readonly submitAt: Date | null;
  readonly submits: number;
  readonly feedId: string | null;
  readonly submittedAt: Date | null;
  readonly vendorStatus: FeedStatus | null;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  readonly isBypassed: boolean;
  readonly resultDocumentId: string | null;
  readonly endCode: "done" | "fatal" | "cancelled" | "lost" | null;
  readonly dueAt: Date | null;
}

/** What a step changes of a feed. */
export type PriceFeedChange = Partial<
  Omit<PriceFeed, "priceFeedId" | "connectionId" | "marketplaceId" | "madeAt">
> & { readonly report?: FeedReport };

/** One message as stored: a push and what was to be sent for it. */
export interface StoredMessage {
  readonly messageId: number;
  readonly changeId: ChangeId;
  readonly listingId: ListingId;
  readonly version: number;
  readonly fence: string;
  readonly priceMinor: bigint;
  readonly minMinor: bigint | null;
  readonly maxMinor: bigint | null;
}

/** A listing whose price a feed may still set back. */
export interface WatchedPrice {
  readonly priceFeedId: string;
  readonly address: ListingAddress;
  /** The older price of ours. */
  readonly priceMinor: bigint;
  readonly until: Date | null;
}

/** Price feeds of one shop. */
export interface FeedStore {
  /** How fast prices of an account travel, from what its rows show. */
  speeds(
    connectionId: ConnectionId,
    now: Date,
  ): Promise<{
    readonly patchesPerSecond: number | null;
    readonly feedMs: readonly number[];
    /** A feed of it ended without a report of late: prices go one by one for a while. */
    readonly hasFailedLately: boolean;
  }>;
  /** Makes feeds that the channel works on due: a notification may have woken us. */
  hasten(connectionId: ConnectionId, now: Date): Promise<void>;
  /** The feed of an account that has been due longest; null when none is due. */
  nextDue(connectionId: ConnectionId, now: Date): Promise<PriceFeed | null>;
  /** When the next feed of an account is due, and the ids of those the channel works on. */
  outlook(
    connectionId: ConnectionId,
  ): Promise<{ readonly nextDueAt: Date | null; readonly feedIds: readonly string[] }>;
  /** Starts feeds for the marketplaces in which pushes wait for one. */
  open(connectionId: ConnectionId, now: Date): Promise<void>;
  /** Locks pushes that wait for a feed in this marketplace, with the facts the last gate looks at. */
  takeWaiting(
    feed: Pick<PriceFeed, "connectionId" | "marketplaceId">,
    limit: number,
  ): Promise<ClaimedPush[]>;
  /** Puts locked pushes into a feed: they stand in it until its outcome. */
  add(priceFeedId: string, messages: readonly StoredMessage[], bytes: number): Promise<void>;
  /** The pushes of a feed whose outcome is open, as the last gate looks at them now, with their message. */
  openMessages(
    priceFeedId: string,
    afterMessageId: number,
    limit: number,
  ): Promise<{ readonly message: StoredMessage; readonly push: ClaimedPush }[]>;
  change(priceFeedId: string, change: PriceFeedChange): Promise<void>;
  /** The processing report as stored by `change`; null before. */
  reportOf(priceFeedId: string): Promise<FeedReport | null>;
  /** Stores what became of messages. */
  settle(
    priceFeedId: string,
    outcomes: readonly {
      readonly messageId: number;
      readonly outcome: "accepted" | "refused" | "unknown" | "dropped";
      readonly issue: string | null;
    }[],
  ): Promise<void>;
  /** Amazon's feed ids that feeds of ours already carry. */
  knownFeedIds(connectionId: ConnectionId): Promise<ReadonlySet<string>>;
  /** Watches every listing of a feed from now on. */
  watch(priceFeedId: string, nextAt: Date): Promise<void>;
  /** Watched prices that are due, oldest first. */
  dueWatches(priceFeedId: string, now: Date, limit: number): Promise<WatchedPrice[]>;
  /** Plans the next look at watched listings, or ends the watch (`nextAt` null). */
  plan(priceFeedId: string, listingIds: readonly ListingId[], nextAt: Date | null): Promise<void>;
  /** Bounds every watch of a feed that has ended, and makes them due. */
  endWatches(priceFeedId: string, plan: { nextAt: Date; until: Date }): Promise<void>;
  /** When the next watch of a feed is due; null when nothing is watched. */
  nextWatchAt(priceFeedId: string): Promise<Date | null>;
}
