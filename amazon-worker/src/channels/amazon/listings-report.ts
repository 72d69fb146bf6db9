import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AppError } from "@calibr/shared/core/app-error";
import { msBetween } from "@calibr/shared/core/time/duration";
import type { ChannelAccount } from "@calibr/shared/ports/channel-account";
import { z } from "zod";
import type { SpClient } from "./client.ts";
import { unreadableAnswer } from "./errors.ts";
import { readLines, saveDocument } from "./report-document.ts";
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
  const url = await documentUrl(parts, documentId, signal);
  const folder = await mkdtemp(join(tmpdir(), "calibr-report-"));
  try {
    const saved = await saveDocument({ url, path: join(folder, "listings.tsv") }, signal);
    yield* readReportRows(readLines(saved));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const Created = z.object({ reportId: z.string().min(1) });
const Progress = z.object({
  processingStatus: z.string(),
  reportDocumentId: z.string().min(1).nullish().catch(null),
});

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
  const body = { reportType: REPORT_TYPE, marketplaceIds: [marketplaceId] };
  const created = Created.safeParse(
    await client.call(account, { operation: "createReport", body }, signal),
  );
  if (!created.success) throw unreadableAnswer("createReport", "the answer has no reportId");
  const { reportId } = created.data;
  const startedAt = clock.now();
  let waitMs = POLL_FIRST_MS;
  while (msBetween(startedAt, clock.now()) < REPORT_MS_MAX) {
    await clock.sleep(waitMs, signal);
    waitMs = Math.min(waitMs * POLL_GROWTH, POLL_MS_MAX);
    const documentId = await finishedDocument(parts, reportId, signal);
    if (documentId !== null) return documentId;
  }
  throw reportFailed(reportId, "IN_PROGRESS");
}

/** The finished report's document; null while Amazon is still at it. */
async function finishedDocument(
  parts: ReportParts,
  reportId: string,
  signal: AbortSignal,
): Promise<string | null> {
  const { client, account } = parts;
  const answer = await client.call(account, { operation: "getReport", path: { reportId } }, signal);
  const progress = Progress.safeParse(answer);
  if (!progress.success) throw unreadableAnswer("getReport", "the answer has no processingStatus");
  const { processingStatus, reportDocumentId } = progress.data;
  if (processingStatus === "IN_QUEUE" || processingStatus === "IN_PROGRESS") return null;
  const isDone = processingStatus === "DONE" && typeof reportDocumentId === "string";
  if (isDone) return reportDocumentId;
  // CANCELLED also stands for "no data". Taking it for an empty catalogue would drop every listing.
  throw reportFailed(reportId, processingStatus);
}

const DocumentAnswer = z.object({ url: z.url() });

async function documentUrl(
  parts: ReportParts,
  reportDocumentId: string,
  signal: AbortSignal,
): Promise<string> {
  const { client, account } = parts;
  const answer = DocumentAnswer.safeParse(
    await client.call(
      account,
      { operation: "getReportDocument", path: { reportDocumentId } },
      signal,
    ),
  );
  if (!answer.success) throw unreadableAnswer("getReportDocument", "the answer has no url");
  return answer.data.url;
}

function reportFailed(reportId: string, processingStatus: string): AppError {
  return new AppError({
    code: "amazon_report_failed",
    retry: "backoff",
    message: `listings report ${reportId} ended ${processingStatus}, expected DONE with a document`,
    context: { reportId, processingStatus },
  });
}
