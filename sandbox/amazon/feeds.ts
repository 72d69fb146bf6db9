/**
 * Feeds 2021-06-30.
 *
 * States of a feed: IN_QUEUE → IN_PROGRESS → DONE | FATAL; IN_QUEUE → CANCELLED by the caller. Feeds
 * of one account are worked on one after another, so a stuck one holds up all that follow it.
 */
import type { Feed, GetFeedsResponse } from "@sp-api-sdk/feeds-api-2021-06-30";
import type { SandboxClock } from "../clock.ts";
import type { Documents } from "./documents.ts";
import { processListingsFeed } from "./listings-feed.ts";
import type { AmazonRegion } from "./marketplaces.ts";
import { isRecord } from "./purchasable-offer.ts";
import { invalidInput, notFound } from "./reply.ts";
import { checkedMarketplace, queryList } from "./sp-api.ts";
import type { SpCall, SpOperation, SpReply } from "./sp-api.ts";
import type { Submissions } from "./submissions.ts";

const ROOT = "/feeds/2021-06-30";
export const LISTINGS_FEED = "JSON_LISTINGS_FEED";
/** Withdrawn on 2025-07-31: Amazon takes them and ends them FATAL. */
const RETIRED_TYPES = /^POST_(PRODUCT|INVENTORY|FLAT_FILE)/;

export interface FeedsOptions {
  readonly clock: SandboxClock;
  readonly documents: Documents;
  readonly submissions: Submissions;
  readonly processingMs: number;
  readonly onFinished: (feed: Feed, sellerId: string) => void;
}

export interface Feeds {
  readonly operations: readonly SpOperation[];
  /** The next feed to start stays IN_PROGRESS until `release`. */
  stickNext(): void;
  release(): void;
  reset(): void;
}

interface StoredFeed {
  readonly sellerId: string;
  readonly region: AmazonRegion;
  readonly inputFeedDocumentId: string;
  feed: Feed;
}

export function createFeeds(options: FeedsOptions): Feeds {
  const { clock, documents, submissions, processingMs, onFinished } = options;
  const feeds = new Map<string, StoredFeed>();
  let isNextStuck = false;
  let stuck: StoredFeed | undefined;
  let serial = 60_000;

  const instant = (): string => clock.now().toISOString();

  const end = (stored: StoredFeed): void => {
    const { sellerId, region, feed, inputFeedDocumentId } = stored;
    const body = documents.find(inputFeedDocumentId)?.body;
    const outcome =
      feed.feedType === LISTINGS_FEED
        ? processListingsFeed({ feedId: feed.feedId, sellerId, body, submissions })
        : { kind: "fatal" as const, reason: `Feed type ${feed.feedType} is no longer supported.` };
    const resultFeedDocumentId =
      outcome.kind === "fatal"
        ? undefined
        : documents.createResult(region, {
            contentType: "application/json;charset=UTF-8",
            text: JSON.stringify(outcome.report),
            isGzip: true,
          });
    stored.feed = {
      ...feed,
      processingStatus: outcome.kind === "fatal" ? "FATAL" : "DONE",
      processingEndTime: instant(),
      ...(resultFeedDocumentId === undefined ? {} : { resultFeedDocumentId }),
    };
    onFinished(stored.feed, sellerId);
    startNext(sellerId, region);
  };

  const startNext = (sellerId: string, region: AmazonRegion): void => {
    const account = [...feeds.values()].filter(
      (stored) => stored.sellerId === sellerId && stored.region === region,
    );
    if (account.some(({ feed }) => feed.processingStatus === "IN_PROGRESS")) return;
    const next = account.find(({ feed }) => feed.processingStatus === "IN_QUEUE");
    if (next === undefined) return;
    clock.after(processingMs / 2, () => {
      if (next.feed.processingStatus !== "IN_QUEUE") return startNext(sellerId, region);
      next.feed = { ...next.feed, processingStatus: "IN_PROGRESS", processingStartTime: instant() };
      if (isNextStuck) {
        isNextStuck = false;
        stuck = next;
        return;
      }
      clock.after(processingMs / 2, () => {
        if (feeds.get(next.feed.feedId) === next) end(next);
      });
    });
  };

  const create = (call: SpCall): SpReply => {
    const { feedType, marketplaceIds, inputFeedDocumentId } = parseSpecification(call);
    if (documents.find(inputFeedDocumentId) === undefined) {
      throw invalidInput("The inputFeedDocumentId is not valid.");
    }
    serial += 1;
    const stored: StoredFeed = {
      sellerId: call.sellerId,
      region: call.region,
      inputFeedDocumentId,
      feed: {
        feedId: `${serial}020018`,
        feedType,
        marketplaceIds,
        createdTime: instant(),
        processingStatus: "IN_QUEUE",
      },
    };
    feeds.set(stored.feed.feedId, stored);
    startNext(call.sellerId, call.region);
    return { status: 202, body: { feedId: stored.feed.feedId } };
  };

  const find = (call: SpCall): StoredFeed => {
    const stored = feeds.get(call.params["feedId"] ?? "");
    if (stored?.sellerId !== call.sellerId) throw notFound("Feed not found.");
    return stored;
  };

  const list = (call: SpCall): SpReply => {
    const types = queryList(call, "feedTypes");
    const statuses = queryList(call, "processingStatuses");
    const found = [...feeds.values()]
      .filter(({ sellerId }) => sellerId === call.sellerId)
      .map(({ feed }) => feed)
      .filter((feed) => types.length === 0 || types.includes(feed.feedType))
      .filter((feed) => statuses.length === 0 || statuses.includes(feed.processingStatus))
      .reverse();
    const body: GetFeedsResponse = { feeds: found.slice(0, 100) };
    return { body };
  };

  const cancel = (call: SpCall): SpReply => {
    const stored = find(call);
    if (stored.feed.processingStatus !== "IN_QUEUE") {
      throw invalidInput("Only a feed that is IN_QUEUE can be cancelled.");
    }
    stored.feed = { ...stored.feed, processingStatus: "CANCELLED", processingEndTime: instant() };
    return { body: undefined };
  };

  const operations: SpOperation[] = [
    { name: "createFeedDocument", method: "POST", path: `${ROOT}/documents`, access: "seller", handle: (call) => createDocument(call, documents) },
    { name: "getFeedDocument", method: "GET", path: `${ROOT}/documents/{feedDocumentId}`, access: "seller", handle: (call) => getDocument(call, documents) },
    { name: "createFeed", method: "POST", path: `${ROOT}/feeds`, access: "seller", planOf: planOfFeed, handle: create },
    { name: "getFeeds", method: "GET", path: `${ROOT}/feeds`, access: "seller", handle: list },
    { name: "getFeed", method: "GET", path: `${ROOT}/feeds/{feedId}`, access: "seller", handle: (call) => ({ body: find(call).feed }) },
    { name: "cancelFeed", method: "DELETE", path: `${ROOT}/feeds/{feedId}`, access: "seller", handle: cancel },
  ]; // prettier-ignore
  return {
    operations,
    stickNext() {
      isNextStuck = true;
    },
    release() {
      if (stuck !== undefined) end(stuck);
      stuck = undefined;
    },
    reset() {
      feeds.clear();
      isNextStuck = false;
      stuck = undefined;
    },
  };
}

function planOfFeed(call: SpCall): "createListingsFeed" | "createFeed" {
  const isListings = isRecord(call.body) && call.body["feedType"] === LISTINGS_FEED;
  return isListings ? "createListingsFeed" : "createFeed";
}

function createDocument(call: SpCall, documents: Documents): SpReply {
  const contentType = isRecord(call.body) ? call.body["contentType"] : undefined;
  if (typeof contentType !== "string" || contentType === "")
    throw invalidInput("Missing contentType.");
  const { id, url } = documents.createUpload(call.region, contentType);
  return { status: 201, body: { feedDocumentId: id, url } };
}

function getDocument(call: SpCall, documents: Documents): SpReply {
  const document = documents.find(call.params["feedDocumentId"] ?? "");
  if (document === undefined) throw notFound("Feed document not found.");
  return {
    body: {
      feedDocumentId: document.id,
      url: documents.downloadUrl(document),
      ...(document.isGzip ? { compressionAlgorithm: "GZIP" } : {}),
    },
  };
}

interface FeedSpecification {
  readonly feedType: string;
  readonly marketplaceIds: string[];
  readonly inputFeedDocumentId: string;
}

function parseSpecification(call: SpCall): FeedSpecification {
  const specification = isRecord(call.body) ? call.body : {};
  const { feedType, marketplaceIds, inputFeedDocumentId } = specification;
  if (typeof feedType !== "string") throw invalidInput("Missing feedType.");
  if (feedType !== LISTINGS_FEED && !RETIRED_TYPES.test(feedType)) {
    throw invalidInput(`Feed type ${feedType} is not offered here.`);
  }
  if (typeof inputFeedDocumentId !== "string") throw invalidInput("Missing inputFeedDocumentId.");
  if (!Array.isArray(marketplaceIds) || marketplaceIds.length === 0 || marketplaceIds.length > 25) {
    throw invalidInput("marketplaceIds must have between 1 and 25 values.");
  }
  return {
    feedType,
    inputFeedDocumentId,
    marketplaceIds: marketplaceIds.map((id) => checkedMarketplace(String(id), call)),
  };
}
