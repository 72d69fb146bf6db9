import { AppError } from "@calibr/shared/core/app-error";
import type { Clock } from "@calibr/shared/ports/clock";
import type { ChannelAccount } from "@calibr/shared/ports/channel-account";
import type {
  FeedReport,
  FeedSeen,
  FeedStatus,
  FeedSubmission,
  PriceFeeder,
} from "@calibr/shared/ports/price-feeder";
import {
  type Feed,
  readCreatedFeed,
  readFeed,
  readFeedDocument,
  readFeeds,
} from "../answers/feeds.ts";
import { type ProcessingReport, readProcessingReport } from "../answers/processing-report.ts";
import type { ProcessingStatus } from "../answers/processing-status.ts";
import type { SpClient } from "../client/client.ts";
import { connectionError, unreadableAnswer, wasNotSent } from "../client/errors.ts";
import { feedDocument, feedMessage } from "./feed-document.ts";
import { openDocument } from "../reports/report-document.ts";
import { readJson } from "../client/vendor-json.ts";

const FEED_TYPE = "JSON_LISTINGS_FEED";
// The upload is signed for exactly this header; another spelling of it is refused.
const CONTENT_TYPE = "application/json; charset=UTF-8";
// Schema since 2026-01-22; the size is Amazon's advice, and a price with both walls reaches it first.
const LIMITS = { messagesMax: 25_000, bytesMax: 10 * 1024 * 1024 - 1_024 };
// The presigned address is good for five minutes.
const UPLOAD_MS_MAX = 4 * 60_000;
const PAGE_MAX = 100;

/** Prices by JSON_LISTINGS_FEED (Feeds API 2021-06-30). Nothing here waits for Amazon to work through one. */
export function createAmazonPriceFeeder(parts: {
  readonly client: SpClient;
  readonly clock: Clock;
}): PriceFeeder {
  const { client, clock } = parts;
  return {
    limits: LIMITS,
    // With its comma.
    sizeOf: (message) => Buffer.byteLength(feedMessage(message)) + 1,
    upload: (account, messages, signal) => upload(client, account, messages, signal),
    submit: (account, feed, signal) => submit(client, account, feed, signal),
    async submittedSince(account, since, signal) {
      const query = {
        feedTypes: [FEED_TYPE],
        createdSince: since.toISOString(),
        pageSize: PAGE_MAX,
      };
      const body = await client.call(account, { operation: "getFeeds", query }, signal);
      const seen = readFeeds(body).entries.map((feed) => toSeen(feed, clock.now()));
      return seen.filter(({ createdAt }) => createdAt >= since);
    },
    async look(account, feedId, signal) {
      const request = { operation: "getFeed", path: { feedId } } as const;
      return toSeen(readFeed(await client.call(account, request, signal)), clock.now());
    },
    async cancel(account, feedId, signal) {
      const request = { operation: "cancelFeed", path: { feedId } } as const;
      const answer = await client.send(account, request, signal);
      // A 400 says that it has begun meanwhile: no failure of ours, the next look tells.
      if (answer.status >= 500) throw unreadableAnswer("cancelFeed", `HTTP ${answer.status}`);
    },
    readReport: (account, id, signal) => readReport(client, account, id, signal),
  };
}

async function upload(
  client: SpClient,
  ...[account, messages, signal]: Parameters<PriceFeeder["upload"]>
): Promise<string> {
  const body = { contentType: CONTENT_TYPE };
  const answer = await client.call(account, { operation: "createFeedDocument", body }, signal);
  const { documentId, url } = readFeedDocument(answer);
  const document = feedDocument(account.accountId, messages);
  await put(url, document, signal);
  return documentId;
}

async function put(url: string, body: string, signal: AbortSignal): Promise<void> {
  const operation = "feeds.upload";
  try {
    const response = await fetch(url, {
      method: "PUT",
      headers: { "content-type": CONTENT_TYPE },
      body,
      signal: AbortSignal.any([signal, AbortSignal.timeout(UPLOAD_MS_MAX)]),
    });
    await response.body?.cancel();
    if (response.status === 200) return;
    // An address that has run out is replaced with the next try, which asks for a document of its own.
    throw new AppError({
      code: "amazon_unavailable",
      retry: "backoff",
      message: `${operation}: HTTP ${response.status}, expected 200`,
      context: { operation, status: response.status, sent: "no" },
    });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof AppError) throw error;
    throw connectionError(operation, error);
  }
}

async function submit(
  client: SpClient,
  ...[account, feed, signal]: Parameters<PriceFeeder["submit"]>
): Promise<FeedSubmission> {
  const body = {
    feedType: FEED_TYPE,
    marketplaceIds: [feed.marketplaceId],
    inputFeedDocumentId: feed.documentId,
  };
  try {
    const answer = await client.call(account, { operation: "createFeed", body }, signal);
    return { kind: "submitted", feedId: readCreatedFeed(answer) };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { kind: wasNotSent(error) ? "not_submitted" : "unknown", error };
  }
}

async function readReport(
  client: SpClient,
  account: ChannelAccount,
  feedDocumentId: string,
  signal: AbortSignal,
): Promise<FeedReport> {
  const request = { operation: "getFeedDocument", path: { feedDocumentId } } as const;
  const { url } = readFeedDocument(await client.call(account, request, signal));
  const text = await textOf(url, signal);
  return toReport(readProcessingReport(parse(text)));
}

async function textOf(url: string, signal: AbortSignal): Promise<string> {
  const document = await openDocument(url, signal);
  const decoder = new TextDecoder(document.charset ?? "utf-8");
  let text = "";
  for await (const chunk of document.bytes) text += decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}

function parse(text: string): unknown {
  try {
    return readJson(text);
  } catch {
    throw unreadableAnswer("feeds.download", "the processing report is no JSON");
  }
}

function toReport(report: ProcessingReport): FeedReport {
  const refused = new Map<number, string[]>();
  const general: string[] = [];
  for (const { messageId, severity, message, code } of report.issues) {
    if (severity !== "ERROR") continue;
    const words = code === null ? message : `${message} (${code})`;
    if (messageId === null) general.push(words);
    else refused.set(messageId, [...(refused.get(messageId) ?? []), words]);
  }
  // An issue that cannot be read may refuse any message: then the counts must not seem to agree.
  const invalid = (report.messagesInvalid ?? -1) + report.unreadable;
  return {
    refused: [...refused].map(([messageId, words]) => ({ messageId, words: words.join(" ") })),
    processed: report.messagesProcessed ?? -1,
    accepted: report.messagesAccepted ?? -1,
    invalid,
    general,
  };
}

function toSeen(feed: Feed, now: Date): FeedSeen {
  return {
    feedId: feed.feedId,
    marketplaceIds: feed.marketplaceIds,
    createdAt: feed.createdAt ?? now,
    status: STATUSES[feed.status],
    startedAt: feed.startedAt,
    endedAt: feed.endedAt,
    resultDocumentId: feed.resultDocumentId,
  };
}

const STATUSES: Readonly<Record<ProcessingStatus, FeedStatus>> = {
  in_queue: "IN_QUEUE",
  in_progress: "IN_PROGRESS",
  done: "DONE",
  cancelled: "CANCELLED",
  fatal: "FATAL",
  // A word that is new to us: it cannot be cancelled, and it has not ended.
  other: "IN_PROGRESS",
};
