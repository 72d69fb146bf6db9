/** Listings Items API 2021-08-01: read one, read many, patch. Put and delete are not imitated. */
import type {
  ItemSearchResults,
  ListingsItemSubmissionResponse,
} from "@sp-api-sdk/listings-items-api-2021-08-01";
import type { SandboxClock } from "../clock.ts";
import { DropConnection } from "../http/part.ts";
import { faultReply } from "./gates.ts";
import { INCLUDED_DATA, viewListing } from "./listing-view.ts";
import type { Listing, ListingsStore } from "./listings-store.ts";
import { findMarketplace } from "./marketplaces.ts";
import { denied, invalidInput, notFound } from "./reply.ts";
import { sentinelOf } from "./sentinels.ts";
import { queryList, requiredQuery } from "./sp-api.ts";
import type { SpCall, SpOperation, SpReply } from "./sp-api.ts";
import { parsePatchRequest } from "./submissions.ts";
import type { Submissions } from "./submissions.ts";
import type { WriteLedger } from "./write-ledger.ts";

const ITEMS = "/listings/2021-08-01/items/{sellerId}";
const PAGE_SIZE_MAX = 20;
/** However many there are, only this many can be paged through. */
const PAGEABLE_MAX = 1_000;
const TIMEOUT_SENTINEL_MS = 60_000;

export interface ListingsItemsOptions {
  readonly clock: SandboxClock;
  readonly store: ListingsStore;
  readonly submissions: Submissions;
  readonly ledger: WriteLedger;
}

export function listingsItemsOperations(options: ListingsItemsOptions): SpOperation[] {
  const { clock, store, submissions, ledger } = options;

  const view = (listing: Listing, call: SpCall) =>
    viewListing({ listing, store, included: includedData(call), now: clock.now() });

  const getItem = (call: SpCall): SpReply => {
    const marketplaceIds = checkedMarketplaces(call);
    const listing = store.find(call.params["sku"] ?? "");
    if (listing === undefined || !marketplaceIds.includes(listing.seed.marketplaceId)) {
      throw notFound(
        `SKU '${call.params["sku"] ?? ""}' not found in marketplace ${marketplaceIds.join(",")}`,
      );
    }
    return { body: view(listing, call) };
  };

  const searchItems = (call: SpCall): SpReply => {
    const marketplaceIds = checkedMarketplaces(call);
    const found = store
      .all()
      .filter((listing) => marketplaceIds.includes(listing.seed.marketplaceId))
      .filter(searchFilter(call, store))
      .sort(searchOrder(call));
    const pageSize = checkedPageSize(call);
    const from = decodePageToken(call.query.get("pageToken"));
    const until = Math.min(from + pageSize, found.length, PAGEABLE_MAX);
    const next = until < Math.min(found.length, PAGEABLE_MAX) ? encodePageToken(until) : undefined;
    const previous = from > 0 ? encodePageToken(Math.max(0, from - pageSize)) : undefined;
    const body: ItemSearchResults = {
      numberOfResults: found.length,
      pagination: {
        ...(next === undefined ? {} : { nextToken: next }),
        ...(previous === undefined ? {} : { previousToken: previous }),
      },
      items: found.slice(from, until).map((listing) => view(listing, call)),
    };
    return { body };
  };

  const patchItem = async (call: SpCall): Promise<SpReply | Response> => {
    const sku = call.params["sku"] ?? "";
    const [marketplaceId] = checkedMarketplaces(call);
    const parsed = parsePatchRequest(call.body);
    if ("problem" in parsed) throw invalidInput(parsed.problem);
    const isPreview = isPreviewCall(call);
    const refused = isPreview ? undefined : sentinelAnswer(sku, ledger);
    if (refused !== undefined) return refused;
    const { request } = parsed;
    const { status, submissionId, issues } = submissions.submit({
      sku,
      request,
      source: "patch",
      ref: call.requestId,
      isPreview,
    });
    if (!isPreview) await loseAnswer(sku);
    const asin = store.find(sku)?.asin;
    const hasAsin = asin !== null && asin !== undefined && marketplaceId !== undefined;
    const body: ListingsItemSubmissionResponse = {
      sku,
      status,
      submissionId,
      issues: [...issues],
      ...(queryList(call, "includedData").includes("identifiers") && hasAsin
        ? { identifiers: [{ marketplaceId, asin }] }
        : {}),
    };
    return { body };
  };

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

function sentinelAnswer(sku: string, ledger: WriteLedger): Response | undefined {
  switch (sentinelOf(sku)) {
    case "throttled":
      return faultReply("429");
    case "throttled-once":
      return ledger.read(sku).received.some((write) => write.outcome === "HTTP_429")
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
    default:
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

function checkedMarketplaces(call: SpCall): string[] {
  requiredQuery(call, "marketplaceIds");
  const ids = queryList(call, "marketplaceIds");
  for (const id of ids) {
    if (findMarketplace(id) === undefined)
      throw invalidInput(`Invalid 'marketplaceIds' provided: ${id}.`);
    if (findMarketplace(id)?.region !== call.region) throw denied("unexplained");
  }
  return ids;
}

function includedData(call: SpCall): string[] {
  const asked = queryList(call, "includedData");
  const unknown = asked.find((part) => !INCLUDED_DATA.some((known) => known === part));
  if (unknown !== undefined) throw invalidInput(`Invalid 'includedData' provided: ${unknown}.`);
  return asked.length === 0 ? ["summaries"] : asked;
}

function searchFilter(call: SpCall, store: ListingsStore): (listing: Listing) => boolean {
  const identifiers = queryList(call, "identifiers");
  const type = call.query.get("identifiersType");
  if (identifiers.length > PAGE_SIZE_MAX) {
    throw invalidInput(`'identifiers' must have at most ${PAGE_SIZE_MAX} values.`);
  }
  if (identifiers.length > 0 && type === null) {
    throw invalidInput("'identifiersType' is required when 'identifiers' is provided.");
  }
  const withStatus = queryList(call, "withStatus");
  const withoutStatus = queryList(call, "withoutStatus");
  const severities = queryList(call, "withIssueSeverity");
  const [updatedAfter, updatedBefore, createdAfter, createdBefore] = (
    ["lastUpdatedAfter", "lastUpdatedBefore", "createdAfter", "createdBefore"] as const
  ).map((name) => instantParam(call, name));
  return (listing) => {
    if (identifiers.length > 0 && !identifiers.includes(identifierOf(listing, type) ?? ""))
      return false;
    const status = store.isBuyable(listing) ? ["BUYABLE", "DISCOVERABLE"] : ["DISCOVERABLE"];
    if (!withStatus.every((wanted) => status.includes(wanted))) return false;
    if (withoutStatus.some((unwanted) => status.includes(unwanted))) return false;
    if (
      severities.length > 0 &&
      !listing.issues.some((issue) => severities.includes(issue.severity))
    ) {
      return false;
    }
    return (
      isWithin(listing.updatedAt, updatedAfter, updatedBefore) &&
      isWithin(listing.createdAt, createdAfter, createdBefore)
    );
  };
}

function identifierOf(listing: Listing, type: string | null): string | null {
  switch (type) {
    case "SKU":
      return listing.sku;
    case "ASIN":
      return listing.asin;
    case "FNSKU":
      return listing.fnSku;
    case "EAN":
    case "GTIN":
      return listing.seed.barcode;
    default:
      throw invalidInput(`Invalid 'identifiersType' provided: ${type ?? ""}.`);
  }
}

function searchOrder(call: SpCall): (a: Listing, b: Listing) => number {
  const sortBy = call.query.get("sortBy") ?? "lastUpdatedDate";
  const direction = call.query.get("sortOrder") === "ASC" ? 1 : -1;
  return (a, b) => {
    if (sortBy === "sku") return direction * (a.sku < b.sku ? -1 : 1);
    const difference =
      sortBy === "createdDate"
        ? a.createdAt.getTime() - b.createdAt.getTime()
        : a.updatedAt.getTime() - b.updatedAt.getTime();
    return direction * difference || (a.sku < b.sku ? -1 : 1);
  };
}

function checkedPageSize(call: SpCall): number {
  const text = call.query.get("pageSize") ?? "10";
  const size = Number(text);
  if (!Number.isInteger(size) || size < 1 || size > PAGE_SIZE_MAX) {
    throw invalidInput(`'pageSize' must be between 1 and ${PAGE_SIZE_MAX}.`);
  }
  return size;
}

function encodePageToken(from: number): string {
  return Buffer.from(JSON.stringify({ from })).toString("base64url");
}

function decodePageToken(token: string | null): number {
  if (token === null) return 0;
  const match = /^\{"from":(\d+)\}$/.exec(Buffer.from(token, "base64url").toString());
  if (match === null) throw invalidInput("Invalid 'pageToken' provided.");
  return Number(match[1]);
}

function instantParam(call: SpCall, name: string): Date | undefined {
  const text = call.query.get(name);
  if (text === null) return undefined;
  const instant = new Date(text);
  if (Number.isNaN(instant.getTime())) throw invalidInput(`Invalid '${name}' provided.`);
  return instant;
}

function isWithin(instant: Date, after: Date | undefined, before: Date | undefined): boolean {
  return (after === undefined || instant >= after) && (before === undefined || instant < before);
}
