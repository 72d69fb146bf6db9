import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { databaseAccount, placeFor } from "./account.ts";
import { withConnection } from "./cluster.ts";
import { type Database, openDatabase } from "./open-database.ts";
import { isAlive, readPidFile } from "./pid-file.ts";

let dataDir: string;

beforeAll(() => {
  // These claims are about the embedded server, whatever server this run uses.
  vi.stubEnv("DATABASE_URL", undefined);
  // Its mode 0700 closes it to other accounts: as root the data goes elsewhere, with a link.
  dataDir = mkdtempSync(path.join(os.tmpdir(), "calibr-database-"));
});

afterAll(() => {
  vi.unstubAllEnvs();
  const place = placeFor(databaseAccount(), path.join(dataDir, "pg"));
  if (path.dirname(place) !== dataDir) rmSync(path.dirname(place), { recursive: true });
  rmSync(dataDir, { recursive: true });
});

describe("the embedded database", () => {
  it("lets each role in, keeps what was written, and is gone after close", async () => {
    const first = await openDatabase({ dataDir });
    await ask(first.ownerUrl, "create table kept as select 7 as number");
    const { pid } = postmaster();
    await first.close();
    const second = await openDatabase({ dataDir });

    const roles = [second.webUrl, second.workerUrl, second.queueUrl].map((url) =>
      ask(url, "select current_user as name"),
    );

    expect((await Promise.all(roles)).flat().map((row) => row["name"])).toEqual([
      "calibr_web",
      "calibr_worker",
      "calibr_queue",
    ]);
    expect(await ask(second.ownerUrl, "select number from kept")).toEqual([{ number: 7 }]);
    expect(await ask(second.ownerUrl, "select current_setting('fsync') as fsync")).toEqual([
      { fsync: "on" },
    ]);
    await second.close();
    expect([isAlive(pid), readPidFile(realpathSync(path.join(dataDir, "pg")))]).toEqual([
      false,
      undefined,
    ]);
  });

  it("is shared by a second program and stays when that one closes", async () => {
    const first = await openDatabase({ dataDir });
    const second = await openDatabase({ dataDir });
    await second.close();

    expect(second.ownerUrl).toBe(first.ownerUrl);
    expect(await ask(first.ownerUrl, "select 1 as one")).toEqual([{ one: 1 }]);
    await first.close();
  });

  it("ends when its starter is killed, and starts again", async () => {
    const starter = await startElsewhere();
    const { pid } = postmaster();
    starter.kill("SIGKILL");
    await vi.waitUntil(() => !isAlive(pid), { timeout: 10_000 });

    await expectWorking(await openDatabase({ dataDir }));
  });

  it("recovers when starter and server are killed together", async () => {
    const starter = await startElsewhere();
    const { pid } = postmaster();
    starter.kill("SIGKILL");
    process.kill(pid, "SIGKILL");
    await vi.waitUntil(() => !isAlive(pid), { timeout: 10_000 });

    await expectWorking(await openDatabase({ dataDir }));
  });

  it("does not believe a pid file that names some other living process", async () => {
    const folder = realpathSync(path.join(dataDir, "pg"));
    const lines = [process.pid, folder, 1, 1, "", "127.0.0.1", "", "ready   "];
    writeFileSync(path.join(folder, "postmaster.pid"), `${lines.join("\n")}\n`);

    await expectWorking(await openDatabase({ dataDir }));
  });

  it("takes another port when its own is taken", async () => {
    const taken = createServer();
    const isOurs = await new Promise<boolean>((resolve) => {
      taken.once("error", () => resolve(false));
      taken.listen(54_329, "127.0.0.1", () => resolve(true));
    });

    const database = await openDatabase({ dataDir });

    expect(new URL(database.ownerUrl).port).not.toBe("54329");
    await database.close();
    if (isOurs) taken.close();
  });

  it("keeps the roles' passwords from other accounts", () => {
    expect(
      Object.keys(JSON.parse(readFileSync(path.join(dataDir, "roles.json"), "utf8")) as object),
    ).toHaveLength(3);
    expect(statSync(path.join(dataDir, "roles.json")).mode & 0o777).toBe(0o600);
  });
});

function postmaster(): { pid: number } {
  const found = readPidFile(realpathSync(path.join(dataDir, "pg")));
  if (!found) throw new Error("no postmaster.pid");
  return found;
}

async function startElsewhere(): Promise<ChildProcess> {
  const module = path.join(import.meta.dirname, "open-database.ts");
  const program = `import { openDatabase } from ${JSON.stringify(module)};
    await openDatabase({ dataDir: ${JSON.stringify(dataDir)} });
    console.log("open");
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  return child;
}

async function expectWorking(database: Database): Promise<void> {
  expect(await ask(database.ownerUrl, "select number from kept")).toEqual([{ number: 7 }]);
  await database.close();
}

function ask(url: string, statement: string): Promise<Record<string, unknown>[]> {
  return withConnection(
    url,
    async (client) => (await client.query<Record<string, unknown>>(statement)).rows,
  );
}
