import { existsSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT, projectFiles, read } from "./project-files.ts";

const documents = projectFiles(/^(README\.md|docs\/.*\.md)$/);
const decisions = projectFiles(/^docs\/decisions\/.*\.md$/).map((file) => path.basename(file));
const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };

describe("the documents", () => {
  it("name only npm scripts that exist", () => {
    const unknown = documents.flatMap((file) =>
      [...read(file).matchAll(/npm (?:run (?:-s )?([a-z][\w:]*)|(test|start)\b)/g)]
        .map((match) => match[1] ?? match[2] ?? "")
        .filter((name) => !(name in scripts))
        .map((name) => `${file}: npm run ${name}`),
    );

    expect(unknown).toEqual([]);
  });

  it("link only to files that exist", () => {
    const broken = documents.flatMap((file) =>
      [...withoutCode(read(file)).matchAll(/\]\(([^)\s]+)\)/g)]
        .map((match) => (match[1] ?? "").split("#")[0] ?? "")
        .filter((link) => link !== "" && !/^[a-z]+:/.test(link))
        .filter((link) => !existsSync(path.join(ROOT, path.dirname(file), link)))
        .map((link) => `${file}: ${link}`),
    );

    expect(broken).toEqual([]);
  });
});

describe("the decision records", () => {
  it("have one number each, four digits and a title", () => {
    const numbers = decisions.map((name) => /^(\d{4})-[a-z0-9-]+\.md$/.exec(name)?.[1]);

    expect(numbers).not.toContain(undefined);
    expect(new Set(numbers).size).toBe(decisions.length);
  });

  it("say when, in what state, why, what follows and on what evidence", () => {
    const incomplete = decisions.filter((name) => {
      const text = read(`docs/decisions/${name}`);
      return !["Date", "Status", "Context", "Decision", "Consequences", "Evidence"].every((word) =>
        new RegExp(`^(?:#+ |.*· )?${word}\\b`, "m").test(text),
      );
    });

    expect(incomplete).toEqual([]);
  });

  it("are there wherever code or a document names one", () => {
    const files = projectFiles(/\.(ts|tsx|mjs|cjs|js|sql|prisma|md|toml|json)$/).filter(
      (file) => file !== "scripts/documents.test.ts" && file !== "package-lock.json",
    );
    const missing = files.flatMap((file) =>
      [...read(file).matchAll(/docs\/decisions\/(\d{4}[a-z0-9-]*)/g)]
        .map((match) => match[1] ?? "")
        .filter((start) => !decisions.some((name) => name.startsWith(start)))
        .map((start) => `${file}: ${start}`),
    );

    expect(missing).toEqual([]);
  });

  it("give a reason for every dependency", () => {
    const reasons = read("docs/decisions/0004-dependencies.md");
    const manifests = projectFiles(/(^|\/)package\.json$/).filter(
      (file) => !file.includes("node_modules"),
    );
    const names = manifests.flatMap((file) => {
      const { dependencies = {}, devDependencies = {} } = JSON.parse(read(file)) as Manifest;
      return Object.keys({ ...dependencies, ...devDependencies });
    });
    const unexplained = [...new Set(names)].filter(
      (name) => !name.startsWith("@calibr/") && !reasons.includes(`\`${name}\``),
    );

    expect(unexplained).toEqual([]);
  });
});

interface Manifest {
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
}

function withoutCode(markdown: string): string {
  return markdown.replace(/```[\s\S]*?```/g, "").replace(/`[^`\n]*`/g, "");
}
