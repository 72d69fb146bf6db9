import type { Money } from "@calibr/shared/core/money/money";
import { z } from "zod";
import { instantOf } from "../client/vendor-time.ts";
import { amount, count, fitting, readFrame } from "./lenient.ts";

/** What was sold in one interval (Sales API v1). */
export interface OrderMetrics {
  /** The half-open interval [from, until). */
  readonly from: Date;
  readonly until: Date;
  readonly units: number | null;
  /** Order lines. */
  readonly orderItems: number | null;
  readonly orders: number | null;
  /** Amazon rounds it, sometimes to more digits than the currency has: null then. */
  readonly averageUnitPrice: Money | null;
  readonly totalSales: Money | null;
}

const Metrics = z
  .object({
    interval: z.string().transform((value, context) => readInterval(value) ?? refuse(context)),
    unitCount: count,
    orderItemCount: count,
    orderCount: count,
    averageUnitPrice: amount,
    totalSales: amount,
  })
  .transform((metrics): OrderMetrics => ({
    ...metrics.interval,
    units: metrics.unitCount,
    orderItems: metrics.orderItemCount,
    orders: metrics.orderCount,
    averageUnitPrice: metrics.averageUnitPrice,
    totalSales: metrics.totalSales,
  }));
const Answer = z.object({ payload: z.array(z.unknown()) });

/** The intervals in Amazon's order. @throws AppError amazon_bad_answer when there is no list. */
export function readOrderMetrics(body: unknown): readonly OrderMetrics[] {
  const { payload } = readFrame("getOrderMetrics", Answer, body);
  return fitting(payload, Metrics).entries;
}

function readInterval(value: string): { readonly from: Date; readonly until: Date } | null {
  const [start, end, ...rest] = value.split("--");
  const from = instantOf(start);
  const until = instantOf(end);
  return from === null || until === null || rest.length > 0 ? null : { from, until };
}

function refuse(context: z.RefinementCtx): never {
  context.addIssue({ code: "custom", message: "no interval" });
  return z.NEVER;
}
