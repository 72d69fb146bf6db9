/** What is written into a report of each type offered here; undefined when there is no data for it. */
import type { SandboxClock } from "../clock.ts";
import { findMarketplace } from "./marketplaces.ts";
import { merchantListingsReport } from "./merchant-listings-report.ts";
import type { ReportStyle } from "./merchant-listings-report.ts";
import { ordersReport } from "./orders/orders-report.ts";
import type { OrderBook } from "./orders/order-book.ts";
import { salesTrafficReport } from "./orders/sales-traffic-report.ts";
import type { AsinGranularity, DateGranularity } from "./orders/sales-traffic-report.ts";
import type { Traffic } from "./orders/traffic.ts";
import { invalidInput } from "./reply.ts";
import type { StoreOf } from "./seller-accounts.ts";

export interface ReportSpecification {
  readonly reportType: ReportType;
  readonly marketplaceIds: readonly string[];
  readonly from: Date;
  readonly until: Date;
  readonly options: Readonly<Record<string, unknown>>;
}

export interface ReportSources {
  readonly clock: SandboxClock;
  readonly storeOf: StoreOf;
  readonly orders: OrderBook;
  readonly traffic: Traffic;
}

const REPORT_TYPES = [
  "GET_MERCHANT_LISTINGS_ALL_DATA",
  "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL",
  "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL",
  "GET_SALES_AND_TRAFFIC_REPORT",
] as const;
export type ReportType = (typeof REPORT_TYPES)[number];
const ORDER_RANGE_MS_MAX = 30 * 86_400_000;
const DATE_GRANULARITIES: readonly DateGranularity[] = ["DAY", "WEEK", "MONTH"];
const ASIN_GRANULARITIES: readonly AsinGranularity[] = ["PARENT", "CHILD", "SKU"];

export function findReportType(type: unknown): ReportType | undefined {
  return REPORT_TYPES.find((known) => known === type);
}

/** Refuses what Amazon refuses when the report is asked for. */
export function checkSpecification({
  reportType,
  from,
  until,
  options,
}: ReportSpecification): void {
  if (from > until) throw invalidInput("dataStartTime must be before dataEndTime.");
  const isOrders = reportType.startsWith("GET_FLAT_FILE_ALL_ORDERS_DATA");
  if (isOrders && until.getTime() - from.getTime() > ORDER_RANGE_MS_MAX) {
    throw invalidInput("The range of an orders report must not exceed 30 days.");
  }
  if (reportType !== "GET_SALES_AND_TRAFFIC_REPORT") return;
  granularityOf(DATE_GRANULARITIES, options["dateGranularity"], "DAY");
  granularityOf(ASIN_GRANULARITIES, options["asinGranularity"], "PARENT");
}

export function writeReport(
  specification: ReportSpecification,
  sellerId: string,
  input: { readonly sources: ReportSources; readonly style: ReportStyle },
): string | undefined {
  const { reportType, marketplaceIds, from, until, options } = specification;
  const { storeOf, orders, traffic } = input.sources;
  const isWithin = (instant: Date): boolean => instant >= from && instant < until;
  const isHere = (marketplaceId: string): boolean => marketplaceIds.includes(marketplaceId);
  const listings = storeOf(sellerId)
    .all()
    .filter(({ marketplaceId }) => isHere(marketplaceId));
  const views = orders.views(sellerId).filter(({ order }) => isHere(order.marketplaceId));
  switch (reportType) {
    case "GET_MERCHANT_LISTINGS_ALL_DATA":
      return merchantListingsReport(listings, input.style);
    case "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL": {
      const found = views.filter(({ updatedAt }) => isWithin(updatedAt));
      return found.length === 0 ? undefined : ordersReport(found);
    }
    case "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL": {
      const found = views.filter(({ order }) => isWithin(order.purchasedAt));
      return found.length === 0 ? undefined : ordersReport(found);
    }
    case "GET_SALES_AND_TRAFFIC_REPORT": {
      const marketplace = findMarketplace(marketplaceIds[0] ?? "");
      if (marketplace === undefined) return undefined;
      const { dateGranularity, asinGranularity } = options;
      const report = salesTrafficReport({
        sellerId,
        marketplace,
        from,
        until,
        dateGranularity: granularityOf(DATE_GRANULARITIES, dateGranularity, "DAY"),
        asinGranularity: granularityOf(ASIN_GRANULARITIES, asinGranularity, "PARENT"),
        listings,
        orders: views,
        traffic,
      });
      return JSON.stringify(report);
    }
  }
}

function granularityOf<T>(known: readonly T[], value: unknown, fallback: T): T {
  const found = known.find((each) => each === (value ?? fallback));
  if (found === undefined) throw invalidInput(`Invalid reportOptions: ${String(value)}.`);
  return found;
}
