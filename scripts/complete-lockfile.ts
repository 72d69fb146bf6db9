import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const HELP = `Usage: node scripts/complete-lockfile.ts [--dry-run]

Run it after every npm install. npm leaves an optional package out of package-lock.json when the registry it asks does
not have that version, which nobody notices on the same platform; "npm ci" then refuses the whole lockfile everywhere
("Missing: … from lock file"). This adds such entries: their version is fixed by the package that asks for them, and
their platform is in their name. Their checksum is unknown; npm then trusts the registry's own.`;

export interface LockedPackage {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}
export type LockedPackages = Readonly<Record<string, LockedPackage>>;

/** The words by which platform packages name themselves, as npm's `os` and `cpu` have them. */
const SYSTEMS = [
  ...["aix", "android", "darwin", "freebsd", "linux", "netbsd", "openbsd", "openharmony"],
  ...["sunos", "win32"],
];
const PROCESSORS = ["arm64", "arm", "ia32", "loong64", "ppc64", "riscv64", "s390x", "x64"];

/** @returns the missing entries by lockfile key. @throws when one is missing that names no platform. */
export function missingEntries(packages: LockedPackages): Record<string, LockedPackage> {
  const missing: Record<string, LockedPackage> = {};
  for (const [key, { optionalDependencies = {}, dev }] of Object.entries(packages))
    for (const [name, version] of Object.entries(optionalDependencies))
      if (!isPresent({ packages, from: key, name }))
        missing[`node_modules/${name}`] = platformEntry(name, { version, isDev: dev === true });
  return missing;
}

/** npm looks beside the asking package and then in every folder above it. */
function isPresent(ask: { packages: LockedPackages; from: string; name: string }): boolean {
  for (let folder = ask.from; ; folder = folderAbove(folder)) {
    const prefix = folder === "" ? "" : `${folder}/`;
    if (`${prefix}node_modules/${ask.name}` in ask.packages) return true;
    if (folder === "") return false;
  }
}

function folderAbove(folder: string): string {
  return folder.slice(0, Math.max(0, folder.lastIndexOf("node_modules/"))).replace(/\/$/, "");
}

function platformEntry(name: string, asked: { version: string; isDev: boolean }): LockedPackage {
  const words = name.slice(name.lastIndexOf("/") + 1).split("-");
  const os = SYSTEMS.find((system) => words.includes(system));
  const cpu = PROCESSORS.find((processor) => words.includes(processor));
  if (!os || !cpu || !/^\d/.test(asked.version))
    throw new Error(
      `${name}@${asked.version} is missing and names no platform; run npm install on a complete registry.`,
    );
  const isMusl = words.some((word) => word.startsWith("musl"));
  return {
    version: asked.version,
    cpu: [cpu],
    ...(asked.isDev ? { dev: true } : {}),
    ...(os === "linux" ? { libc: [isMusl ? "musl" : "glibc"] } : {}),
    optional: true,
    os: [os],
  };
}

function main(): void {
  const lockfile = path.join(import.meta.dirname, "..", "package-lock.json");
  const lock = JSON.parse(readFileSync(lockfile, "utf8")) as { packages: LockedPackages };
  const missing = missingEntries(lock.packages);
  const names = Object.keys(missing);
  const isDryRun = process.argv.includes("--dry-run");
  if (names.length === 0) return console.log("package-lock.json is complete.");
  const all = Object.entries({ ...lock.packages, ...missing });
  lock.packages = Object.fromEntries(all.sort(([a], [b]) => a.localeCompare(b, "en")));
  if (!isDryRun) writeFileSync(lockfile, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`${isDryRun ? "would add" : "added"} ${names.join(", ")}`);
}

if (import.meta.main) {
  if (process.argv.includes("--help")) console.log(HELP);
  else main();
}
