/**
 * An order and what becomes of it, as a plan of dated steps: what Amazon reports at an instant is the
 * plan read up to that instant. That is how a day's sales are restated later without a timer.
 *
 * States of an order: Pending (no prices yet) → Unshipped → Shipped; Pending or Unshipped → Cancelled.
 */
import type { Fulfilment } from "../../market/types.ts";

export interface OrderLine {
  readonly id: string;
  readonly sku: string;
  readonly asin: string;
  readonly title: string;
  quantity: number;
  unitPriceMinor: number;
  readonly isBusiness: boolean;
  /** Some lines are reported hours after the others. */
  readonly arrivesAt: Date;
}

export type OrderStatus = "Pending" | "Unshipped" | "Shipped" | "Cancelled";

export interface OrderStep {
  readonly at: Date;
  /** Null: something else of the order changed. */
  readonly status: OrderStatus | null;
}

export interface Order {
  readonly id: string;
  readonly sellerId: string;
  readonly marketplaceId: string;
  readonly currency: string;
  readonly fulfilment: Fulfilment;
  readonly purchasedAt: Date;
  readonly lines: OrderLine[];
  /** Any order of instants; the purchase itself is not among them. */
  readonly steps: OrderStep[];
}

/** An order as Amazon shows it at an instant. */
export interface OrderView {
  readonly order: Order;
  readonly status: OrderStatus;
  readonly updatedAt: Date;
  readonly lines: readonly OrderLine[];
}

/** Undefined before the purchase. */
export function orderAt(order: Order, now: Date): OrderView | undefined {
  if (order.purchasedAt > now) return undefined;
  const done = order.steps
    .filter(({ at }) => at <= now)
    .sort((a, b) => a.at.getTime() - b.at.getTime());
  const lines = order.lines.filter(({ arrivesAt }) => arrivesAt <= now);
  const instants = [
    order.purchasedAt,
    ...done.map(({ at }) => at),
    ...lines.map((line) => line.arrivesAt),
  ];
  return {
    order,
    status: done.findLast(({ status }) => status !== null)?.status ?? "Pending",
    updatedAt: new Date(Math.max(...instants.map((instant) => instant.getTime()))),
    lines,
  };
}
