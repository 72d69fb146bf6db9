/** Brings a database to the newest schema: our SQL migrations, then those of the job queue. */
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { runMigrations } from "graphile-worker";
import pg from "pg";
import { withConnection } from "./cluster.ts";
import { type DatabaseUrls, PROJECT_ROOT, databaseName } from "./open-database.ts";
import { NO_FILTERS, withSchemaEngine } from "./schema-engine.ts";

export const MIGRATIONS_DIR = path.join(PROJECT_ROOT, "prisma", "migrations");
export const QUEUE_SCHEMA = "graphile_worker";

/** Arbitrary, the same in every process: two deploys at once take turns. */
const MIGRATE_LOCK = 4_011_993;

/** @returns the names of the migrations applied now, oldest first; empty when the database was current. */
export async function migrateDatabase(
  urls: Pick<DatabaseUrls, "ownerUrl" | "queueUrl">,
  migrationsDir = MIGRATIONS_DIR,
): Promise<string[]> {
  return withConnection(urls.ownerUrl, async (owner) => {
    await owner.query("select pg_advisory_lock($1)", [MIGRATE_LOCK]);
    try {
      // The schema first: our migrations grant on it and name its owner.
      await owner.query(`create schema if not exists ${QUEUE_SCHEMA} authorization calibr_queue`);
      const applied = await applyMigrations(urls.ownerUrl, migrationsDir);
      await migrateQueue(owner, urls);
      return applied;
    } finally {
      await owner.query("select pg_advisory_unlock($1)", [MIGRATE_LOCK]);
    }
  });
}

async function applyMigrations(ownerUrl: string, migrationsDir: string): Promise<string[]> {
  const migrationsList = readMigrations(migrationsDir);
  const { appliedMigrationNames } = await withSchemaEngine(ownerUrl, (engine) =>
    engine.applyMigrations({ migrationsList, filters: NO_FILTERS }),
  );
  return appliedMigrationNames;
}

/** The folder as the engine wants it: every migration with its text, in the order of its name. */
export function readMigrations(migrationsDir: string) {
  const names = readdirSync(migrationsDir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  return {
    baseDir: migrationsDir,
    lockfile: {
      path: "migration_lock.toml",
      content: readFileSync(path.join(migrationsDir, "migration_lock.toml"), "utf8"),
    },
    shadowDbInitScript: "",
    migrationDirectories: names.map((name) => ({
      path: name,
      migrationFile: {
        path: "migration.sql",
        content: {
          tag: "ok" as const,
          value: readFileSync(path.join(migrationsDir, name, "migration.sql"), "utf8"),
        },
      },
    })),
  };
}

/**
 * graphile-worker starts with `create schema if not exists`, for which PostgreSQL asks the right to create schemas
 * even when the schema is there. The queue role has that right for this moment only.
 */
async function migrateQueue(
  owner: pg.Client,
  urls: Pick<DatabaseUrls, "ownerUrl" | "queueUrl">,
): Promise<void> {
  const database = pg.escapeIdentifier(databaseName(urls.ownerUrl));
  // A pool of ours, because runMigrations does not wait until its own is closed, and a database in use cannot be cloned.
  const pgPool = new pg.Pool({ connectionString: urls.queueUrl, max: 1 });
  // graphile-worker asks for both listeners; a broken connection is reported by the call that uses it.
  const ignore = (): undefined => undefined;
  pgPool.on("error", ignore);
  pgPool.on("connect", (client) => client.on("error", ignore));
  await owner.query(`grant create on database ${database} to calibr_queue`);
  try {
    await runMigrations({ pgPool, schema: QUEUE_SCHEMA });
  } finally {
    await pgPool.end();
    await owner.query(`revoke create on database ${database} from calibr_queue`);
  }
}
