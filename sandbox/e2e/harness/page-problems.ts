import type { Page } from "playwright-core";

/** Everything that went wrong in a page and its frames, whether or not a person would notice. */
export interface PageProblems {
  readonly found: readonly string[];
  /** Throws when anything went wrong that no pattern allows. */
  check(allowed?: readonly RegExp[]): void;
}

/**
 * Collects console errors (violations of a content security policy are among them), uncaught
 * errors, requests that failed and answers with an error status.
 */
export function collectProblems(page: Page): PageProblems {
  const found: string[] = [];
  page.on("console", (message) => {
    // The browser repeats failed answers here without saying which; they are collected below.
    const isRepeated = message.text().startsWith("Failed to load resource");
    if (message.type() === "error" && !isRepeated) found.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => found.push(`uncaught: ${error.stack ?? error.message}`));
  page.on("requestfailed", (request) => {
    const reason = request.failure()?.errorText ?? "failed";
    // A navigation that another one overtakes is aborted, which is no failure.
    if (reason !== "net::ERR_ABORTED")
      found.push(`request: ${reason} ${withoutQuery(request.url())}`);
  });
  page.on("response", (response) => {
    if (response.status() < 400) return;
    found.push(`answer: ${response.status()} ${withoutQuery(response.url())}`);
  });
  return {
    found,
    check(allowed = []) {
      const left = found.filter((problem) => !allowed.some((pattern) => pattern.test(problem)));
      if (left.length > 0) throw new Error(`the page has problems:\n  ${left.join("\n  ")}`);
    },
  };
}

/** Queries of the Admin carry tokens. */
function withoutQuery(url: string): string {
  return url.split("?")[0] ?? url;
}
