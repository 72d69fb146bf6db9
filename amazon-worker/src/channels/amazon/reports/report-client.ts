import { AppError } from "@calibr/shared/core/app-error";
import type { ChannelAccount } from "@calibr/shared/ports/channel-account";
import { readCreatedReport, readReport, readReportDocument } from "../answers/reports.ts";
import { answerError, type SpClient } from "../client/client.ts";
import { unreadableAnswer } from "../client/errors.ts";
import { openDocument, readLines, type ReportDocument, unnamedCharset } from "./report-document.ts";
import { openTable, type ReportTable } from "./report-table.ts";
import { readJson } from "../client/vendor-json.ts";

/** A report to ask for. */
export interface ReportRequest {
  /** Amazon's name of it, e.g. GET_MERCHANT_LISTINGS_ALL_DATA. */
  readonly type: string;
  readonly marketplaceIds: readonly string[];
  /** What it covers, half-open; left out for reports of what is. */
  readonly from?: Date;
  readonly to?: Date;
  readonly options?: Readonly<Record<string, string>>;
}

/** How far a report is. */
export type ReportState =
  | { readonly kind: "pending" }
  | { readonly kind: "ready"; readonly documentId: string }
  /** CANCELLED: there is nothing to report, or someone took the request back. */
  | { readonly kind: "empty" }
  /** FATAL, and Amazon may give a document that says why; or a report that it no longer knows. */
  | { readonly kind: "failed"; readonly documentId: string | null };

/**
 * Amazon's reports: asked for, looked at, read. Nothing here waits for a report to be made; the caller
 * sleeps as a row and looks again. Documents are read while they are downloaded and never held whole.
 */
export interface ReportClient {
  /** @returns the id of the report to come. createReport has 15 calls, then one a minute. */
  requestReport(
    account: ChannelAccount,
    request: ReportRequest,
    signal: AbortSignal,
  ): Promise<string>;
  checkReport(account: ChannelAccount, reportId: string, signal: AbortSignal): Promise<ReportState>;
  /** A tab-separated document with its header. @throws AppError amazon_report_failed, amazon_unavailable. */
  openReportTable(
    account: ChannelAccount,
    document: { readonly documentId: string; readonly marketplaceIds: readonly string[] },
    signal: AbortSignal,
  ): Promise<ReportTable>;
  /** A JSON document, whole; decimals stay exact (vendor-json.ts). @throws AppError amazon_bad_answer. */
  openJson(account: ChannelAccount, documentId: string, signal: AbortSignal): Promise<unknown>;
  /** The first words of a document that says why a report failed; null when there is none to read. */
  readReason(
    account: ChannelAccount,
    documentId: string | null,
    signal: AbortSignal,
  ): Promise<string | null>;
}

/** Reports over the one way to SP-API. */
export function createReportClient(client: SpClient): ReportClient {
  const open = async (
    account: ChannelAccount,
    documentId: string,
    signal: AbortSignal,
  ): Promise<ReportDocument> => {
    const path = { reportDocumentId: documentId };
    const request = { operation: "getReportDocument", path } as const;
    const answer = await client.call(account, request, signal).catch((cause: unknown) => {
      if (!(cause instanceof AppError) || !isGone(cause)) throw cause;
      const { message, context } = cause;
      const code = "amazon_report_failed";
      throw new AppError({ code, retry: "backoff", message, context, cause });
    });
    return openDocument(readReportDocument(answer).url, signal);
  };
  return {
    requestReport: (account, request, signal) => requestReport(client, account, request, signal),
    checkReport: (account, reportId, signal) => checkReport(client, account, reportId, signal),
    async openReportTable(account, { documentId, marketplaceIds }, signal) {
      const document = await open(account, documentId, signal);
      return openTable(readLines(document, unnamedCharset(marketplaceIds)));
    },
    async openJson(account, documentId, signal) {
      const document = await open(account, documentId, signal);
      const text = await textOf(document, Infinity);
      try {
        return readJson(text);
      } catch {
        throw unreadableAnswer("reports.download", "the document is no JSON");
      }
    },
    async readReason(account, documentId, signal) {
      if (documentId === null) return null;
      try {
        const text = await textOf(await open(account, documentId, signal), REASON_BYTES_MAX);
        return text.replaceAll(/\s+/g, " ").trim().slice(0, REASON_LENGTH_MAX);
      } catch (error) {
        signal.throwIfAborted();
        // The reason is a courtesy; without it the failure itself is still told.
        if (error instanceof AppError) return null;
        throw error;
      }
    },
  };
}

/** Amazon forgets reports after 90 days, and those of a consent that was taken back: another must be asked for. */
function isGone(cause: AppError): boolean {
  return cause.code === "amazon_not_found";
}

const REASON_BYTES_MAX = 4_096;
const REASON_LENGTH_MAX = 300;

async function requestReport(
  client: SpClient,
  ...[account, request, signal]: Parameters<ReportClient["requestReport"]>
): Promise<string> {
  const { type, marketplaceIds, from, to, options } = request;
  const body = {
    reportType: type,
    marketplaceIds,
    ...(from === undefined ? {} : { dataStartTime: from.toISOString() }),
    ...(to === undefined ? {} : { dataEndTime: to.toISOString() }),
    ...(options === undefined ? {} : { reportOptions: options }),
  };
  return readCreatedReport(await client.call(account, { operation: "createReport", body }, signal));
}

async function checkReport(
  client: SpClient,
  ...[account, reportId, signal]: Parameters<ReportClient["checkReport"]>
): Promise<ReportState> {
  const request = { operation: "getReport", path: { reportId } } as const;
  const answer = await client.send(account, request, signal);
  const error = answerError(request.operation, answer);
  if (error !== null && isGone(error)) return { kind: "failed", documentId: null };
  if (error !== null) throw error;
  const { status, documentId } = readReport(answer.body);
  switch (status) {
    case "done":
      return documentId === null ? { kind: "empty" } : { kind: "ready", documentId };
    case "cancelled":
      return { kind: "empty" };
    case "fatal":
      return { kind: "failed", documentId };
    case "in_queue":
    case "in_progress":
    case "other":
      // What Amazon may add is taken for a step on the way: whoever waits has an end of its own.
      return { kind: "pending" };
  }
}

async function textOf(document: ReportDocument, bytesMax: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of document.bytes) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= bytesMax) break;
  }
  return Buffer.concat(chunks)
    .toString("utf8")
    .replace(/^\uFEFF/, "");
}
