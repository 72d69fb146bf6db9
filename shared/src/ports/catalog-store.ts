import type { Channel } from "../core/channel.ts";
import type { ConnectionId, ItemId, ListingId } from "../core/ids.ts";
import type { KnownListing, ReportedListing } from "./catalog-source.ts";
import type { ListingFact } from "./listing-source.ts";

/** What an import changed. */
export interface ImportCounts {
  readonly seen: number;
  readonly added: number;
  readonly changed: number;
}

/** An item's money, as the merchant set it. Null clears a field. Minor units of `currency`. */
export interface ItemMoney {
  readonly costMinor: bigint | null;
  readonly floorMinor: bigint | null;
  readonly ceilingMinor: bigint | null;
  readonly mapMinor: bigint | null;
  readonly currency: string;
}

/** The unit cost a channel names for one of its listings. */
export type CostFact = Pick<ListingFact, "externalId" | "costMinor" | "costCurrency">;

/** Listings, items and the links between them. */
export interface CatalogStore {
  /** Adds or updates listings of one connection; facts of the channel win, the merchant's own are never touched. */
  saveListings(
    connectionId: ConnectionId,
    channel: Channel,
    facts: readonly ListingFact[],
    seenAt: Date,
    /** The run that keeps what is different now; left out to keep none. */
    runId?: string | null,
  ): Promise<ImportCounts>;
  /**
   * Marks listings of a connection, or of one marketplace of it, not seen since `since` as deleted.
   * @returns how many.
   */
  markUnseen(
    connectionId: ConnectionId,
    since: Date,
    run?: { readonly marketplaceId: string | null; readonly runId: string; readonly at: Date },
  ): Promise<number>;
  /**
   * Stores what a report names: new listings are added, known ones are seen. What it says beyond that only
   * counts for listings that were never looked up, for a look-up is newer and says more. All of them are to
   * be looked up.
   * @returns how many were not known, and how many this report had not named before.
   */
  saveReported(report: {
    readonly connectionId: ConnectionId;
    readonly marketplaceId: string;
    /** Of the marketplace; a look-up corrects it. */
    readonly currency: string;
    readonly listings: readonly ReportedListing[];
    /** When the report was asked for: it may be as old as that. */
    readonly seenAt: Date;
    readonly runId: string | null;
    /** False for listings that a search for changes came upon. */
    readonly isReport: boolean;
  }): Promise<{ readonly added: number; readonly seen: number }>;
  /** Listings of a marketplace that are not deleted, and how many of them a report named at `seenAt`. */
  countReported(
    scope: { readonly connectionId: ConnectionId; readonly marketplaceId: string },
    seenAt: Date,
  ): Promise<{ readonly known: number; readonly named: number }>;
  /** Asks for the details of these listings to be read; unknown SKUs are passed over. */
  askDetails(
    scope: { readonly connectionId: ConnectionId; readonly marketplaceId: string },
    skus: readonly string[],
    at: Date,
  ): Promise<void>;
  /** The next listings to be looked up: those never looked up first, then the one that waits longest. */
  dueDetails(
    scope: { readonly connectionId: ConnectionId; readonly marketplaceId: string },
    now: Date,
    limit: number,
  ): Promise<KnownListing[]>;
  /** Whether listings of a connection, or of one marketplace of it, wait to be looked up. */
  hasDueDetails(connectionId: ConnectionId, marketplaceId: string | null): Promise<boolean>;
  /** Notes that a look-up did not find these: they keep what is known of them. */
  noteMissing(
    scope: { readonly connectionId: ConnectionId; readonly marketplaceId: string },
    skus: readonly string[],
    at: Date,
  ): Promise<void>;
  /** Costs that Shopify says, for items whose cost the merchant did not set in Calibr. */
  saveShopifyCosts(
    connectionId: ConnectionId,
    facts: readonly CostFact[],
    at: Date,
  ): Promise<number>;
  /** Sets an item's cost and bounds. @returns false when the shop has no such item. */
  setItemMoney(itemId: ItemId, money: ItemMoney, at: Date): Promise<boolean>;
  /** The currency all listings of an item share; null when unknown or mixed. */
  itemCurrency(itemId: ItemId): Promise<string | null>;
  /** Listings of an item. */
  listingsOfItem(itemId: ItemId): Promise<ListingId[]>;
  /** Listings by the channel's own ids, with what is known of their price. */
  byExternalId(
    channel: Channel,
    externalIds: readonly string[],
  ): Promise<
    {
      listingId: ListingId;
      externalId: string;
      currency: string;
      headMinor: bigint | null;
      hasPushUnderWay: boolean;
    }[]
  >;
  /** Marks the variants of a Shopify product as deleted. @returns how many. */
  markProductDeleted(productGid: string): Promise<number>;
  /** Active listings of a channel, to be decided again after a rule changed. */
  activeListings(channel: Channel): Promise<ListingId[]>;
}
