/**
 * Reports 2021-06-30.
 *
 * States of a report: IN_QUEUE → IN_PROGRESS → DONE (with a document) | FATAL (with a document that
 * says why) | CANCELLED (by the caller while IN_QUEUE, or by Amazon when there is no data).
 */
import type { GetReportsResponse, Report } from "@sp-api-sdk/reports-api-2021-06-30";
import type { SandboxClock } from "../clock.ts";
import type { Documents } from "./documents.ts";
import type { AmazonRegion } from "./marketplaces.ts";
import { isRecord } from "./purchasable-offer.ts";
import { invalidInput, notFound } from "./reply.ts";
import { charsetName, encodeReport } from "./report-charset.ts";
import type { ReportCharset } from "./report-charset.ts";
import type { ReportLocale } from "./report-headers.ts";
import { checkSpecification, findReportType, writeReport } from "./report-writers.ts";
import type { ReportSources, ReportSpecification } from "./report-writers.ts";
import { checkedMarketplace, queryList } from "./sp-api.ts";
import type { SpCall, SpOperation, SpReply } from "./sp-api.ts";

const ROOT = "/reports/2021-06-30";
const QUEUE_SHARE = 0.3;
const DAY_MS = 86_400_000;
const PAGE_SIZE_MAX = 100;

interface ReportsOptions extends ReportSources {
  readonly clock: SandboxClock;
  readonly documents: Documents;
  readonly processingMs: number;
  /** Told when a report reaches its last state. */
  readonly onFinished: (report: Report, sellerId: string) => void;
}

/** Who asks, and in which region. */
export interface ReportOwner {
  readonly sellerId: string;
  readonly region: AmazonRegion;
  readonly reportScheduleId?: string;
}

export interface Reports {
  readonly operations: readonly SpOperation[];
  /** As createReport does, for a schedule whose time has come. @returns the report's id. */
  request(owner: ReportOwner, specification: ReportSpecification): string;
  /** The next report asked for ends in this state. */
  failNext(status: "FATAL" | "CANCELLED"): void;
  /** Amazon writes reports of some marketplaces in another charset and with other column names. */
  setStyle(style: Partial<ReportOutfit>): void;
  reset(): void;
}

interface ReportOutfit {
  readonly locale: ReportLocale;
  readonly charset: ReportCharset;
}

interface StoredReport extends ReportOwner {
  readonly specification: ReportSpecification;
  report: Report;
}

const PLAIN: ReportOutfit = { locale: "en", charset: "UTF-8" };

export function createReports(options: ReportsOptions): Reports {
  return new ReportDesk(options);
}

class ReportDesk implements Reports {
  readonly operations: readonly SpOperation[];
  readonly #options: ReportsOptions;
  readonly #reports = new Map<string, StoredReport>();
  #fatesToCome: ("FATAL" | "CANCELLED")[] = [];
  #outfit = PLAIN;
  #serial = 50_000;

  constructor(options: ReportsOptions) {
    this.#options = options;
    const { documents } = options;
    const document = (call: SpCall): SpReply => reportDocument(call, documents);
    this.operations = [
      { name: "createReport", method: "POST", path: `${ROOT}/reports`, access: "seller", handle: (call) => this.#create(call) },
      { name: "getReports", method: "GET", path: `${ROOT}/reports`, access: "seller", handle: (call) => this.#list(call) },
      { name: "getReport", method: "GET", path: `${ROOT}/reports/{reportId}`, access: "seller", handle: (call) => ({ body: this.#find(call).report }) },
      { name: "cancelReport", method: "DELETE", path: `${ROOT}/reports/{reportId}`, access: "seller", handle: (call) => this.#cancel(call) },
      { name: "getReportDocument", method: "GET", path: `${ROOT}/documents/{reportDocumentId}`, access: "seller", handle: document },
    ]; // prettier-ignore
  }

  request(owner: ReportOwner, specification: ReportSpecification): string {
    const { clock, processingMs } = this.#options;
    const fate = this.#fatesToCome.shift();
    this.#serial += 1;
    const { reportType, marketplaceIds, from, until } = specification;
    const { reportScheduleId } = owner;
    const stored: StoredReport = {
      ...owner,
      specification,
      report: {
        reportId: `${this.#serial}020018000`,
        reportType,
        marketplaceIds: [...marketplaceIds],
        dataStartTime: from.toISOString(),
        dataEndTime: until.toISOString(),
        createdTime: this.#instant(),
        processingStatus: "IN_QUEUE",
        ...(reportScheduleId === undefined ? {} : { reportScheduleId }),
      },
    };
    this.#reports.set(stored.report.reportId, stored);
    clock.after(processingMs * QUEUE_SHARE, () => {
      if (stored.report.processingStatus !== "IN_QUEUE") return;
      const processingStartTime = this.#instant();
      stored.report = { ...stored.report, processingStatus: "IN_PROGRESS", processingStartTime };
    });
    clock.after(processingMs, () => {
      if (stored.report.processingStatus === "IN_PROGRESS") this.#finish(stored, fate);
    });
    return stored.report.reportId;
  }

  failNext(status: "FATAL" | "CANCELLED"): void {
    this.#fatesToCome.push(status);
  }

  setStyle(style: Partial<ReportOutfit>): void {
    this.#outfit = { ...this.#outfit, ...style };
  }

  reset(): void {
    this.#outfit = PLAIN;
    this.#reports.clear();
    this.#fatesToCome = [];
  }

  #create(call: SpCall): SpReply {
    const specification = parseReportSpecification(call, this.#options.clock.now());
    const { sellerId, region } = call;
    return { status: 202, body: { reportId: this.request({ sellerId, region }, specification) } };
  }

  #finish(stored: StoredReport, fate: "FATAL" | "CANCELLED" | undefined): void {
    const { documents, onFinished } = this.#options;
    const { sellerId, specification } = stored;
    const { locale, charset } = this.#outfit;
    const written =
      fate === undefined
        ? writeReport(specification, sellerId, { sources: this.#options, style: { locale } })
        : undefined;
    const status = fate ?? (written === undefined ? "CANCELLED" : "DONE");
    const text = status === "FATAL" ? "Report could not be generated." : written;
    const isJson = specification.reportType === "GET_SALES_AND_TRAFFIC_REPORT";
    const reportDocumentId =
      text === undefined
        ? undefined
        : documents.createResult(stored.region, {
            contentType: isJson
              ? "application/json;charset=UTF-8"
              : `text/plain;charset=${charsetName(charset)}`,
            text: encodeReport(text, isJson ? "UTF-8" : charset),
            isGzip: status === "DONE",
          });
    stored.report = {
      ...stored.report,
      processingStatus: status,
      processingEndTime: this.#instant(),
      ...(reportDocumentId === undefined ? {} : { reportDocumentId }),
    };
    onFinished(stored.report, sellerId);
  }

  #find(call: SpCall): StoredReport {
    const stored = this.#reports.get(call.params["reportId"] ?? "");
    if (stored?.sellerId !== call.sellerId) throw notFound("Report not found.");
    return stored;
  }

  #list(call: SpCall): SpReply {
    const types = queryList(call, "reportTypes");
    const statuses = queryList(call, "processingStatuses");
    const pageSize = Number(call.query.get("pageSize") ?? 10);
    if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > PAGE_SIZE_MAX) {
      throw invalidInput(`pageSize must be between 1 and ${PAGE_SIZE_MAX}.`);
    }
    const from = Number(call.query.get("nextToken") ?? 0);
    const found = [...this.#reports.values()]
      .filter(({ sellerId }) => sellerId === call.sellerId)
      .map(({ report }) => report)
      .filter((report) => types.length === 0 || types.includes(report.reportType))
      .filter((report) => statuses.length === 0 || statuses.includes(report.processingStatus))
      .reverse();
    const next = from + pageSize;
    const body: GetReportsResponse = {
      reports: found.slice(from, next),
      ...(next < found.length ? { nextToken: String(next) } : {}),
    };
    return { body };
  }

  #cancel(call: SpCall): SpReply {
    const stored = this.#find(call);
    if (stored.report.processingStatus !== "IN_QUEUE") {
      throw invalidInput("Only a report that is IN_QUEUE can be cancelled.");
    }
    const processingEndTime = this.#instant();
    stored.report = { ...stored.report, processingStatus: "CANCELLED", processingEndTime };
    return {};
  }

  #instant(): string {
    return this.#options.clock.now().toISOString();
  }
}

function reportDocument(call: SpCall, documents: Documents): SpReply {
  const document = documents.find(call.params["reportDocumentId"] ?? "");
  if (document === undefined) throw notFound("Report document not found.");
  return {
    body: {
      reportDocumentId: document.id,
      url: documents.downloadUrl(document),
      ...(document.isGzip ? { compressionAlgorithm: "GZIP" } : {}),
    },
  };
}

/** The body of createReport and of createReportSchedule, as far as they agree. */
export function parseReportSpecification(call: SpCall, now: Date): ReportSpecification {
  const body = isRecord(call.body) ? call.body : {};
  const { marketplaceIds, reportOptions } = body;
  if (typeof body["reportType"] !== "string") throw invalidInput("Missing reportType.");
  const reportType = findReportType(body["reportType"]);
  if (reportType === undefined)
    throw invalidInput(`Report type ${body["reportType"]} is not offered here.`);
  if (!Array.isArray(marketplaceIds) || marketplaceIds.length === 0 || marketplaceIds.length > 25) {
    throw invalidInput("marketplaceIds must have between 1 and 25 values.");
  }
  const until = instantOf(body["dataEndTime"]) ?? now;
  const from = instantOf(body["dataStartTime"]) ?? new Date(until.getTime() - DAY_MS);
  const specification = {
    reportType,
    marketplaceIds: marketplaceIds.map((id) => checkedMarketplace(String(id), call)),
    from,
    until,
    options: isRecord(reportOptions) ? reportOptions : {},
  };
  checkSpecification(specification);
  return specification;
}

/** An instant of a request body; undefined when it is left out. */
export function instantOf(value: unknown): Date | undefined {
  if (value === undefined) return undefined;
  const instant = new Date(typeof value === "string" ? value : NaN);
  if (Number.isNaN(instant.getTime())) throw invalidInput("Invalid date-time in request.");
  return instant;
}
