import type { Channel } from "../core/channel.ts";
import type { ConnectionId, ItemId, ListingId } from "../core/ids.ts";
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
  ): Promise<ImportCounts>;
  /** Marks listings of a connection not seen since `since` as deleted. @returns how many. */
  markUnseen(connectionId: ConnectionId, since: Date): Promise<number>;
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
  /** Active Amazon listings with an ASIN of a connection, for the sweep, longest unseen market first. */
  sweepTargets(
    connectionId: ConnectionId,
    limit: number,
  ): Promise<{ marketplaceId: string; sku: string; asin: string }[]>;
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
