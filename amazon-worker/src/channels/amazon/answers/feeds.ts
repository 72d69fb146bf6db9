import { z } from "zod";
import { fitting, instant, name, type Page, readFrame, text, texts } from "./lenient.ts";
import { type ProcessingStatus, processingStatusOf } from "./processing-status.ts";

/** A file of changes that Amazon works through (Feeds API 2021-06-30). */
export interface Feed {
  readonly feedId: string;
  readonly feedType: string | null;
  readonly marketplaceIds: readonly string[];
  readonly status: ProcessingStatus;
  readonly createdAt: Date | null;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  /** The processing report; a feed that ended fatal may have none. */
  readonly resultDocumentId: string | null;
}

/** Where a document is stored; the address is good for five minutes. */
export interface VendorDocument {
  readonly documentId: string;
  readonly url: string;
  readonly isGzip: boolean;
}

const FeedAnswer = z
  .object({
    feedId: name,
    processingStatus: name,
    feedType: text,
    marketplaceIds: texts,
    createdTime: instant,
    processingStartTime: instant,
    processingEndTime: instant,
    resultFeedDocumentId: text,
  })
  .transform((feed): Feed => ({
    feedId: feed.feedId,
    feedType: feed.feedType,
    marketplaceIds: feed.marketplaceIds,
    status: processingStatusOf(feed.processingStatus),
    createdAt: feed.createdTime,
    startedAt: feed.processingStartTime,
    endedAt: feed.processingEndTime,
    resultDocumentId: feed.resultFeedDocumentId,
  }));
const Feeds = z.object({ feeds: z.array(z.unknown()), nextToken: text });
const Created = z.object({ feedId: name });
const DocumentAnswer = z
  .object({ feedDocumentId: name, url: z.url(), compressionAlgorithm: text })
  .transform((document): VendorDocument => ({
    documentId: document.feedDocumentId,
    url: document.url,
    isGzip: document.compressionAlgorithm === "GZIP",
  }));

/** The state of one feed. @throws AppError amazon_bad_answer without id or status. */
export function readFeed(body: unknown): Feed {
  return readFrame("getFeed", FeedAnswer, body);
}

/** A page of feeds. @throws AppError amazon_bad_answer when there is no list of feeds. */
export function readFeeds(body: unknown): Page<Feed> {
  const { feeds, nextToken } = readFrame("getFeeds", Feeds, body);
  return { ...fitting(feeds, FeedAnswer), nextToken };
}

/** The id of a feed just submitted. @throws AppError amazon_bad_answer without one. */
export function readCreatedFeed(body: unknown): string {
  return readFrame("createFeed", Created, body).feedId;
}

/** Where to read a processing report or to put a feed. @throws AppError amazon_bad_answer. */
export function readFeedDocument(body: unknown): VendorDocument {
  return readFrame("getFeedDocument", DocumentAnswer, body);
}
