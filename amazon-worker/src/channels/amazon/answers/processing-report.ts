import { z } from "zod";
import { count, fitting, list, name, part, readFrame, text } from "./lenient.ts";

/** What became of each message of a JSON_LISTINGS_FEED (processing report, schema version 2). */
export interface ProcessingReport {
  readonly feedId: string | null;
  readonly sellerId: string | null;
  readonly messagesProcessed: number | null;
  /** Taken, and still on their way to the page: no proof of a price that is live. */
  readonly messagesAccepted: number | null;
  readonly messagesInvalid: number | null;
  readonly errors: number | null;
  readonly warnings: number | null;
  readonly issues: readonly ProcessingIssue[];
  /** Issues that could not be read: the report must not be taken for a clean one. */
  readonly unreadable: number;
}

export interface ProcessingIssue {
  /** The message it is about; null when it is about the whole feed. */
  readonly messageId: number | null;
  readonly sku: string | null;
  readonly code: string | null;
  /** ERROR refuses the message, WARNING and INFO do not; judge by this and never by the code. */
  readonly severity: string;
  readonly message: string;
  readonly attributeName: string | null;
}

const Issue = z.object({
  messageId: count,
  sku: text,
  code: text,
  severity: name,
  message: z.string().catch(""),
  attributeName: text,
});
const Report = z.object({
  header: part(z.object({ feedId: text, sellerId: text })),
  issues: list,
  summary: z.object({
    errors: count,
    warnings: count,
    messagesProcessed: count,
    messagesAccepted: count,
    messagesInvalid: count,
  }),
});

/** Reads a processing report. @throws AppError amazon_bad_answer when it has no summary. */
export function readProcessingReport(document: unknown): ProcessingReport {
  const { header, issues, summary } = readFrame("processing report", Report, document);
  const { entries, unreadable } = fitting(issues, Issue);
  return {
    feedId: header?.feedId ?? null,
    sellerId: header?.sellerId ?? null,
    ...summary,
    issues: entries,
    unreadable,
  };
}
