import type { Day } from "../core/sales/marketplace-time.ts";
import type { OrderSnapshot } from "../core/sales/order.ts";
import type { DayTotals, TrafficDay } from "../core/sales/traffic.ts";
import type { ChannelAccount } from "./channel-account.ts";

/** How far a report is that the channel makes for us. empty: the channel says there is nothing to report. */
export type SalesReportState =
  | { readonly kind: "pending" | "empty" }
  | { readonly kind: "ready"; readonly documentId: string }
  /** With the channel's own words, when it gives any. */
  | { readonly kind: "failed"; readonly reason: string | null };

/** Some of a report's orders. */
export interface OrderBatch {
  readonly orders: readonly OrderSnapshot[];
  /** Rows of sales that were not made in one of our marketplaces (multi-channel fulfilment). */
  readonly elsewhere: number;
  /** Rows that could not be read. */
  readonly unreadable: number;
}

/**
 * What a channel reports of sales. Reports are asked for, looked at and read in steps of their own; nothing
 * waits in here. Who bought is never read.
 * @throws AppError amazon_access_denied where the account lacks the role; others as any call.
 */
export interface SalesSource {
  /** Asks for every order changed in `[from, until)`, 30 days at most. @returns the report's id. */
  askForOrders(
    account: ChannelAccount,
    ask: {
      readonly marketplaceIds: readonly string[];
      readonly from: Date;
      readonly until: Date;
    },
    signal: AbortSignal,
  ): Promise<string>;
  /** Asks for sessions and page views of one day, by SKU or by ASIN. @returns the report's id. */
  askForTraffic(
    account: ChannelAccount,
    ask: { readonly marketplaceId: string; readonly day: Day; readonly by: "sku" | "asin" },
    signal: AbortSignal,
  ): Promise<string>;
  reportState(
    account: ChannelAccount,
    reportId: string,
    signal: AbortSignal,
  ): Promise<SalesReportState>;
  /** Orders of a finished report, whole orders batch by batch. */
  readOrders(
    account: ChannelAccount,
    document: { readonly documentId: string; readonly marketplaceIds: readonly string[] },
    signal: AbortSignal,
  ): AsyncIterable<OrderBatch>;
  /** Traffic of a finished report of one day. @throws AppError amazon_report_failed when it is about another. */
  readTraffic(
    account: ChannelAccount,
    document: { readonly documentId: string; readonly day: Day },
    signal: AbortSignal,
  ): Promise<readonly TrafficDay[]>;
  /** The channel's own totals of the days `[from, until)` of one marketplace. */
  readTotals(
    account: ChannelAccount,
    ask: { readonly marketplaceId: string; readonly from: Day; readonly until: Day },
    signal: AbortSignal,
  ): Promise<readonly DayTotals[]>;
}
