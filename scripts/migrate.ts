import { describeServer, runScript, wantsHelp, withDatabaseOpen } from "./database/command-line.ts";
import { migrateDatabase } from "./database/migrate-database.ts";

const HELP = `Usage: npm run db:migrate

Makes the roles that are missing, then applies the migrations of prisma/migrations and those of the job queue.
Works on the embedded PostgreSQL, or on the one DATABASE_URL names (its user must own the database).
Running it again changes nothing.`;

if (!wantsHelp(HELP))
  await runScript(() =>
    withDatabaseOpen(async (database) => {
      const applied = await migrateDatabase(database);
      for (const name of applied) console.log(`applied ${name}`);
      const count = applied.length === 1 ? "1 migration" : `${String(applied.length)} migrations`;
      console.log(
        `${describeServer(database)}: ${applied.length === 0 ? "already current" : count}`,
      );
    }),
  );
