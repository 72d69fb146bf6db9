/** What the database scripts share on the command line: help, one-line failures, and closing what was opened. */
import { existsSync } from "node:fs";
import path from "node:path";
import { type Database, PROJECT_ROOT, openDatabase } from "./open-database.ts";

const ENV_FILE = path.join(PROJECT_ROOT, ".env");

export function wantsHelp(help: string): boolean {
  if (!process.argv.slice(2).some((argument) => argument === "--help" || argument === "-h"))
    return false;
  console.log(help);
  return true;
}

/** Reads `.env`, as `npm start` does, then works. Ends with exit code 1 and one readable message when `work` throws; the stack only with DEBUG set. */
export async function runScript(work: () => Promise<void>): Promise<void> {
  try {
    if (existsSync(ENV_FILE)) process.loadEnvFile(ENV_FILE);
    await work();
  } catch (error) {
    if (process.env["DEBUG"]) console.error(error);
    else console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}

export async function withDatabaseOpen(work: (database: Database) => Promise<void>): Promise<void> {
  const database = await openDatabase();
  try {
    await work(database);
  } finally {
    await database.close();
  }
}

export function describeServer(database: Database): string {
  const { host, pathname } = new URL(database.ownerUrl);
  return database.isEmbedded ? "the embedded PostgreSQL (.data/pg)" : `${host}${pathname}`;
}
