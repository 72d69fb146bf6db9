import { existsSync, realpathSync, rmSync } from "node:fs";
import path from "node:path";
import { describeServer, runScript, wantsHelp, withDatabaseOpen } from "./database/command-line.ts";
import { emptyDatabase } from "./database/empty-database.ts";
import { migrateDatabase } from "./database/migrate-database.ts";
import { DATA_DIR, databaseName } from "./database/open-database.ts";

const HELP = `Usage: npm run db:reset [-- --yes] [-- --dry-run]

Empties the database (every table, every job) and applies all migrations again.
A database named by DATABASE_URL is emptied only with --yes.

  --yes       also when the database is not the embedded one
  --cluster   delete the whole embedded cluster (.data/pg) first, for one that no longer starts
  --dry-run   say what would be emptied and stop`;

if (!wantsHelp(HELP)) await runScript(reset);

async function reset(): Promise<void> {
  const flags = new Set(process.argv.slice(2));
  const isDryRun = flags.has("--dry-run");
  if (flags.has("--cluster") && !isDryRun) deleteEmbeddedCluster();
  await withDatabaseOpen(async (database) => {
    const name = databaseName(database.ownerUrl);
    if (isDryRun)
      return console.log(`Would empty database ${name} of ${describeServer(database)}.`);
    if (!database.isEmbedded && !flags.has("--yes"))
      throw new Error(
        `${describeServer(database)} is not the embedded database; repeat with --yes to empty it.`,
      );
    await emptyDatabase(database);
    const applied = await migrateDatabase(database);
    console.log(
      `${describeServer(database)}: emptied, ${String(applied.length)} migrations applied.`,
    );
  });
}

function deleteEmbeddedCluster(): void {
  const folder = path.join(DATA_DIR, "pg");
  if (!existsSync(folder)) return;
  const real = realpathSync(folder);
  if (existsSync(path.join(real, "postmaster.pid")))
    throw new Error(`${real} is in use (postmaster.pid is there); stop the demo first.`);
  rmSync(real, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
}
