/** Product Pricing v0: offers of one item or SKU, their batches, and the two flat price reads. */
import type {
  GetItemOffersBatchResponse,
  GetListingOffersBatchResponse,
  GetOffersResponse,
  GetOffersResult,
  ItemCondition,
} from "@sp-api-sdk/product-pricing-api-v0";
import { shelfOf } from "../market/shelf.ts";
import { offerList } from "./offer-list.ts";
import { competitivePricing, ownPricing } from "./price-list.ts";
import type { PricingOptions } from "./pricing-options.ts";
import { isRecord } from "./purchasable-offer.ts";
import { invalidInput, SpRefusal } from "./reply.ts";
import { sentinelOf } from "./sentinels.ts";
import { checkedMarketplace, requiredQuery } from "./sp-api.ts";
import type { SpCall, SpOperation, SpReply } from "./sp-api.ts";

const ROOT = "/products/pricing/v0";
const BATCH_MAX = 20;
const CONDITIONS: readonly ItemCondition[] = ["New", "Used", "Collectible", "Refurbished", "Club"];

/** One offers read, alone or as an entry of a batch. */
interface OffersQuery {
  readonly marketplaceId: string;
  readonly condition: ItemCondition;
  readonly sellerId: string;
}

type ReadOffers = (id: string, query: OffersQuery) => GetOffersResult;

const LISTING_URI = /^\/products\/pricing\/v0\/listings\/([^/?]+)\/offers$/;
const ITEM_URI = /^\/products\/pricing\/v0\/items\/([^/?]+)\/offers$/;

export function pricingV0Operations(options: PricingOptions): SpOperation[] {
  const bySku: ReadOffers = (sku, query) => offersOfSku(sku, query, options);
  const byAsin: ReadOffers = (asin, query) => offersOfAsin(asin, query, options);
  const answer = (entry: BatchEntry, read: ReadOffers, call: SpCall) => ({
    headers: { Date: options.clock.now().toUTCString(), "x-amzn-RequestId": call.requestId },
    ...entryOutcome(() => read(entry.id, { ...entry, sellerId: call.sellerId })),
  });

  const listingBatch = (call: SpCall): SpReply => {
    const body: BatchBody<GetListingOffersBatchResponse> = {
      responses: batchEntries(call, LISTING_URI).map((entry) => ({
        ...answer(entry, bySku, call),
        request: { ...echoOf(entry), SellerSKU: entry.id },
      })),
    };
    return { body };
  };

  const itemBatch = (call: SpCall): SpReply => {
    const body: BatchBody<GetItemOffersBatchResponse> = {
      responses: batchEntries(call, ITEM_URI).map((entry) => ({
        ...answer(entry, byAsin, call),
        request: { ...echoOf(entry), Asin: entry.id },
      })),
    };
    return { body };
  };

  return [
    { name: "getListingOffers", method: "GET", path: `${ROOT}/listings/{SellerSKU}/offers`, access: "seller", handle: (call) => single(call, "SellerSKU", bySku) },
    { name: "getItemOffers", method: "GET", path: `${ROOT}/items/{Asin}/offers`, access: "seller", handle: (call) => single(call, "Asin", byAsin) },
    { name: "getListingOffersBatch", method: "POST", path: `/batches${ROOT}/listingOffers`, access: "seller", handle: listingBatch },
    { name: "getItemOffersBatch", method: "POST", path: `/batches${ROOT}/itemOffers`, access: "seller", handle: itemBatch },
    { name: "getPricing", method: "GET", path: `${ROOT}/price`, access: "seller", handle: (call) => ({ body: ownPricing(options, call) }) },
    { name: "getCompetitivePricing", method: "GET", path: `${ROOT}/competitivePrice`, access: "seller", handle: (call) => ({ body: competitivePricing(options, call) }) },
  ]; // prettier-ignore
}

function single(call: SpCall, param: string, read: ReadOffers): SpReply {
  const payload = read(call.params[param] ?? "", {
    marketplaceId: checkedMarketplace(requiredQuery(call, "MarketplaceId"), call),
    condition: checkedCondition(requiredQuery(call, "ItemCondition")),
    sellerId: call.sellerId,
  });
  const body: GetOffersResponse = { payload };
  return { body };
}

function offersOfSku(
  sku: string,
  { marketplaceId, condition, sellerId }: OffersQuery,
  { clock, market, storeOf }: PricingOptions,
): GetOffersResult {
  const listing = storeOf(sellerId).find(sku, marketplaceId);
  if (listing === undefined) {
    throw invalidInput(`${sku} is an invalid SKU for marketplace ${marketplaceId}`);
  }
  const effect = sentinelOf(sku);
  const { asin } = listing;
  const input = { market, marketplaceId, asin, sku, sellerId, now: clock.now() };
  if (effect === "too-soon") {
    return offerList({ ...input, status: "ActiveButTooSoonForProcessing" });
  }
  const hasNone = effect === "no-offers" || condition !== "New";
  return offerList(hasNone ? { ...input, status: "NoBuyableOffers" } : input);
}

function offersOfAsin(
  asin: string,
  { marketplaceId, condition, sellerId }: OffersQuery,
  { clock, market, storeOf }: PricingOptions,
): GetOffersResult {
  const isListed = storeOf(sellerId).ofAsin(asin, marketplaceId).length > 0;
  if (!market.has(shelfOf(asin, marketplaceId)) && !isListed) {
    throw invalidInput(`${asin} is an invalid ASIN for marketplace ${marketplaceId}`);
  }
  const input = { market, marketplaceId, asin, sellerId, now: clock.now() };
  return offerList(condition === "New" ? input : { ...input, status: "NoBuyableOffers" });
}

/** The published response type, with error entries as the wire has them (code, message, details). */
type BatchBody<T extends { responses?: readonly unknown[] }> = {
  responses: (Omit<NonNullable<T["responses"]>[number], "body"> & {
    body: Pick<GetOffersResponse, "payload"> & { errors?: unknown };
  })[];
};

function checkedCondition(text: unknown): ItemCondition {
  const condition = CONDITIONS.find((known) => known === text);
  if (condition === undefined) throw invalidInput(`${String(text)} is an invalid ItemCondition.`);
  return condition;
}

interface BatchEntry {
  readonly id: string;
  readonly marketplaceId: string;
  readonly condition: ItemCondition;
  readonly customerType: "Consumer" | "Business" | undefined;
}

function batchEntries(call: SpCall, uriPattern: RegExp): BatchEntry[] {
  const requests = isRecord(call.body) ? call.body["requests"] : undefined;
  if (!Array.isArray(requests) || requests.length === 0 || requests.length > BATCH_MAX) {
    throw invalidInput(`Number of requests must be between 1 and ${BATCH_MAX}.`);
  }
  const entries = requests.map((request) => batchEntry(request, call, uriPattern));
  const keys = new Set(
    entries.map((entry) => `${entry.id}\n${entry.marketplaceId}\n${entry.condition}`),
  );
  if (keys.size < entries.length) {
    throw invalidInput("Duplicate requests submitted. Cannot run batch request.");
  }
  return entries;
}

/** Parameters stand at the top of each request: the older `queryParams` wrapper is refused. */
function batchEntry(request: unknown, call: SpCall, uriPattern: RegExp): BatchEntry {
  if (!isRecord(request)) throw invalidInput("Each request must be an object.");
  const { uri, method, MarketplaceId, ItemCondition, CustomerType } = request;
  const id = typeof uri === "string" ? uriPattern.exec(uri)?.[1] : undefined;
  if (id === undefined) throw invalidInput(`Invalid uri in batch request: ${String(uri)}`);
  if (method !== "GET") throw invalidInput(`Invalid method in batch request: ${String(method)}`);
  if (typeof MarketplaceId !== "string")
    throw invalidInput("Missing MarketplaceId in batch request.");
  return {
    id: decodeURIComponent(id),
    marketplaceId: checkedMarketplace(MarketplaceId, call),
    condition: checkedCondition(ItemCondition),
    customerType:
      CustomerType === "Consumer" || CustomerType === "Business" ? CustomerType : undefined,
  };
}

function entryOutcome(read: () => GetOffersResult) {
  try {
    return { status: { statusCode: 200, reasonPhrase: "Success" }, body: { payload: read() } };
  } catch (error) {
    if (!(error instanceof SpRefusal)) throw error;
    const status = { statusCode: error.status, reasonPhrase: "Client Error" };
    return { status, body: { errors: error.errors } };
  }
}

/** The caller finds its question again by this, not by its place in the list. */
function echoOf({ marketplaceId, condition, customerType }: BatchEntry) {
  return {
    MarketplaceId: marketplaceId,
    ItemCondition: condition,
    ...(customerType === undefined ? {} : { CustomerType: customerType }),
  };
}
