import type { AppError } from "../core/app-error.ts";
import type { ChannelAccount } from "./channel-account.ts";
import type { PricePush } from "./price-channel.ts";

/** One price as a message of a feed. */
export interface FeedMessage {
  /** 1, 2, 3 … within its feed. */
  readonly messageId: number;
  readonly push: PricePush;
}

/** Where a feed stands at the channel, in Amazon's words. */
export type FeedStatus = "IN_QUEUE" | "IN_PROGRESS" | "DONE" | "FATAL" | "CANCELLED";

/** A feed as the channel lists it. */
export interface FeedSeen {
  readonly feedId: string;
  readonly marketplaceIds: readonly string[];
  readonly createdAt: Date;
  readonly status: FeedStatus;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  readonly resultDocumentId: string | null;
}

/**
 * What became of a submission. `not_submitted`: the channel certainly did not take it; `unknown`: it may have.
 */
export type FeedSubmission =
  | { readonly kind: "submitted"; readonly feedId: string }
  | { readonly kind: "not_submitted"; readonly error: AppError }
  | { readonly kind: "unknown"; readonly error: AppError };

/** What the processing report says. A message that it does not refuse was accepted only if the counts agree with that. */
export interface FeedReport {
  /** Refused messages, with the channel's own words. */
  readonly refused: readonly { readonly messageId: number; readonly words: string }[];
  readonly processed: number;
  readonly accepted: number;
  readonly invalid: number;
  /** Issues that name no message. */
  readonly general: readonly string[];
}

/**
 * Brings many prices at once. Every method is one bounded step that may be repeated; none waits for the
 * channel to work. A failure of the outside world is thrown as `AppError`.
 */
export interface PriceFeeder {
  readonly limits: { readonly messagesMax: number; readonly bytesMax: number };
  /** Bytes that a message takes in the document. */
  sizeOf(message: FeedMessage): number;
  /** Uploads a document; nothing happens to prices yet. @returns its id, good for two days. */
  upload(
    account: ChannelAccount,
    messages: readonly FeedMessage[],
    signal: AbortSignal,
  ): Promise<string>;
  /** Submits an uploaded document; never throws for an answer of the channel's. */
  submit(
    account: ChannelAccount,
    feed: { readonly documentId: string; readonly marketplaceId: string },
    signal: AbortSignal,
  ): Promise<FeedSubmission>;
  /** Price feeds of the account that were created since an instant. */
  submittedSince(account: ChannelAccount, since: Date, signal: AbortSignal): Promise<FeedSeen[]>;
  look(account: ChannelAccount, feedId: string, signal: AbortSignal): Promise<FeedSeen>;
  /** Asks to cancel; only a feed that is IN_QUEUE can be. The next look tells what became of it. */
  cancel(account: ChannelAccount, feedId: string, signal: AbortSignal): Promise<void>;
  readReport(
    account: ChannelAccount,
    resultDocumentId: string,
    signal: AbortSignal,
  ): Promise<FeedReport>;
}
