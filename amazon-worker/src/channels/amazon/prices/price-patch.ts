import { printDecimal } from "@calibr/shared/core/money/money-text";
import { AppError, type ErrorCode } from "@calibr/shared/core/app-error";
import type { ChannelAccount } from "@calibr/shared/ports/channel-account";
import type { Money } from "@calibr/shared/core/money/money";
import type { ChannelWalls, ListingAddress, PushOutcome } from "@calibr/shared/ports/price-channel";
import { type ListingIssue, type ListingSubmission, readSubmission } from "../answers/listings.ts";
import type { SpAnswer } from "../client/client.ts";
import { spApiFailure } from "../client/errors.ts";
import type { SpRequest } from "../client/transport.ts";
import { jsonNumber } from "../client/vendor-json.ts";

// Amazon takes this for edits of the offer alone, whatever the product is.
const ANY_PRODUCT_TYPE = "PRODUCT";

/** What is to be set of an offer: its price, its walls, or both. */
export interface OfferEdit {
  readonly address: ListingAddress;
  readonly price?: Money;
  readonly walls?: ChannelWalls;
}

/** The offer edit as patch body and feed message share it. */
export interface OfferPatch {
  readonly productType: string;
  readonly patches: readonly unknown[];
}

/**
 * What is merged into the offer for all buyers, and nothing else. `merge` (Listings Items API, since 2025-06-16)
 * leaves sale, business prices and Automate Pricing plan as they are; what `replace` does to them is disputed.
 * Price and walls stand in one edit, because Amazon holds each against the others as it has them stored.
 */
export function offerPatch({ address, price, walls }: OfferEdit): OfferPatch {
  const max = walls?.max ?? null;
  const currency =
    price?.currency ?? walls?.min?.currency ?? (max === "remove" ? null : max?.currency);
  const value = {
    marketplace_id: address.marketplaceId,
    currency,
    audience: "ALL",
    ...(price === undefined ? {} : { our_price: scheduleOf(price) }),
    ...(walls?.min == null ? {} : { minimum_seller_allowed_price: scheduleOf(walls.min) }),
    // Null takes an optional part away.
    ...(max === null
      ? {}
      : { maximum_seller_allowed_price: max === "remove" ? null : scheduleOf(max) }),
  };
  return {
    productType: address.productType ?? ANY_PRODUCT_TYPE,
    patches: [{ op: "merge", path: "/attributes/purchasable_offer", value: [value] }],
  };
}

function scheduleOf(amount: Money): unknown {
  return [{ schedule: [{ value_with_tax: jsonNumber(printDecimal(amount)) }] }];
}

/** The call that makes an edit, or asks Amazon what it would say to it. */
export function pricePatch(
  account: ChannelAccount,
  edit: OfferEdit,
  mode: "write" | "preview" = "write",
): SpRequest {
  const { marketplaceId, externalId: sku } = edit.address;
  return {
    operation: "patchListingsItem",
    path: { sellerId: account.accountId, sku },
    query: {
      marketplaceIds: [marketplaceId],
      issueLocale: "en_US",
      ...(mode === "preview" ? { mode: "VALIDATION_PREVIEW" } : {}),
    },
    body: offerPatch(edit),
  };
}

// When Amazon's own 429 does not say how long; five a second refill one call in 200 ms.
const THROTTLED_AFTER_MS = 1_000;

/**
 * What Amazon's answer to a price patch means. Only ACCEPTED is a yes, and only a receipt: nothing is
 * live yet. A refusal for the whole account is not told apart here; see price-channel.ts.
 */
export function patchOutcome(answer: SpAnswer): PushOutcome {
  const outcome = outcomeOf(answer);
  const { requestId } = answer;
  return outcome.kind === "not_sent" || requestId === null ? outcome : { ...outcome, requestId };
}

function outcomeOf(answer: SpAnswer): PushOutcome {
  const { status } = answer;
  if (status >= 200 && status <= 299) return submissionOutcome(answer.body);
  const failure = spApiFailure(answer);
  if (failure.code === "amazon_throttled") {
    return { kind: "not_sent", code: failure.code, afterMs: THROTTLED_AFTER_MS };
  }
  const isRefusal = status >= 400 && status <= 499 && status !== 408;
  if (!isRefusal) return { kind: "unknown", code: failure.code };
  // A gateway said no, for now: Amazon has not seen the price, and another try is worth it.
  if (failure.retry === "backoff")
    return { kind: "not_sent", code: failure.code, afterMs: NO_ANSWER_AFTER_MS };
  const vendorMessage = failure.vendorMessage === "" ? `HTTP ${status}` : failure.vendorMessage;
  return { kind: "refused", code: failure.code, vendorMessage };
}

/**
 * What Amazon's answer to a preview means: the refusal, or that the write must wait, or null for "go on". A preview
 * stores nothing, so that an answer that was lost is no unknown outcome; and VALID is no promise.
 */
export function previewOutcome(answer: SpAnswer): PushOutcome | null {
  const outcome = patchOutcome(answer);
  if (outcome.kind === "refused") return { ...outcome, inPreview: true };
  if (outcome.kind === "not_sent") return outcome;
  const { status } = answer;
  if (status >= 200 && status <= 299) return null;
  const code = outcome.kind === "unknown" ? outcome.code : BAD_ANSWER;
  return { kind: "not_sent", code, afterMs: NO_ANSWER_AFTER_MS };
}

const NO_ANSWER_AFTER_MS = 5_000;

const BAD_ANSWER: ErrorCode = "amazon_bad_answer";

function submissionOutcome(body: unknown): PushOutcome {
  const submission = submissionIn(body);
  switch (submission?.status) {
    case "ACCEPTED":
      return { kind: "accepted", receiptId: submission.submissionId };
    case "INVALID": {
      const vendorMessage = firstError(submission.issues);
      return { kind: "refused", code: "amazon_request_refused", vendorMessage };
    }
    default:
      // VALID answers a preview, which we did not ask for; anything else is new to us.
      return { kind: "unknown", code: BAD_ANSWER };
  }
}

/** Null for an answer that says nothing: the write may have arrived. */
function submissionIn(body: unknown): ListingSubmission | null {
  try {
    return readSubmission(body);
  } catch (cause) {
    if (cause instanceof AppError) return null;
    throw cause;
  }
}

// By severity, never by code: Amazon renames codes.
function firstError(issues: readonly ListingIssue[]): string {
  const issue = issues.find(({ severity }) => severity === "ERROR") ?? issues[0];
  if (issue === undefined) return "Amazon gave no reason.";
  return issue.code === "" ? issue.message : `${issue.message} (${issue.code})`;
}
