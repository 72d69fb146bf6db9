/** A listing in the shape of the Listings Items API 2021-08-01. */
import type {
  Item,
  ItemOfferByMarketplace,
  ItemRelationshipsByMarketplace,
  ItemSummaryByMarketplace,
} from "@sp-api-sdk/listings-items-api-2021-08-01";
import type { Listing } from "./listing.ts";
import type { ListingsStore } from "./listings-store.ts";
import { toText } from "./decimal.ts";
import { findMarketplace } from "./marketplaces.ts";
import { currencyOf, effectivePrice, PURCHASABLE_OFFER } from "./purchasable-offer.ts";

export const INCLUDED_DATA = [
  "summaries",
  "attributes",
  "issues",
  "offers",
  "fulfillmentAvailability",
  "procurement",
  "relationships",
  "productTypes",
] as const;
type IncludedData = (typeof INCLUDED_DATA)[number];

/** One SKU, as it stands in the marketplaces asked for; `listings` are of one SKU and not empty. */
export function viewListing(input: {
  readonly listings: readonly Listing[];
  readonly store: ListingsStore;
  readonly included: readonly string[];
  readonly now: Date;
}): Item {
  const { listings, store, included, now } = input;
  const has = (part: IncludedData): boolean => included.includes(part);
  return {
    sku: listings[0]?.sku ?? "",
    ...(has("summaries")
      ? { summaries: listings.map((listing) => summaryOf(listing, store)) }
      : {}),
    ...(has("attributes") ? { attributes: attributesOf(listings) } : {}),
    ...(has("issues") ? { issues: listings.flatMap((listing) => listing.issues) } : {}),
    ...(has("offers") ? { offers: listings.flatMap((listing) => offersOf(listing, now)) } : {}),
    ...(has("fulfillmentAvailability")
      ? { fulfillmentAvailability: availabilityOf(listings) }
      : {}),
    ...(has("relationships")
      ? { relationships: listings.map((listing) => relationshipsOf(listing)) }
      : {}),
    ...(has("productTypes")
      ? {
          productTypes: listings.map(({ marketplaceId, seed }) => ({
            marketplaceId,
            productType: seed.productType,
          })),
        }
      : {}),
  };
}

/** DEFAULT is the seller's own stock; Amazon's is named for the region. */
export function channelOf(listing: Listing): string {
  if (listing.seed.fulfilment === "MERCHANT") return "DEFAULT";
  const marketplace = findMarketplace(listing.marketplaceId);
  if (marketplace?.country === "JP") return "AMAZON_JP";
  return `AMAZON_${(marketplace?.region ?? "na").toUpperCase()}`;
}

/** The answer has no marketplace in this part: one entry per channel, the first marketplace's. */
function availabilityOf(listings: readonly Listing[]) {
  const byChannel = new Map(
    listings.toReversed().map((listing) => [channelOf(listing), listing.quantity]),
  );
  return [...byChannel].map(([fulfillmentChannelCode, quantity]) => ({
    fulfillmentChannelCode,
    quantity,
  }));
}

function relationshipsOf({ marketplaceId }: Listing): ItemRelationshipsByMarketplace {
  return { marketplaceId, relationships: [] };
}

function summaryOf(listing: Listing, store: ListingsStore): ItemSummaryByMarketplace {
  const { seed, asin } = listing;
  const isBuyable = store.isBuyable(listing) && listing.shownMinor !== null;
  return {
    marketplaceId: seed.marketplaceId,
    ...(asin === null ? {} : { asin }),
    productType: seed.productType,
    conditionType: seed.conditionType ?? "new_new",
    status: asin === null ? [] : isBuyable ? ["BUYABLE", "DISCOVERABLE"] : ["DISCOVERABLE"],
    ...(seed.fulfilment === "AMAZON" ? { fnSku: listing.fnSku } : {}),
    itemName: seed.title,
    createdDate: listing.createdAt.toISOString(),
    lastUpdatedDate: listing.updatedAt.toISOString(),
  };
}

/** What the seller submitted, of all marketplaces in one list; the price in force is in `offers`. */
function attributesOf(listings: readonly Listing[]): Record<string, unknown> {
  const merged: Record<string, unknown[]> = {};
  for (const listing of listings) {
    for (const [name, values] of Object.entries(ownAttributes(listing))) {
      merged[name] = [...(merged[name] ?? []), ...[values].flat()];
    }
  }
  return merged;
}

function ownAttributes(listing: Listing): Record<string, unknown> {
  const { marketplaceId: marketplace_id, title, brand } = listing.seed;
  const language_tag = findMarketplace(marketplace_id)?.language ?? "en_US";
  return {
    condition_type: [{ value: "new_new", marketplace_id }],
    item_name: [{ value: title, language_tag, marketplace_id }],
    brand: [{ value: brand, language_tag, marketplace_id }],
    ...listing.attributes,
    ...(listing.offers.length === 0 ? {} : { [PURCHASABLE_OFFER]: listing.offers }),
  };
}

function offersOf(listing: Listing, now: Date): ItemOfferByMarketplace[] {
  if (listing.isSuppressed || listing.seed.status !== "ACTIVE") return [];
  return listing.offers.flatMap((offer) => {
    const minor = effectivePrice(offer, now);
    if (minor === undefined) return [];
    const isBusiness = offer["audience"] === "B2B";
    const currencyCode = currencyOf(offer);
    return {
      marketplaceId: String(offer["marketplace_id"]),
      offerType: isBusiness ? "B2B" : "B2C",
      price: { currencyCode, amount: toText(minor, currencyCode) },
      ...(listing.seed.points === undefined || isBusiness
        ? {}
        : { points: { pointsNumber: listing.seed.points } }),
      audience: isBusiness
        ? { value: "B2B", displayName: "Business customers" }
        : { value: "ALL", displayName: "Sell on Amazon" },
    };
  });
}
