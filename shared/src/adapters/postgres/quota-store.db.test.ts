import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { describeQuotaStore } from "../../testing/quota-store.conformance.ts";
import { createPool, onConnection, type Pool } from "./pool.ts";
import { createQuotaStore } from "./quota-store.ts";

let database: TestDatabase;
let pool: Pool;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool({ url: database.workerUrl, connectionsMax: 4, onIdleError: () => {} });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

describeQuotaStore(() => createQuotaStore(pool));

it("counts the turns and refusals of each hour, and writes over the hour of a week ago", async () => {
  const store = createQuotaStore(pool);
  const bucket = { operation: "getFeed", owner: "COUNTED", region: "eu" };
  const plan = { ratePerSecond: 2, burst: 15 };
  const at = (text: string) => new Date(`2026-11-${text}:00.000Z`);
  const lease = (now: Date) => store.lease({ bucket, plan, want: 4, horizonMs: 0, now });
  const news = { bucket, fullUs: null, ratePerSecond: null, isThrottled: true };

  await lease(at("16T09:10"));
  await store.hear({ ...news, now: at("16T09:11") });
  await lease(at("23T09:10"));
  await lease(at("23T09:20"));
  await store.hear({ ...news, now: at("23T10:00") });
  const { rows } = await onConnection(pool, (client) =>
    client.query(
      "SELECT hour_at, taken, throttled FROM quota_usage WHERE owner = 'COUNTED' ORDER BY hour_at",
    ),
  );

  expect(rows).toEqual([
    { hour_at: at("23T09:00"), taken: 8, throttled: 0 },
    { hour_at: at("23T10:00"), taken: 0, throttled: 1 },
  ]);
});
