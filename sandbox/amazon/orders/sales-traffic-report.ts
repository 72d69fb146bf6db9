/**
 * GET_SALES_AND_TRAFFIC_REPORT: sales and traffic of local days by date, and of the whole range by
 * parent, child or SKU. Cancelled orders do not count, so a day asked for again can have fewer sales.
 */
import { toAmount } from "../decimal.ts";
import type { Listing } from "../listing.ts";
import type { Marketplace } from "../marketplaces.ts";
import { dayAt, dayText, startOfDay, timeZoneOf } from "../zoned-days.ts";
import type { CalendarDay } from "../zoned-days.ts";
import type { OrderLine, OrderView } from "./order.ts";
import type { DayTraffic, Traffic } from "./traffic.ts";

export type AsinGranularity = "PARENT" | "CHILD" | "SKU";
export type DateGranularity = "DAY" | "WEEK" | "MONTH";

export interface SalesTrafficInput {
  readonly sellerId: string;
  readonly marketplace: Marketplace;
  readonly from: Date;
  readonly until: Date;
  readonly dateGranularity: DateGranularity;
  readonly asinGranularity: AsinGranularity;
  readonly listings: readonly Listing[];
  readonly orders: readonly OrderView[];
  readonly traffic: Traffic;
}

export function salesTrafficReport(input: SalesTrafficInput) {
  const { marketplace, dateGranularity, asinGranularity } = input;
  const days = daysOf(input);
  const periods = Map.groupBy(days, (day) => periodOf(day, dateGranularity));
  // Once for all listings: finding the local day of every order takes its time.
  const range = {
    days,
    lines: Map.groupBy(linesOn(days, input), ({ sku }) => sku),
    traffic: trafficOn(input.listings, days, input),
  };
  return {
    reportSpecification: {
      reportType: "GET_SALES_AND_TRAFFIC_REPORT",
      reportOptions: { dateGranularity, asinGranularity },
      dataStartTime: dayText(days[0] ?? dayAt(input.from, timeZoneOf(marketplace))),
      dataEndTime: dayText(days.at(-1) ?? dayAt(input.from, timeZoneOf(marketplace))),
      marketplaceIds: [marketplace.id],
    },
    salesAndTrafficByDate: [...periods].map(([date, within]) => byDate(date, within, input)),
    salesAndTrafficByAsin: [...Map.groupBy(input.listings, groupOf(asinGranularity)).values()]
      .map((listings) => byAsin(listings, range, input))
      .filter((entry) => entry.salesByAsin.unitsOrdered + entry.trafficByAsin.pageViews > 0),
  };
}

/** Both ends count, as whole local days. */
function daysOf({ from, until, marketplace }: SalesTrafficInput): CalendarDay[] {
  const zone = timeZoneOf(marketplace);
  const days: CalendarDay[] = [];
  for (let day = dayAt(from, zone); startOfDay(day, zone) <= until;) {
    days.push(day);
    day = dayAt(startOfDay({ ...day, day: day.day + 1 }, zone), zone);
  }
  return days;
}

function periodOf(day: CalendarDay, granularity: DateGranularity): string {
  switch (granularity) {
    case "DAY":
      return dayText(day);
    case "WEEK": {
      const at = new Date(Date.UTC(day.year, day.month - 1, day.day));
      at.setUTCDate(at.getUTCDate() - at.getUTCDay());
      return at.toISOString().slice(0, 10);
    }
    case "MONTH":
      return dayText({ ...day, day: 1 });
  }
}

function groupOf(granularity: AsinGranularity): (listing: Listing) => string {
  return ({ sku, asin, seed }) => {
    switch (granularity) {
      case "SKU":
        return sku;
      case "CHILD":
        return asin ?? "";
      case "PARENT":
        return seed.parentAsin ?? asin ?? "";
    }
  };
}

function linesOn(
  days: readonly CalendarDay[],
  { orders, marketplace }: SalesTrafficInput,
): OrderLine[] {
  const zone = timeZoneOf(marketplace);
  const wanted = new Set(days.map(dayText));
  return orders
    .filter(({ status, order }) => status !== "Cancelled" && order.marketplaceId === marketplace.id)
    .filter(({ order }) => wanted.has(dayText(dayAt(order.purchasedAt, zone))))
    .flatMap(({ lines }) => lines);
}

function trafficOn(
  listings: readonly Listing[],
  days: readonly CalendarDay[],
  { sellerId, traffic }: SalesTrafficInput,
): DayTraffic {
  const each = listings
    .filter(({ asin }) => asin !== null)
    .flatMap((listing) => days.map((day) => traffic.of(sellerId, listing, dayText(day))));
  const sum = (pick: (day: DayTraffic) => number): number =>
    each.reduce((total, day) => total + pick(day), 0);
  const pageViews = sum((day) => day.pageViews);
  const featured = sum((day) => day.pageViews * day.buyBoxPercentage);
  return {
    sessions: sum((day) => day.sessions),
    pageViews,
    buyBoxPercentage: pageViews === 0 ? 0 : rounded(featured / pageViews),
  };
}

function salesOf(lines: readonly OrderLine[], { marketplace }: SalesTrafficInput) {
  const { currency } = marketplace;
  const units = lines.reduce((sum, line) => sum + line.quantity, 0);
  const salesMinor = lines.reduce((sum, line) => sum + line.quantity * line.unitPriceMinor, 0);
  const amount = (minor: number) => ({
    amount: toAmount(Math.round(minor), currency),
    currencyCode: currency,
  });
  return { units, items: lines.length, salesMinor, amount };
}

/** What all listings share in the range asked for. */
interface RangeFacts {
  readonly days: readonly CalendarDay[];
  /** By SKU. */
  readonly lines: ReadonlyMap<string, readonly OrderLine[]>;
  readonly traffic: DayTraffic;
}

function byAsin(listings: readonly Listing[], range: RangeFacts, input: SalesTrafficInput) {
  const { asinGranularity } = input;
  const [first] = listings;
  const skus = new Set(listings.map(({ sku }) => sku));
  const lines = [...skus].flatMap((sku) => range.lines.get(sku) ?? []);
  const business = salesOf(
    lines.filter(({ isBusiness }) => isBusiness),
    input,
  );
  const all = salesOf(lines, input);
  const traffic = trafficOn(listings, range.days, input);
  const total = range.traffic;
  const share = (part: number, whole: number): number =>
    whole === 0 ? 0 : rounded((part * 100) / whole);
  const browserSessions = Math.round(traffic.sessions * 0.4);
  const browserViews = Math.round(traffic.pageViews * 0.4);
  const sessionShare = share(traffic.sessions, total.sessions);
  const viewShare = share(traffic.pageViews, total.pageViews);
  return {
    parentAsin: first?.seed.parentAsin ?? first?.asin ?? "",
    ...(asinGranularity === "PARENT" ? {} : { childAsin: first?.asin ?? "" }),
    ...(asinGranularity === "SKU" ? { sku: first?.sku ?? "" } : {}),
    salesByAsin: {
      unitsOrdered: all.units,
      unitsOrderedB2B: business.units,
      orderedProductSales: all.amount(all.salesMinor),
      orderedProductSalesB2B: business.amount(business.salesMinor),
      totalOrderItems: all.items,
      totalOrderItemsB2B: business.items,
    },
    trafficByAsin: {
      browserSessions,
      mobileAppSessions: traffic.sessions - browserSessions,
      sessions: traffic.sessions,
      browserSessionPercentage: sessionShare,
      mobileAppSessionPercentage: sessionShare,
      sessionPercentage: sessionShare,
      browserPageViews: browserViews,
      mobileAppPageViews: traffic.pageViews - browserViews,
      pageViews: traffic.pageViews,
      browserPageViewsPercentage: viewShare,
      mobileAppPageViewsPercentage: viewShare,
      pageViewsPercentage: viewShare,
      buyBoxPercentage: traffic.buyBoxPercentage,
      unitSessionPercentage: share(all.units, traffic.sessions),
    },
  };
}

function byDate(date: string, days: readonly CalendarDay[], input: SalesTrafficInput) {
  const lines = linesOn(days, input);
  const { units, items, salesMinor, amount } = salesOf(lines, input);
  const traffic = trafficOn(input.listings, days, input);
  const per = (whole: number, part: number): number => (part === 0 ? 0 : rounded(whole / part));
  const browserSessions = Math.round(traffic.sessions * 0.4);
  const browserPageViews = Math.round(traffic.pageViews * 0.4);
  return {
    date,
    salesByDate: {
      orderedProductSales: amount(salesMinor),
      unitsOrdered: units,
      totalOrderItems: items,
      averageSalesPerOrderItem: amount(items === 0 ? 0 : salesMinor / items),
      averageUnitsPerOrderItem: per(units, items),
      averageSellingPrice: amount(units === 0 ? 0 : salesMinor / units),
      unitsRefunded: 0,
      refundRate: 0,
      claimsGranted: 0,
      claimsAmount: amount(0),
      shippedProductSales: amount(salesMinor),
      unitsShipped: units,
      ordersShipped: items,
    },
    trafficByDate: {
      browserPageViews,
      mobileAppPageViews: traffic.pageViews - browserPageViews,
      pageViews: traffic.pageViews,
      browserSessions,
      mobileAppSessions: traffic.sessions - browserSessions,
      sessions: traffic.sessions,
      buyBoxPercentage: traffic.buyBoxPercentage,
      orderItemSessionPercentage: per(items * 100, traffic.sessions),
      unitSessionPercentage: per(units * 100, traffic.sessions),
      averageOfferCount: input.listings.length,
      averageParentItems: input.listings.length,
      feedbackReceived: 0,
      negativeFeedbackReceived: 0,
      receivedNegativeFeedbackRate: 0,
    },
  };
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
