import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const SCRIPTS = import.meta.dirname;
const require = createRequire(import.meta.url);

interface Breach {
  readonly rule: string;
  readonly from: string;
  /** What the file contains; the imported files and packages are made too. */
  readonly code: string;
}

const BREACHES: Breach[] = [
  {
    rule: "stats-knows-no-prices",
    from: "shared/src/stats/a.ts",
    code: `import "../core/pure.ts";`,
  },
  { rule: "core-is-pure", from: "shared/src/core/a.ts", code: `import "zod";` },
  { rule: "core-is-pure", from: "shared/src/core/b.ts", code: `import "node:fs";` },
  {
    rule: "core-is-pure",
    from: "shared/src/core/c.ts",
    code: `import type {} from "../ports/p.ts";`,
  },
  {
    rule: "ports-are-interfaces",
    from: "shared/src/ports/a.ts",
    code: `import "../adapters/postgres/x.ts";`,
  },
  { rule: "jobs-are-specs", from: "shared/src/jobs/a.ts", code: `import "../services/s.ts";` },
  {
    rule: "services-meet-the-world-through-ports",
    from: "shared/src/services/a.ts",
    code: `import "../adapters/postgres/x.ts";`,
  },
  {
    rule: "services-meet-the-world-through-ports",
    from: "shared/src/services/b.ts",
    code: `import "graphile-worker";`,
  },
  {
    rule: "config-stands-alone",
    from: "shared/src/config/a.ts",
    code: `import "../services/s.ts";`,
  },
  {
    rule: "adapters-do-not-decide",
    from: "shared/src/adapters/log/a.ts",
    code: `import "../../services/s.ts";`,
  },
  {
    rule: "adapters-stand-side-by-side",
    from: "shared/src/adapters/shopify/a.ts",
    code: `import "../postgres/x.ts";`,
  },
  {
    rule: "routes-go-through-services",
    from: "shopify-app/app/routes/a.tsx",
    code: `import "@calibr/shared/adapters/postgres/x";`,
  },
  {
    rule: "components-show",
    from: "shopify-app/app/components/a.tsx",
    code: `import "@calibr/shared/services/s";`,
  },
  {
    rule: "web-never-calls-amazon",
    from: "shopify-app/app/detour.ts",
    code: `import "@calibr/shared/adapters/postgres/leak";`,
  },
  { rule: "worker-never-serves-pages", from: "amazon-worker/src/a.ts", code: `import "express";` },
  {
    rule: "tasks-are-thin",
    from: "amazon-worker/src/tasks/a.ts",
    code: `import "@calibr/shared/adapters/postgres/x";`,
  },
  {
    rule: "channels-only-translate",
    from: "amazon-worker/src/channels/amazon/a.ts",
    code: `import "@calibr/shared/services/s";`,
  },
  {
    rule: "channels-stand-side-by-side",
    from: "amazon-worker/src/channels/amazon/b.ts",
    code: `import "../ebay/e.ts";`,
  },
  {
    rule: "one-service-writes-a-price",
    from: "shared/src/services/pricing/a.ts",
    code: `import type {} from "../../ports/price-channel.ts";`,
  },
  { rule: "fakes-share-no-bug", from: "sandbox/a.ts", code: `import "@calibr/shared/services/s";` },
  {
    rule: "fakes-take-only-types-of-core",
    from: "sandbox/b.ts",
    code: `import "@calibr/shared/core/pure";`,
  },
  {
    rule: "product-knows-no-sandbox",
    from: "amazon-worker/src/b.ts",
    code: `import "../../sandbox/stand-in.ts";`,
  },
  {
    rule: "product-knows-no-sandbox",
    from: "shared/src/adapters/log/b.ts",
    code: `import "../../testing/t.ts";`,
  },
  {
    rule: "drivers-stay-in-their-adapter",
    from: "shared/src/adapters/shopify/b.ts",
    code: `import "pg";`,
  },
  {
    rule: "shipped-code-needs-no-dev-package",
    from: "amazon-worker/src/c.ts",
    code: `import "dev-only";`,
  },
  { rule: "no-circle", from: "shared/src/core/x.ts", code: `import "./y.ts";` },
  { rule: "imports-resolve", from: "sandbox/c.ts", code: `import "./gone.ts";` },
];

/** What the table of docs/CONTRIBUTING.md allows, where a rule comes close to forbidding it. */
const ALLOWED: Omit<Breach, "rule">[] = [
  { from: "shared/src/core/ok.test.ts", code: `import "zod"; import "../testing/t.ts";` },
  { from: "shared/src/jobs/ok.ts", code: `import "zod"; import "../core/pure.ts";` },
  {
    from: "shared/src/services/changes/ok.ts",
    code: `import type {} from "../../ports/price-channel.ts";`,
  },
  {
    from: "shared/src/adapters/queue/ok.ts",
    code: `import "../postgres/shop-transaction.ts"; import "pg";`,
  },
  {
    from: "shopify-app/app/services.server.ts",
    code: `import "@calibr/shared/adapters/postgres/x"; import "pg";`,
  },
  {
    from: "shopify-app/app/components/ok.tsx",
    code: `import type {} from "@calibr/shared/services/s";`,
  },
  {
    from: "amazon-worker/src/tasks/ok.ts",
    code: `import "@calibr/shared/services/s"; import "../task-runner.ts";`,
  },
  {
    from: "amazon-worker/src/channels/amazon/ok.ts",
    code: `import "@calibr/shared/core/pure"; import "amazon-sp-api";`,
  },
  { from: "sandbox/ok.ts", code: `import type {} from "@calibr/shared/core/pure";` },
  { from: "sandbox/e2e/ok.e2e.ts", code: `import "@calibr/shared/services/s";` },
];

const SURROUNDINGS: Record<string, string> = {
  "shared/src/core/pure.ts": "",
  "shared/src/core/y.ts": `import "./x.ts";`,
  "shared/src/ports/p.ts": "",
  "shared/src/ports/price-channel.ts": "",
  "shared/src/services/s.ts": "",
  "shared/src/testing/t.ts": "",
  "shared/src/adapters/postgres/x.ts": "",
  "shared/src/adapters/postgres/shop-transaction.ts": "",
  "shared/src/adapters/postgres/leak.ts": `import "amazon-sp-api";`,
  "amazon-worker/src/task-runner.ts": "",
  "amazon-worker/src/channels/ebay/e.ts": "",
  "sandbox/stand-in.ts": "",
};

describe("the import rules", () => {
  let found: { rule: { name: string }; from: string }[] = [];
  let root = "";

  beforeAll(() => {
    root = mkdtempSync(path.join(os.tmpdir(), "calibr-boundaries-"));
    makeTree(root);
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [
        path.join(SCRIPTS, "..", "node_modules", ".bin", "depcruise"),
        ...[
          "--config",
          path.join(SCRIPTS, "boundaries.cjs"),
          "--output-type",
          "json",
          "--no-cache",
        ],
        ...["shared", "shopify-app", "amazon-worker", "sandbox"],
      ],
      { cwd: root, encoding: "utf8", maxBuffer: 50_000_000 },
    );
    if (!stdout) throw new Error(stderr);
    found = (JSON.parse(stdout) as { summary: { violations: typeof found } }).summary.violations;
  }, 60_000);

  afterAll(() => rmSync(root, { recursive: true }));

  it.each(BREACHES)("$rule fires on $from: $code", ({ rule, from }) => {
    expect(found.filter((one) => one.from === from).map((one) => one.rule.name)).toContain(rule);
  });

  it.each(ALLOWED)("nothing fires on $from: $code", ({ from }) => {
    expect(found.filter((one) => one.from === from)).toEqual([]);
  });

  it("has a breach above for every rule", () => {
    const { forbidden } = require("./boundaries.cjs") as {
      forbidden: { name: string; comment: string }[];
    };

    expect(new Set(BREACHES.map((breach) => breach.rule))).toEqual(
      new Set(forbidden.map((rule) => rule.name)),
    );
    expect(forbidden.filter((rule) => rule.comment.length < 40)).toEqual([]);
  });
});

function makeTree(root: string): void {
  const write = (file: string, content: string): void => {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), content);
  };
  const packages = ["zod", "pg", "graphile-worker", "express", "amazon-sp-api", "dev-only"];
  for (const name of packages) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, main: "index.js" }));
    write(`node_modules/${name}/index.js`, "");
  }
  const devDependencies = { "dev-only": "1" };
  const dependencies = Object.fromEntries(packages.slice(0, -1).map((name) => [name, "1"]));
  for (const place of ["", "shared/", "shopify-app/", "amazon-worker/", "sandbox/"])
    write(
      `${place}package.json`,
      JSON.stringify({ type: "module", dependencies, devDependencies }),
    );
  write(
    "shared/package.json",
    JSON.stringify({
      name: "@calibr/shared",
      type: "module",
      dependencies,
      devDependencies,
      exports: { "./*": "./src/*.ts" },
    }),
  );
  mkdirSync(path.join(root, "node_modules/@calibr"));
  symlinkSync("../../shared", path.join(root, "node_modules/@calibr/shared"));
  write("tsconfig.base.json", "{}");
  for (const [file, code] of Object.entries(SURROUNDINGS)) write(file, code);
  for (const { from, code } of [...BREACHES, ...ALLOWED]) write(from, `${code}\nexport {};\n`);
}
