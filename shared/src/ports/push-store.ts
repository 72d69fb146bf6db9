import type { Channel } from "../core/channel.ts";
import type { ChangeId, ConnectionId, ListingId } from "../core/ids.ts";
import type { ChannelAccount } from "./channel-account.ts";
import type { ListingAddress, OfferTerms } from "./price-channel.ts";
import type { PriceChangeState } from "../core/changes/states.ts";

/** What has to be done next for a push; what stands in a feed waits for the feed. */
export type PushStage = "send" | "resolve" | "confirm";

/** A push claimed by this worker, with the raw facts the last gate looks at. Money is minor units. */
export interface ClaimedPush {
  readonly changeId: ChangeId;
  readonly listingId: ListingId;
  readonly version: number;
  readonly stage: PushStage;
  readonly changeState: PriceChangeState;
  readonly account: ChannelAccount;
  readonly connectionId: ConnectionId;
  readonly address: ListingAddress;
  readonly priceMinor: bigint;
  /** The price that means "not there yet". */
  readonly oldMinor: bigint;
  /** Older prices of ours that a feed out of our control may still bring back. */
  readonly olderMinors: readonly bigint[];
  readonly currency: string;
  readonly floorMinor: bigint;
  readonly ceilingMinor: bigint | null;
  readonly attempts: number;
  readonly reads: number;
  /** Times it was sent again after it was accepted and not shown. */
  readonly resends: number;
  readonly deadlineAt: Date | null;
  /** Since when it has waited to be sent, after being told to wait; null = not told. */
  readonly waitSince: Date | null;
  readonly needsPreview: boolean;
  /** A newer change of the listing was approved: this one must not be sent any more. */
  readonly hasNewer: boolean;
  /** The fence this claim got; results are stored only while it is the newest. */
  readonly fence: string;
  /** The previous holder vanished while holding it: what it did is unknown. */
  readonly wasAbandoned: boolean;
  readonly approvedAt: Date;
  readonly raw: {
    readonly costMinor: bigint | null;
    readonly costCurrency: string | null;
    readonly itemFloorMinor: bigint | null;
    readonly itemCeilingMinor: bigint | null;
    readonly mapMinor: bigint | null;
    readonly boundsCurrency: string | null;
    readonly listingCurrency: string;
    readonly listingStatus: "active" | "inactive" | "deleted";
    readonly fulfilment: "merchant" | "amazon" | null;
    readonly isAutoPriced: boolean;
    readonly saleUntil: Date | null;
    /** A maximum that we set at the channel. */
    readonly mirroredMaxMinor: bigint | null;
    readonly channel: Channel;
    readonly connectionStatus: "connected" | "disconnected";
    readonly minMarginBps: number | null;
    readonly isPaused: boolean;
  };
}

/** What a push row becomes after a step. */
export interface PushStep {
  readonly changeId: ChangeId;
  readonly fence: string;
  readonly stage: PushStage | "done";
  readonly nextAt: Date;
  /** Null keeps what is stored. */
  readonly deadlineAt: Date | null;
  readonly receiptId: string | null;
  /** True when this step was a read-back. */
  readonly didRead: boolean;
  /** It is to be sent again, although the channel has accepted it. */
  readonly isResend?: boolean;
  /** Why it waits to be sent; none = it does not wait any more. */
  readonly waitCode?: string;
}

/** What a channel showed for a listing. */
export interface SeenPrice {
  readonly listingId: ListingId;
  readonly priceMinor: bigint;
  readonly currency: string;
  readonly observedAt: Date;
  readonly receivedAt: Date;
  readonly source: "import" | "read_back" | "webhook";
  /** Set when the price is our own change seen live. */
  readonly confirmedVersion: number | null;
}

/** An account that has work of one kind. */
export interface WaitingAccount {
  readonly account: ChannelAccount;
  readonly isDue: boolean;
  /** When its next work is due. */
  readonly nextAt: Date;
}

/** A write that the channel has answered. */
export interface AnsweredWrite {
  readonly listingId: ListingId;
  readonly connectionId: ConnectionId;
  readonly at: Date;
  readonly currency: string;
  readonly minMinor: bigint | null;
  readonly maxMinor: bigint | null;
  readonly wasPreviewed: boolean;
  /** False when its preview was refused: nothing was written. */
  readonly isAccepted: boolean;
  /** When its walls were worked out: one that was moved later is still wanted. */
  readonly wallsAt: Date;
}

/** The work of bringing prices to a channel and proving them. */
export interface PushStore {
  /** Accounts of a channel with pushes to send or to read back, due or planned. */
  waiting(what: { work: "send" | "read"; channel: Channel; now: Date }): Promise<WaitingAccount[]>;
  /** What there is to choose ways for: pushes without one, and those already on their way one by one. */
  routable(connectionId: ConnectionId): Promise<{ unrouted: number; patching: number }>;
  /**
   * Chooses a way for the pushes without one: up to `feedMax` of those that are not urgent go by feed, the
   * newest first; of the first writes the oldest `previewsMax` are previewed. @returns how many go by feed.
   */
  route(choice: {
    connectionId: ConnectionId;
    feedMax: number;
    previewsMax: number;
  }): Promise<number>;
  /**
   * Claims due pushes of one account for `worker`, urgent ones first, up to `limit`: leases them until
   * `leaseUntil` with a new fence. Listings of which another push or a wall is being sent are left.
   */
  claim(claim: {
    /** `send`: prices to be sent, also those whose sender vanished. `read`: what waits for a read-back. */
    work: "send" | "read";
    connectionId: ConnectionId;
    worker: string;
    now: Date;
    leaseUntil: Date;
    limit: number;
    /** Most of them that may need a preview. */
    previewLimit: number;
    /** One that was due by then goes without the preview it has waited for. */
    unpreviewedIfDueBy: Date;
  }): Promise<ClaimedPush[]>;
  /**
   * Stores steps whose fence is still the newest and releases their leases.
   * @returns ids of the changes whose step was stored; the others were taken over by another worker.
   */
  step(steps: readonly PushStep[], now: Date): Promise<ReadonlySet<ChangeId>>;
  /** Of these claims, the ones that still stand: nobody took them over or freed them, and nothing newer is on its way. */
  stillHeld(
    claims: readonly { changeId: ChangeId; fence: string }[],
    now: Date,
  ): Promise<ReadonlySet<ChangeId>>;
  /** Stores what channels showed, where it is newer than what is known, with the price history. */
  recordSeen(seen: readonly SeenPrice[]): Promise<void>;
  /** Stores the terms of offers as read, and ends the mirrors that they prove. */
  recordTerms(
    terms: readonly { listingId: ListingId; terms: OfferTerms; observedAt: Date }[],
  ): Promise<void>;
  /** Remembers writes: once one was accepted no preview is asked for any more, and the walls sent are to be seen. */
  recordWritten(writes: readonly AnsweredWrite[]): Promise<void>;
  /** Opens the newest live push of a listing again, to send its price once more over an older one of ours. */
  reopen(listingId: ListingId, older: { minor: bigint; at: Date }): Promise<boolean>;
  /** Frees every lease of a worker that is dead. @returns how many. */
  releaseLeasesOf(worker: string): Promise<number>;
}
