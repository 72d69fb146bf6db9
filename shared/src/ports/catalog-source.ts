import type { AccountFacts, ListingFact } from "./listing-source.ts";
import type { ChannelAccount } from "./channel-account.ts";

/** A listing as the channel's full report names it: enough to know that it is there. */
export interface ReportedListing {
  readonly sku: string;
  readonly title: string;
  readonly asin: string | null;
  readonly barcode: string | null;
  readonly status: "active" | "inactive";
  /** Null when the report leaves it blank, as for items in the channel's own warehouses. */
  readonly quantity: number | null;
  readonly fulfilment: "merchant" | "amazon" | null;
  /** As the report writes it, e.g. "19.99"; for show, never decided on. */
  readonly priceText: string | null;
}

/** A few rows of a report. */
export interface ReportBatch {
  readonly listings: readonly ReportedListing[];
  /** Rows without a SKU, or cut in two. */
  readonly unreadable: number;
}

/** How far a report is; `empty`: the channel says that there is nothing to report. */
export type CatalogReportState =
  | { readonly kind: "pending" }
  | { readonly kind: "ready"; readonly documentId: string }
  | { readonly kind: "empty" }
  | { readonly kind: "failed"; readonly reason: string | null };

/** A listing we know, with what stands where its details leave something out. */
export type KnownListing = Omit<ReportedListing, "priceText">;

/** What the channel holds against a listing now; nothing where all lists are empty. */
export interface ListingIssues {
  readonly sku: string;
  /** The channel's words for whether it can be found and bought; null when it says none. */
  readonly statuses: readonly string[] | null;
  /** ERROR, WARNING or a new word, each once. */
  readonly severities: readonly string[];
  /** What the channel does about them, e.g. SEARCH_SUPPRESSED, each once. */
  readonly enforcements: readonly string[];
}

/** What looking listings up brought. */
export interface DetailsAnswer {
  readonly facts: readonly ListingFact[];
  /** Of the listings found, in any order. */
  readonly issues: readonly ListingIssues[];
  /** SKUs that the channel does not have, or refuses to show. */
  readonly missing: readonly string[];
}

/** One page of listings that changed, oldest change first. */
export interface ChangesPage {
  readonly listings: readonly ReportedListing[];
  /** Asks for the page after this one; null on the last. */
  readonly nextToken: string | null;
  /** When the last of this page changed; null when none says it. */
  readonly lastChangedAt: Date | null;
}

/** What the channel's catalogue says of an ASIN. */
export interface AsinFact {
  readonly asin: string;
  readonly title: string | null;
  readonly brand: string | null;
  readonly imageUrl: string | null;
  readonly productGroup: string | null;
  readonly identifiers: readonly { readonly type: string; readonly value: string }[];
  readonly ranks: readonly {
    readonly list: "classification" | "display_group";
    readonly listId: string;
    readonly title: string | null;
    readonly rank: number;
  }[];
}

/** Units of a listing in the channel's warehouses. */
export interface StockFact {
  readonly sku: string;
  readonly fnSku: string | null;
  readonly fulfillable: number;
  readonly inbound: number;
  readonly reserved: number;
  readonly unfulfillable: number;
  readonly total: number;
}

/** What fees would a sale at this price cost? Minor units of `currency`. */
export interface FeeQuestion {
  readonly sku: string;
  readonly priceMinor: bigint;
  readonly currency: string;
  readonly isAmazonFulfilled: boolean;
}

/** The channel's own estimate; minor units of the question's currency. */
export interface FeeAnswer {
  readonly sku: string;
  /** Null when the channel gives none. */
  readonly totalMinor: bigint | null;
  readonly fees: readonly { readonly type: string; readonly minor: bigint }[];
  /** The channel's own code for giving none. */
  readonly vendorCode: string | null;
}

/** Which listings of an account. */
export interface MarketplaceSkus {
  readonly marketplaceId: string;
  readonly skus: readonly string[];
}

/**
 * Reads a catalogue that is too large to be read in one go, step by step: a report names every listing,
 * look-ups bring what moves the price, and what changed is asked for every few minutes. Nothing waits here.
 */
export interface CatalogSource {
  readAccount(account: ChannelAccount, signal: AbortSignal): Promise<AccountFacts>;
  /** Asks for the full report of a marketplace. @returns its id. */
  requestCatalog(
    account: ChannelAccount,
    marketplaceId: string,
    signal: AbortSignal,
  ): Promise<string>;
  checkCatalog(
    account: ChannelAccount,
    reportId: string,
    signal: AbortSignal,
  ): Promise<CatalogReportState>;
  /**
   * The rows of a finished report while it is downloaded, a few hundred at a time.
   * @throws AppError amazon_report_unreadable when its columns cannot be told apart, amazon_unavailable
   * when the download breaks half-way.
   */
  readCatalog(
    account: ChannelAccount,
    report: { readonly marketplaceId: string; readonly documentId: string },
    signal: AbortSignal,
  ): AsyncIterable<ReportBatch>;
  /** Looks up to {@link DETAILS_MAX} listings up. */
  readDetails(
    account: ChannelAccount,
    lookup: { readonly marketplaceId: string; readonly listings: readonly KnownListing[] },
    signal: AbortSignal,
  ): Promise<DetailsAnswer>;
  /** Listings that changed at `since` or later. At most a thousand can be paged through. */
  readChanges(
    account: ChannelAccount,
    question: {
      readonly marketplaceId: string;
      readonly since: Date;
      readonly pageToken: string | null;
    },
    signal: AbortSignal,
  ): Promise<ChangesPage>;
  /** What the catalogue says of up to {@link ASINS_MAX} ASINs; those it does not know are left out. */
  readAsins(
    account: ChannelAccount,
    question: { readonly marketplaceId: string; readonly asins: readonly string[] },
    signal: AbortSignal,
  ): Promise<readonly AsinFact[]>;
  /** Stock of up to {@link STOCK_MAX} listings; those without stock there are left out. */
  readStock(
    account: ChannelAccount,
    question: MarketplaceSkus,
    signal: AbortSignal,
  ): Promise<readonly StockFact[]>;
  /** Fees of up to {@link FEES_MAX} listings; questions that got no answer at all are left out. */
  estimateFees(
    account: ChannelAccount,
    question: { readonly marketplaceId: string; readonly questions: readonly FeeQuestion[] },
    signal: AbortSignal,
  ): Promise<readonly FeeAnswer[]>;
}

/** Most listings of one look-up. */
export const DETAILS_MAX = 20;
/** Most ASINs of one look at the catalogue. */
export const ASINS_MAX = 20;
/** Most listings of one look at stock. */
export const STOCK_MAX = 50;
/** Most listings of one question for fees. */
export const FEES_MAX = 20;
