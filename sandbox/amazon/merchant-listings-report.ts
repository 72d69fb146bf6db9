/** GET_MERCHANT_LISTINGS_ALL_DATA: every listing of the account as tab-separated text. */
import { CONDITION_CODES } from "./listing.ts";
import type { Listing } from "./listing.ts";
import { toText } from "./decimal.ts";
import { REPORT_HEADERS } from "./report-headers.ts";
import type { ReportLocale } from "./report-headers.ts";
import { channelOf } from "./listing-view.ts";

/** In the order Amazon prints them; a reader must go by name, not by place. */
const MERCHANT_LISTINGS_COLUMNS = [
  "item-name",
  "item-description",
  "listing-id",
  "seller-sku",
  "price",
  "quantity",
  "open-date",
  "image-url",
  "item-is-marketplace",
  "product-id-type",
  "zshop-shipping-fee",
  "item-note",
  "item-condition",
  "zshop-category1",
  "zshop-browse-path",
  "zshop-storefront-feature",
  "asin1",
  "asin2",
  "asin3",
  "will-ship-internationally",
  "expedited-shipping",
  "zshop-boldface",
  "product-id",
  "bid-for-featured-placement",
  "add-delete",
  "pending-quantity",
  "fulfillment-channel",
  "merchant-shipping-group",
  "status",
] as const;

export type ReportColumn = (typeof MERCHANT_LISTINGS_COLUMNS)[number];

export interface ReportStyle {
  readonly locale: ReportLocale;
}

export function merchantListingsReport(
  listings: readonly Listing[],
  { locale }: ReportStyle,
): string {
  const words = REPORT_HEADERS[locale];
  const lines = [
    MERCHANT_LISTINGS_COLUMNS.map((column) => words[column] ?? column).join("\t"),
    ...listings.map((listing) => {
      const cells = cellsOf(listing);
      return MERCHANT_LISTINGS_COLUMNS.map((column) => cells[column] ?? "").join("\t");
    }),
  ];
  return `${lines.join("\r\n")}\r\n`;
}

function cellsOf(listing: Listing): Partial<Record<ReportColumn, string>> {
  const { seed } = listing;
  const isAmazon = seed.fulfilment === "AMAZON";
  return {
    "item-name": seed.title,
    "listing-id": listing.listingId,
    "seller-sku": listing.sku,
    price: listing.shownMinor === null ? "" : toText(listing.shownMinor, seed.currency),
    // Amazon leaves the quantity of its own warehouses out of this report.
    quantity: isAmazon ? "" : String(listing.quantity),
    "open-date": openDate(listing.createdAt),
    "item-is-marketplace": "y",
    // Product id types: 1 ASIN, 4 EAN.
    "product-id-type": listing.asin === null ? "4" : "1",
    "item-condition": CONDITION_CODES[seed.conditionType ?? "new_new"],
    asin1: listing.asin ?? "",
    "will-ship-internationally": "N",
    "expedited-shipping": "N",
    "product-id": listing.asin ?? seed.barcode,
    "pending-quantity": isAmazon ? "" : "0",
    "fulfillment-channel": channelOf(listing),
    "merchant-shipping-group": isAmazon ? "" : "Migrated Template",
    status: statusOf(listing),
  };
}

function statusOf(listing: Listing): "Active" | "Inactive" | "Incomplete" {
  if (listing.seed.status === "INCOMPLETE") return "Incomplete";
  const isActive =
    listing.seed.status === "ACTIVE" && listing.quantity > 0 && !listing.isSuppressed;
  return isActive ? "Active" : "Inactive";
}

/** `2026-01-31 09:15:00 PST`: Amazon prints the marketplace's own time zone. */
function openDate(instant: Date): string {
  const pacific = new Date(instant.getTime() - 8 * 3_600_000).toISOString();
  return `${pacific.slice(0, 10)} ${pacific.slice(11, 19)} PST`;
}
