import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type TestDatabase, createTestDatabase } from "@calibr/shared/testing/database";
import { withConnection } from "./cluster.ts";
import { diffSchemas } from "./diff-schemas.ts";
import { MIGRATIONS_DIR, migrateDatabase } from "./migrate-database.ts";

let database: TestDatabase;
let folder: string;

beforeEach(async () => {
  database = await createTestDatabase();
  folder = mkdtempSync(path.join(os.tmpdir(), "calibr-migrations-"));
  cpSync(MIGRATIONS_DIR, folder, { recursive: true });
});

afterEach(async () => {
  await database.drop();
  rmSync(folder, { recursive: true });
});

describe("migrating", () => {
  it("changes nothing the second time", async () => {
    expect(await migrateDatabase(database)).toEqual([]);
  });

  it("sends functions, strings and comments whole, semicolons and all", async () => {
    addMigration(
      "20990101000000_semicolons",
      `-- one; two
       create function three() returns int language plpgsql as $$ begin return 3; end $$;
       create table words as select 'a;b' as word, three() as number;`,
    );

    expect(await migrateDatabase(database, folder)).toEqual(["20990101000000_semicolons"]);
    expect(await ask("select word, number from words")).toEqual([{ word: "a;b", number: 3 }]);
  });

  it("leaves nothing of a refused migration, and says which line is wrong", async () => {
    addMigration("20990101000000_wrong", "create table half (id int);\nselect nobody;\n");

    await expect(migrateDatabase(database, folder)).rejects.toThrow(
      '20990101000000_wrong is refused by PostgreSQL: column "nobody" does not exist (line 2)',
    );
    expect(await ask("select to_regclass('half') as half")).toEqual([{ half: null }]);
  });

  it("takes the right to make schemas from the queue role again", async () => {
    await migrateDatabase(database);

    expect(
      await ask(
        "select has_database_privilege('calibr_queue', current_database(), 'create') as can",
      ),
    ).toEqual([{ can: false }]);
  });
});

describe("comparing schemas", () => {
  const schema = (fields: string): string =>
    `datasource db {\n  provider = "postgresql"\n}\n\nmodel Shelf {\n  id Int @id\n${fields}}\n`;

  it("writes the SQL from one text to the next", async () => {
    const sql = await diffSchemas({
      ownerUrl: database.ownerUrl,
      from: schema(""),
      to: schema("  label String?\n"),
    });

    expect(sql).toContain('ALTER TABLE "Shelf" ADD COLUMN     "label" TEXT');
  });

  it("finds nothing between equal texts", async () => {
    const { ownerUrl } = database;

    expect(await diffSchemas({ ownerUrl, from: schema(""), to: schema("") })).toBeUndefined();
  });
});

function addMigration(name: string, sql: string): void {
  mkdirSync(path.join(folder, name));
  writeFileSync(path.join(folder, name, "migration.sql"), sql);
}

function ask(statement: string): Promise<unknown[]> {
  return withConnection(
    database.ownerUrl,
    async (client) => (await client.query(statement)).rows as unknown[],
  );
}
