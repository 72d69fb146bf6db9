/** Sales v1 getOrderMetrics: units and sales of an interval, cut by hours or by local days and more. */
import { toText } from "../decimal.ts";
import { findMarketplace } from "../marketplaces.ts";
import { invalidInput } from "../reply.ts";
import { checkedMarketplace, queryList, requiredQuery } from "../sp-api.ts";
import type { SpCall, SpOperation, SpReply } from "../sp-api.ts";
import { dayAt, isTimeZone, offsetMs, startOfDay } from "../zoned-days.ts";
import type { OrderLine, OrderView } from "./order.ts";
import type { OrderBook } from "./order-book.ts";

const GRANULARITIES = ["Hour", "Day", "Week", "Month", "Year", "Total"] as const;
type Granularity = (typeof GRANULARITIES)[number];
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const HOURS_MAX_MS = 30 * DAY_MS;
const INTERVAL_MAX_MS = 2 * 366 * DAY_MS;

interface Window {
  readonly from: Date;
  readonly until: Date;
}

export function orderMetricsOperations(orders: OrderBook): SpOperation[] {
  return [
    {
      name: "getOrderMetrics",
      method: "GET",
      path: "/sales/v1/orderMetrics",
      access: "seller",
      handle: (call) => orderMetrics(call, orders),
    },
  ];
}

function orderMetrics(call: SpCall, orders: OrderBook): SpReply {
  const marketplaceId = checkedMarketplace(requiredQuery(call, "marketplaceIds"), call);
  const granularity = GRANULARITIES.find((each) => each === requiredQuery(call, "granularity"));
  if (granularity === undefined) throw invalidInput("Invalid granularity.");
  const interval = intervalOf(requiredQuery(call, "interval"), granularity);
  const zone = zoneOf(call, granularity);
  const lineFilter = lineFilterOf(call);
  const network = call.query.get("fulfillmentNetwork");
  const views = orders
    .views(call.sellerId)
    .filter(({ order, status }) => order.marketplaceId === marketplaceId && status !== "Cancelled")
    .filter(
      ({ order }) => network === null || (network === "AFN") === (order.fulfilment === "AMAZON"),
    );
  const currency = findMarketplace(marketplaceId)?.currency ?? "USD";
  const isMonday = call.query.get("firstDayOfWeek") !== "Sunday";
  const payload = windowsOf(interval, { granularity, zone, isMonday }).map((window) =>
    metricOf(window, { views, lineFilter, currency, zone }),
  );
  return { body: { payload } };
}

function metricOf(
  window: Window,
  input: {
    readonly views: readonly OrderView[];
    readonly lineFilter: (line: OrderLine) => boolean;
    readonly currency: string;
    readonly zone: string;
  },
) {
  const { currency, zone } = input;
  const lines = input.views
    .filter(({ order }) => order.purchasedAt >= window.from && order.purchasedAt < window.until)
    .map((view) => view.lines.filter(input.lineFilter))
    .filter((each) => each.length > 0);
  const all = lines.flat();
  const unitCount = all.reduce((sum, line) => sum + line.quantity, 0);
  const salesMinor = all.reduce((sum, line) => sum + line.quantity * line.unitPriceMinor, 0);
  const averageMinor = unitCount === 0 ? 0 : Math.round(salesMinor / unitCount);
  const money = (minor: number) => ({ currencyCode: currency, amount: toText(minor, currency) });
  return {
    interval: `${localText(window.from, zone)}--${localText(window.until, zone)}`,
    unitCount,
    orderItemCount: all.length,
    orderCount: lines.length,
    averageUnitPrice: money(averageMinor),
    totalSales: money(salesMinor),
  };
}

function intervalOf(text: string, granularity: Granularity): Window {
  const [from, until] = text.split("--").map((each) => new Date(each));
  const isGood = from !== undefined && until !== undefined && from < until;
  // An invalid date compares as false.
  if (!isGood) throw invalidInput("Invalid interval.");
  const lengthMs = until.getTime() - from.getTime();
  if (lengthMs > (granularity === "Hour" ? HOURS_MAX_MS : INTERVAL_MAX_MS)) {
    throw invalidInput("The interval is too long for the granularity.");
  }
  return { from, until };
}

function zoneOf(call: SpCall, granularity: Granularity): string {
  const isNeeded = granularity !== "Hour" && granularity !== "Total";
  const zone = call.query.get("granularityTimeZone") ?? (isNeeded ? "" : "UTC");
  if (zone === "") throw invalidInput("granularityTimeZone is required for this granularity.");
  if (!isTimeZone(zone)) throw invalidInput("Invalid granularityTimeZone.");
  return zone;
}

function lineFilterOf(call: SpCall): (line: OrderLine) => boolean {
  const [asin, sku] = [call.query.get("asin"), call.query.get("sku")];
  if (asin !== null && sku !== null) throw invalidInput("Use either asin or sku, not both.");
  const buyer = queryList(call, "buyerType")[0] ?? "All";
  return (line) =>
    (asin === null || line.asin === asin) &&
    (sku === null || line.sku === sku) &&
    (buyer === "All" || (buyer === "B2B") === line.isBusiness);
}

function windowsOf(
  { from, until }: Window,
  cut: { readonly granularity: Granularity; readonly zone: string; readonly isMonday: boolean },
): Window[] {
  const windows: Window[] = [];
  for (let at = from; at < until;) {
    const next = nextCut(at, cut) ?? until;
    const end = next < until ? next : until;
    windows.push({ from: at, until: end });
    at = end;
  }
  return windows;
}

/** The next boundary after an instant; undefined for a total. */
function nextCut(
  at: Date,
  cut: { readonly granularity: Granularity; readonly zone: string; readonly isMonday: boolean },
): Date | undefined {
  const { granularity, zone } = cut;
  const { year, month, day } = dayAt(at, zone);
  switch (granularity) {
    case "Hour":
      return new Date((Math.floor(at.getTime() / HOUR_MS) + 1) * HOUR_MS);
    case "Day":
      return startOfDay({ year, month, day: day + 1 }, zone);
    case "Week": {
      const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay();
      const passed = cut.isMonday ? (weekday + 6) % 7 : weekday;
      return startOfDay({ year, month, day: day + 7 - passed }, zone);
    }
    case "Month":
      return startOfDay({ year, month: month + 1, day: 1 }, zone);
    case "Year":
      return startOfDay({ year: year + 1, month: 1, day: 1 }, zone);
    case "Total":
      return undefined;
  }
}

/** `2026-11-01T00:00-07:00` */
function localText(instant: Date, zone: string): string {
  const aheadMs = offsetMs(instant, zone);
  const local = new Date(instant.getTime() + aheadMs).toISOString().slice(0, 16);
  if (aheadMs === 0) return `${local}Z`;
  const minutes = Math.abs(aheadMs) / 60_000;
  const two = (part: number): string => String(part).padStart(2, "0");
  return `${local}${aheadMs < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
