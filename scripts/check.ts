import { checkSteps } from "./check-steps.ts";
import { runSteps } from "./steps.ts";

const HELP = `Usage: npm run check

Everything a change must pass before its database and browser tests: types, lint, format, import rules, unused code,
generated types and the fast tests. npm test runs the same and the rest.`;

if (process.argv.includes("--help")) console.log(HELP);
else {
  const { failed } = await runSteps(checkSteps({ withTests: true }));
  process.exitCode = failed === 0 ? 0 : 1;
}
