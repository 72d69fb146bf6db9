import { describe, expect, it } from "vitest";
import { webEnvSchema } from "@calibr/shared/config/web-config";
import { workerEnvSchema } from "@calibr/shared/config/worker-config";
import { projectFiles, read } from "./project-files.ts";

describe("package.json", () => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };

  it.each(
    Object.keys(scripts).filter((name) => !(name.startsWith("pre") && name.slice(3) in scripts)),
  )("makes sure of the packages before npm run %s", (name) => {
    expect(scripts[`pre${name}`]).toBe("node scripts/ensure-install.mjs");
  });

  it("pins every dependency to one exact version", () => {
    const loose = projectFiles(/(^|\/)package\.json$/).flatMap((file) => {
      const manifest = JSON.parse(read(file)) as Record<string, Record<string, string> | undefined>;
      return Object.entries({ ...manifest["dependencies"], ...manifest["devDependencies"] })
        .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
        .map(([name, version]) => `${file}: ${name}@${version}`);
    });

    expect(loose).toEqual([]);
  });
});

describe(".env.example", () => {
  it("lists exactly the variables that are read", () => {
    const listed = [...read(".env.example").matchAll(/^([A-Z][A-Z0-9_]*)=/gm)].map(
      (match) => match[1],
    );
    const readByProcesses = [
      ...Object.keys(webEnvSchema.shape),
      ...Object.keys(workerEnvSchema.shape),
    ];

    // The scripts read one more: the owner's connection, which no process has.
    expect(new Set(listed)).toEqual(new Set([...readByProcesses, "DATABASE_URL"]));
    expect(new Set(listed).size).toBe(listed.length);
  });
});

describe("the code", () => {
  const files = projectFiles(/\.(ts|tsx|mjs|cjs|js)$/).filter(
    (file) => !file.includes("/generated/") && file !== "scripts/project.test.ts",
  );

  it("gives a reason wherever a rule is switched off", () => {
    const unexplained = files.flatMap((file) =>
      read(file)
        .split("\n")
        .filter((line) => /eslint-disable|@ts-(ignore|expect-error|nocheck)/.test(line))
        .filter((line) => !/ -- \S+ \S+|@ts-expect-error \S+ \S+/.test(line))
        .map((line) => `${file}: ${line.trim()}`),
    );

    expect(unexplained).toEqual([]);
  });

  it("focuses no test and names no machine path", () => {
    const found = files.filter((file) =>
      /\b(it|describe|test)\.only\(|["'`]\/(work|tmp)\//.test(read(file)),
    );

    expect(found).toEqual([]);
  });
});
