import { AppError } from "@calibr/shared/core/app-error";
import { parseAsin, parseSellerSku } from "@calibr/shared/core/ids";
import type { TrafficDay } from "@calibr/shared/core/sales/traffic";
import { z } from "zod";
import { amount, count, fitting, part, shareBps, text } from "../answers/lenient.ts";

const Row = z.object({
  sku: text,
  childAsin: text,
  parentAsin: text,
  salesByAsin: part(z.object({ unitsOrdered: count, orderedProductSales: amount })),
  trafficByAsin: part(
    z.object({ sessions: count, pageViews: count, buyBoxPercentage: shareBps }),
  ),
}); // prettier-ignore
const Report = z.object({ salesAndTrafficByAsin: z.array(z.unknown()) });

/**
 * Rows of GET_SALES_AND_TRAFFIC_REPORT over one day, by SKU or by child ASIN. Rows that name neither are left
 * out. A row about a parent alone is left out too: it is the sum of children that have rows of their own.
 * @throws AppError amazon_report_failed when the document is not such a report.
 */
export function readTraffic(document: unknown): readonly TrafficDay[] {
  const report = Report.safeParse(document);
  if (!report.success) {
    throw new AppError({
      code: "amazon_report_failed",
      retry: "backoff",
      message: "sales and traffic report: no salesAndTrafficByAsin, expected a list",
    });
  }
  const { entries } = fitting(report.data.salesAndTrafficByAsin, Row);
  return entries.flatMap((row): TrafficDay[] => {
    const externalId = parseSellerSku(row.sku);
    const parentId = parseAsin(row.childAsin);
    if (externalId === null && parentId === null) return [];
    const sales = row.salesByAsin?.orderedProductSales ?? null;
    return [
      {
        externalId,
        parentId,
        sessions: row.trafficByAsin?.sessions ?? null,
        pageViews: row.trafficByAsin?.pageViews ?? null,
        featuredShareBps: row.trafficByAsin?.buyBoxPercentage ?? null,
        units: row.salesByAsin?.unitsOrdered ?? null,
        revenueMinor: sales?.amountMinor ?? null,
        currency: sales?.currency ?? null,
      },
    ];
  });
}
