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
import { merchantListingsReport } from "./merchant-listings-report.ts";
import { isRecord } from "./purchasable-offer.ts";
import { invalidInput, notFound } from "./reply.ts";
import type { StoreOf } from "./seller-accounts.ts";
import { checkedMarketplace, queryList } from "./sp-api.ts";
import type { SpCall, SpOperation, SpReply } from "./sp-api.ts";

const ROOT = "/reports/2021-06-30";
const MERCHANT_LISTINGS = "GET_MERCHANT_LISTINGS_ALL_DATA";
const QUEUE_SHARE = 0.3;

interface ReportsOptions {
  readonly clock: SandboxClock;
  readonly storeOf: StoreOf;
  readonly documents: Documents;
  readonly processingMs: number;
  /** Told when a report reaches its last state. */
  readonly onFinished: (report: Report, sellerId: string) => void;
}

export interface Reports {
  readonly operations: readonly SpOperation[];
  /** The next report asked for ends in this state. */
  failNext(status: "FATAL" | "CANCELLED"): void;
  /** Amazon writes reports of some marketplaces in a charset other than UTF-8. */
  setCharset(charset: ReportCharset): void;
  reset(): void;
}

type ReportCharset = "UTF-8" | "Cp1252";

interface StoredReport {
  readonly sellerId: string;
  readonly region: AmazonRegion;
  report: Report;
}

export function createReports(options: ReportsOptions): Reports {
  return new ReportDesk(options);
}

class ReportDesk implements Reports {
  readonly operations: readonly SpOperation[];
  readonly #options: ReportsOptions;
  readonly #reports = new Map<string, StoredReport>();
  #fatesToCome: ("FATAL" | "CANCELLED")[] = [];
  #charset: ReportCharset = "UTF-8";
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

  failNext(status: "FATAL" | "CANCELLED"): void {
    this.#fatesToCome.push(status);
  }

  setCharset(charset: ReportCharset): void {
    this.#charset = charset;
  }

  reset(): void {
    this.#charset = "UTF-8";
    this.#reports.clear();
    this.#fatesToCome = [];
  }

  #create(call: SpCall): SpReply {
    const { clock, processingMs } = this.#options;
    const { reportType, marketplaceIds } = parseSpecification(call);
    const fate = this.#fatesToCome.shift();
    this.#serial += 1;
    const stored: StoredReport = {
      sellerId: call.sellerId,
      region: call.region,
      report: {
        reportId: `${this.#serial}020018000`,
        reportType,
        marketplaceIds,
        createdTime: this.#instant(),
        processingStatus: "IN_QUEUE",
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
    return { status: 202, body: { reportId: stored.report.reportId } };
  }

  #finish(stored: StoredReport, fate: "FATAL" | "CANCELLED" | undefined): void {
    const { storeOf, documents, onFinished } = this.#options;
    const marketplaceIds = stored.report.marketplaceIds ?? [];
    const listings = storeOf(stored.sellerId)
      .all()
      .filter((listing) => marketplaceIds.includes(listing.marketplaceId));
    const text =
      fate === "FATAL" ? "Report could not be generated." : merchantListingsReport(listings);
    const reportDocumentId =
      fate === "CANCELLED"
        ? undefined
        : documents.createResult(stored.region, {
            contentType: `text/plain;charset=${this.#charset}`,
            text: this.#charset === "UTF-8" ? text : Buffer.from(text, "latin1"),
            isGzip: fate === undefined,
          });
    stored.report = {
      ...stored.report,
      processingStatus: fate ?? "DONE",
      processingEndTime: this.#instant(),
      ...(reportDocumentId === undefined ? {} : { reportDocumentId }),
    };
    onFinished(stored.report, stored.sellerId);
  }

  #find(call: SpCall): StoredReport {
    const stored = this.#reports.get(call.params["reportId"] ?? "");
    if (stored?.sellerId !== call.sellerId) throw notFound("Report not found.");
    return stored;
  }

  #list(call: SpCall): SpReply {
    const types = queryList(call, "reportTypes");
    const statuses = queryList(call, "processingStatuses");
    const found = [...this.#reports.values()]
      .filter(({ sellerId }) => sellerId === call.sellerId)
      .map(({ report }) => report)
      .filter((report) => types.length === 0 || types.includes(report.reportType))
      .filter((report) => statuses.length === 0 || statuses.includes(report.processingStatus))
      .reverse();
    const body: GetReportsResponse = { reports: found.slice(0, 100) };
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

function parseSpecification(call: SpCall): { reportType: string; marketplaceIds: string[] } {
  const specification = isRecord(call.body) ? call.body : {};
  const { reportType, marketplaceIds } = specification;
  if (typeof reportType !== "string") throw invalidInput("Missing reportType.");
  if (reportType !== MERCHANT_LISTINGS)
    throw invalidInput(`Report type ${reportType} is not offered here.`);
  if (!Array.isArray(marketplaceIds) || marketplaceIds.length === 0 || marketplaceIds.length > 25) {
    throw invalidInput("marketplaceIds must have between 1 and 25 values.");
  }
  return {
    reportType,
    marketplaceIds: marketplaceIds.map((id) => checkedMarketplace(String(id), call)),
  };
}
