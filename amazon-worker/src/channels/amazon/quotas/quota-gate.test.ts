import { createMemoryQuotaStore } from "@calibr/shared/testing/memory-quota-store";
import { QUIET } from "@calibr/shared/testing/pipeline-shop";
import { describe, expect, it } from "vitest";
import { OPERATIONS, planOf, type MeteredCall, type OperationName } from "../client/operations.ts";
import { createEventClock } from "../testing/event-clock.ts";
import { accountOf, createMeter, keepCalling } from "../testing/quota-runs.ts";
import { failureOf } from "../testing/start-channel.ts";
import { createQuotaGate } from "./quota-gate.ts";

const START = new Date("2026-11-23T09:00:00.000Z");
const NAMES = Object.keys(OPERATIONS) as OperationName[];
const PUSH: MeteredCall = { operation: "patchListingsItem" };
const SWEEP: MeteredCall = { operation: "getListingOffersBatch" };
const never = new AbortController().signal;

function open(gates = 1) {
  const clock = createEventClock(START);
  const store = createMemoryQuotaStore();
  const meter = createMeter(clock);
  const make = () => createQuotaGate({ store, clock, logger: QUIET });
  return { clock, store, meter, gates: Array.from({ length: gates }, make), gate: make() };
}

/** How long `calls` calls of one seller take with so many callers, in milliseconds. */
async function run(options: {
  call: MeteredCall;
  calls: number;
  gates?: number;
  callers?: number;
  latencyMs?: () => number;
}) {
  const { clock, meter, gates } = open(options.gates);
  let left = options.calls;
  const more = () => left-- > 0;
  const { call, latencyMs } = options;
  const account = accountOf("A");
  const callers = gates.flatMap((gate) =>
    Array.from({ length: options.callers ?? 1 }, () =>
      keepCalling({ gate, meter, clock, call, account, more, ...(latencyMs ? { latencyMs } : {}) }),
    ),
  );
  await clock.drive(Promise.all(callers));
  return { meter, ms: (meter.passed.at(-1)?.atMs ?? 0) - START.getTime() };
}

function leastMs(operation: Parameters<typeof planOf>[0], calls: number): number {
  const { ratePerSecond, burst } = planOf(operation);
  return ((calls - burst) / ratePerSecond) * 1_000;
}

describe("the quota gate", () => {
  it.each(NAMES)("keeps %s within its plan and near its speed", async (operation) => {
    const { meter, ms } = await run({ call: { operation }, calls: 400, callers: 3 });

    expect(meter.refused()).toBe(0);
    expect(ms).toBeLessThanOrEqual(leastMs(operation, meter.passed.length) * 1.03);
  });

  it.each([
    [
      { operation: "patchListingsItem", query: { mode: "VALIDATION_PREVIEW" } },
      "patchListingsItemPreview",
    ],
    [{ operation: "createFeed", body: { feedType: "JSON_LISTINGS_FEED" } }, "createFeed"],
  ] as const)("keeps %j within every plan it falls under", async (call, slowest) => {
    const { meter, ms } = await run({ call, calls: 200, callers: 2 });

    expect(meter.refused()).toBe(0);
    expect(ms).toBeLessThanOrEqual(leastMs(slowest, meter.passed.length) * 1.03);
  });

  it.each([
    "patchListingsItem",
    "getListingOffersBatch",
    "getListingOffers",
    "createReport",
  ] as const)(
    "shares the plan of %s between two processes without a refusal or a pause",
    async (operation) => {
      const { meter, ms } = await run({ call: { operation }, calls: 400, gates: 2, callers: 4 });

      expect(meter.refused()).toBe(0);
      expect(ms).toBeLessThanOrEqual(leastMs(operation, meter.passed.length) * 1.03);
    },
  );

  it.each(["patchListingsItem", "searchListingsItems", "getListingOffersBatch"] as const)(
    "is never refused %s, however unevenly calls travel",
    async (operation) => {
      let seed = 7;
      const latencyMs = () => {
        seed = (seed * 48_271) % 2_147_483_647;
        return 20 + (seed % 250);
      };

      const { meter } = await run({
        call: { operation },
        calls: 300,
        gates: 2,
        callers: 6,
        latencyMs,
      });

      expect(meter.refused()).toBe(0);
    },
  );

  it("meters sellers apart, and the application's own calls together", async () => {
    const { clock, gate } = open();
    const take = (call: MeteredCall, seller: string) =>
      gate.take(call, accountOf(seller), { signal: never });
    const takeAll = async () => {
      for (const seller of ["A", "B", "C"]) await take(SWEEP, seller);
      const sellersAt = clock.now().getTime();
      for (let call = 0; call < 6; call += 1)
        await take({ operation: "getDestinations" }, `S${String(call)}`);
      return [sellersAt, clock.now().getTime()];
    };

    const [sellersAt, applicationAt] = await clock.drive(takeAll());

    expect(sellersAt).toBe(START.getTime());
    expect(applicationAt).toBeGreaterThan(START.getTime());
  });

  it("refuses at once and spends nothing when the turn is too far away, and says when it is", async () => {
    const { clock, gate, store } = open();
    const bucket = { operation: "getListingOffersBatch", owner: "A", region: "na" };
    await gate.take(SWEEP, accountOf("A"), { signal: never });
    const before = await store.peek(bucket, planOf("getListingOffersBatch"));

    const error = await failureOf(gate.take(SWEEP, accountOf("A"), { signal: never }));

    expect(error).toMatchObject({ code: "amazon_throttled", context: { sent: "no" } });
    expect(error.retry).toEqual({ afterMs: 2_021 });
    expect(clock.now()).toEqual(START);
    expect(await store.peek(bucket, planOf("getListingOffersBatch"))).toEqual(before);
  });

  it("lets a push go before everything less urgent that waits", async () => {
    const { clock, gate } = open();
    const order: string[] = [];
    const take = async (priority: "push" | "shortlist" | "sweep") => {
      await gate.take({ operation: "searchListingsItems" }, accountOf("A"), {
        priority,
        signal: never,
      });
      order.push(priority);
    };
    const burst = async () => {
      for (let call = 0; call < 3; call += 1) await take("sweep");
      order.length = 0;
      await Promise.all([take("sweep"), take("sweep"), take("shortlist"), take("push")]);
    };

    await clock.drive(burst());

    expect(order).toEqual(["push", "shortlist", "sweep", "sweep"]);
  });

  it("holds a push behind sweeps of another process for less than half a second", async () => {
    const { clock, meter, gates } = open(2);
    const [sweeper, pusher] = gates;
    if (sweeper === undefined || pusher === undefined) throw new Error("two gates were asked for");
    const call: MeteredCall = { operation: "searchListingsItems" };
    const account = accountOf("A");
    const waits: number[] = [];
    const untilMs = START.getTime() + 60_000;
    const more = () => clock.now().getTime() < untilMs;
    const push = async () => {
      while (more()) {
        await clock.sleep(1_700, never);
        const askedMs = clock.now().getTime();
        const turn = await pusher.take(call, account, { priority: "push", signal: never });
        waits.push(clock.now().getTime() - askedMs);
        await turn.hear({
          status: meter.arrive(call, account),
          ratePerSecond: null,
          isApplicationWide: false,
        });
      }
    };
    const sweeps = Array.from({ length: 8 }, () =>
      keepCalling({ gate: sweeper, meter, clock, call, account, priority: "sweep", more }),
    );

    await clock.drive(Promise.all([push(), ...sweeps]));

    expect(meter.refused()).toBe(0);
    expect(waits.length).toBeGreaterThan(20);
    expect(Math.max(...waits)).toBeLessThanOrEqual(450);
  });

  it("gives sellers of very different size equal shares of the application's ceiling", async () => {
    const { clock, store, meter, gate } = open();
    const call: MeteredCall = { operation: "getListingsItem" };
    // Ten sellers whom Amazon has granted twenty calls a second each: twice what the application may do.
    meter.quotas.set("getListingsItem", { rate: 20, burst: 5, applicationRate: 100 });
    const silence = { fullUs: null, isThrottled: false, now: START };
    const sellers = Array.from({ length: 10 }, (_, size) => ({ name: `S${String(size)}`, size }));
    for (const { name: owner } of sellers) {
      const bucket = { operation: "getListingsItem", owner, region: "na" };
      await store.hear({ ...silence, bucket, ratePerSecond: 20 });
    }
    const untilMs = START.getTime() + 15_000;
    const more = () => clock.now().getTime() < untilMs;
    const callers = sellers.flatMap(({ name, size }) =>
      Array.from({ length: 2 + size * 5 }, () =>
        keepCalling({ gate, meter, clock, call, account: accountOf(name), more }),
      ),
    );

    await clock.drive(Promise.all(callers));

    const inTime = meter.passed.filter(({ atMs }) => atMs < untilMs);
    const counts = sellers.map(({ name }) => inTime.filter(({ seller }) => seller === name).length);
    expect(meter.refused()).toBe(0);
    expect(inTime.length).toBeGreaterThan(15 * 100 * 0.97);
    expect(Math.max(...counts) / Math.min(...counts)).toBeLessThanOrEqual(1.05);
  }, 20_000);

  it("goes by the rate that Amazon names, in every process", async () => {
    const { clock, gates, store } = open(2);
    const turn = await gates[0]?.take(SWEEP, accountOf("A"), { signal: never });
    await turn?.hear({ status: 200, ratePerSecond: 0.1, isApplicationWide: false });

    const bucket = { operation: "getListingOffersBatch", owner: "A", region: "na" };
    const standing = await store.peek(bucket, planOf("getListingOffersBatch"));
    const forecast = await gates[1]?.plan(SWEEP, accountOf("A"), { want: 1 });

    expect(standing.ratePerSecond).toBe(0.1);
    expect(forecast?.turns).toBe(0);
    expect(forecast?.nextAt.getTime()).toBeGreaterThanOrEqual(clock.now().getTime() + 10_000);
  });

  it("learns no rate from a call under two plans: nobody says which of them is named", async () => {
    const { clock, store, gate } = open();
    const account = accountOf("A");
    const preview = { ...PUSH, query: { mode: "VALIDATION_PREVIEW" } };
    const turn = await clock.drive(gate.take(preview, account, { signal: never }));
    await turn.hear({ status: 200, ratePerSecond: 1, isApplicationWide: false });

    const bucket = { operation: "patchListingsItem", owner: account.accountId, region: "na" };
    const { ratePerSecond } = await store.peek(bucket, planOf("patchListingsItem"));
    expect(ratePerSecond).toBe(5);
  });

  it.each([0, -1, Number.NaN, 1e9])("ignores a named rate of %d", async (ratePerSecond) => {
    const { gate, store } = open();
    const turn = await gate.take(SWEEP, accountOf("A"), { signal: never });

    await turn.hear({ status: 200, ratePerSecond, isApplicationWide: false });

    const bucket = { operation: "getListingOffersBatch", owner: "A", region: "na" };
    const standing = await store.peek(bucket, planOf("getListingOffersBatch"));
    expect(standing.ratePerSecond).toBe(0.5);
  });

  it("counts the interval of a plan without a burst from the answer, however long the call was on its way", async () => {
    const { clock, gate } = open();
    const slow = async () => {
      const turn = await gate.take(SWEEP, accountOf("A"), { signal: never });
      await clock.sleep(1_900, never);
      await turn.lost();
    };
    await clock.drive(slow());

    const forecast = await gate.plan(SWEEP, accountOf("A"), { want: 1 });

    expect(forecast.nextAt.getTime()).toBeGreaterThanOrEqual(START.getTime() + 1_900 + 2_000);
  });

  it("holds its fire after a 429, in every process", async () => {
    const { clock, gates } = open(2);
    const turn = await gates[0]?.take(PUSH, accountOf("A"), { signal: never });
    await turn?.hear({ status: 429, ratePerSecond: null, isApplicationWide: false });

    const forecast = await gates[1]?.plan(PUSH, accountOf("A"), { want: 5 });

    const waitMs = (forecast?.nextAt.getTime() ?? 0) - clock.now().getTime();
    expect(waitMs).toBeGreaterThanOrEqual(200);
  });

  it("empties the application's bucket when a 429 speaks of the application", async () => {
    const { gates } = open(2);
    const turn = await gates[0]?.take(PUSH, accountOf("A"), { signal: never });
    await turn?.hear({ status: 429, ratePerSecond: null, isApplicationWide: true });

    const forecast = await gates[1]?.plan(PUSH, accountOf("B"), { want: 5, priority: "sweep" });

    expect(forecast?.turns).toBeGreaterThan(0);
    expect(forecast?.turns).toBeLessThanOrEqual(5);
  });

  it("says how many calls may go now and when the next may", async () => {
    const { clock, gate } = open();

    const fresh = await gate.plan(PUSH, accountOf("A"), { want: 3 });
    const many = await gate.plan(PUSH, accountOf("A"), { want: 100 });

    expect(fresh.turns).toBe(3);
    expect(many.turns).toBeGreaterThan(5);
    expect(many.turns).toBeLessThan(10);
    expect(many.nextAt.getTime()).toBeGreaterThan(clock.now().getTime() + 900);
  });

  it("gives way when its caller gives up, and the turn goes to the next in line", async () => {
    const { clock, gate } = open();
    const giveUp = new AbortController();
    const work = async () => {
      for (let call = 0; call < 4; call += 1)
        await gate.take(PUSH, accountOf("A"), { signal: never });
      const first = gate.take(PUSH, accountOf("A"), { signal: giveUp.signal });
      const second = gate.take(PUSH, accountOf("A"), { signal: never });
      giveUp.abort(new Error("gave up"));
      await expect(first).rejects.toThrow("gave up");
      await second;
    };

    await clock.drive(work());

    expect(clock.now().getTime() - START.getTime()).toBeLessThan(1_000);
  });

  it("sends nothing while the buckets cannot be read", async () => {
    const clock = createEventClock(START);
    const broken = () => Promise.reject(new Error("the database is away"));
    const store = { lease: broken, peek: broken, hear: broken };
    const gate = createQuotaGate({ store, clock, logger: QUIET });

    await expect(gate.take(PUSH, accountOf("A"), { signal: never })).rejects.toMatchObject({
      code: "amazon_throttled",
      context: { sent: "no" },
    });
  });
});
