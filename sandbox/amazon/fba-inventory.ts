/** FBA Inventory v1: what of the seller's stock lies in Amazon's warehouses. */
import type { SandboxClock } from "../clock.ts";
import type { Listing } from "./listing.ts";
import { invalidInput } from "./reply.ts";
import type { StoreOf } from "./seller-accounts.ts";
import { checkedMarketplace, queryList, requiredQuery } from "./sp-api.ts";
import type { SpCall, SpOperation, SpReply } from "./sp-api.ts";

const PAGE_SIZE = 50;
/** A page token is good for half a minute of sandbox time. */
const TOKEN_LIFE_MS = 30_000;

interface FbaInventoryOptions {
  readonly clock: SandboxClock;
  readonly storeOf: StoreOf;
}

export function fbaInventoryOperations({ clock, storeOf }: FbaInventoryOptions): SpOperation[] {
  const summaries = (call: SpCall): SpReply => {
    if (requiredQuery(call, "granularityType") !== "Marketplace") {
      throw invalidInput("granularityType must be Marketplace.");
    }
    const granularityId = checkedMarketplace(requiredQuery(call, "granularityId"), call);
    checkedMarketplace(requiredQuery(call, "marketplaceIds"), call);
    const skus = queryList(call, "sellerSkus");
    if (skus.length > PAGE_SIZE) throw invalidInput(`At most ${PAGE_SIZE} sellerSkus are allowed.`);
    const since = call.query.get("startDateTime");
    const hasDetails = call.query.get("details") === "true";
    const nowMs = clock.now().getTime();
    const from = pageStart(call.query.get("nextToken"), nowMs);
    const found = storeOf(call.sellerId)
      .all()
      .filter((listing) => listing.seed.fulfilment === "AMAZON")
      .filter((listing) => listing.marketplaceId === granularityId)
      .filter((listing) => skus.length === 0 || skus.includes(listing.sku))
      .filter((listing) => since === null || listing.updatedAt >= new Date(since));
    const page = found.slice(from, from + PAGE_SIZE);
    const next = from + PAGE_SIZE;
    return {
      body: {
        payload: {
          granularity: { granularityType: "Marketplace", granularityId },
          inventorySummaries: page.map((listing) => summaryOf(listing, hasDetails)),
        },
        ...(next < found.length ? { pagination: { nextToken: `${next}.${nowMs}` } } : {}),
      },
    };
  };

  return [
    {
      name: "getInventorySummaries",
      method: "GET",
      path: "/fba/inventory/v1/summaries",
      access: "seller",
      handle: summaries,
    },
  ];
}

function pageStart(token: string | null, nowMs: number): number {
  if (token === null) return 0;
  const [from, issuedAtMs] = token.split(".").map(Number);
  const isGood = Number.isInteger(from) && nowMs - (issuedAtMs ?? 0) <= TOKEN_LIFE_MS;
  if (from === undefined || !isGood) throw invalidInput("The nextToken is invalid or has expired.");
  return from;
}

function summaryOf(listing: Listing, hasDetails: boolean) {
  const reserved = Math.floor(listing.quantity / 20);
  const inventoryDetails = {
    fulfillableQuantity: listing.quantity,
    inboundWorkingQuantity: 0,
    inboundShippedQuantity: 0,
    inboundReceivingQuantity: 0,
    reservedQuantity: {
      totalReservedQuantity: reserved,
      pendingCustomerOrderQuantity: reserved,
      pendingTransshipmentQuantity: 0,
      fcProcessingQuantity: 0,
    },
    unfulfillableQuantity: { totalUnfulfillableQuantity: 0 },
  };
  return {
    ...(listing.asin === null ? {} : { asin: listing.asin }),
    fnSku: listing.fnSku,
    sellerSku: listing.sku,
    condition: "NewItem",
    ...(hasDetails ? { inventoryDetails } : {}),
    lastUpdatedTime: listing.updatedAt.toISOString(),
    productName: listing.seed.title,
    totalQuantity: listing.quantity + reserved,
  };
}
