import { parseAsin, parseSellerSku } from "@calibr/shared/core/ids";
import { findMarketplace, MARKETPLACES } from "@calibr/shared/core/marketplaces";
import { parseCurrency } from "@calibr/shared/core/money/currency";
import type { OrderLine, OrderLineStatus } from "@calibr/shared/core/sales/order";
import { exactMoney } from "../client/vendor-money.ts";

/** One row of the flat file, still alone. Where the parcel went is not read. */
export interface OrderRow {
  readonly orderId: string;
  readonly marketplaceId: string;
  readonly purchasedAt: Date;
  readonly updatedAt: Date;
  readonly isBusiness: boolean;
  readonly line: Omit<OrderLine, "lineKey">;
}

/** What a row turned out to be. elsewhere: sold in another shop and only shipped by Amazon. */
export type ReadRow = OrderRow | "elsewhere" | "unreadable";

/** Reads a cell by the column's documented name. */
export type ReadCell = (name: OrderColumn) => string;

/**
 * The columns we read, with their documented places (order reports reference, read 2026-11). Left out on
 * purpose: ship-city, ship-state, ship-postal-code, ship-country, purchase-order-number.
 */
export const ORDER_COLUMNS = {
  "amazon-order-id": 0,
  "purchase-date": 2,
  "last-updated-date": 3,
  "order-status": 4,
  "sales-channel": 6,
  sku: 11,
  asin: 12,
  "item-status": 13,
  quantity: 14,
  currency: 15,
  "item-price": 16,
  "item-tax": 17,
  "shipping-price": 18,
  "item-promotion-discount": 22,
  "is-business-order": 29,
} as const;
export type OrderColumn = keyof typeof ORDER_COLUMNS;

/**
 * Reads one row.
 * @param marketplaceIds the marketplaces that the report was asked for.
 */
export function readOrderRow(cell: ReadCell, marketplaceIds: readonly string[]): ReadRow {
  const orderId = cell("amazon-order-id").trim();
  const purchasedAt = instantWithZone(cell("purchase-date"));
  const updatedAt = instantWithZone(cell("last-updated-date"));
  const asin = parseAsin(cell("asin"));
  const sku = parseSellerSku(cell("sku"));
  const quantity = wholeNumber(cell("quantity"));
  const isOrder = /^[A-Z0-9]{3}-\d{7}-\d{7}$/.test(orderId);
  if (!isOrder || purchasedAt === null || updatedAt === null) return "unreadable";
  if (sku === null || quantity === null) return "unreadable";
  const marketplaceId = marketplaceOf(cell("sales-channel"), marketplaceIds);
  if (marketplaceId === null) return "elsewhere";
  const money = readMoneyCells(cell, marketplaceId);
  const status = statusOf(cell("order-status"), cell("item-status"));
  return {
    orderId,
    marketplaceId,
    purchasedAt,
    updatedAt,
    isBusiness: cell("is-business-order").trim().toLowerCase() === "true",
    line: { externalId: sku, parentId: asin, status, quantity, items: 1, ...money },
  };
}

/** "Amazon.co.uk" is a store; "Non-Amazon" and "SI UK Prod Marketplace" are not. */
function marketplaceOf(salesChannel: string, marketplaceIds: readonly string[]): string | null {
  const said = salesChannel.trim().toLowerCase();
  // A report that names no channel is about the only marketplace it was asked for.
  if (said === "") return marketplaceIds.length === 1 ? (marketplaceIds[0] ?? null) : null;
  const store = MARKETPLACES.find(({ domain }) => domain === said);
  return store !== undefined && marketplaceIds.includes(store.id) ? store.id : null;
}

function statusOf(orderStatus: string, itemStatus: string): OrderLineStatus {
  const order = orderStatus.trim().toLowerCase();
  const item = itemStatus.trim().toLowerCase();
  if (/^cancell?ed$/.test(order) || /^cancell?ed$/.test(item)) return "cancelled";
  // "Pending - Waiting for Pick Up" is paid and on its way; its price is said.
  if (order === "pending" || order === "pendingavailability") return "pending";
  return order.startsWith("shipped") || item.startsWith("shipped") ? "shipped" : "ordered";
}

type MoneyCells = Pick<
  OrderLine,
  "currency" | "itemMinor" | "taxMinor" | "promoMinor" | "shippingMinor"
>;

function readMoneyCells(cell: ReadCell, marketplaceId: string): MoneyCells {
  const said = parseCurrency(cell("currency").trim());
  const currency = said ?? findMarketplace(marketplaceId)?.currency ?? null;
  const minor = (name: OrderColumn): bigint | null => {
    const text = decimalText(cell(name));
    return currency === null ? null : (exactMoney(text, currency)?.amountMinor ?? null);
  };
  const itemMinor = minor("item-price");
  const promoMinor = minor("item-promotion-discount");
  return {
    currency: itemMinor === null ? null : currency,
    itemMinor,
    taxMinor: minor("item-tax"),
    // Some reports write what was taken off as a negative number.
    promoMinor: promoMinor !== null && promoMinor < 0n ? -promoMinor : promoMinor,
    shippingMinor: minor("shipping-price"),
  };
}

/** A decimal comma counts where it cannot separate thousands: "12,99" is 12.99; "1,299" is not read. */
function decimalText(cell: string): string {
  return cell.trim().replace(/^(-?\d+),(\d{1,2})$/, "$1.$2");
}

/** Without an offset the instant is anybody's guess. */
function instantWithZone(cell: string): Date | null {
  const text = cell.trim();
  if (!/^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:?\d{2})$/.test(text)) return null;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : new Date(ms);
}

function wholeNumber(cell: string): number | null {
  return /^\d{1,6}$/.test(cell.trim()) ? Number.parseInt(cell, 10) : null;
}
