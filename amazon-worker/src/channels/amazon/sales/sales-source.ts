import { invariant } from "@calibr/shared/core/assert";
import { findMarketplace } from "@calibr/shared/core/marketplaces";
import { type Day, dayOf, spanOf, withOffset } from "@calibr/shared/core/sales/marketplace-time";
import type { DayTotals } from "@calibr/shared/core/sales/traffic";
import { addMs, HOUR_MS } from "@calibr/shared/core/time/duration";
import type { ChannelAccount } from "@calibr/shared/ports/channel-account";
import type { SalesSource } from "@calibr/shared/ports/sales-source";
import { readOrderMetrics } from "../answers/order-metrics.ts";
import type { SpClient } from "../client/client.ts";
import type { ReportClient } from "../reports/report-client.ts";
import { readOrders } from "./read-orders.ts";
import { readTraffic } from "./read-traffic.ts";

const ORDERS = "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL";
const TRAFFIC = "GET_SALES_AND_TRAFFIC_REPORT";

/** Amazon's sales reports and totals behind the port. */
export function createAmazonSalesSource(parts: {
  readonly client: SpClient;
  readonly reports: ReportClient;
}): SalesSource {
  const { client, reports } = parts;
  return {
    askForOrders: (account, { marketplaceIds, from, until }, signal) =>
      reports.requestReport(account, { type: ORDERS, marketplaceIds, from, to: until }, signal),
    askForTraffic(account, { marketplaceId, day, by }, signal) {
      // Amazon says that only the date counts. Noon in the store's own time has that date, read either way.
      const at = addMs(spanOf(day, zoneOf(marketplaceId)).from, 12 * HOUR_MS);
      const asinGranularity = by === "sku" ? "SKU" : "CHILD";
      return reports.requestReport(
        account,
        {
          type: TRAFFIC,
          marketplaceIds: [marketplaceId],
          from: at,
          to: at,
          options: { dateGranularity: "DAY", asinGranularity },
        },
        signal,
      );
    },
    async reportState(account, reportId, signal) {
      const state = await reports.checkReport(account, reportId, signal);
      if (state.kind !== "failed") return state;
      return {
        kind: "failed",
        reason: await reports.readReason(account, state.documentId, signal),
      };
    },
    async *readOrders(account, { documentId, marketplaceIds }, signal) {
      const table = await reports.openReportTable(account, { documentId, marketplaceIds }, signal);
      yield* readOrders(table, marketplaceIds);
    },
    readTraffic: async (account, { documentId, day }, signal) =>
      readTraffic(await reports.openJson(account, documentId, signal), day),
    readTotals: (account, ask, signal) => readTotals(client, { account, ...ask }, signal),
  };
}

async function readTotals(
  client: SpClient,
  ask: {
    readonly account: ChannelAccount;
    readonly marketplaceId: string;
    readonly from: Day;
    readonly until: Day;
  },
  signal: AbortSignal,
): Promise<readonly DayTotals[]> {
  const { account, marketplaceId, from, until } = ask;
  const timeZone = zoneOf(marketplaceId);
  // The offsets must be the zone's own at both ends, or Amazon refuses the pair (docs issue 820).
  const ends = [from, until].map((day) => withOffset(spanOf(day, timeZone).from, timeZone));
  const query = {
    marketplaceIds: [marketplaceId],
    interval: ends.join("--"),
    granularity: "Day",
    granularityTimeZone: timeZone,
  };
  const answer = await client.call(account, { operation: "getOrderMetrics", query }, signal);
  return readOrderMetrics(answer).flatMap((metrics): DayTotals[] => {
    if (metrics.units === null || metrics.orders === null) return [];
    const { units, orders, totalSales } = metrics;
    return [
      {
        day: dayOf(metrics.from, timeZone),
        units,
        orders,
        revenueMinor: totalSales?.amountMinor ?? null,
        currency: totalSales?.currency ?? null,
      },
    ];
  });
}

function zoneOf(marketplaceId: string): string {
  const timeZone = findMarketplace(marketplaceId)?.timeZone;
  invariant(timeZone !== undefined, `no such marketplace: ${marketplaceId}`);
  return timeZone;
}
