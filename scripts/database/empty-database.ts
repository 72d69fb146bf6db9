import pg from "pg";
import { withConnection } from "./cluster.ts";

/**
 * Drops everything in a database: every table, every job, every schema that is not PostgreSQL's own.
 * The schemas go, not the database: its owner may not have the right to make a new one.
 */
export async function emptyDatabase({ ownerUrl }: { readonly ownerUrl: string }): Promise<void> {
  await withConnection(ownerUrl, async (owner) => {
    const { rows } = await owner.query<{ name: string }>(
      "select nspname as name from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'",
    );
    for (const { name } of rows)
      await owner.query(`drop schema ${pg.escapeIdentifier(name)} cascade`);
    await owner.query("create schema public authorization pg_database_owner");
    await owner.query(`comment on schema public is ${pg.escapeLiteral("standard public schema")}`);
    // What a new database grants; migrations narrow it.
    await owner.query("grant usage on schema public to public");
  });
}
