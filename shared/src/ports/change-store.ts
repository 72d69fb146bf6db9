import type { ChangeId, ListingId } from "../core/ids.ts";
import type { PriceChangeState } from "../core/changes/states.ts";
import type { Channel } from "../core/channel.ts";

/** Who moves a price change. */
export type ChangeActor = "engine" | "policy" | "person" | "worker" | "channel";

/** A move of one change to another state. The database refuses illegal moves. */
export interface ChangeMove {
  readonly changeId: ChangeId;
  readonly to: PriceChangeState;
  readonly actor: ChangeActor;
  /** Reason or error code; null when the state says it all. */
  readonly code: string | null;
  readonly facts: Readonly<Record<string, string>>;
}

/** A proposal to be stored. Money is minor units. */
export interface NewChange {
  readonly listingId: ListingId;
  readonly origin: "engine" | "undo";
  readonly decisionId: string | null;
  readonly revertsChangeId: ChangeId | null;
  readonly oldMinor: bigint;
  readonly newMinor: bigint;
  readonly currency: string;
  readonly floorMinor: bigint;
  readonly ceilingMinor: bigint | null;
  readonly reasons: readonly {
    readonly code: string;
    readonly facts: Readonly<Record<string, string>>;
  }[];
  readonly inputsHash: string;
  readonly eventAt: Date;
  readonly actor: ChangeActor;
}

/** A change as an approval or an undo looks at it, locked for this transaction. */
export interface LockedChange {
  readonly changeId: ChangeId;
  readonly listingId: ListingId;
  readonly channel: Channel;
  readonly title: string;
  readonly sku: string | null;
  readonly state: PriceChangeState;
  readonly origin: "engine" | "undo";
  readonly oldMinor: bigint;
  readonly newMinor: bigint;
  readonly currency: string;
  readonly floorMinor: bigint;
  readonly ceilingMinor: bigint | null;
  readonly inputsHash: string;
  /** True while something changed that the engine has not looked at yet. */
  readonly isDirty: boolean;
  /** What the channel shows now. */
  readonly headMinor: bigint | null;
  /** A newer change of the same listing exists in a state that may reach the channel. */
  readonly hasNewer: boolean;
  /** A change of the same listing is on its way. */
  readonly hasInFlight: boolean;
  /** The version right before it failed with this very price. */
  readonly hasJustFailed: boolean;
  /** Hand-set bounds as they stand now. */
  readonly itemFloorMinor: bigint | null;
  readonly itemCeilingMinor: bigint | null;
}

/** The ledger of price changes. */
export interface ChangeStore {
  /** Stores proposals. @returns their ids in argument order. */
  propose(changes: readonly NewChange[], at: Date): Promise<ChangeId[]>;
  /** Moves changes; every one must exist in this shop and allow the move. */
  move(moves: readonly ChangeMove[], at: Date): Promise<void>;
  /**
   * Moves live changes to `overtaken` where the channel has since shown another price: somebody else wrote.
   * Listings with a change on its way are left to its read-back. @returns how many.
   */
  noteOvertaken(listingIds: readonly ListingId[], at: Date): Promise<number>;
  /** Reads and locks changes of this shop; ids of other shops are simply not there. */
  lock(changeIds: readonly ChangeId[]): Promise<LockedChange[]>;
  /** Reads and locks the open proposals of these listings. */
  lockProposalsOf(listingIds: readonly ListingId[]): Promise<LockedChange[]>;
  /** Reads and locks all open proposals, oldest first, up to `limit`. */
  lockProposals(limit: number): Promise<LockedChange[]>;
}
