import { AppError } from "@calibr/shared/core/app-error";
import { msBetween } from "@calibr/shared/core/time/duration";
import type { ChannelAccount } from "@calibr/shared/ports/channel-account";
import type { SpClient } from "./client.ts";
import { createReportClient } from "./report-client.ts";
import { readReportRows, type ReportRow } from "./report-rows.ts";
import type { WaitingClock } from "./waiting.ts";

/** What a listings report needs. */
export interface ReportParts {
  readonly client: SpClient;
  readonly clock: WaitingClock;
  readonly account: ChannelAccount;
}

const REPORT_TYPE = "GET_MERCHANT_LISTINGS_ALL_DATA";

/**
 * All listings of one marketplace, row by row. The report is the only full list: searchListingsItems
 * stops at 1,000.
 * @throws AppError amazon_report_failed when Amazon gives no report.
 */
export async function* readListingsReport(
  parts: ReportParts,
  marketplaceId: string,
  signal: AbortSignal,
): AsyncGenerator<ReportRow> {
  const documentId = await orderReport(parts, marketplaceId, signal);
  const reports = createReportClient(parts.client);
  yield* readReportRows(await reports.openReportTable(parts.account, documentId, signal));
}

// Small reports are done in seconds, large ones in minutes: look often first, then rarely.
const POLL_FIRST_MS = 1_000;
const POLL_GROWTH = 1.5;
const POLL_MS_MAX = 30_000;
const REPORT_MS_MAX = 30 * 60_000;

async function orderReport(
  parts: ReportParts,
  marketplaceId: string,
  signal: AbortSignal,
): Promise<string> {
  const { client, clock, account } = parts;
  const reports = createReportClient(client);
  const request = { type: REPORT_TYPE, marketplaceIds: [marketplaceId] };
  const reportId = await reports.requestReport(account, request, signal);
  const startedAt = clock.now();
  let waitMs = POLL_FIRST_MS;
  while (msBetween(startedAt, clock.now()) < REPORT_MS_MAX) {
    await clock.sleep(waitMs, signal);
    waitMs = Math.min(waitMs * POLL_GROWTH, POLL_MS_MAX);
    const state = await reports.checkReport(account, reportId, signal);
    if (state.kind === "ready") return state.documentId;
    // Nothing to report also comes as CANCELLED; taking it for an empty catalogue would drop every listing.
    if (state.kind !== "pending") throw reportFailed(reportId, state.kind);
  }
  throw reportFailed(reportId, "pending");
}

function reportFailed(reportId: string, state: string): AppError {
  return new AppError({
    code: "amazon_report_failed",
    retry: "backoff",
    message: `listings report ${reportId} ended ${state}, expected a document`,
    context: { reportId, state },
  });
}
