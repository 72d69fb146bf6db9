/** A listing in the shape of the Listings Items API 2021-08-01. */
import type {
  Item,
  ItemOfferByMarketplace,
  ItemSummaryByMarketplace,
} from "@sp-api-sdk/listings-items-api-2021-08-01";
import type { Listing, ListingsStore } from "./listings-store.ts";
import { toText } from "./decimal.ts";
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

export function viewListing(input: {
  readonly listing: Listing;
  readonly store: ListingsStore;
  readonly included: readonly string[];
  readonly now: Date;
}): Item {
  const { listing, store, included, now } = input;
  const { marketplaceId, productType } = listing.seed;
  const has = (part: IncludedData): boolean => included.includes(part);
  return {
    sku: listing.sku,
    ...(has("summaries") ? { summaries: [summaryOf(listing, store)] } : {}),
    ...(has("attributes") ? { attributes: attributesOf(listing) } : {}),
    ...(has("issues") ? { issues: [...listing.issues] } : {}),
    ...(has("offers") ? { offers: offersOf(listing, now) } : {}),
    ...(has("fulfillmentAvailability")
      ? {
          fulfillmentAvailability: [
            { fulfillmentChannelCode: channelOf(listing), quantity: listing.quantity },
          ],
        }
      : {}),
    ...(has("relationships") ? { relationships: [{ marketplaceId, relationships: [] }] } : {}),
    ...(has("productTypes") ? { productTypes: [{ marketplaceId, productType }] } : {}),
  };
}

/** DEFAULT is the seller's own stock; Amazon's is named for the region. */
function channelOf(listing: Listing): string {
  return listing.seed.fulfilment === "AMAZON" ? "AMAZON_NA" : "DEFAULT";
}

function summaryOf(listing: Listing, store: ListingsStore): ItemSummaryByMarketplace {
  const { seed, asin } = listing;
  const isBuyable = store.isBuyable(listing) && listing.shownMinor !== null;
  return {
    marketplaceId: seed.marketplaceId,
    ...(asin === null ? {} : { asin }),
    productType: seed.productType,
    conditionType: "new_new",
    status: asin === null ? [] : isBuyable ? ["BUYABLE", "DISCOVERABLE"] : ["DISCOVERABLE"],
    ...(seed.fulfilment === "AMAZON" ? { fnSku: listing.fnSku } : {}),
    itemName: seed.title,
    createdDate: listing.createdAt.toISOString(),
    lastUpdatedDate: listing.updatedAt.toISOString(),
  };
}

/** What the seller submitted; the price in force is in `offers`. */
function attributesOf(listing: Listing): Record<string, unknown> {
  const { marketplaceId: marketplace_id, title, brand } = listing.seed;
  return {
    condition_type: [{ value: "new_new", marketplace_id }],
    item_name: [{ value: title, language_tag: "en_US", marketplace_id }],
    brand: [{ value: brand, language_tag: "en_US", marketplace_id }],
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
      audience: isBusiness
        ? { value: "B2B", displayName: "Business customers" }
        : { value: "ALL", displayName: "Sell on Amazon" },
    };
  });
}
