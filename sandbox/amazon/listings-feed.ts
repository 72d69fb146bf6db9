/**
 * JSON_LISTINGS_FEED: reads an uploaded document, submits its messages and writes the processing
 * report (listings feed schema v2 and its processing report schema).
 *
 * A document that is unreadable, names another seller or breaks the envelope is FATAL as a whole; a
 * message that cannot be taken gets an ERROR issue of its own. "Accepted" says nothing about live.
 */
import { gunzipSync } from "node:zlib";
import type { Issue } from "@sp-api-sdk/listings-items-api-2021-08-01";
import { isRecord } from "./purchasable-offer.ts";
import type { Submissions } from "./submissions.ts";
import { parsePatchRequest } from "./patch-request.ts";
import type { RequestModels } from "./request-models.ts";

const MESSAGES_MAX = 25_000;
const MESSAGE_ID_MAX = 2_147_483_647;

interface ListingsFeedInput {
  readonly feedId: string;
  readonly sellerId: string;
  readonly marketplaceIds: readonly string[];
  readonly body: Uint8Array | undefined;
  readonly submissions: Submissions;
  readonly requestModels: RequestModels;
}

type ListingsFeedOutcome =
  | { readonly kind: "fatal"; readonly reason: string }
  | { readonly kind: "done"; readonly report: ProcessingReport };

interface FeedIssue {
  readonly messageId?: number;
  readonly sku?: string;
  readonly code: string;
  readonly severity: Issue["severity"];
  readonly message: string;
  readonly attributeName?: string;
}

export interface ProcessingReport {
  readonly header: { readonly sellerId: string; readonly version: "2.0"; readonly feedId: string };
  readonly issues: readonly FeedIssue[];
  readonly summary: {
    readonly errors: number;
    readonly warnings: number;
    readonly messagesProcessed: number;
    readonly messagesAccepted: number;
    readonly messagesInvalid: number;
  };
}

export function processListingsFeed(input: ListingsFeedInput): ListingsFeedOutcome {
  const document = readDocument(input.body);
  // Remembered only: what Amazon does about a wrong feed is said below, message by message.
  input.requestModels.checkListingsFeed(document);
  if (!isRecord(document)) return { kind: "fatal", reason: "The feed is not valid JSON." };
  const { header, messages } = document;
  if (!isRecord(header) || header["version"] !== "2.0") {
    return { kind: "fatal", reason: "The feed header is missing or its version is not 2.0." };
  }
  if (header["sellerId"] !== input.sellerId) {
    return { kind: "fatal", reason: "The header names another seller." };
  }
  if (!Array.isArray(messages) || messages.length === 0 || messages.length > MESSAGES_MAX) {
    return { kind: "fatal", reason: `messages must have between 1 and ${MESSAGES_MAX} entries.` };
  }
  const seen = new Set<number>();
  const issues = messages.map((message: unknown) => messageIssues(message, seen, input));
  const invalid = issues.filter((each) => each.some((issue) => issue.severity === "ERROR")).length;
  const all = issues.flat();
  return {
    kind: "done",
    report: {
      header: { sellerId: input.sellerId, version: "2.0", feedId: input.feedId },
      issues: all,
      summary: {
        errors: all.filter((issue) => issue.severity === "ERROR").length,
        warnings: all.filter((issue) => issue.severity === "WARNING").length,
        messagesProcessed: messages.length,
        messagesAccepted: messages.length - invalid,
        messagesInvalid: invalid,
      },
    },
  };
}

function readDocument(body: Uint8Array | undefined): unknown {
  if (body === undefined) return undefined;
  try {
    const isGzip = body[0] === 0x1f && body[1] === 0x8b;
    const bytes = isGzip ? gunzipSync(body) : body;
    return JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    return undefined;
  }
}

function messageIssues(
  message: unknown,
  seen: Set<number>,
  { feedId, sellerId, marketplaceIds, submissions }: ListingsFeedInput,
): FeedIssue[] {
  if (!isRecord(message)) return [feedError({}, "4000000", "The message is not an object.")];
  const { messageId, sku, operationType } = message;
  const isGoodId =
    typeof messageId === "number" &&
    Number.isInteger(messageId) &&
    messageId >= 1 &&
    messageId <= MESSAGE_ID_MAX &&
    !seen.has(messageId);
  if (!isGoodId)
    return [feedError({}, "4000000", "messageId is missing, out of range or used twice.")];
  seen.add(messageId);
  if (typeof sku !== "string" || sku === "") {
    return [feedError({ messageId }, "4000000", "sku is missing.")];
  }
  const place = { messageId, sku };
  if (operationType !== "PATCH") {
    return [
      feedError(place, "4000002", `operationType ${String(operationType)} is not taken here.`),
    ];
  }
  const parsed = parsePatchRequest(message);
  if ("problem" in parsed) return [feedError(place, "4000001", parsed.problem)];
  const { request } = parsed;
  const { issues } = submissions.submit({
    sellerId,
    sku,
    marketplaceIds,
    request,
    source: "feed",
    ref: feedId,
    isPreview: false,
  });
  return issues.map((issue) => ({
    ...place,
    code: issue.code,
    severity: issue.severity,
    message: issue.message,
    ...(issue.attributeNames?.[0] === undefined ? {} : { attributeName: issue.attributeNames[0] }),
  }));
}

function feedError(
  place: { readonly messageId?: number; readonly sku?: string },
  code: string,
  message: string,
): FeedIssue {
  return { ...place, code, severity: "ERROR", message };
}
