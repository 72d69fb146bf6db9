import { z } from "zod";
import type { VendorDocument } from "./feeds.ts";
import { fitting, instant, name, type Page, readFrame, text, texts } from "./lenient.ts";
import { type ProcessingStatus, processingStatusOf } from "./processing-status.ts";

/** A report that Amazon makes for us (Reports API 2021-06-30). */
export interface Report {
  readonly reportId: string;
  readonly reportType: string | null;
  readonly marketplaceIds: readonly string[];
  readonly status: ProcessingStatus;
  /** The span of the data, where the report has one. */
  readonly dataFrom: Date | null;
  readonly dataUntil: Date | null;
  readonly createdAt: Date | null;
  readonly endedAt: Date | null;
  /** The report itself; of a fatal one, sometimes the reason. */
  readonly documentId: string | null;
}

const ReportAnswer = z
  .object({
    reportId: name,
    processingStatus: name,
    reportType: text,
    marketplaceIds: texts,
    dataStartTime: instant,
    dataEndTime: instant,
    createdTime: instant,
    processingEndTime: instant,
    reportDocumentId: text,
  })
  .transform((report): Report => ({
    reportId: report.reportId,
    reportType: report.reportType,
    marketplaceIds: report.marketplaceIds,
    status: processingStatusOf(report.processingStatus),
    dataFrom: report.dataStartTime,
    dataUntil: report.dataEndTime,
    createdAt: report.createdTime,
    endedAt: report.processingEndTime,
    documentId: report.reportDocumentId,
  }));
const Reports = z.object({ reports: z.array(z.unknown()), nextToken: text });
const Created = z.object({ reportId: name });
const DocumentAnswer = z
  .object({ reportDocumentId: name, url: z.url(), compressionAlgorithm: text })
  .transform((document): VendorDocument => ({
    documentId: document.reportDocumentId,
    url: document.url,
    isGzip: document.compressionAlgorithm === "GZIP",
  }));

/** The state of one report. @throws AppError amazon_bad_answer without id or status. */
export function readReport(body: unknown): Report {
  return readFrame("getReport", ReportAnswer, body);
}

/** A page of reports. @throws AppError amazon_bad_answer when there is no list of reports. */
export function readReports(body: unknown): Page<Report> {
  const { reports, nextToken } = readFrame("getReports", Reports, body);
  return { ...fitting(reports, ReportAnswer), nextToken };
}

/** The id of a report just asked for. @throws AppError amazon_bad_answer without one. */
export function readCreatedReport(body: unknown): string {
  return readFrame("createReport", Created, body).reportId;
}

/** Where the finished report is stored. @throws AppError amazon_bad_answer. */
export function readReportDocument(body: unknown): VendorDocument {
  return readFrame("getReportDocument", DocumentAnswer, body);
}
