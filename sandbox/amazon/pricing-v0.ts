/** Product Pricing v0: offers of one item or SKU, their batches, and the two flat price reads. */
import type {
  GetItemOffersBatchResponse,
  GetListingOffersBatchResponse,
  GetOffersResponse,
  GetOffersResult,
  ItemCondition,
} from "@sp-api-sdk/product-pricing-api-v0";
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

export function pricingV0Operations(options: PricingOptions): SpOperation[] {
  const { clock, market, store } = options;

  const bySku = (sku: string, query: OffersQuery): GetOffersResult => {
    const listing = store.find(sku);
    if (listing === undefined || listing.seed.marketplaceId !== query.marketplaceId) {
      throw invalidInput(`${sku} is an invalid SKU for marketplace ${query.marketplaceId}`);
    }
    const effect = sentinelOf(sku);
    const { sellerId, marketplaceId } = query;
    const base = { market, marketplaceId, asin: listing.asin, sku, sellerId, now: clock.now() };
    if (effect === "too-soon")
      return offerList({ ...base, status: "ActiveButTooSoonForProcessing" });
    if (effect === "no-offers" || query.condition !== "New") {
      return offerList({ ...base, status: "NoBuyableOffers" });
    }
    return offerList(base);
  };

  const byAsin = (asin: string, query: OffersQuery): GetOffersResult => {
    const isKnown = market.asins().includes(asin) || store.ofAsin(asin).length > 0;
    if (!isKnown) {
      throw invalidInput(`${asin} is an invalid ASIN for marketplace ${query.marketplaceId}`);
    }
    const { sellerId, marketplaceId } = query;
    const base = { market, marketplaceId, asin, sellerId, now: clock.now() };
    return query.condition === "New"
      ? offerList(base)
      : offerList({ ...base, status: "NoBuyableOffers" });
  };

  const one =
    (read: typeof bySku, param: string) =>
    (call: SpCall): SpReply => {
      const payload = read(call.params[param] ?? "", {
        marketplaceId: checkedMarketplace(requiredQuery(call, "MarketplaceId"), call),
        condition: checkedCondition(requiredQuery(call, "ItemCondition")),
        sellerId: call.sellerId,
      });
      const body: GetOffersResponse = { payload };
      return { body };
    };

  const batch =
    (read: typeof bySku, uriPattern: RegExp, key: "SellerSKU" | "Asin") =>
    (call: SpCall): SpReply => {
      const entries = batchEntries(call, uriPattern);
      const responses = entries.map(({ id, marketplaceId, condition, customerType }) => ({
        headers: { Date: clock.now().toUTCString(), "x-amzn-RequestId": call.requestId },
        ...entryOutcome(() => read(id, { marketplaceId, condition, sellerId: call.sellerId })),
        request: {
          MarketplaceId: marketplaceId,
          ItemCondition: condition,
          ...(customerType === undefined ? {} : { CustomerType: customerType }),
          ...(key === "SellerSKU" ? { SellerSKU: id } : { SellerSKU: "", Asin: id }),
        },
      }));
      if (key === "SellerSKU")
        return { body: { responses } satisfies BatchBody<GetListingOffersBatchResponse> };
      const byAsinBody = responses.map(
        ({ request: { SellerSKU: _none, ...request }, ...rest }) => ({ ...rest, request }),
      );
      return { body: { responses: byAsinBody } satisfies BatchBody<GetItemOffersBatchResponse> };
    };

  return [
    { name: "getListingOffers", method: "GET", path: `${ROOT}/listings/{SellerSKU}/offers`, access: "seller", handle: one(bySku, "SellerSKU") },
    { name: "getItemOffers", method: "GET", path: `${ROOT}/items/{Asin}/offers`, access: "seller", handle: one(byAsin, "Asin") },
    { name: "getListingOffersBatch", method: "POST", path: `/batches${ROOT}/listingOffers`, access: "seller", handle: batch(bySku, /^\/products\/pricing\/v0\/listings\/([^/?]+)\/offers$/, "SellerSKU") },
    { name: "getItemOffersBatch", method: "POST", path: `/batches${ROOT}/itemOffers`, access: "seller", handle: batch(byAsin, /^\/products\/pricing\/v0\/items\/([^/?]+)\/offers$/, "Asin") },
    { name: "getPricing", method: "GET", path: `${ROOT}/price`, access: "seller", handle: (call) => ({ body: ownPricing(options, call) }) },
    { name: "getCompetitivePricing", method: "GET", path: `${ROOT}/competitivePrice`, access: "seller", handle: (call) => ({ body: competitivePricing(options, call) }) },
  ]; // prettier-ignore
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
