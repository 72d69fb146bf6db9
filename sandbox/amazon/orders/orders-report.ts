/**
 * GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL and …_BY_ORDER_DATE_GENERAL: one line per order
 * line. Prices are blank while an order is pending and once it is cancelled.
 */
import { toText } from "../decimal.ts";
import { findMarketplace } from "../marketplaces.ts";
import type { OrderLine, OrderView } from "./order.ts";

/** In the order Amazon prints them; a reader must go by name, not by place. */
const COLUMNS = [
  "amazon-order-id",
  "merchant-order-id",
  "purchase-date",
  "last-updated-date",
  "order-status",
  "fulfillment-channel",
  "sales-channel",
  "order-channel",
  "url",
  "ship-service-level",
  "product-name",
  "sku",
  "asin",
  "item-status",
  "quantity",
  "currency",
  "item-price",
  "item-tax",
  "shipping-price",
  "shipping-tax",
  "gift-wrap-price",
  "gift-wrap-tax",
  "item-promotion-discount",
  "ship-promotion-discount",
  "ship-city",
  "ship-state",
  "ship-postal-code",
  "ship-country",
  "promotion-ids",
  "is-business-order",
  "purchase-order-number",
  "price-designation",
] as const;

export function ordersReport(views: readonly OrderView[]): string {
  const rows = views.flatMap((view) =>
    view.lines.map((line) => {
      const cells = cellsOf(view, line);
      return COLUMNS.map((column) => cells[column] ?? "").join("\t");
    }),
  );
  return `${[COLUMNS.join("\t"), ...rows].join("\r\n")}\r\n`;
}

function cellsOf(
  { order, status, updatedAt }: OrderView,
  line: OrderLine,
): Partial<Record<(typeof COLUMNS)[number], string>> {
  const marketplace = findMarketplace(order.marketplaceId);
  const isPriced = status === "Unshipped" || status === "Shipped";
  const priceMinor = line.unitPriceMinor * line.quantity;
  return {
    "amazon-order-id": order.id,
    "merchant-order-id": order.id,
    "purchase-date": instantText(order.purchasedAt),
    "last-updated-date": instantText(updatedAt),
    "order-status": status,
    "fulfillment-channel": order.fulfilment === "AMAZON" ? "Amazon" : "Merchant",
    "sales-channel": marketplace?.name ?? "",
    "ship-service-level": order.fulfilment === "AMAZON" ? "Expedited" : "Standard",
    "product-name": line.title,
    sku: line.sku,
    asin: line.asin,
    "item-status": status === "Pending" ? "" : status,
    quantity: status === "Cancelled" ? "0" : String(line.quantity),
    currency: isPriced ? order.currency : "",
    "item-price": isPriced ? toText(priceMinor, order.currency) : "",
    "item-tax": isPriced ? toText(0, order.currency) : "",
    "ship-city": "SPECIMEN CITY",
    "ship-postal-code": "00000",
    "ship-country": marketplace?.country ?? "",
    "is-business-order": String(line.isBusiness),
    "price-designation": line.isBusiness ? "Business Price" : "",
  };
}

/** `2026-11-23T09:00:00+00:00` */
function instantText(instant: Date): string {
  return `${instant.toISOString().slice(0, 19)}+00:00`;
}
