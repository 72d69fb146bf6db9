import { randomBytes } from "node:crypto";
import pg from "pg";
import { inject } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    /** Made once per run by scripts/database/vitest-database.ts; the URLs name the migrated template. */
    testServer: {
      adminUrl: string;
      template: string;
      ownerUrl: string;
      webUrl: string;
      workerUrl: string;
      queueUrl: string;
    };
  }
}

/** A migrated, empty database that nobody else uses, as each role of Calibr sees it. */
export interface TestDatabase {
  /** Superuser on the embedded server: for arranging and looking, never for the code under test. */
  readonly ownerUrl: string;
  readonly webUrl: string;
  readonly workerUrl: string;
  readonly queueUrl: string;
  /** Ends whatever connections are left and removes the database. */
  drop(): Promise<void>;
}

/** Clones the migrated template; call once per test file, in `beforeAll`, and `drop` in `afterAll`. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = inject("testServer");
  const name = `calibr_test_${String(process.pid)}_${randomBytes(4).toString("hex")}`;
  // Files are copied as they are: logging every page of the template would take longer.
  await asAdmin(
    server.adminUrl,
    `create database ${name} template ${server.template} strategy file_copy`,
  );
  return {
    ownerUrl: inDatabase(server.ownerUrl, name),
    webUrl: inDatabase(server.webUrl, name),
    workerUrl: inDatabase(server.workerUrl, name),
    queueUrl: inDatabase(server.queueUrl, name),
    drop: () => asAdmin(server.adminUrl, `drop database if exists ${name} with (force)`),
  };
}

async function asAdmin(adminUrl: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function inDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}
