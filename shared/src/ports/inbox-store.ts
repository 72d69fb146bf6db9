import type { ConnectionId } from "../core/ids.ts";

/** An event from outside that is to be kept once. */
export interface InboxEvent {
  readonly eventId: string;
  readonly source: "amazon" | "shopify";
  readonly topic: string;
  readonly payload: unknown;
  readonly occurredAt: Date;
  /** `ignored` and `poison` events are kept too, with a note that says why. */
  readonly state: "new" | "done" | "ignored" | "poison";
  readonly note: string | null;
  /** The connection it is about; left out where there is no single one. */
  readonly connectionId?: ConnectionId;
}

/** A stored event that still has to be worked on. */
export interface StoredEvent {
  readonly eventId: string;
  readonly source: "amazon" | "shopify";
  readonly topic: string;
  readonly payload: unknown;
  readonly occurredAt: Date;
}

/** Every event from outside, once. */
export interface InboxStore {
  /** Keeps events not seen before. @returns the ids that are new, in no special order. */
  keep(events: readonly InboxEvent[], receivedAt: Date): Promise<ReadonlySet<string>>;
  /** Claims up to `limit` new events for this transaction, oldest first. */
  claimNew(limit: number): Promise<StoredEvent[]>;
  /** Ends claimed events. */
  finish(
    eventIds: readonly string[],
    state: "done" | "ignored" | "poison",
    note: string | null,
  ): Promise<void>;
}
