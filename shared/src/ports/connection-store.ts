import type { Channel } from "../core/channel.ts";
import type { ConnectionId } from "../core/ids.ts";
import type { AccountStatus } from "./notification-source.ts";
import type { AccountFacts } from "./listing-source.ts";

/** A connection as the worker uses it. */
export interface StoredConnection {
  readonly connectionId: ConnectionId;
  readonly channel: Channel;
  readonly accountId: string;
  readonly region: string;
  readonly status: "connected" | "disconnected";
  readonly tokenSealed: string | null;
  readonly problemCode: string | null;
  /** When the seller gave consent; null for Shopify. */
  readonly consentedAt: Date | null;
  readonly accountStatus: AccountStatus | null;
  /** When the merchant asked to delete what was read over it; null otherwise. */
  readonly eraseAskedAt: Date | null;
  readonly marketplaces: readonly { readonly marketplaceId: string; readonly currency: string }[];
}

/** An OAuth attempt whose code waits for its exchange. */
export interface PendingLink {
  readonly linkId: string;
  readonly region: string;
  readonly redirectUri: string;
  readonly sellerId: string;
  readonly codeSealed: string;
  readonly expiresAt: Date;
}

/** Connections to channel accounts and the attempts to make them. */
export interface ConnectionStore {
  read(connectionId: ConnectionId): Promise<StoredConnection | null>;
  byChannel(channel: Channel): Promise<StoredConnection[]>;
  /** Adds or renews a connection: status connected, no problem, import due at once. */
  connect(connection: {
    channel: Channel;
    accountId: string;
    region: string;
    tokenSealed: string | null;
    consentedAt: Date | null;
    importDueAt: Date | null;
  }): Promise<ConnectionId>;
  /** Marks it disconnected; listings stay, nothing is pushed or swept. */
  disconnect(connectionId: ConnectionId, problemCode: string | null, at: Date): Promise<void>;
  /**
   * Disconnects and asks for everything that was read over the connection to be deleted. The token stays until
   * then, so that Amazon can be told to send nothing more. @returns false for any but an Amazon connection.
   */
  askErase(connectionId: ConnectionId, at: Date): Promise<boolean>;
  /** Deletes some of it. @returns "busy" while somebody works for it under a lease, "more" when it goes on. */
  eraseAmazonRows(
    connectionId: ConnectionId,
    listingsMax: number,
    at: Date,
  ): Promise<"busy" | "more" | "done">;
  noteProblem(connectionId: ConnectionId, problemCode: string | null, at: Date): Promise<void>;
  /** Keeps the account's standing at Amazon; an older word does not undo a newer one. @returns whether it changed. */
  setAccountStatus(
    connectionId: ConnectionId,
    status: AccountStatus,
    occurredAt: Date,
  ): Promise<boolean>;
  saveAccountFacts(connectionId: ConnectionId, facts: AccountFacts): Promise<void>;
  setNotifications(
    connectionId: ConnectionId,
    state: "none" | "subscribed" | "failed",
  ): Promise<void>;

  /** Claims one due import or sweep of this shop with a lease; null when none is due. */
  claimDue(
    kind: "import" | "sweep",
    claim: { worker: string; now: Date; leaseUntil: Date },
  ): Promise<StoredConnection | null>;
  /** Ends a claimed run and plans the next. `at` null: it did not get to its end. */
  finishDue(
    connectionId: ConnectionId,
    kind: "import" | "sweep",
    plan: { at: Date | null; nextDueAt: Date | null },
  ): Promise<void>;
  /** Notes that a catalogue has been read, by tasks whose plan stands elsewhere. */
  noteImported(connectionId: ConnectionId, at: Date): Promise<void>;
  /** Asks for an import of the Shopify catalogue, when something turned up that we do not know. */
  requestShopifyImport(at: Date): Promise<void>;
  /** The app was removed: every connection ends, sessions are deleted, nothing more is done for the shop. */
  /**
   * @param removedAt when Shopify says it was removed: a shop that has signed in since was installed again.
   * @returns false when it was, and nothing was done.
   */
  forgetShop(at: Date, removedAt: Date): Promise<boolean>;
  /** Asks for an import or sweep now. */
  requestDue(connectionId: ConnectionId, kind: "import" | "sweep", at: Date): Promise<void>;

  startRun(connectionId: ConnectionId, kind: "import" | "sweep", at: Date): Promise<string>;
  /** Adds to a run's counts while it goes on, so that the page shows progress. */
  countRun(runId: string, counts: Readonly<Record<string, number>>): Promise<void>;
  endRun(
    runId: string,
    end: { state: "done" | "failed"; errorCode: string | null; at: Date },
  ): Promise<void>;

  /** @returns null when its ticket was used before. */
  startLink(link: {
    stateHash: Uint8Array;
    region: string;
    redirectUri: string;
    startedAt: Date;
    expiresAt: Date;
    /** Where it began in Amazon's Appstore: the seller it must be about, and the ticket, which is good once. */
    appstore?: { sellerId: string; ticketHash: Uint8Array };
  }): Promise<string | null>;
  /** Stores the sealed code of an attempt. @returns false when it is unknown, used or expired. */
  receiveCode(receipt: {
    stateHash: Uint8Array;
    codeSealed: string;
    sellerId: string;
    at: Date;
  }): Promise<boolean>;
  /** Claims one attempt whose code waits; null when there is none. */
  claimLink(claim: { worker: string; now: Date; leaseUntil: Date }): Promise<PendingLink | null>;
  endLink(
    linkId: string,
    end: { status: "linked" | "failed"; failureCode: string | null },
  ): Promise<void>;
  /** Frees imports, sweeps and links leased by a worker that is dead. */
  releaseLeasesOf(worker: string): Promise<number>;
}
