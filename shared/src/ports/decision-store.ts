import type { Channel } from "../core/channel.ts";
import type { ItemId, ListingId, ChangeId } from "../core/ids.ts";
import type { PriceChangeState } from "../core/changes/states.ts";
import type { DirtyCause } from "./market-store.ts";

/** Everything about one dirty listing that a decision needs, as stored. Money is minor units. */
export interface DecisionContext {
  readonly listingId: ListingId;
  /** The mark being worked on; a newer one survives the decision. */
  readonly generation: string;
  readonly cause: DirtyCause;
  readonly eventAt: Date;
  readonly channel: Channel;
  readonly accountId: string;
  /** Every Amazon account of the shop, in order: none of their offers is a rival. */
  readonly ownSellerIds: readonly string[];
  readonly marketplaceId: string;
  readonly sku: string | null;
  readonly asin: string | null;
  readonly title: string;
  readonly currency: string;
  readonly status: "active" | "inactive" | "deleted";
  readonly fulfilment: "merchant" | "amazon" | null;
  readonly isAutoPriced: boolean;
  readonly saleUntil: Date | null;
  readonly itemId: ItemId | null;
  readonly cost: { readonly minor: bigint; readonly currency: string } | null;
  readonly floorMinor: bigint | null;
  readonly ceilingMinor: bigint | null;
  readonly mapMinor: bigint | null;
  readonly boundsCurrency: string | null;
  readonly head: {
    readonly priceMinor: bigint | null;
    readonly currency: string;
    readonly observedAt: Date;
  } | null;
  /** Stored market snapshot as JSON, read by core's decoder; null when none was ever seen. */
  readonly snapshot: unknown;
  /** The open proposal, if any. */
  readonly proposal: {
    readonly changeId: ChangeId;
    readonly oldMinor: bigint;
    readonly newMinor: bigint;
  } | null;
  /** The change on its way (approved … accepted), if any. */
  readonly inFlight: {
    readonly changeId: ChangeId;
    readonly newMinor: bigint;
    readonly state: PriceChangeState;
  } | null;
  /** What the merchant took back last, if nothing reached the channel since: its price and its decision's inputs. */
  readonly undone: { readonly newMinor: bigint; readonly inputs: string | null } | null;
  /** Encoded rule of the listing's channel; null when the shop has none. */
  readonly rule: { readonly version: number; readonly body: unknown } | null;
  readonly connectionStatus: "connected" | "disconnected";
}

/** Prices of the Amazon listing of the same item, for Shopify listings that follow it. */
export interface LeaderPrice {
  readonly itemId: ItemId;
  readonly listingId: ListingId;
  readonly currency: string;
  /** Open proposal or change on its way, else null. */
  readonly comingMinor: bigint | null;
  /** What the channel shows now; null when never read. */
  readonly headMinor: bigint | null;
  /** When the channel showed it; null when never read. */
  readonly observedAt: Date | null;
}

/** A decision ready to be stored. */
export interface NewDecision {
  readonly listingId: ListingId;
  readonly kind: "propose" | "hold";
  readonly reasons: readonly {
    readonly code: string;
    readonly facts: Readonly<Record<string, string>>;
  }[];
  /** Canonical encoded inputs. */
  readonly inputs: string;
  /** Hex SHA-256 of `inputs`. */
  readonly inputsHash: string;
  readonly ruleVersion: number;
  readonly priceMinor: bigint | null;
  readonly floorMinor: bigint | null;
  readonly ceilingMinor: bigint | null;
  readonly currency: string;
  readonly cause: DirtyCause;
  readonly eventAt: Date;
  readonly decidedAt: Date;
}

/** Dirty listings in, decisions out, in one transaction. */
export interface DecisionStore {
  /** Claims up to `limit` dirty listings for this transaction (rows locked elsewhere are skipped). */
  claimDirty(limit: number): Promise<DecisionContext[]>;
  /** Prices of the Amazon listings of these items. */
  leaders(itemIds: readonly ItemId[]): Promise<LeaderPrice[]>;
  /** Stores decisions and makes them the latest of their listings. @returns decision ids in argument order. */
  record(decisions: readonly NewDecision[]): Promise<string[]>;
  /** Clears the marks that were read; a listing marked again meanwhile stays dirty. */
  clearDirty(
    done: readonly { readonly listingId: ListingId; readonly generation: string }[],
  ): Promise<void>;
}
