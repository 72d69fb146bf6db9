import { createPool, type Pool } from "@calibr/shared/adapters/postgres/pool";
import { createQuotaStore } from "@calibr/shared/adapters/postgres/quota-store";
import type { QuotaStore } from "@calibr/shared/ports/quota-store";
import { createTestDatabase, type TestDatabase } from "@calibr/shared/testing/database";
import { QUIET } from "@calibr/shared/testing/pipeline-shop";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { planOf, type MeteredCall } from "../client/operations.ts";
import { createEventClock, type EventClock } from "../testing/event-clock.ts";
import { accountOf, createMeter, keepCalling } from "../testing/quota-runs.ts";
import { createQuotaGate } from "./quota-gate.ts";

const START = new Date("2026-11-23T09:00:00.000Z");

let database: TestDatabase;
let pools: Pool[];

beforeAll(async () => {
  database = await createTestDatabase();
  const open = () =>
    createPool({ url: database.workerUrl, connectionsMax: 3, onIdleError: () => {} });
  pools = [open(), open()];
});
afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.end()));
  await database.drop();
});

/** The store of one worker; the driven clock stands still while the database works. */
function storeOf(pool: Pool, clock: EventClock): QuotaStore {
  const store = createQuotaStore(pool);
  return {
    lease: (request) => clock.busy(store.lease(request)),
    peek: (bucket, plan) => clock.busy(store.peek(bucket, plan)),
    hear: (news) => clock.busy(store.hear(news)),
  };
}

let sellers = 0;

/** Two workers, each with its own pool, that share one seller's calls. */
async function runTwoWorkers(call: MeteredCall, calls: number) {
  const clock = createEventClock(START);
  const meter = createMeter(clock);
  sellers += 1;
  const account = accountOf(`SELLER${String(sellers)}`);
  let left = calls;
  const more = () => left-- > 0;
  const callers = pools.flatMap((pool) => {
    const gate = createQuotaGate({ store: storeOf(pool, clock), clock, logger: QUIET });
    return Array.from({ length: 4 }, () =>
      keepCalling({ gate, meter, clock, call, account, more }),
    );
  });
  await clock.drive(Promise.all(callers));
  return { meter, ms: (meter.passed.at(-1)?.atMs ?? 0) - START.getTime() };
}

describe("two workers over one database", () => {
  it.each([
    ["patchListingsItem", 1_000],
    ["searchListingsItems", 500],
    ["getListingOffersBatch", 500],
    ["createReport", 300],
  ] as const)(
    "take %s at the plan's own speed, and are never refused",
    async (operation, calls) => {
      const { meter, ms } = await runTwoWorkers({ operation }, calls);

      const { ratePerSecond, burst } = planOf(operation);
      const leastMs = ((meter.passed.length - burst) / ratePerSecond) * 1_000;
      expect(meter.refused()).toBe(0);
      expect(meter.passed).toHaveLength(calls);
      expect(ms).toBeLessThanOrEqual(leastMs * 1.03);
    },
  );

  it("lets a worker that starts later go on where the first one was killed", async () => {
    const clock = createEventClock(START);
    const meter = createMeter(clock);
    const call: MeteredCall = { operation: "patchListingsItem" };
    const account = accountOf("RESTARTED");
    const takeSome = (pool: Pool | undefined, calls: number) => {
      if (pool === undefined) throw new Error("there are two pools");
      const gate = createQuotaGate({ store: storeOf(pool, clock), clock, logger: QUIET });
      let left = calls;
      return keepCalling({ gate, meter, clock, call, account, more: () => left-- > 0 });
    };

    await clock.drive(takeSome(pools[0], 20));
    await clock.drive(takeSome(pools[1], 20));

    expect(meter.passed).toHaveLength(40);
    expect(meter.refused()).toBe(0);
  });
});
