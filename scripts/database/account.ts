/**
 * Which operating-system account runs the embedded PostgreSQL, and where that account can keep files.
 *
 * PostgreSQL refuses to run as root, and a checkout that root made is often closed to everybody else
 * (`mktemp -d`, `/root`). So root lends it another account, and another place when that account cannot enter ours.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chownSync, existsSync, lstatSync, mkdirSync, readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

export interface Account {
  /** Absent when PostgreSQL runs as whoever runs us. */
  readonly uid?: number;
  readonly gid?: number;
}

/** initdb looks its own account up by name, so only accounts that exist are of use. */
const LENT_ACCOUNTS = ["postgres", "_postgres", "nobody"];

export function databaseAccount(): Account {
  if (process.getuid?.() !== 0) return {};
  const accounts = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"));
  for (const name of LENT_ACCOUNTS) {
    const entry = accounts.find((fields) => fields[0] === name);
    // macOS writes nobody's -2 as a signed number; the system wants it unsigned.
    if (entry) return { uid: Number(entry[2]) >>> 0, gid: Number(entry[3]) >>> 0 };
  }
  throw new Error(
    `PostgreSQL does not run as root and none of the accounts ${LENT_ACCOUNTS.join(", ")} exists. ` +
      "Add one (useradd --system postgres), run as an ordinary user, or set DATABASE_URL.",
  );
}

export function canRead(account: Account, target: string): boolean {
  if (account.uid === undefined) return true;
  // Asked of the system instead of computed from mode bits: access lists and mounts count too.
  const answer = spawnSync("/bin/sh", ["-c", 'test -r "$1" && test -x "$1"', "sh", target], {
    ...account,
    cwd: "/",
  });
  return answer.status === 0;
}

/** `directory` itself, or a stand-in outside the checkout when the account cannot enter the folder above it. */
export function placeFor(account: Account, directory: string): string {
  mkdirSync(path.dirname(directory), { recursive: true });
  if (canRead(account, path.dirname(directory))) return directory;
  const digest = createHash("sha256").update(directory).digest("hex").slice(0, 12);
  return path.join(placeOutside(account, digest), path.basename(directory));
}

/** A folder of the account's own, outside every checkout, that survives a restart of the machine. */
export function placeOutside(account: Account, name: string): string {
  const home = path.join(existsSync("/var/tmp") ? "/var/tmp" : os.tmpdir(), `calibr-${name}`);
  mkdirSync(home, { recursive: true, mode: 0o700 });
  // Anybody may write to that folder: a link or a folder somebody else put there is not ours to trust.
  const found = lstatSync(home);
  if (!found.isDirectory() || (found.uid !== process.getuid?.() && found.uid !== account.uid))
    throw new Error(`${home} belongs to another account; remove it or set DATABASE_URL.`);
  own(account, home);
  return home;
}

export function own(account: Account, target: string): void {
  if (account.uid !== undefined && account.gid !== undefined)
    chownSync(target, account.uid, account.gid);
}
