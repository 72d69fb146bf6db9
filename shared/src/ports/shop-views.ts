import type { MoneyJson } from "../core/money/money-json.ts";
import type { Channel } from "../core/channel.ts";
import type { ShopId } from "../core/ids.ts";
import type { ReviewCandidate, ReviewCause } from "../core/linking/match-listings.ts";
import type { PriceChangeState } from "../core/changes/states.ts";
import type { ConnectionsView, ConnectionView } from "./connection-views.ts";
import type { AmazonFactsView, ListingMarketView } from "./market-views.ts";
import type { SalesCoverage } from "./sales-views.ts";
import type {
  SyncAccountView,
  SyncDifferenceView,
  SyncFilter,
  SyncPartView,
  SyncRunView,
} from "./sync-views.ts";

/** A reason as stored: a code with a sentence in the app's copy, and the facts that fill it. */
export interface ReasonView {
  readonly code: string;
  readonly facts: Readonly<Record<string, string>>;
}

/** One price change as lists show it. Instants are ISO 8601 text. */
export interface ChangeView {
  readonly changeId: string;
  readonly listingId: string;
  readonly itemId: string | null;
  readonly channel: Channel;
  readonly title: string;
  readonly sku: string | null;
  readonly asin: string | null;
  readonly marketplaceId: string;
  readonly state: PriceChangeState;
  readonly origin: "engine" | "undo";
  readonly oldPrice: MoneyJson;
  readonly newPrice: MoneyJson;
  readonly floor: MoneyJson;
  readonly ceiling: MoneyJson | null;
  readonly reasons: readonly ReasonView[];
  readonly stateCode: string | null;
  readonly stateFacts: Readonly<Record<string, string>>;
  readonly stateAt: string;
  readonly proposedAt: string;
  readonly approvedAt: string | null;
  readonly acceptedAt: string | null;
  readonly liveAt: string | null;
  readonly revertsChangeId: string | null;
  /** True when the merchant may take it back now: live, the newest of its listing, not itself being undone. */
  readonly isUndoable: boolean;
}

export interface ChangeEventView {
  readonly seq: number;
  readonly fromState: string | null;
  readonly toState: string;
  readonly at: string;
  readonly actor: string;
  readonly code: string | null;
  readonly facts: Readonly<Record<string, string>>;
}

/** One page of a longer list. `next` is the cursor of the next page; null at the end. */
export interface PageOf<T> {
  readonly rows: readonly T[];
  readonly total: number;
  readonly next: string | null;
}

export interface OverviewView {
  readonly shopName: string | null;
  readonly isPaused: boolean;
  readonly approvalMode: "ask" | "auto";
  readonly autoMaxMoveBps: number;
  readonly rules: readonly {
    readonly channel: Channel;
    readonly version: number;
    readonly name: string;
    readonly body: unknown;
  }[];
  readonly counts: {
    readonly listings: Readonly<Record<Channel, number>>;
    readonly linkedItems: number;
    readonly waitingForApproval: number;
    readonly onTheirWay: number;
    readonly live24h: number;
    readonly needAttention: number;
    readonly holds: readonly { readonly reasonCode: string; readonly listings: number }[];
  };
  readonly connections: readonly ConnectionView[];
  readonly recent: readonly ChangeView[];
  /** Milliseconds from the approval to accepted and to live, over the last 24 hours; null without data. */
  readonly speed: {
    readonly acceptedMsP50: number | null;
    readonly acceptedMsP95: number | null;
    readonly liveMsP50: number | null;
    readonly liveMsP95: number | null;
  };
}

/** One listing as the Products pages show it. */
export interface ListingView {
  readonly listingId: string;
  readonly channel: Channel;
  readonly marketplaceId: string;
  readonly externalId: string;
  readonly sku: string | null;
  readonly asin: string | null;
  readonly title: string;
  readonly status: "active" | "inactive" | "deleted";
  readonly fulfilment: "merchant" | "amazon" | null;
  readonly quantity: number | null;
  readonly currencyText: string;
  readonly price: MoneyJson | null;
  readonly priceSeenAt: string | null;
  readonly featuredLanded: MoneyJson | null;
  readonly lowestLanded: MoneyJson | null;
  readonly marketSeenAt: string | null;
  readonly linkEvidence: string | null;
  readonly linkConfidenceBps: number | null;
  /** Units of the item in one sale: 3 for a pack of three. */
  readonly unitsPerSale: number;
  /** Address of Amazon's main picture; null when none is known. */
  readonly imageUrl: string | null;
  /** What only Amazon says; null on other channels. */
  readonly amazon: AmazonFactsView | null;
  /** What the engine said last, with its reasons; null before the first decision. */
  readonly decision: {
    readonly kind: "propose" | "hold";
    readonly reasons: readonly ReasonView[];
    readonly decidedAt: string;
    readonly floor: MoneyJson | null;
    readonly ceiling: MoneyJson | null;
  } | null;
  readonly openChange: {
    readonly changeId: string;
    readonly state: PriceChangeState;
    readonly newPrice: MoneyJson;
  } | null;
}

/** One item (the merchant's SKU) with its linked listings. */
export interface ProductRow {
  readonly itemId: string;
  readonly sku: string;
  readonly title: string;
  readonly cost: MoneyJson | null;
  readonly floor: MoneyJson | null;
  readonly ceiling: MoneyJson | null;
  readonly map: MoneyJson | null;
  readonly listings: readonly ListingView[];
}

export type ProductFilter =
  "all" | "linked" | "held" | "no_cost" | "unlinked" | "box_lost" | "suppressed" | "silent";

export interface ProductView extends ProductRow {
  /** Currency the item's money is entered in; null when its listings disagree or none is known. */
  readonly currency: string | null;
  readonly changes: readonly ChangeView[];
  /** The market and the sales of each Amazon listing. */
  readonly markets: readonly ListingMarketView[];
  readonly history: readonly {
    readonly listingId: string;
    readonly kind: "own" | "featured" | "lowest";
    readonly at: string;
    readonly price: MoneyJson;
  }[];
}

/** An Amazon listing that a person has to look at before it is linked. */
export interface LinkReviewView {
  readonly listingId: string;
  readonly title: string;
  readonly sku: string | null;
  readonly asin: string | null;
  readonly marketplaceId: string;
  readonly price: MoneyJson | null;
  readonly why: ReviewCause;
  readonly foundAt: string;
  /** Shopify variants in question, likeliest first. */
  readonly candidates: readonly {
    readonly listingId: string;
    readonly title: string;
    readonly sku: string | null;
    readonly price: MoneyJson | null;
    readonly evidence: ReviewCandidate["evidence"];
    readonly confidenceBps: number;
    readonly unitsPerSale: number;
  }[];
}

export interface ActivityRow {
  readonly changeId: string;
  readonly channel: Channel;
  readonly title: string;
  readonly sku: string | null;
  readonly oldPrice: MoneyJson;
  readonly newPrice: MoneyJson;
  readonly event: ChangeEventView;
  /** True on the step that made a price live which may be taken back now. */
  readonly isUndoable: boolean;
}

/** Answers for pages, display-shaped. Every method sees one shop only. */
export interface ShopViews {
  /** The store's IANA time zone; null until Shopify has said it. */
  timeZone(shopId: ShopId): Promise<string | null>;
  overview(shopId: ShopId, now: Date): Promise<OverviewView>;
  approvals(
    shopId: ShopId,
    page: { after: string | null; limit: number; channel: Channel | null; query: string | null },
  ): Promise<PageOf<ChangeView>>;
  products(
    shopId: ShopId,
    page: { after: string | null; limit: number; query: string | null; filter: ProductFilter },
  ): Promise<PageOf<ProductRow>>;
  linkReviews(
    shopId: ShopId,
    page: { after: string | null; limit: number },
  ): Promise<PageOf<LinkReviewView>>;
  product(shopId: ShopId, itemId: string, now: Date): Promise<ProductView | null>;
  change(
    shopId: ShopId,
    changeId: string,
  ): Promise<{
    change: ChangeView;
    events: readonly ChangeEventView[];
    inputs: string | null;
    isReceiptWhole: boolean;
  } | null>;
  connections(shopId: ShopId, now: Date): Promise<ConnectionsView>;
  /** How well the sales of each marketplace of a connection are known. */
  salesCoverage(shopId: ShopId, connectionId: string, now: Date): Promise<SalesCoverage[]>;
  /** Runs, newest first, with the accounts that have any. */
  syncs(
    shopId: ShopId,
    page: SyncFilter & { after: string | null; limit: number },
  ): Promise<{ page: PageOf<SyncRunView>; accounts: readonly SyncAccountView[] }>;
  /** One run with its parts and a page of what it found; null when the shop has no such run. */
  sync(
    shopId: ShopId,
    runId: string,
    page: { after: string | null; limit: number },
  ): Promise<{
    run: SyncRunView;
    parts: readonly SyncPartView[];
    differences: PageOf<SyncDifferenceView>;
  } | null>;
  activity(
    shopId: ShopId,
    page: { after: string | null; limit: number; state: PriceChangeState | null },
  ): Promise<PageOf<ActivityRow>>;
}
