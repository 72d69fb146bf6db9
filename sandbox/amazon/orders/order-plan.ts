/** What becomes of an order, drawn from a seed: how often and how late a day's sales are restated. */
import { createRandom } from "../../market/random.ts";
import type { OrderStep } from "./order.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Shares in the order of what sellers report; not measured facts. */
const CANCELLED_WHILE_PENDING = 0.04;
const CANCELLED_LATER = 0.02;
const WITH_LATE_LINE = 0.03;

interface OrderPlan {
  readonly steps: readonly OrderStep[];
  /** When a second line of the same listing is reported, null for most orders. */
  readonly lateLineAt: Date | null;
}

export function planOrder(seed: string, purchasedAt: Date): OrderPlan {
  const random = createRandom(seed);
  const after = (ms: number): Date => new Date(purchasedAt.getTime() + Math.round(ms));
  const [fate, late] = [random.unit(), random.unit()];
  const pendingMs = random.between(10, 120) * MINUTE_MS;
  const shippedMs = pendingMs + random.between(4, 30) * HOUR_MS;
  const laterMs = pendingMs + random.between(2, 60) * HOUR_MS;
  const lateLineAt = late < WITH_LATE_LINE ? after(random.between(1, 20) * HOUR_MS) : null;
  if (fate < CANCELLED_WHILE_PENDING) {
    return { steps: [{ at: after(pendingMs), status: "Cancelled" }], lateLineAt: null };
  }
  const confirmed: OrderStep = { at: after(pendingMs), status: "Unshipped" };
  if (fate < CANCELLED_WHILE_PENDING + CANCELLED_LATER) {
    return { steps: [confirmed, { at: after(laterMs), status: "Cancelled" }], lateLineAt };
  }
  return { steps: [confirmed, { at: after(shippedMs), status: "Shipped" }], lateLineAt };
}
