import type { Channel } from "../core/channel.ts";
import type { SyncRunView } from "./sync-views.ts";

/** One channel account as every page shows it. Instants are ISO 8601 text. */
export interface ConnectionView {
  readonly connectionId: string;
  readonly channel: Channel;
  readonly accountId: string;
  readonly region: string;
  readonly status: "connected" | "disconnected";
  readonly problemCode: string | null;
  readonly problemAt: string | null;
  readonly consentedAt: string | null;
  /** Whole days until Amazon asks for consent again; null for Shopify. */
  readonly consentDaysLeft: number | null;
  readonly consent: "fresh" | "ending" | "ended" | null;
  /** The account's standing at Amazon; null = Amazon has not said. */
  readonly accountStatus: "normal" | "at_risk" | "deactivated" | null;
  readonly accountStatusAt: string | null;
  readonly marketplaces: readonly MarketplaceView[];
  /** Listings that are not gone. */
  readonly listings: number;
  readonly notifications: "none" | "subscribed" | "failed";
  /** Last whole import, and last market check, that ended well. */
  readonly importedAt: string | null;
  readonly sweptAt: string | null;
  readonly isImporting: boolean;
  /** True from the merchant's wish to delete what was read until it is deleted. */
  readonly isErasing: boolean;
}

/** One country store of a connection. */
export interface MarketplaceView {
  readonly marketplaceId: string;
  readonly currency: string;
  readonly storeName: string;
  /** False when the seller no longer sells there. */
  readonly isParticipating: boolean;
  readonly hasSuspendedListings: boolean;
  readonly listings: number;
}

/** How the market of a seller account is heard and seen. */
export interface WatchView {
  /** ASINs watched, times marketplaces; of those, how many do not notify, and how many sweeps cannot read. */
  readonly watched: number;
  readonly silent: number;
  readonly unreadable: number;
  /** Notifications reach our queue; false = checks alone. */
  readonly isTold: boolean;
  /** The longest a change stays unseen that no notification told, in milliseconds. */
  readonly changeMs: number;
  /** The same for ASINs that checks alone can see. */
  readonly unheardChangeMs: number;
  /** The longest until an ASIN whose notifications stopped is known as silent. */
  readonly silenceMs: number;
}

/** One kind of notification of a connection. */
export interface SubscriptionView {
  readonly type: string;
  readonly state: "wanted" | "active" | "failed" | "unsupported";
  readonly problemCode: string | null;
  /** The role in Amazon's developer profile that it needs. */
  readonly role: string | null;
  readonly lastHeardAt: string | null;
  readonly heard: number;
  readonly repairs: number;
}

/** One quota of a connection, and the work that waits for it. */
export interface QuotaLineView {
  /** Amazon's operation, or the name of a narrower plan. */
  readonly operation: string;
  readonly takenLastHour: number;
  readonly throttledLastHour: number;
  readonly throttledAt: string | null;
  /** Calls that may go at once, of so many. */
  readonly turnsNow: number;
  readonly burst: number;
  /** Calls that wait, and seconds until the last of them has gone. */
  readonly waitingCalls: number;
  readonly waitSeconds: number;
}

/** How far reading an account for the first time, or anew, has come. Counts are of rows, never estimates. */
export interface ImportStandView {
  readonly state: "waiting" | "running" | "done" | "failed";
  readonly errorCode: string | null;
  readonly parts: readonly {
    readonly marketplaceId: string;
    readonly state: "report" | "details" | "done" | "failed";
    readonly errorCode: string | null;
  }[];
  readonly listings: number;
  /** Of the listings, how many have been looked up one by one, and have a price. */
  readonly lookedUp: number;
  readonly priced: number;
  /** Of the listings, how many share an item with a Shopify variant, and wait for a person to say so. */
  readonly linked: number;
  readonly toCheck: number;
  /** Linked listings whose cost is unknown. */
  readonly withoutCost: number;
  /** ASINs whose market is watched, and how many of them have been seen. */
  readonly asins: number;
  readonly asinsSeen: number;
}

/** What the Connections page shows of one Amazon account beside its card's first lines. */
export interface AmazonDetailView {
  readonly connectionId: string;
  /** When changed listings were last followed. */
  readonly followedAt: string | null;
  readonly watch: WatchView | null;
  readonly subscriptions: readonly SubscriptionView[];
  readonly quotas: readonly QuotaLineView[];
  /** Messages that could not be read, by reason. */
  readonly setAside: readonly { readonly problem: string; readonly messages: number }[];
  /** Null once the account has been connected for a day and no import runs. */
  readonly importStand: ImportStandView | null;
}

export interface ConnectionsView {
  readonly connections: readonly ConnectionView[];
  readonly details: readonly AmazonDetailView[];
  readonly runs: readonly SyncRunView[];
  /** The newest Amazon linking attempt, while it is young or when it failed. */
  readonly link: {
    readonly status: "started" | "code_received" | "linked" | "failed";
    readonly failureCode: string | null;
    readonly startedAt: string;
  } | null;
  /** When Calibr's own Amazon secret ends; null when Amazon announced no end that is still ahead. */
  readonly secretEndsAt: string | null;
  /** Messages of the last month that name no seller we know, of all stores. */
  readonly strayMessages: number;
}
