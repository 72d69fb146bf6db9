import type { ChannelAccount } from "./channel-account.ts";
import type { ListingAddress } from "./price-channel.ts";

/** A listing whose walls are to be set or seen at its channel. Money is minor units of `currency`. */
export interface ClaimedWalls {
  readonly account: ChannelAccount;
  readonly address: ListingAddress;
  readonly mirror: "wanted" | "sent";
  readonly currency: string;
  /** The floor of the last decision; null when there is none. */
  readonly floorMinor: bigint | null;
  readonly handFloorMinor: bigint | null;
  readonly handCeilingMinor: bigint | null;
  readonly mapMinor: bigint | null;
  readonly boundsCurrency: string | null;
  /** What we sent last, and what the channel showed last. */
  readonly sentMinMinor: bigint | null;
  readonly sentMaxMinor: bigint | null;
  readonly seenMinMinor: bigint | null;
  readonly seenMaxMinor: bigint | null;
  /** The price the channel shows; null when never read. */
  readonly shownMinor: bigint | null;
  /** A decision about it is due. */
  readonly isDirty: boolean;
  /** A price of it is on its way and brings the walls along. */
  readonly hasPush: boolean;
  readonly sends: number;
  readonly fence: string;
}

/** What a step leaves behind. */
export interface WallsStep {
  readonly fence: string;
  readonly mirror: "wanted" | "sent" | "done" | "failed";
  readonly code: string | null;
  readonly nextAt: Date | null;
  /** Set when something was sent. */
  readonly sent?: {
    readonly currency: string;
    readonly minMinor: bigint | null;
    readonly maxMinor: bigint | null;
    readonly removesMax: boolean;
    readonly at: Date;
  };
}

/** Mirrors of walls that stand on their own, without a price. */
export interface WallsStore {
  /** Claims due mirrors of connected accounts, oldest wish first. */
  claim(claim: {
    worker: string;
    now: Date;
    leaseUntil: Date;
    limit: number;
  }): Promise<ClaimedWalls[]>;
  /** Whether a price of the listing is on its way: asked again after the claim. */
  hasPush(listingId: ListingAddress["listingId"]): Promise<boolean>;
  /** @returns false when the lease was lost meanwhile. */
  step(listingId: ListingAddress["listingId"], step: WallsStep): Promise<boolean>;
  /** When the next mirror is due; null when none waits. */
  nextDueAt(): Promise<Date | null>;
}
