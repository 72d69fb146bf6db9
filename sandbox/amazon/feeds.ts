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
import type { RequestModels } from "./request-models.ts";
import { checkedMarketplace, queryList } from "./sp-api.ts";
import type { SpCall, SpOperation, SpReply } from "./sp-api.ts";
import type { Submissions } from "./submissions.ts";

const ROOT = "/feeds/2021-06-30";
const LISTINGS_FEED = "JSON_LISTINGS_FEED";
/** Withdrawn on 2025-07-31: Amazon takes them and ends them FATAL. */
const RETIRED_TYPES = /^POST_(PRODUCT|INVENTORY|FLAT_FILE)/;

interface FeedsOptions {
  readonly clock: SandboxClock;
  readonly documents: Documents;
  readonly submissions: Submissions;
  readonly requestModels: RequestModels;
  readonly processingMs: number;
  readonly onFinished: (feed: Feed, sellerId: string) => void;
}

export interface Feeds {
  readonly operations: readonly SpOperation[];
  /** The next feed to be taken up stays in this state until `release`, and holds up all behind it. */
  stickNext(status: StuckStatus): void;
  /** The stuck feeds go on: what they hold takes effect now. @returns their ids. */
  release(): string[];
  reset(): void;
}

export type StuckStatus = "IN_QUEUE" | "IN_PROGRESS";

interface StoredFeed {
  readonly sellerId: string;
  readonly region: AmazonRegion;
  readonly inputFeedDocumentId: string;
  feed: Feed;
}

export function createFeeds(options: FeedsOptions): Feeds {
  return new FeedDesk(options);
}

class FeedDesk implements Feeds {
  readonly operations: readonly SpOperation[];
  readonly #options: FeedsOptions;
  readonly #feeds = new Map<string, StoredFeed>();
  #stickNext: StuckStatus[] = [];
  readonly #stuck = new Set<StoredFeed>();
  #serial = 60_000;

  constructor(options: FeedsOptions) {
    this.#options = options;
    const { documents } = options;
    this.operations = [
      { name: "createFeedDocument", method: "POST", path: `${ROOT}/documents`, access: "seller", handle: (call) => createDocument(call, documents) },
      { name: "getFeedDocument", method: "GET", path: `${ROOT}/documents/{feedDocumentId}`, access: "seller", handle: (call) => getDocument(call, documents) },
      { name: "createFeed", method: "POST", path: `${ROOT}/feeds`, access: "seller", planOf: planOfFeed, handle: (call) => this.#create(call) },
      { name: "getFeeds", method: "GET", path: `${ROOT}/feeds`, access: "seller", handle: (call) => this.#list(call) },
      { name: "getFeed", method: "GET", path: `${ROOT}/feeds/{feedId}`, access: "seller", handle: (call) => ({ body: this.#find(call).feed }) },
      { name: "cancelFeed", method: "DELETE", path: `${ROOT}/feeds/{feedId}`, access: "seller", handle: (call) => this.#cancel(call) },
    ]; // prettier-ignore
  }

  stickNext(status: StuckStatus): void {
    this.#stickNext.push(status);
  }

  release(): string[] {
    const released = [...this.#stuck];
    this.#stuck.clear();
    for (const stored of released) {
      if (stored.feed.processingStatus === "IN_PROGRESS") this.#end(stored);
      else if (stored.feed.processingStatus === "IN_QUEUE") this.#begin(stored);
    }
    return released.map(({ feed }) => feed.feedId);
  }

  reset(): void {
    this.#feeds.clear();
    this.#stickNext = [];
    this.#stuck.clear();
  }

  #create(call: SpCall): SpReply {
    const { feedType, marketplaceIds, inputFeedDocumentId } = parseSpecification(call);
    if (this.#options.documents.find(inputFeedDocumentId) === undefined) {
      throw invalidInput("The inputFeedDocumentId is not valid.");
    }
    this.#serial += 1;
    const stored: StoredFeed = {
      sellerId: call.sellerId,
      region: call.region,
      inputFeedDocumentId,
      feed: {
        feedId: `${this.#serial}020018`,
        feedType,
        marketplaceIds,
        createdTime: this.#instant(),
        processingStatus: "IN_QUEUE",
      },
    };
    this.#feeds.set(stored.feed.feedId, stored);
    this.#startNext(stored);
    return { status: 202, body: { feedId: stored.feed.feedId } };
  }

  /** Takes up the account's oldest waiting feed, unless one is being worked on. */
  #startNext(account: Pick<StoredFeed, "sellerId" | "region">): void {
    const { clock, processingMs } = this.#options;
    const feeds = [...this.#feeds.values()].filter(
      ({ sellerId, region }) => sellerId === account.sellerId && region === account.region,
    );
    if (feeds.some(({ feed }) => feed.processingStatus === "IN_PROGRESS")) return;
    const next = feeds.find(({ feed }) => feed.processingStatus === "IN_QUEUE");
    // A feed that is stuck in the queue is the oldest one: nothing passes it.
    if (next === undefined || this.#stuck.has(next)) return;
    clock.after(processingMs / 2, () => {
      if (this.#feeds.get(next.feed.feedId) !== next || this.#stuck.has(next)) return;
      if (this.#stickNext[0] === "IN_QUEUE" && next.feed.processingStatus === "IN_QUEUE") {
        this.#stickNext.shift();
        this.#stuck.add(next);
      } else if (next.feed.processingStatus === "IN_QUEUE") this.#begin(next);
      else if (next.feed.processingStatus === "CANCELLED") this.#startNext(account);
    });
  }

  #begin(stored: StoredFeed): void {
    const { clock, processingMs } = this.#options;
    const processingStartTime = this.#instant();
    stored.feed = { ...stored.feed, processingStatus: "IN_PROGRESS", processingStartTime };
    if (this.#stickNext[0] === "IN_PROGRESS") {
      this.#stickNext.shift();
      this.#stuck.add(stored);
      return;
    }
    clock.after(processingMs / 2, () => {
      if (this.#feeds.get(stored.feed.feedId) === stored) this.#end(stored);
    });
  }

  #end(stored: StoredFeed): void {
    const { documents, submissions, requestModels, onFinished } = this.#options;
    const { sellerId, region, feed, inputFeedDocumentId } = stored;
    const body = documents.find(inputFeedDocumentId)?.body;
    const outcome =
      feed.feedType === LISTINGS_FEED
        ? processListingsFeed({
            feedId: feed.feedId,
            sellerId,
            marketplaceIds: feed.marketplaceIds ?? [],
            body,
            submissions,
            requestModels,
          })
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
      processingEndTime: this.#instant(),
      ...(resultFeedDocumentId === undefined ? {} : { resultFeedDocumentId }),
    };
    onFinished(stored.feed, sellerId);
    this.#startNext(stored);
  }

  #find(call: SpCall): StoredFeed {
    const stored = this.#feeds.get(call.params["feedId"] ?? "");
    if (stored?.sellerId !== call.sellerId) throw notFound("Feed not found.");
    return stored;
  }

  #list(call: SpCall): SpReply {
    const types = queryList(call, "feedTypes");
    const statuses = queryList(call, "processingStatuses");
    const found = [...this.#feeds.values()]
      .filter(({ sellerId }) => sellerId === call.sellerId)
      .map(({ feed }) => feed)
      .filter((feed) => types.length === 0 || types.includes(feed.feedType))
      .filter((feed) => statuses.length === 0 || statuses.includes(feed.processingStatus))
      .reverse();
    const body: GetFeedsResponse = { feeds: found.slice(0, 100) };
    return { body };
  }

  #cancel(call: SpCall): SpReply {
    const stored = this.#find(call);
    if (stored.feed.processingStatus !== "IN_QUEUE") {
      throw invalidInput("Only a feed that is IN_QUEUE can be cancelled.");
    }
    const processingEndTime = this.#instant();
    stored.feed = { ...stored.feed, processingStatus: "CANCELLED", processingEndTime };
    this.#options.onFinished(stored.feed, stored.sellerId);
    // A stuck feed that is taken away no longer holds up the others.
    if (this.#stuck.delete(stored)) this.#startNext(stored);
    return {};
  }

  #instant(): string {
    return this.#options.clock.now().toISOString();
  }
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
