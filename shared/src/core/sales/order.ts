/**
 * What was sold, without who bought it: no name, address, city or postcode is part of any type here.
 */

/**
 * How far an order line is. pending: not paid, Amazon names no price yet · ordered · shipped · cancelled.
 * A word that a channel adds later counts as ordered.
 */
export type OrderLineStatus = "pending" | "ordered" | "shipped" | "cancelled";

/** One line of an order as its channel described it at one instant. Money is minor units of `currency`. */
export interface OrderLine {
  /** Tells the lines of one order apart; see {@link mergeLines} for Amazon, a line's own id elsewhere. */
  readonly lineKey: string;
  /** Amazon seller SKU, or Shopify variant gid: the listing's own key. */
  readonly externalId: string;
  /** ASIN, or Shopify product gid; null when not said. */
  readonly parentId: string | null;
  readonly status: OrderLineStatus;
  readonly quantity: number;
  /** How many of the channel's own order items stand behind this line. */
  readonly items: number;
  /** Null while no price is said. */
  readonly currency: string | null;
  /** Price of all units together before discounts, as the channel states it; null = not said. */
  readonly itemMinor: bigint | null;
  readonly taxMinor: bigint | null;
  /** What the seller's promotions took off, positive. */
  readonly promoMinor: bigint | null;
  readonly shippingMinor: bigint | null;
}

/**
 * A whole order at one instant: what it does not name, is not part of it. Of two, the one updated later
 * counts, and of those the one reported later.
 */
export interface OrderSnapshot {
  readonly orderId: string;
  /** Amazon marketplace id; empty for Shopify. */
  readonly marketplaceId: string;
  readonly purchasedAt: Date;
  readonly updatedAt: Date;
  readonly isBusiness: boolean;
  readonly lines: readonly OrderLine[];
}

/**
 * Merges the lines of one order that sell one SKU into one, whose numbers are the sums.
 *
 * Amazon's flat file has no id of an order item, so nothing tells two rows of one SKU apart for good: they
 * may trade places from one report to the next. Their sum is stable, and facts are sums. The key is the SKU.
 * @returns lines sorted by key; a sum is null when a live part of it is not said or currencies differ.
 */
export function mergeLines(lines: readonly Omit<OrderLine, "lineKey">[]): readonly OrderLine[] {
  const bySku = new Map<string, Omit<OrderLine, "lineKey">>();
  for (const line of lines) {
    const known = bySku.get(line.externalId);
    bySku.set(line.externalId, known === undefined ? line : mergeTwo(known, line));
  }
  return [...bySku]
    .map(([lineKey, line]) => ({ lineKey, ...line }))
    .sort((left, right) => (left.lineKey < right.lineKey ? -1 : 1));
}

type Unkeyed = Omit<OrderLine, "lineKey">;

function mergeTwo(left: Unkeyed, right: Unkeyed): Unkeyed {
  // A cancelled part has no price and sells nothing: the other part alone says what was sold.
  if (right.status === "cancelled" && left.status !== "cancelled")
    return { ...left, items: left.items + right.items };
  if (left.status === "cancelled" && right.status !== "cancelled")
    return { ...right, items: left.items + right.items };
  const isOneCurrency = left.currency === right.currency;
  const sum = (one: bigint | null, other: bigint | null) =>
    !isOneCurrency || one === null || other === null ? null : one + other;
  return {
    externalId: left.externalId,
    parentId: left.parentId ?? right.parentId,
    status: earlier(left.status, right.status),
    quantity: left.quantity + right.quantity,
    items: left.items + right.items,
    currency: isOneCurrency ? left.currency : null,
    itemMinor: sum(left.itemMinor, right.itemMinor),
    taxMinor: sum(left.taxMinor, right.taxMinor),
    promoMinor: sum(left.promoMinor, right.promoMinor),
    shippingMinor: sum(left.shippingMinor, right.shippingMinor),
  };
}

const ORDER: readonly OrderLineStatus[] = ["pending", "ordered", "shipped", "cancelled"];

function earlier(left: OrderLineStatus, right: OrderLineStatus): OrderLineStatus {
  return ORDER.indexOf(left) <= ORDER.indexOf(right) ? left : right;
}
