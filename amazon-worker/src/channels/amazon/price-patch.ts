import { printDecimal } from "@calibr/shared/core/money/money-text";
import type { ErrorCode } from "@calibr/shared/core/app-error";
import type { ChannelAccount } from "@calibr/shared/ports/channel-account";
import type { PricePush, PushOutcome } from "@calibr/shared/ports/price-channel";
import { z } from "zod";
import type { SpAnswer } from "./client.ts";
import { spApiFailure } from "./errors.ts";
import type { SpRequest } from "./transport.ts";
import { jsonNumber } from "./vendor-json.ts";

// Amazon takes this for edits of the offer alone, whatever the product is.
const ANY_PRODUCT_TYPE = "PRODUCT";

/**
 * The patch that sets the price and nothing else. `merge` (Listings Items API, since 2025-06-16) leaves
 * the seller's bounds, sale and business prices as they are; what `replace` does to them is disputed.
 */
export function pricePatch(account: ChannelAccount, push: PricePush): SpRequest {
  const { marketplaceId, externalId: sku, productType } = push.address;
  const value = {
    marketplace_id: marketplaceId,
    currency: push.price.currency,
    audience: "ALL",
    our_price: [{ schedule: [{ value_with_tax: jsonNumber(printDecimal(push.price)) }] }],
  };
  return {
    operation: "patchListingsItem",
    path: { sellerId: account.accountId, sku },
    query: { marketplaceIds: [marketplaceId], issueLocale: "en_US" },
    body: {
      productType: productType ?? ANY_PRODUCT_TYPE,
      patches: [{ op: "merge", path: "/attributes/purchasable_offer", value: [value] }],
    },
  };
}

const text = z.string().catch("");
const Submission = z.object({
  status: z.string(),
  submissionId: z.string().min(1).nullish().catch(null),
  issues: z.array(z.unknown()).catch([]),
});
const Issue = z.object({ code: text, message: text, severity: text });

// When Amazon's own 429 does not say how long; five a second refill one call in 200 ms.
const THROTTLED_AFTER_MS = 1_000;

/**
 * What Amazon's answer to a price patch means. Only ACCEPTED is a yes, and only a receipt: nothing is
 * live yet. A refusal for the whole account is not told apart here; see price-channel.ts.
 */
export function patchOutcome(answer: SpAnswer): PushOutcome {
  const { status } = answer;
  if (status >= 200 && status <= 299) return submissionOutcome(answer.body);
  const failure = spApiFailure(answer);
  if (failure.code === "amazon_throttled") {
    return { kind: "not_sent", code: failure.code, afterMs: THROTTLED_AFTER_MS };
  }
  const isRefusal = status >= 400 && status <= 499 && status !== 408;
  if (!isRefusal) return { kind: "unknown", code: failure.code };
  const vendorMessage = failure.vendorMessage === "" ? `HTTP ${status}` : failure.vendorMessage;
  return { kind: "refused", code: failure.code, vendorMessage };
}

const BAD_ANSWER: ErrorCode = "amazon_bad_answer";

function submissionOutcome(body: unknown): PushOutcome {
  const parsed = Submission.safeParse(body);
  if (!parsed.success) return { kind: "unknown", code: BAD_ANSWER };
  const { status, submissionId, issues } = parsed.data;
  switch (status) {
    case "ACCEPTED":
      return { kind: "accepted", receiptId: submissionId ?? null };
    case "INVALID":
      return { kind: "refused", code: "amazon_request_refused", vendorMessage: firstError(issues) };
    default:
      // VALID answers a preview, which we did not ask for; anything else is new to us.
      return { kind: "unknown", code: BAD_ANSWER };
  }
}

// By severity, never by code: Amazon renames codes.
function firstError(values: readonly unknown[]): string {
  const issues = values.flatMap((value) => Issue.safeParse(value).data ?? []);
  const issue = issues.find(({ severity }) => severity === "ERROR") ?? issues[0];
  if (issue === undefined) return "Amazon gave no reason.";
  return issue.code === "" ? issue.message : `${issue.message} (${issue.code})`;
}
