import { AppError } from "../core/app-error.ts";
import type {
  FeedMessage,
  FeedReport,
  FeedSeen,
  FeedStatus,
  PriceFeeder,
} from "../ports/price-feeder.ts";
import type { FakePriceChannel } from "./fake-price-channel.ts";

/** A feed as the fake holds it. */
export interface FakeFeed {
  readonly feedId: string;
  readonly messages: readonly FeedMessage[];
  readonly createdAt: Date;
  status: FeedStatus;
  startedAt: Date | null;
  endedAt: Date | null;
  report: FeedReport | null;
}

/** Something that goes wrong at the next call of its kind. */
type Fault =
  | "lost_before" // The call never arrives, and no answer comes.
  | "lost_after" // It arrives, and no answer comes.
  | "throttled"
  | "refused"
  | Error;

/** A small real feeder over a fake channel: documents and feeds stick, and a feed sets prices when it is ended. */
export interface FakePriceFeeder extends PriceFeeder {
  readonly feeds: FakeFeed[];
  readonly documents: Map<string, readonly FeedMessage[]>;
  readonly calls: string[];
  /** What happens at the next call of a kind, one each. */
  readonly faults: Partial<Record<keyof PriceFeeder, Fault[]>>;
  begin(feed: FakeFeed): void;
  /** Ends a feed: its prices take effect except those it refuses, skips or ignores. */
  end(
    feed: FakeFeed,
    how?: {
      refused?: readonly number[];
      unaccounted?: number;
      ignored?: readonly number[];
      status?: FeedStatus;
      hasReport?: boolean;
    },
  ): void;
}

/** Makes a feeder whose feeds wait until a test moves them. */
export function createFakePriceFeeder(
  channel: FakePriceChannel,
  now: () => Date,
  limits = { messagesMax: 25_000, bytesMax: 10_000_000 },
): FakePriceFeeder {
  const documents: FakePriceFeeder["documents"] = new Map();
  const feeds: FakeFeed[] = [];
  const calls: string[] = [];
  const faults: FakePriceFeeder["faults"] = {};

  function arrive(kind: keyof PriceFeeder): Fault | undefined {
    calls.push(kind);
    const fault = faults[kind]?.shift();
    if (fault instanceof Error) throw fault;
    return fault;
  }

  const failed = (sent: "no" | "maybe", retry: AppError["retry"] = "backoff") =>
    new AppError({
      code: retry === "never" ? "amazon_request_refused" : "amazon_unavailable",
      retry,
      message: "the fake feeder was told to fail",
      context: { sent },
    });

  function meet(kind: keyof PriceFeeder): void {
    const fault = arrive(kind);
    if (fault === "throttled")
      throw new AppError({
        code: "amazon_throttled",
        retry: { afterMs: 60_000 },
        message: "no turn",
        context: { sent: "no" },
      });
    if (fault !== undefined) throw failed("no", fault === "refused" ? "never" : "backoff");
  }

  return {
    limits,
    documents,
    feeds,
    calls,
    faults,
    sizeOf: () => 400,
    upload(_account, messages) {
      meet("upload");
      const id = `document-${String(documents.size + 1)}`;
      documents.set(id, messages);
      return Promise.resolve(id);
    },
    submit(_account, { documentId }) {
      const fault = arrive("submit");
      if (fault === "lost_before")
        return Promise.resolve({ kind: "unknown", error: failed("maybe") });
      if (fault === "throttled" || fault === "refused") {
        const retry = fault === "refused" ? "never" : ({ afterMs: 60_000 } as const);
        return Promise.resolve({ kind: "not_submitted", error: failed("no", retry) });
      }
      const messages = documents.get(documentId);
      if (messages === undefined)
        return Promise.resolve({ kind: "not_submitted", error: failed("no", "never") });
      const feedId = String(60_001 + feeds.length);
      feeds.push({
        feedId,
        messages,
        createdAt: now(),
        status: "IN_QUEUE",
        startedAt: null,
        endedAt: null,
        report: null,
      });
      if (fault === "lost_after")
        return Promise.resolve({ kind: "unknown", error: failed("maybe") });
      return Promise.resolve({ kind: "submitted", feedId });
    },
    submittedSince(_account, since) {
      meet("submittedSince");
      return Promise.resolve(feeds.filter(({ createdAt }) => createdAt >= since).map(toSeen));
    },
    look(_account, feedId) {
      meet("look");
      const feed = feeds.find((each) => each.feedId === feedId);
      return feed === undefined
        ? Promise.reject(failed("no", "never"))
        : Promise.resolve(toSeen(feed));
    },
    cancel(_account, feedId) {
      meet("cancel");
      const feed = feeds.find((each) => each.feedId === feedId);
      if (feed?.status === "IN_QUEUE") feed.status = "CANCELLED";
      return Promise.resolve();
    },
    readReport(_account, documentId) {
      meet("readReport");
      const feed = feeds.find((each) => `report-${each.feedId}` === documentId);
      return feed?.report == null
        ? Promise.reject(failed("no", "never"))
        : Promise.resolve(feed.report);
    },
    begin(feed) {
      feed.status = "IN_PROGRESS";
      feed.startedAt = now();
    },
    end(feed, how = {}) {
      const { refused = [], ignored = [], unaccounted = 0, hasReport = true } = how;
      feed.status = how.status ?? "DONE";
      feed.endedAt = now();
      for (const { messageId, push } of feed.messages) {
        if (refused.includes(messageId) || ignored.includes(messageId)) continue;
        const { amountMinor: minor, currency } = push.price;
        channel.received.push({ listingId: push.address.listingId, minor });
        channel.shown.set(push.address.listingId, { minor, currency });
      }
      if (!hasReport) return;
      const accepted = feed.messages.length - refused.length - unaccounted;
      feed.report = {
        refused: refused.map((messageId) => ({
          messageId,
          words: `message ${String(messageId)} is no good`,
        })),
        processed: feed.messages.length - unaccounted,
        accepted,
        invalid: refused.length,
        general: [],
      };
    },
  };
}

function toSeen(feed: FakeFeed): FeedSeen {
  const { feedId, createdAt, status, startedAt, endedAt, report } = feed;
  return {
    feedId,
    marketplaceIds: [],
    createdAt,
    status,
    startedAt,
    endedAt,
    resultDocumentId: report === null ? null : `report-${feedId}`,
  };
}
