import pg from "pg";
import { withConnection } from "./cluster.ts";
import { QUEUE_SCHEMA } from "./migrate-database.ts";

/**
 * Drops everything in a database: every table, every job.
 * The schemas go, not the database: its owner may not have the right to make a new one.
 */
export async function emptyDatabase({ ownerUrl }: { readonly ownerUrl: string }): Promise<void> {
  await withConnection(ownerUrl, async (owner) => {
    await owner.query(`drop schema if exists ${QUEUE_SCHEMA} cascade`);
    await owner.query("drop schema public cascade");
    await owner.query("create schema public authorization pg_database_owner");
    await owner.query(`comment on schema public is ${pg.escapeLiteral("standard public schema")}`);
    // What a new database grants; migrations narrow it.
    await owner.query("grant usage on schema public to public");
  });
}
