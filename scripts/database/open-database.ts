/**
 * Which PostgreSQL: the one DATABASE_URL names, or else the embedded one under `.data/pg`.
 * Everything that needs a database (demo, migrations, tests, benches) asks here and nowhere else.
 */
import { existsSync, lstatSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import path from "node:path";
import pg from "pg";
import { databaseAccount, placeFor } from "./account.ts";
import { openCluster, withConnection } from "./cluster.ts";
import {
  type LoginRole,
  type Passwords,
  ensureLogins,
  ensureRoles,
  keptPasswords,
} from "./roles.ts";

export interface Database {
  /** Runs migrations; never given to a process that serves shops. */
  readonly ownerUrl: string;
  readonly webUrl: string;
  readonly workerUrl: string;
  readonly queueUrl: string;
  /** False when DATABASE_URL names the server. */
  readonly isEmbedded: boolean;
  /** Stops the embedded PostgreSQL if this call started it. It also stops when the process ends in any way. */
  close(): Promise<void>;
}

export interface OpenDatabaseOptions {
  /** Where the embedded cluster and the role passwords live; `.data` at the top of the checkout when absent. */
  readonly dataDir?: string;
  /** Database to open, made when missing; `calibr`, or the one DATABASE_URL names, when absent. */
  readonly name?: string;
}

export const PROJECT_ROOT = path.join(import.meta.dirname, "..", "..");
export const DATA_DIR = path.join(PROJECT_ROOT, ".data");
const SERVER_VERSION_MIN = 150_000;
/** Next to PostgreSQL's usual 5432, so that it is easy to find and rarely taken. */
const PREFERRED_PORT = 54_329;

/** @throws with a sentence for a person when no database can be had. */
export async function openDatabase(options: OpenDatabaseOptions = {}): Promise<Database> {
  const dataDir = path.resolve(options.dataDir ?? DATA_DIR);
  const given = process.env["DATABASE_URL"];
  if (given) {
    const urls = await prepareServer({
      adminUrl: given,
      name: options.name,
      dataDir,
      env: process.env,
    });
    return { ...urls, isEmbedded: false, close: async () => {} };
  }
  const cluster = await openCluster({
    folder: embeddedFolder(dataDir),
    durability: "durable",
    preferredPort: PREFERRED_PORT,
  });
  try {
    const name = options.name ?? "calibr";
    const urls = await prepareServer({ adminUrl: cluster.adminUrl, name, dataDir, env: {} });
    return { ...urls, isEmbedded: true, close: () => cluster.stop() };
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

export interface DatabaseUrls {
  readonly ownerUrl: string;
  readonly webUrl: string;
  readonly workerUrl: string;
  readonly queueUrl: string;
}

/** Checks the server, then makes the database and the roles if they are missing. Migrations come after. */
export async function prepareServer(options: {
  adminUrl: string;
  name: string | undefined;
  dataDir: string;
  /** Where WEB_, WORKER_ and QUEUE_DATABASE_URL are looked up; empty for the embedded server, which they never mean. */
  env: NodeJS.ProcessEnv;
}): Promise<DatabaseUrls> {
  const name = options.name ?? databaseName(options.adminUrl);
  const ownerUrl = withDatabase(options.adminUrl, name);
  const passwords = keptPasswords(options.dataDir);
  await makeDatabase(options.adminUrl, name);
  const urls = {
    ownerUrl,
    webUrl: roleUrl("calibr_web", options.env["WEB_DATABASE_URL"]),
    workerUrl: roleUrl("calibr_worker", options.env["WORKER_DATABASE_URL"]),
    queueUrl: roleUrl("calibr_queue", options.env["QUEUE_DATABASE_URL"]),
  };
  await withConnection(ownerUrl, async (owner) => {
    await checkVersion(owner);
    await ensureRoles(owner, given(urls, passwords));
    const byRole = {
      calibr_web: urls.webUrl,
      calibr_worker: urls.workerUrl,
      calibr_queue: urls.queueUrl,
    };
    await ensureLogins({
      owner,
      passwords: given(urls, passwords),
      urlFor: (role) => byRole[role],
    });
  });
  return urls;

  function roleUrl(role: LoginRole, fromEnvironment: string | undefined): string {
    if (fromEnvironment) return withDatabase(fromEnvironment, name);
    const url = new URL(ownerUrl);
    url.username = role;
    url.password = passwords[role];
    return url.href;
  }
}

/** The passwords the URLs carry: a person's own ones count also when we are the first to make the role. */
function given(urls: DatabaseUrls, kept: Passwords): Passwords {
  const inUrl = (url: string): string => decodeURIComponent(new URL(url).password);
  return {
    calibr_web: inUrl(urls.webUrl) || kept.calibr_web,
    calibr_worker: inUrl(urls.workerUrl) || kept.calibr_worker,
    calibr_queue: inUrl(urls.queueUrl) || kept.calibr_queue,
  };
}

async function makeDatabase(adminUrl: string, name: string): Promise<void> {
  if (databaseName(adminUrl) === name) return;
  await withConnection(adminUrl, async (admin) => {
    const { rowCount } = await admin.query("select from pg_database where datname = $1", [name]);
    if (rowCount) return;
    try {
      await admin.query(`create database ${pg.escapeIdentifier(name)}`);
    } catch (error) {
      // 42P04, or 23505 in the narrowest race: another process made it first.
      if (!["42P04", "23505"].includes((error as { code?: string }).code ?? "")) throw error;
    }
  });
}

async function checkVersion(owner: pg.Client): Promise<void> {
  const { rows } = await owner.query<{ version: string; number: string }>(
    "select version(), current_setting('server_version_num') as number",
  );
  if (Number(rows[0]?.number) < SERVER_VERSION_MIN)
    throw new Error(
      `DATABASE_URL names ${rows[0]?.version ?? "an unknown server"}; Calibr needs PostgreSQL 15 or later.`,
    );
}

export function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${encodeURIComponent(name)}`;
  return changed.href;
}

export function databaseName(url: string): string {
  const { pathname, username } = new URL(url);
  return decodeURIComponent(pathname.slice(1)) || username || "postgres";
}

/** `.data/pg`, or what it points to when PostgreSQL's account cannot enter the checkout. */
function embeddedFolder(dataDir: string): string {
  mkdirSync(dataDir, { recursive: true });
  const folder = path.join(dataDir, "pg");
  const place = placeFor(databaseAccount(), folder);
  if (place === folder || isLink(folder)) return place;
  // No link yet: what is there belongs to a checkout that is gone.
  if (existsSync(place)) rmSync(place, { recursive: true, force: true });
  symlinkSync(place, folder);
  return place;
}

function isLink(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}
