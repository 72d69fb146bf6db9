import { expect, it } from "vitest";
import { countTests, countsLine, sumCounts } from "./count-tests.ts";

const file = (...statuses: string[]) => ({
  status: statuses.includes("failed") ? "failed" : "passed",
  assertionResults: statuses.map((status) => ({ status })),
});

it("adds up every file", () => {
  const report = { testResults: [file("passed", "failed"), file("passed", "pending")] };

  expect(countTests({ report, exitCode: 1 })).toEqual({ passed: 2, failed: 1, skipped: 1 });
});

// A run may end badly with no failed test to show for it; none of these may look like success.
it.each([
  {
    claim: "a file that cannot be loaded",
    testResults: [{ status: "failed", assertionResults: [] }],
    exitCode: 1,
  },
  {
    claim: "an error outside every test, or coverage below its limit",
    testResults: [file()],
    exitCode: 1,
  },
])("counts $claim as one failure", ({ testResults, exitCode }) => {
  expect(countTests({ report: { testResults }, exitCode }).failed).toBe(1);
});

it("counts a run without a report as one failure", () => {
  expect(countTests({ report: undefined, exitCode: 1 })).toEqual({
    passed: 0,
    failed: 1,
    skipped: 0,
  });
});

it("closes with one line that mentions skipped tests only when there are any", () => {
  const total = sumCounts([
    { passed: 2, failed: 0, skipped: 0 },
    { passed: 3, failed: 1, skipped: 2 },
  ]);

  expect(countsLine(total)).toBe("5 passed, 1 failed, 2 skipped");
  expect(countsLine({ ...total, skipped: 0 })).toBe("5 passed, 1 failed");
});
