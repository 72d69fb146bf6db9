/** The structured log of a process: one JSON object a line on stdout, made by pino. */
import pino, { type DestinationStream, type Logger as Pino } from "pino";
import { AppError } from "../../core/app-error.ts";
import type { LogFacts, Logger } from "../../ports/logger.ts";
import { isSecretFact, REDACTED, redactText } from "./redaction.ts";

/** How much a process says; each word includes those after it. */
export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

// Vendors wrap errors in errors; a chain longer than this repeats itself.
const CAUSES_MAX = 4;

/**
 * Makes the log of one process.
 * @param options.process `web` or `worker`; stands in every line.
 * @param options.destination where lines go; stdout when left out.
 */
export function createLogger(options: {
  process: string;
  level: LogLevel;
  destination?: DestinationStream;
}): Logger {
  const settings = {
    level: options.level,
    base: { process: options.process },
    messageKey: "event",
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  const lines: Pino =
    options.destination === undefined ? pino(settings) : pino(settings, options.destination);
  return {
    debug: (event, facts) => lines.debug(safeFacts(facts), event),
    info: (event, facts) => lines.info(safeFacts(facts), event),
    warn: (event, facts) => lines.warn(safeFacts(facts), event),
    error: (event, facts, cause) =>
      lines.error({ ...safeFacts(facts), ...describeFailure(cause) }, event),
  };
}

function safeFacts(facts: LogFacts = {}): Record<string, string | number | boolean | null> {
  const safe: Record<string, string | number | boolean | null> = {};
  for (const [name, value] of Object.entries(facts)) {
    if (value === undefined) continue;
    if (isSecretFact(name)) safe[name] = REDACTED;
    else safe[name] = typeof value === "string" ? redactText(value) : value;
  }
  return safe;
}

/** What a failure says of itself; properties that libraries hang on errors (requests, bodies) stay out. */
interface DescribedFailure {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly retry?: string;
  readonly context?: Record<string, string | number | boolean | null>;
  readonly stack?: string;
}

function describeFailure(cause: unknown): {
  error?: DescribedFailure;
  causes?: DescribedFailure[];
} {
  if (cause === undefined) return {};
  const chain: DescribedFailure[] = [];
  let current: unknown = cause;
  while (current !== undefined && current !== null && chain.length < CAUSES_MAX) {
    chain.push(describeOne(current));
    current = current instanceof Error ? current.cause : undefined;
  }
  const [error, ...causes] = chain;
  return { ...(error && { error }), ...(causes.length > 0 && { causes }) };
}

function describeOne(failure: unknown): DescribedFailure {
  if (!(failure instanceof Error)) return { name: typeof failure, message: nonError(failure) };
  const described = {
    name: failure.name,
    message: redactText(failure.message),
    ...(failure.stack !== undefined && { stack: redactText(failure.stack) }),
  };
  if (failure instanceof AppError) {
    const retry = typeof failure.retry === "string" ? failure.retry : `${failure.retry.afterMs} ms`;
    return { ...described, code: failure.code, retry, context: safeFacts(failure.context) };
  }
  // Node, PostgreSQL and undici name their failures by a short code.
  const code = "code" in failure && typeof failure.code === "string" ? failure.code : undefined;
  return { ...described, ...(code !== undefined && { code }) };
}

function nonError(thrown: unknown): string {
  if (thrown instanceof Response) return `HTTP response ${thrown.status}`;
  return typeof thrown === "string" ? redactText(thrown) : "something that is no Error was thrown";
}
