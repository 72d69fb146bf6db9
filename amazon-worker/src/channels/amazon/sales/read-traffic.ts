import { AppError } from "@calibr/shared/core/app-error";
import { parseAsin, parseSellerSku } from "@calibr/shared/core/ids";
import type { Day } from "@calibr/shared/core/sales/marketplace-time";
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
const Report = z.object({
  reportSpecification: part(z.object({ dataStartTime: text, dataEndTime: text })),
  salesAndTrafficByAsin: z.array(z.unknown()),
});

/**
 * Rows of GET_SALES_AND_TRAFFIC_REPORT over one day, by SKU or by child ASIN. Rows that name neither are left
 * out. A row about a parent alone is left out too: it is the sum of children that have rows of their own.
 * @throws AppError amazon_report_failed when the document is not such a report, or about other days: numbers
 * by ASIN are sums over its whole range.
 */
export function readTraffic(document: unknown, day: Day): readonly TrafficDay[] {
  const report = Report.safeParse(document);
  if (!report.success) throw wrongReport("no salesAndTrafficByAsin");
  const { dataStartTime, dataEndTime } = report.data.reportSpecification ?? {};
  const others = [dataStartTime, dataEndTime].filter((said) => said?.slice(0, 10) !== day);
  if (others.length > 0)
    throw wrongReport(`days ${String(dataStartTime)} to ${String(dataEndTime)}`);
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

function wrongReport(found: string): AppError {
  return new AppError({
    code: "amazon_report_failed",
    retry: "backoff",
    message: `sales and traffic report: found ${found}, expected the rows of the day asked for`,
  });
}
