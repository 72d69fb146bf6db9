/**
 * One embedded PostgreSQL cluster: made when missing, started, found again, stopped.
 *
 * States of a data folder and what moves it on:
 * missing ─initdb─▶ stopped ─start─▶ running ─stop, or end of the starter─▶ stopped
 * running, starter killed ─▶ stopping (its guard notices the closed pipe) ─▶ stopped
 * power cut ─▶ stopped with an old pid file ─start─▶ running (PostgreSQL recovers from its log)
 */
import { randomBytes } from "node:crypto";
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { type Account, databaseAccount, own } from "./account.ts";
import { type Binaries, findBinaries } from "./binaries.ts";
import { type GuardedServer, freePort, isPortFree, startGuarded } from "./guarded-server.ts";
import { isAlive, isReachable, readPidFile, removePidFile } from "./pid-file.ts";
import type { Durability } from "./settings.ts";

export interface Cluster {
  /** Superuser connection to the maintenance database `postgres`. */
  readonly adminUrl: string;
  /** False when another process had started it; `stop` then leaves it alone. */
  readonly isOurs: boolean;
  stop(): Promise<void>;
}

export interface ClusterOptions {
  /** The data folder itself, for example `.data/pg`. */
  readonly folder: string;
  readonly durability: Durability;
  /** Tried first; any free port is taken instead when it is in use. */
  readonly preferredPort?: number;
}

export const OWNER = "calibr_owner";
const PASSWORD_FILE = "calibr-owner-password";
/** A cluster that recovers from a crash or shuts down answers within this; then something is wrong. */
const SETTLE_TIMEOUT_MS = 60_000;
const POLL_MS = 25;
const PORT_ATTEMPTS = 5;

export async function openCluster(options: ClusterOptions): Promise<Cluster> {
  const account = databaseAccount();
  const binaries = findBinaries(account);
  if (!existsSync(path.join(options.folder, "PG_VERSION")))
    await createCluster({ folder: options.folder, account, binaries });
  const password = readFileSync(path.join(options.folder, PASSWORD_FILE), "utf8");
  for (let attempt = 1; ; attempt += 1) {
    const running = await findRunning(options.folder, password);
    if (running) return running;
    const port =
      attempt === 1 && options.preferredPort && (await isPortFree(options.preferredPort))
        ? options.preferredPort
        : await freePort();
    const server = startGuarded({ ...options, account, binaries, port });
    const adminUrl = ownerUrl(password, port);
    if (await becomesReady(server, adminUrl))
      return { adminUrl, isOurs: true, stop: () => server.stop() };
    // Either the port was taken in between, or another process was quicker on this folder: look again.
    if (attempt === PORT_ATTEMPTS)
      throw new Error(`PostgreSQL does not start in ${options.folder}:\n${server.logTail()}`);
  }
}

/** Made beside its final place and renamed, so that a half-made cluster is never mistaken for a whole one. */
async function createCluster({
  folder,
  account,
  binaries,
}: {
  folder: string;
  account: Account;
  binaries: Binaries;
}): Promise<void> {
  const unfinished = `${folder}.making-${process.pid}`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true, mode: 0o700 });
  own(account, unfinished);
  const password = randomBytes(24).toString("base64url");
  const passwordFile = path.join(path.dirname(folder), `.password-${process.pid}`);
  writeFileSync(passwordFile, password, { mode: 0o600 });
  own(account, passwordFile);
  try {
    await promisify(execFile)(
      binaries.initdb,
      [
        `--pgdata=${unfinished}`,
        `--username=${OWNER}`,
        `--pwfile=${passwordFile}`,
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        // The same order of text on every machine, whatever locales it has.
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--no-sync",
      ],
      { ...account, cwd: "/", env: { ...process.env, LC_ALL: "C" } },
    );
  } finally {
    rmSync(passwordFile, { force: true });
  }
  const kept = path.join(unfinished, PASSWORD_FILE);
  writeFileSync(kept, password, { mode: 0o600 });
  own(account, kept);
  try {
    renameSync(unfinished, folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    // Another process made the same cluster first; its work is as good as ours.
    if (!existsSync(path.join(folder, "PG_VERSION"))) throw error;
  }
}

/** A postmaster that already serves this folder; waits while one starts or stops, clears what a dead one left. */
async function findRunning(folder: string, password: string): Promise<Cluster | undefined> {
  const deadline = Date.now() + SETTLE_TIMEOUT_MS;
  for (;;) {
    const found = readPidFile(folder);
    if (!found) return undefined;
    if (!isAlive(found.pid)) {
      removePidFile(folder);
      return undefined;
    }
    if (found.isReady && found.port !== undefined) {
      const adminUrl = ownerUrl(password, found.port);
      const answer = await isReachable(adminUrl);
      if (answer === "yes") return { adminUrl, isOurs: false, stop: async () => {} };
      // Nobody listens: the number belongs to some other process by now (a restarted machine or container).
      if (answer === "nobody" && readPidFile(folder)?.pid === found.pid) {
        removePidFile(folder);
        return undefined;
      }
    }
    if (Date.now() > deadline)
      throw new Error(
        `Process ${String(found.pid)} holds ${folder} but does not answer. Stop it, or remove postmaster.pid if it is not PostgreSQL.`,
      );
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function becomesReady(server: GuardedServer, adminUrl: string): Promise<boolean> {
  const deadline = Date.now() + SETTLE_TIMEOUT_MS;
  while (!server.hasEnded()) {
    if ((await isReachable(adminUrl)) === "yes") return !server.hasEnded();
    if (Date.now() > deadline) {
      await server.stop();
      return false;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return false;
}

function ownerUrl(password: string, port: number): string {
  return `postgresql://${OWNER}:${password}@127.0.0.1:${String(port)}/postgres`;
}

/** Runs `work` on one connection that is closed whatever happens. */
export async function withConnection<T>(
  url: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
