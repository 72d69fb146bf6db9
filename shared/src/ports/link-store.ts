import type { Channel } from "../core/channel.ts";
import type { Asin, ConnectionId, ItemId, ListingId } from "../core/ids.ts";
import type { LinkEvidence, LinkReview, ReviewCandidate } from "../core/linking/match-listings.ts";

/** A listing as the linker looks at it. */
export interface LinkCandidate {
  readonly listingId: ListingId;
  readonly connectionId: ConnectionId;
  readonly channel: Channel;
  readonly sku: string | null;
  /**
   * The listing's own; for an Amazon listing without one whose SKU no variant has, that of its catalogue
   * page. A page is written by many: it may add a link, but never speak against a SKU.
   */
  readonly barcode: string | null;
  /** What Amazon says on Amazon; what a metafield says on Shopify. */
  readonly asin: Asin | null;
  readonly title: string;
  readonly itemId: ItemId | null;
  /** A person linked it: it is left alone. */
  readonly isByHand: boolean;
}

/** A listing and the item it belongs to, by the item's SKU. */
export interface ItemLink {
  readonly listingId: ListingId;
  readonly sku: string;
  readonly title: string;
  readonly evidence: LinkEvidence | "own_sku";
  readonly supports: readonly LinkEvidence[];
  readonly confidenceBps: number;
}

/** What a person decided of one listing. */
export interface HandLink {
  /** The Amazon listing. */
  readonly listingId: ListingId;
  /** The Shopify variant that sells the same thing. */
  readonly variantId: ListingId;
  /** Units of the item in one sale of the listing, 1…1000. */
  readonly unitsPerSale: number;
  readonly person: string;
  readonly at: Date;
}

/** How listings hang together, and what a person still has to say about it. */
export interface LinkStore {
  /** Every listing that is not deleted. */
  candidates(): Promise<LinkCandidate[]>;
  /** Whether any Amazon listing of an account stands alone: more facts could link it. */
  hasAlone(connectionId: ConnectionId): Promise<boolean>;
  /** Makes items by SKU and ties listings to them; links made by hand stay. @returns how many listings are to be decided again. */
  save(links: readonly ItemLink[]): Promise<number>;
  /** Replaces the open reviews; what a person decided stays. */
  saveReviews(reviews: readonly LinkReview[], foundAt: Date): Promise<void>;
  /** Variants that a person said a listing is not, by listing. */
  dismissed(): Promise<ReadonlyMap<ListingId, ReadonlySet<ListingId>>>;
  /** Candidates of a listing's open review; null when it has none. */
  openReview(listingId: ListingId): Promise<readonly ReviewCandidate[] | null>;
  /** Ties a listing to the item of a variant. @returns the item's listings; null when either is unknown. */
  linkByHand(link: HandLink): Promise<ListingId[] | null>;
  /** Says that none of the candidates is the same thing. @returns false when there is no open review. */
  dismiss(listingId: ListingId, decision: { person: string; at: Date }): Promise<boolean>;
}
