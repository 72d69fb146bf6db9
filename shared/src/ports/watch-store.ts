import type { ConnectionId } from "../core/ids.ts";
import type { DetectionBound, WatchPace } from "../core/offers/detection-bound.ts";
import type { OfferQuery } from "./offer-source.ts";

/** What is watched of one connection, as counts. */
export interface WatchCounts {
  readonly watched: number;
  /** Marked silent: sweeps alone can see them. */
  readonly silent: number;
  /** Whose last answer could not be read. */
  readonly unreadable: number;
  /** Notifications reach our queue; false = sweeps are the only eyes. */
  readonly isTold: boolean;
}

/** A round of sweeps: it ends when every watched ASIN was asked about once since it began. */
export interface SweepRound {
  readonly runId: string;
  readonly startedAt: Date;
  /** Opened just now. */
  readonly isNew: boolean;
}

/** One ASIN that a sweep asked about, and how it went. */
export interface SweptAsin {
  readonly marketplaceId: string;
  readonly asin: string;
  /** Null when the answer could be read. */
  readonly unreadCode: string | null;
}

/** ASINs to be swept, as rows: nothing of a round lives in a process. */
export interface WatchStore {
  /** The connected account whose sweep has been due longest, held like by `hold`; null when none is due any more. */
  nextDue(now: Date): Promise<ConnectionId | null>;
  /** When the next sweep of this shop is due that is not due yet; null when none is planned. */
  nextAt(now: Date): Promise<Date | null>;
  /** Holds the account's sweep to the end of the transaction: two workers never open, end or plan at once. */
  hold(connectionId: ConnectionId): Promise<void>;
  /** The round under way, or a new one: then ASINs that came or went since the last are taken in. */
  openRound(connectionId: ConnectionId, at: Date): Promise<SweepRound>;
  /** Watched ASINs that this round has not asked about yet. */
  leftInRound(connectionId: ConnectionId, startedAt: Date): Promise<number>;
  /** Notes that a round has ended. */
  noteRound(connectionId: ConnectionId, at: Date): Promise<void>;
  counts(connectionId: ConnectionId): Promise<WatchCounts>;
  /** Stores what the watch can promise, for pages. */
  savePromise(
    connectionId: ConnectionId,
    promise: WatchCounts & WatchPace & DetectionBound & { at: Date },
  ): Promise<void>;
  /**
   * Claims due ASINs, longest due first, silent ones first among equals; one SKU for each, no SKU twice, since
   * Amazon refuses a call that asks the same twice. Claimed ones are nobody else's until `leaseUntil`.
   */
  claim(
    connectionId: ConnectionId,
    claim: { worker: string; now: Date; leaseUntil: Date; limit: number },
  ): Promise<OfferQuery[]>;
  /** Gives claimed ASINs back, due at `dueAt`; null leaves them as due as they were. */
  release(
    connectionId: ConnectionId,
    asins: readonly Pick<OfferQuery, "marketplaceId" | "asin">[],
    dueAt: Date | null,
  ): Promise<void>;
  /** Ends the claim on asked ASINs and plans when each is due again. */
  finish(
    connectionId: ConnectionId,
    asins: readonly SweptAsin[],
    plan: WatchPace & { at: Date; isTold: boolean },
  ): Promise<void>;
  /**
   * Counts moves as missed whose notification did not come within its grace, and marks ASINs that missed too many
   * in a row as silent, due again at the pace of those. @returns how many were marked now.
   */
  judgeSilence(connectionId: ConnectionId, now: Date, unheardMs: number): Promise<number>;
  /** Sets the connection's alarm: at `at`, or when null at the instant its rows say. */
  planNext(connectionId: ConnectionId, at: Date | null): Promise<void>;
}
