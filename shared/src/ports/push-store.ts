import type { Channel } from "../core/channel.ts";
import type { ChangeId, ConnectionId, ListingId } from "../core/ids.ts";
import type { ChannelAccount } from "./channel-account.ts";
import type { ListingAddress } from "./price-channel.ts";
import type { PriceChangeState } from "../core/changes/states.ts";

/** What has to be done next for a push. */
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
  readonly oldMinor: bigint;
  readonly currency: string;
  readonly floorMinor: bigint;
  readonly ceilingMinor: bigint | null;
  readonly attempts: number;
  readonly reads: number;
  readonly deadlineAt: Date | null;
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

/** The work of bringing prices to a channel and proving them. */
export interface PushStore {
  /**
   * Claims due pushes of one channel for `worker`, up to `limit`, of one connection at a time: leases them
   * until `leaseUntil` with a new fence.
   */
  claim(claim: {
    /** `send`: prices to be sent, also those whose sender vanished. `read`: what waits for a read-back. */
    work: "send" | "read" | "all";
    channel: Channel;
    worker: string;
    now: Date;
    leaseUntil: Date;
    limit: number;
  }): Promise<ClaimedPush[]>;
  /**
   * Stores steps whose fence is still the newest and releases their leases.
   * @returns ids of the changes whose step was stored; the others were taken over by another worker.
   */
  step(steps: readonly PushStep[]): Promise<ReadonlySet<ChangeId>>;
  /** Of these claims, the ones that still stand: nobody took them over, and nobody freed them. */
  stillHeld(
    claims: readonly { changeId: ChangeId; fence: string }[],
    now: Date,
  ): Promise<ReadonlySet<ChangeId>>;
  /** Stores what channels showed, where it is newer than what is known, with the price history. */
  recordSeen(seen: readonly SeenPrice[]): Promise<void>;
  /** Frees every lease of a worker that is dead. @returns how many. */
  releaseLeasesOf(worker: string): Promise<number>;
}
