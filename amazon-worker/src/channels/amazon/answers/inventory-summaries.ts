import { type Asin, parseAsin } from "@calibr/shared/core/ids";
import { z } from "zod";
import { count, fitting, instant, name, type Page, part, readFrame, text } from "./lenient.ts";

/** Stock of one SKU in Amazon's warehouses (FBA Inventory API v1). Units; null when not said. */
export interface InventorySummary {
  readonly sku: string;
  readonly asin: Asin | null;
  readonly fnSku: string | null;
  readonly condition: string | null;
  readonly productName: string | null;
  /** In the warehouses and on the way there. */
  readonly total: number | null;
  /** Can be picked, packed and shipped now. */
  readonly fulfillable: number | null;
  readonly inboundWorking: number | null;
  readonly inboundShipped: number | null;
  readonly inboundReceiving: number | null;
  /** Taken by orders, moved between warehouses or looked at. */
  readonly reserved: number | null;
  readonly unfulfillable: number | null;
  readonly updatedAt: Date | null;
}

const Summary = z.object({
  sellerSku: name,
  asin: text,
  fnSku: text,
  condition: text,
  productName: text,
  totalQuantity: count,
  lastUpdatedTime: instant,
  inventoryDetails: part(
    z.object({
      fulfillableQuantity: count,
      inboundWorkingQuantity: count,
      inboundShippedQuantity: count,
      inboundReceivingQuantity: count,
      reservedQuantity: part(z.object({ totalReservedQuantity: count })),
      unfulfillableQuantity: part(z.object({ totalUnfulfillableQuantity: count })),
    }),
  ),
});
const Answer = z.object({
  payload: z.object({ inventorySummaries: z.array(z.unknown()) }),
  pagination: part(z.object({ nextToken: text })),
});

/**
 * A page of stock. Its token is good for 30 seconds (FBA Inventory API, `nextToken`).
 * @throws AppError amazon_bad_answer when there is no list of summaries.
 */
export function readInventorySummaries(body: unknown): Page<InventorySummary> {
  const { payload, pagination } = readFrame("getInventorySummaries", Answer, body);
  const { entries, unreadable } = fitting(payload.inventorySummaries, Summary);
  return {
    entries: entries.map(toSummary),
    nextToken: pagination?.nextToken ?? null,
    unreadable,
  };
}

function toSummary(summary: z.output<typeof Summary>): InventorySummary {
  const details = summary.inventoryDetails;
  return {
    sku: summary.sellerSku,
    asin: parseAsin(summary.asin),
    fnSku: summary.fnSku,
    condition: summary.condition,
    productName: summary.productName,
    total: summary.totalQuantity,
    fulfillable: details?.fulfillableQuantity ?? null,
    inboundWorking: details?.inboundWorkingQuantity ?? null,
    inboundShipped: details?.inboundShippedQuantity ?? null,
    inboundReceiving: details?.inboundReceivingQuantity ?? null,
    reserved: details?.reservedQuantity?.totalReservedQuantity ?? null,
    unfulfillable: details?.unfulfillableQuantity?.totalUnfulfillableQuantity ?? null,
    updatedAt: summary.lastUpdatedTime,
  };
}
