import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestDatabase, createTestDatabase } from "./database.ts";

describe("a test database", () => {
  let database: TestDatabase;
  let startedMs = 0;
  let tookMs = 0;
  beforeAll(async () => {
    startedMs = performance.now();
    database = await createTestDatabase();
    tookMs = performance.now() - startedMs;
  });
  afterAll(() => database.drop());

  it("is cloned in less than a second", () => {
    expect(tookMs).toBeLessThan(1000);
  });

  it("is migrated, with the rows Prisma's own command writes", async () => {
    const rows = await ask(
      database.ownerUrl,
      "select finished_at, checksum from _prisma_migrations",
    );

    expect(rows.length).toBeGreaterThan(0);
    expect(rows.every((row) => row["finished_at"] instanceof Date)).toBe(true);
  });

  it("lets the queue role read its own tables and no others", async () => {
    await expect(
      ask(database.queueUrl, "select from graphile_worker._private_jobs"),
    ).resolves.toEqual([]);
    await expect(ask(database.queueUrl, "select from shop")).rejects.toThrow("permission denied");
  });

  it.each(["calibr_web", "calibr_worker", "calibr_queue", "calibr_dispatch"])(
    "gives %s no way round row-level security",
    async (role) => {
      const rows = await ask(
        database.ownerUrl,
        `select rolsuper, rolbypassrls, rolcreatedb, rolcreaterole from pg_roles where rolname = '${role}'`,
      );

      expect(rows).toEqual([
        { rolsuper: false, rolbypassrls: false, rolcreatedb: false, rolcreaterole: false },
      ]);
    },
  );

  it("is separate from every other one", async () => {
    const other = await createTestDatabase();
    await ask(other.ownerUrl, "create table mark (id int)");

    const rows = await ask(database.ownerUrl, "select to_regclass('mark') as mark");

    await other.drop();
    expect(rows).toEqual([{ mark: null }]);
  });
});

async function ask(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}
