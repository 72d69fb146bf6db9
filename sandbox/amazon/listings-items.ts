/** Listings Items API 2021-08-01: read one, search, patch. Put and delete are not imitated. */
import type { ListingsItemSubmissionResponse } from "@sp-api-sdk/listings-items-api-2021-08-01";
import type { SandboxClock } from "../clock.ts";
import { DropConnection } from "../http/part.ts";
import { faultReply } from "./gates.ts";
import { checkedMarketplaces, includedData, searchListings } from "./listings-search.ts";
import { viewListing } from "./listing-view.ts";
import { denied, invalidInput, notFound } from "./reply.ts";
import type { StoreOf } from "./seller-accounts.ts";
import { sentinelOf } from "./sentinels.ts";
import { queryList } from "./sp-api.ts";
import type { SpCall, SpOperation, SpReply } from "./sp-api.ts";
import { parsePatchRequest } from "./patch-request.ts";
import type { Submissions } from "./submissions.ts";
import type { WriteLedger } from "./write-ledger.ts";

const ITEMS = "/listings/2021-08-01/items/{sellerId}";
const TIMEOUT_SENTINEL_MS = 60_000;

interface ListingsItemsOptions {
  readonly clock: SandboxClock;
  readonly storeOf: StoreOf;
  readonly submissions: Submissions;
  readonly ledger: WriteLedger;
}

export function listingsItemsOperations(options: ListingsItemsOptions): SpOperation[] {
  const { clock, storeOf } = options;
  const searchItems = (call: SpCall): SpReply => ({
    body: searchListings(call, storeOf(call.sellerId), clock.now()),
  });
  const getItem = (call: SpCall): SpReply => getListing(call, options);
  const patchItem = (call: SpCall): Promise<SpReply | Response> => patchListing(call, options);

  return [
    {
      name: "searchListingsItems",
      method: "GET",
      path: ITEMS,
      access: "seller",
      handle: own(searchItems),
    },
    {
      name: "getListingsItem",
      method: "GET",
      path: `${ITEMS}/{sku}`,
      access: "seller",
      handle: own(getItem),
    },
    {
      name: "patchListingsItem",
      method: "PATCH",
      path: `${ITEMS}/{sku}`,
      access: "seller",
      planOf: (call) => (isPreviewCall(call) ? "patchListingsItemPreview" : "patchListingsItem"),
      handle: own(patchItem),
    },
  ];
}

function getListing(call: SpCall, { clock, storeOf }: ListingsItemsOptions): SpReply {
  const store = storeOf(call.sellerId);
  const marketplaceIds = checkedMarketplaces(call);
  const sku = call.params["sku"] ?? "";
  const listings = store
    .ofSku(sku)
    .filter((listing) => marketplaceIds.includes(listing.marketplaceId));
  if (listings.length === 0) {
    throw notFound(`SKU '${sku}' not found in marketplace ${marketplaceIds.join(",")}`);
  }
  const included = includedData(call);
  return { body: viewListing({ listings, store, included, now: clock.now() }) };
}

async function patchListing(
  call: SpCall,
  { storeOf, submissions, ledger }: ListingsItemsOptions,
): Promise<SpReply | Response> {
  const { sellerId } = call;
  const sku = call.params["sku"] ?? "";
  const marketplaceIds = checkedMarketplaces(call);
  const parsed = parsePatchRequest(call.body);
  if ("problem" in parsed) throw invalidInput(parsed.problem);
  const { request } = parsed;
  const isPreview = isPreviewCall(call);
  const answered = isPreview ? undefined : sentinelAnswer({ sellerId, sku }, ledger);
  if (answered !== undefined) return answered;
  const ref = call.requestId;
  const outcome = submissions.submit({
    sellerId,
    sku,
    marketplaceIds,
    request,
    source: "patch",
    ref,
    isPreview,
  });
  const { status, submissionId, issues } = outcome;
  if (!isPreview) await loseAnswer(sku);
  const identifiers = marketplaceIds.flatMap((marketplaceId) => {
    const asin = storeOf(sellerId).find(sku, marketplaceId)?.asin ?? null;
    return asin === null ? [] : [{ marketplaceId, asin }];
  });
  const isAsked = queryList(call, "includedData").includes("identifiers");
  const body: ListingsItemSubmissionResponse = {
    sku,
    status,
    submissionId,
    issues: [...issues],
    ...(isAsked && identifiers.length > 0 ? { identifiers } : {}),
  };
  return { body };
}

/** The path names a seller: only the token's own is let through. */
function own<T>(handle: (call: SpCall) => T): (call: SpCall) => T {
  return (call) => {
    if (call.params["sellerId"] !== call.sellerId) throw denied("unexplained");
    return handle(call);
  };
}

function isPreviewCall(call: SpCall): boolean {
  return call.query.get("mode") === "VALIDATION_PREVIEW";
}

/** The answer a sentinel gives in place of the patch; undefined when the patch goes its way. */
function sentinelAnswer(
  write: { readonly sellerId: string; readonly sku: string },
  ledger: WriteLedger,
): Response | undefined {
  switch (sentinelOf(write.sku)) {
    case "throttled":
      return faultReply("429");
    case "throttled-once":
      return ledger.read(write).received.some((write) => write.outcome === "HTTP_429")
        ? undefined
        : faultReply("429");
    case "server-error":
      return faultReply("500");
    case "unavailable":
      return faultReply("503");
    case "bad-gateway":
      return faultReply("html");
    case "forbidden":
      return faultReply("forbidden");
    case "dropped":
      return faultReply("drop");
    case "refused":
    case "ignored":
    case "diverged":
    case "slow":
    case "suppressed":
    case "dropped-after":
    case "timeout":
    case "silent":
    case "no-offers":
    case "too-soon":
    case undefined:
      return undefined;
  }
}

/** The two sentinels whose write counts although the caller never hears of it. */
async function loseAnswer(sku: string): Promise<void> {
  const effect = sentinelOf(sku);
  if (effect === "timeout") {
    // The caller's own deadline is machine time, so this wait is too.
    await new Promise((resolve) => setTimeout(resolve, TIMEOUT_SENTINEL_MS).unref());
  }
  if (effect === "timeout" || effect === "dropped-after") throw new DropConnection("answer lost");
}
