import type { Channel } from "../core/channel.ts";

/** What a run reads: the whole catalogue, the market, changed listings, ASIN facts, stock or fees. */
export const SYNC_KINDS = ["import", "sweep", "changes", "items", "stock", "fees"] as const;

/** One kind of run. */
export type SyncKind = (typeof SYNC_KINDS)[number];

export const SYNC_STATES = ["running", "done", "failed"] as const;

/** Where a run stands. */
export type SyncState = (typeof SYNC_STATES)[number];

/** One run of an import, a market check or another reading. Instants are ISO 8601 text. */
export interface SyncRunView {
  readonly runId: string;
  readonly connectionId: string;
  readonly channel: Channel;
  readonly accountId: string;
  readonly region: string;
  readonly kind: SyncKind;
  readonly state: SyncState;
  readonly counts: Readonly<Record<string, number>>;
  readonly errorCode: string | null;
  /** How many differences it found; the first thousand can be read. */
  readonly differences: number;
  readonly startedAt: string;
  readonly finishedAt: string | null;
}

/** One marketplace's share of an import. */
export interface SyncPartView {
  readonly marketplaceId: string;
  readonly state: "report" | "details" | "done" | "failed";
  readonly errorCode: string | null;
  readonly failures: number;
  readonly startedAt: string;
  readonly endedAt: string | null;
}

/** One thing that a run found to be different. */
export interface SyncDifferenceView {
  readonly differenceId: string;
  readonly kind: "added" | "changed" | "gone" | "not_believed";
  /** Null when it is about a whole marketplace, or the listing has no product page. */
  readonly itemId: string | null;
  readonly title: string | null;
  readonly marketplaceId: string;
  /** The SKU, or the channel's own id where there is none; "" when it is about a whole marketplace. */
  readonly sku: string;
  /** Which fact; null when a listing came or went. */
  readonly field: string | null;
  /** As text; money of fields that end in _minor is minor units of `currency`. */
  readonly oldValue: string | null;
  readonly newValue: string | null;
  readonly currency: string | null;
}

/** Which runs a list shows; null = any. */
export interface SyncFilter {
  readonly connectionId: string | null;
  readonly kind: SyncKind | null;
  readonly state: SyncState | null;
}

/** Accounts to choose from in the filter of runs. */
export interface SyncAccountView {
  readonly connectionId: string;
  readonly channel: Channel;
  readonly accountId: string;
  readonly region: string;
}
