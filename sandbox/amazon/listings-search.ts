/** searchListingsItems: filters, order and pages over the seller's listings. */
import type { ItemSearchResults } from "@sp-api-sdk/listings-items-api-2021-08-01";
import { INCLUDED_DATA, viewListing } from "./listing-view.ts";
import type { Listing } from "./listing.ts";
import type { ListingsStore } from "./listings-store.ts";
import { findMarketplace } from "./marketplaces.ts";
import { denied, invalidInput } from "./reply.ts";
import { queryList, requiredQuery } from "./sp-api.ts";
import type { SpCall } from "./sp-api.ts";

const PAGE_SIZE_MAX = 20;
/** However many there are, only this many can be paged through. */
const PAGEABLE_MAX = 1_000;

export function searchListings(call: SpCall, store: ListingsStore, now: Date): ItemSearchResults {
  const marketplaceIds = checkedMarketplaces(call);
  const included = includedData(call);
  const matching = candidates(call, store)
    .filter((listing) => marketplaceIds.includes(listing.marketplaceId))
    .filter(searchFilter(call, store))
    .sort(searchOrder(call));
  // One item per SKU, with all of the marketplaces asked for in which it fits.
  const found = [...Map.groupBy(matching, (listing) => listing.sku).values()];
  const pageSize = checkedPageSize(call);
  const from = decodePageToken(call.query.get("pageToken"));
  const pageable = Math.min(found.length, PAGEABLE_MAX);
  const until = Math.min(from + pageSize, pageable);
  return {
    numberOfResults: found.length,
    pagination: {
      ...(until < pageable ? { nextToken: encodePageToken(until) } : {}),
      ...(from > 0 ? { previousToken: encodePageToken(Math.max(0, from - pageSize)) } : {}),
    },
    items: found
      .slice(from, until)
      .map((listings) => viewListing({ listings, store, included, now })),
  };
}

/** By SKU and ASIN there is an index; every other search looks at all listings. */
function candidates(call: SpCall, store: ListingsStore): Listing[] {
  const identifiers = queryList(call, "identifiers");
  if (identifiers.length === 0) return store.all();
  switch (call.query.get("identifiersType")) {
    case "SKU":
      return [...new Set(identifiers)].flatMap((sku) => store.ofSku(sku));
    case "ASIN":
      return [...new Set(identifiers)].flatMap((asin) => store.ofAsin(asin));
    default:
      return store.all();
  }
}

export function checkedMarketplaces(call: SpCall): string[] {
  requiredQuery(call, "marketplaceIds");
  const ids = queryList(call, "marketplaceIds");
  for (const id of ids) {
    if (findMarketplace(id) === undefined)
      throw invalidInput(`Invalid 'marketplaceIds' provided: ${id}.`);
    if (findMarketplace(id)?.region !== call.region) throw denied("unexplained");
  }
  return ids;
}

export function includedData(call: SpCall): string[] {
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
    case null:
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
