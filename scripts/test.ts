import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { checkSteps } from "./check-steps.ts";
import { type TestCounts, countTests, countsLine, sumCounts } from "./count-tests.ts";
import { type StepsResult, binary, runSteps } from "./steps.ts";

const HELP = `Usage: npm test

Runs the checks of "npm run check", the unit, database and browser tests, and prints the coverage of core and services.
Its last line is "N passed, N failed"; every check counts as one. Exits non-zero when anything failed or no test ran.`;

const ROOT = path.join(import.meta.dirname, "..");
const RESULTS = path.join(ROOT, "node_modules", ".cache", "test-results");

if (process.argv.includes("--help")) console.log(HELP);
else await main();

async function main(): Promise<void> {
  const checks = await runSteps(checkSteps({ withTests: false }));
  const fast = await runTests("unit-and-database", [
    "--project",
    "unit",
    "--project",
    "db",
    "--coverage",
  ]);
  // Once, before two browser tests could find that it is due at the same time.
  const built = await runSteps([
    { name: "build", command: [process.execPath, "scripts/build-app.ts"] },
  ]);
  const browser = await runTests("browser", ["--project", "e2e"]);
  const total = sumCounts([asCounts(checks), fast, asCounts(built), browser]);
  const ran = fast.passed + fast.failed + browser.passed + browser.failed;
  if (ran === 0) console.error("No test ran.");
  process.exitCode = total.failed > 0 || ran === 0 ? 1 : 0;
  console.log(countsLine(total));
}

function asCounts({ passed, failed }: StepsResult): TestCounts {
  return { passed, failed, skipped: 0 };
}

async function runTests(name: string, args: string[]): Promise<TestCounts> {
  const results = path.join(RESULTS, `${name}.json`);
  mkdirSync(RESULTS, { recursive: true });
  rmSync(results, { force: true });
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${results}`];
  const exitCode = await run(binary("vitest", "run", ...args, ...reporters));
  return countTests({ report: readReport(results), exitCode });
}

function readReport(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    // Vitest ended before it wrote one: its own output says why, and the missing report counts as a failure.
    return undefined;
  }
}

function run([program = "", ...args]: string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: ROOT, stdio: ["ignore", "inherit", "inherit"] });
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}
