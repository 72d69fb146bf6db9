/** Adds up what Vitest's JSON reports say. */

export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

interface Report {
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/**
 * A file that could not be loaded has no tests, yet counts as one failure; so does a run that ended badly
 * for a reason outside every test (an unhandled error, coverage below its limit, no report at all).
 */
export function countTests(run: { report: unknown; exitCode: number }): TestCounts {
  const files = isReport(run.report) ? run.report.testResults : [];
  const statuses = files.flatMap((file) =>
    file.assertionResults.length === 0
      ? [file.status]
      : file.assertionResults.map((test) => test.status),
  );
  const passed = statuses.filter((status) => status === "passed").length;
  const failed = statuses.filter((status) => status === "failed").length;
  const skipped = statuses.length - passed - failed;
  const failedOutside = run.exitCode !== 0 && failed === 0 ? 1 : 0;
  return { passed, failed: failed + failedOutside, skipped };
}

export function sumCounts(all: readonly TestCounts[]): TestCounts {
  return all.reduce((sum, one) => ({
    passed: sum.passed + one.passed,
    failed: sum.failed + one.failed,
    skipped: sum.skipped + one.skipped,
  }));
}

export function countsLine({ passed, failed, skipped }: TestCounts): string {
  const line = `${String(passed)} passed, ${String(failed)} failed`;
  return skipped === 0 ? line : `${line}, ${String(skipped)} skipped`;
}

function isReport(value: unknown): value is Report {
  return typeof value === "object" && value !== null && "testResults" in value;
}
