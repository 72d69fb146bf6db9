/** Facts of a log line: ids, counts, codes. Never tokens, payloads or personal data. */
export type LogFacts = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Structured log. A line is an event name in snake_case and its facts. */
export interface Logger {
  debug(event: string, facts?: LogFacts): void;
  info(event: string, facts?: LogFacts): void;
  warn(event: string, facts?: LogFacts): void;
  error(event: string, facts?: LogFacts & { error?: never }, cause?: unknown): void;
}
