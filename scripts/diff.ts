import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { runScript, wantsHelp, withDatabaseOpen } from "./database/command-line.ts";
import { MIGRATIONS_DIR } from "./database/migrate-database.ts";
import { PROJECT_ROOT } from "./database/open-database.ts";
import { diffSchemas } from "./database/diff-schemas.ts";

const HELP = `Usage: npm run db:diff NAME

Writes prisma/migrations/<time>_NAME/migration.sql: what takes the schema of the last migration
(prisma/migrations/schema.last.prisma) to prisma/schema.prisma, and remembers the new one.
Read and complete the SQL (policies, grants, triggers) before you commit it; nothing is applied.

  --dry-run   print the SQL and write nothing`;

const SCHEMA = path.join(PROJECT_ROOT, "prisma", "schema.prisma");
const LAST_SCHEMA = path.join(MIGRATIONS_DIR, "schema.last.prisma");

if (!wantsHelp(HELP)) await runScript(writeDiff);

async function writeDiff(): Promise<void> {
  const isDryRun = process.argv.includes("--dry-run");
  const name = process.argv.slice(2).find((argument) => !argument.startsWith("-"));
  if (!isDryRun && !/^[a-z][a-z0-9_]*$/.test(name ?? ""))
    throw new Error(`NAME must be lower_case words (found ${name ?? "none"}). See --help.`);
  const next = readFileSync(SCHEMA, "utf8");
  const last = existsSync(LAST_SCHEMA) ? readFileSync(LAST_SCHEMA, "utf8") : undefined;
  await withDatabaseOpen(async ({ ownerUrl }) => {
    const sql = await diffSchemas({ ownerUrl, from: last, to: next });
    if (sql === undefined) return console.log("No table changed since the last migration.");
    if (isDryRun) return console.log(sql);
    const folder = path.join(MIGRATIONS_DIR, `${timestamp(new Date())}_${name ?? ""}`);
    mkdirSync(folder);
    writeFileSync(path.join(folder, "migration.sql"), sql);
    writeFileSync(LAST_SCHEMA, next);
    console.log(
      `Wrote ${path.relative(PROJECT_ROOT, folder)}/migration.sql; read it before you commit it.`,
    );
  });
}

/** Fourteen digits, as Prisma names its folders: they sort by time. */
function timestamp(now: Date): string {
  return now.toISOString().replace(/[-T:]/g, "").slice(0, 14);
}
