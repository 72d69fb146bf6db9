import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { ERROR_CODES } from "../shared/src/core/app-error.ts";
import { PRICE_CHANGE_STATES } from "../shared/src/core/changes/states.ts";
import { PROJECT_ROOT } from "./database/open-database.ts";

const read = (...parts: string[]) => readFileSync(path.join(PROJECT_ROOT, ...parts), "utf8");
const filesIn = (...parts: string[]) =>
  readdirSync(path.join(PROJECT_ROOT, ...parts), { recursive: true, encoding: "utf8" });

describe("the project", () => {
  it("says in the runbook what to do about every error code", () => {
    const runbook = read("docs", "runbook.md");

    expect(
      ERROR_CODES.filter((code) => !new RegExp(`^\\| ${code} +\\|`, "m").test(runbook)),
    ).toEqual([]);
  });

  it("has a task for every job spec", () => {
    const specs = filesIn("shared", "src", "jobs").flatMap((file) =>
      [...read("shared", "src", "jobs", file).matchAll(/^ {2}name: "(\w+)"/gm)].map(
        (match) => match[1] ?? "",
      ),
    );
    const tasks = filesIn("amazon-worker", "src", "tasks").map((file) =>
      file.replace(/\.ts$/, "").replaceAll("-", "_"),
    );

    expect(specs.length).toBeGreaterThan(0);
    expect(specs.filter((name) => !tasks.includes(name))).toEqual([]);
  });

  it("explains every state of a price change in docs/states.md", () => {
    const states = read("docs", "states.md");

    expect(PRICE_CHANGE_STATES.filter((state) => !states.includes(state))).toEqual([]);
  });

  it("lets only one service write prices", () => {
    const writers = filesIn("shared", "src", "services")
      .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
      .filter((file) => read("shared", "src", "services", file).includes(".pushPrices("));

    expect(writers).toEqual([path.join("changes", "push-prices.ts")]);
  });

  it("gives the web process no Amazon secret and no Amazon client", () => {
    const config = read("shared", "src", "config", "web-config.ts");
    const app = filesIn("shopify-app")
      .filter((file) => /\.tsx?$/.test(file) && !/^(?:build|node_modules)/.test(file))
      .map((file) => read("shopify-app", file))
      .join("\n");

    expect(config).not.toMatch(/LWA|AMAZON_.*SECRET/);
    expect(app).not.toMatch(/from "(?:amazon-sp-api|@aws-sdk\/|@calibr\/amazon-worker)/);
  });
});
