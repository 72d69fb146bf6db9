import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { createStillClock, QUIET } from "../../testing/pipeline-shop.ts";
import { createPool, type Pool } from "./pool.ts";
import { openWorkerRegistry } from "./worker-registry.ts";

type Registry = Awaited<ReturnType<typeof openWorkerRegistry>>;

let database: TestDatabase;
let owner: Pool;
let workers: Pool;
let queue: Pool;
const clock = createStillClock();
const open: Registry[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  const pool = (url: string) => createPool({ url, connectionsMax: 2, onIdleError: () => {} });
  [owner, workers, queue] = [
    pool(database.ownerUrl),
    pool(database.workerUrl),
    pool(database.queueUrl),
  ];
});
afterEach(async () => {
  for (const registry of open.splice(0)) await registry.leave();
  await owner.query("DELETE FROM worker");
});
afterAll(async () => {
  await Promise.all([owner.end(), workers.end(), queue.end()]);
  await database.drop();
});

async function join(now = clock.now): Promise<Registry> {
  const registry = await openWorkerRegistry({
    workerUrl: database.workerUrl,
    workers,
    queue,
    clock: { now },
    logger: QUIET,
  });
  open.push(registry);
  return registry;
}

const deadFor = async (registry: Registry) =>
  (await registry.findDead(clock.now())).map((worker) => worker.workerId);
const lifeConnections = async () =>
  (
    await owner.query(
      "SELECT pid FROM pg_stat_activity WHERE application_name = 'calibr-worker-life' AND datname = current_database()",
    )
  ).rows.length;
const cutLives = () =>
  owner.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'calibr-worker-life' AND datname = current_database()",
  );

describe("another worker", () => {
  it("lives while it holds its lock and beats", async () => {
    const [first, second] = [await join(), await join()];

    expect(await deadFor(first)).toEqual([]);
    expect(await deadFor(second)).toEqual([]);
  });

  it("is dead as soon as its connection is gone", async () => {
    const [first, second] = [await join(), await join()];
    const lost = first.current();
    await cutLives();
    await expect.poll(() => second.current()).toBeNull();
    await second.beat(clock.now());

    expect(await deadFor(second)).toContain(lost);
  });

  it("is dead after half a minute of silence although its lock is still held", async () => {
    const [first, second] = [await join(), await join()];
    clock.advance(31_000);
    await second.beat(clock.now());

    expect(await deadFor(second)).toEqual([first.current()]);
  });
});

describe("this worker", () => {
  it("takes a new place when its connection was cut, and keeps it", async () => {
    const registry = await join();
    const before = registry.current();
    await cutLives();
    await expect.poll(() => registry.current()).toBeNull();

    await registry.beat(clock.now());
    const after = registry.current();
    await registry.beat(clock.now());

    expect(after).not.toBe(before);
    expect(registry.current()).toBe(after);
    expect(await deadFor(registry)).toEqual([before]);
  });

  it("takes a new place when it was silent so long that another one forgot it", async () => {
    const [frozen, other] = [await join(), await join()];
    const before = frozen.current();
    clock.advance(31_000);
    await other.remove(before ?? "");

    await frozen.beat(clock.now());

    expect(frozen.current()).not.toBe(before);
    expect(await lifeConnections()).toBe(2);
    const { rows } = await owner.query<{ worker_id: string }>("SELECT worker_id FROM worker");
    expect(rows.map((row) => row.worker_id)).toContain(frozen.current());
  });

  it("names its pool again in the new place, so that its jobs can be unlocked", async () => {
    const registry = await join();
    await registry.setPool("pool-of-this-process");
    await cutLives();
    await expect.poll(() => registry.current()).toBeNull();
    await registry.beat(clock.now());

    const { rows } = await owner.query<{ pool_id: string }>(
      "SELECT pool_id FROM worker WHERE worker_id = $1",
      [registry.current()],
    );

    expect(rows).toEqual([{ pool_id: "pool-of-this-process" }]);
  });

  it("leaves no connection behind when it cannot register", async () => {
    await expect(join(() => new Date(Number.NaN))).rejects.toThrow();

    await expect.poll(lifeConnections).toBe(0);
  });
});
