/**
 * Builds the web app when its sources changed since the last build. `node scripts/build-app.ts [--force]`
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const ROOT = path.join(import.meta.dirname, "..");
const APP = path.join(ROOT, "shopify-app");
const STAMP = path.join(APP, "build", "sources.sha256");
// What goes into the build; shared code is imported by the server as it is, but pages bundle parts of it.
const SOURCES = [
  "shopify-app/app",
  "shopify-app/public",
  "shopify-app/vite.config.ts",
  "shopify-app/package.json",
  "shared/src",
  "package-lock.json",
];

/** Makes sure that shopify-app/build is the build of the present sources. @returns whether it had to build. */
export function buildApp(options: { force: boolean; onStart: () => void }): boolean {
  const digest = digestOf(SOURCES);
  if (!options.force && existsSync(STAMP) && readFileSync(STAMP, "utf8") === digest) return false;
  options.onStart();
  const built = spawnSync(
    process.execPath,
    [path.join(ROOT, "node_modules", "@remix-run", "dev", "dist", "cli.js"), "vite:build"],
    {
      cwd: APP,
      env: { ...process.env, NODE_ENV: "production" },
      encoding: "utf8",
    },
  );
  if (built.status !== 0)
    throw new Error(`the web app did not build:\n${built.stdout}\n${built.stderr}`);
  mkdirSync(path.dirname(STAMP), { recursive: true });
  writeFileSync(STAMP, digest);
  return true;
}

function digestOf(entries: readonly string[]): string {
  const hash = createHash("sha256");
  for (const entry of entries) addToDigest(hash, path.join(ROOT, entry));
  return hash.digest("hex");
}

function addToDigest(hash: ReturnType<typeof createHash>, place: string): void {
  if (!existsSync(place)) return;
  const listing = readdirSyncOrNull(place);
  if (listing === null) {
    hash.update(place.slice(ROOT.length)).update(readFileSync(place));
    return;
  }
  for (const name of listing.toSorted()) addToDigest(hash, path.join(place, name));
}

function readdirSyncOrNull(place: string): string[] | null {
  try {
    return readdirSync(place);
  } catch {
    // Not a folder: a file.
    return null;
  }
}

if (process.argv[1] === import.meta.filename) {
  const didBuild = buildApp({
    force: process.argv.includes("--force"),
    onStart: () => process.stdout.write("building the web app\n"),
  });
  process.stdout.write(didBuild ? "built\n" : "nothing to build\n");
}
