import { z } from "zod";
import { instantOf } from "../client/vendor-time.ts";
import { type ReadType, unreadable } from "./reading.ts";

const text = z.string().min(1).nullish().catch(null);
const Document = z.object({
  orderchangenotification: z.object({
    amazonorderid: z.string().min(1),
    orderchangetrigger: z.object({ timeoforderchange: text }).nullish().catch(null),
    summary: z.object({ marketplaceid: text }).nullish().catch(null),
  }),
});

/** ORDER_CHANGE 1.0: that an order changed. It names no price; order lines are read by report. */
export const readOrderChange: ReadType = ({ body }) => {
  const parsed = Document.safeParse(body);
  if (!parsed.success) return unreadable("no_order");
  const { amazonorderid, orderchangetrigger, summary } = parsed.data.orderchangenotification;
  return {
    fact: { kind: "order_changed", orderId: amazonorderid },
    changedAt: instantOf(orderchangetrigger?.timeoforderchange),
    marketplaceId: summary?.marketplaceid ?? null,
  };
};
