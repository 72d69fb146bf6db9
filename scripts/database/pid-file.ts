/** What PostgreSQL writes into `postmaster.pid`, and whether it is still true. */
import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import pg from "pg";

export interface PidFile {
  readonly pid: number;
  readonly port: number | undefined;
  readonly isReady: boolean;
}

/** Lines of the file: 1 pid, 2 data folder, 3 start time, 4 port, 5 socket folder, 6 address, 7 shared memory, 8 state. */
export function readPidFile(folder: string): PidFile | undefined {
  let lines: string[];
  try {
    lines = readFileSync(path.join(folder, "postmaster.pid"), "utf8").split("\n");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  const pid = Number(lines[0]);
  // Caught half-written: whoever writes it is alive, so look again.
  if (!Number.isInteger(pid) || pid <= 0)
    return { pid: process.pid, port: undefined, isReady: false };
  const port = Number(lines[3]);
  return { pid, port: port > 0 ? port : undefined, isReady: lines[7]?.trim() === "ready" };
}

export function removePidFile(folder: string): void {
  rmSync(path.join(folder, "postmaster.pid"), { force: true });
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives and belongs to another account.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Nothing listens, or a PostgreSQL that does not know our password: whoever it is, it is not ours. */
const NOT_OURS = new Set(["ECONNREFUSED", "28P01", "28000"]);

/** "not yet": it starts, stops, or is too busy to answer. */
export async function isReachable(url: string): Promise<"yes" | "not yet" | "nobody"> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  // A server that goes away in the middle reports here as well as in the rejected call.
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query("select 1");
    return "yes";
  } catch (error) {
    return NOT_OURS.has((error as { code?: string }).code ?? "") ? "nobody" : "not yet";
  } finally {
    await client.end().catch(() => undefined);
  }
}
