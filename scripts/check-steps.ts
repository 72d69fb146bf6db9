/** What "npm run check" and "npm test" both run. */
import { mkdirSync } from "node:fs";
import { type Step, binary } from "./steps.ts";

const WORKSPACES = ["shared", "shopify-app", "amazon-worker", "sandbox"];
const CACHE = "node_modules/.cache";

/** In the order a person fixes them; the longest ones first would save little on two cores. */
export function checkSteps({ withTests }: { withTests: boolean }): Step[] {
  mkdirSync(`${CACHE}/types`, { recursive: true });
  const steps: Step[] = [
    ...[".", ...WORKSPACES].map((workspace) => typesOf(workspace)),
    {
      name: "lint",
      command: binary(
        "eslint",
        ".",
        "--cache",
        "--cache-location",
        `${CACHE}/eslint/`,
        "--max-warnings=0",
      ),
    },
    {
      name: "format",
      command: binary("prettier", "--check", "--log-level=warn", "--cache", "."),
    },
    {
      name: "boundaries",
      command: binary(
        "depcruise",
        "--config",
        "scripts/boundaries.cjs",
        "--output-type",
        "err",
        ...WORKSPACES,
        "scripts",
      ),
    },
    {
      name: "unused code",
      command: binary("knip", "--no-progress", "--no-config-hints"),
    },
    { name: "generated types", command: [process.execPath, "scripts/codegen.ts", "--check"] },
  ];
  const tests: Step = {
    name: "fast tests",
    command: binary("vitest", "run", "--project", "unit", "--reporter=dot"),
  };
  return withTests ? [...steps, tests] : steps;
}

function typesOf(workspace: string): Step {
  const name = workspace === "." ? "scripts" : workspace;
  const buildInfo = `${CACHE}/types/${name}.tsbuildinfo`;
  return {
    name: `types of ${name}`,
    command: binary("tsc", "-p", workspace, "--incremental", "--tsBuildInfoFile", buildInfo),
  };
}
