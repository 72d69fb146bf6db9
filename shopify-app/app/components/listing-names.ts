import type { ListingView } from "@calibr/shared/ports/shop-views";
import { CHANNEL_NAMES } from "../copy/channels.ts";
import { placeName } from "../copy/countries.ts";

type Named = Pick<ListingView, "channel" | "marketplaceId" | "sku">;

/** Where a listing is sold: "Amazon United States", "Shopify". */
export function listingPlace(listing: Named): string {
  const { channel, marketplaceId } = listing;
  return channel === "amazon"
    ? `${CHANNEL_NAMES.amazon} ${placeName(marketplaceId)}`
    : CHANNEL_NAMES[channel];
}

/** ", SKU-2" where an item has several listings in one place, which only their SKUs tell apart. */
export function listingNote(listing: Named, all: readonly Named[]): string {
  const beside = all.filter((each) => listingPlace(each) === listingPlace(listing));
  return beside.length > 1 && listing.sku !== null ? `, ${listing.sku}` : "";
}
