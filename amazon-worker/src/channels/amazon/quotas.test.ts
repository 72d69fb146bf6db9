import { describe, expect, it } from "vitest";
import type { ChannelAccount } from "@calibr/shared/ports/channel-account";
import { toConnectionId, toShopId } from "@calibr/shared/core/ids";
import { OPERATIONS, type OperationName } from "./operations.ts";
import { createQuotaGate } from "./quotas.ts";
import type { WaitingClock } from "./waiting.ts";

const signal = new AbortController().signal;

function account(accountId: string): ChannelAccount {
  return { shopId: toShopId(1), connectionId: toConnectionId("1"), accountId, region: "na" };
}

/** A clock that jumps: sleeping takes no time and says how long it would have. */
function jumpingClock(): WaitingClock & { readonly slept: number[] } {
  let nowMs = Date.parse("2026-11-23T09:00:00Z");
  const slept: number[] = [];
  return {
    slept,
    now: () => new Date(nowMs),
    sleep: (ms) => {
      slept.push(ms);
      nowMs += ms;
      return Promise.resolve();
    },
  };
}

/** Amazon's own bucket, as published; says whether each call would have been let through. */
function vendorBucket(name: OperationName, clock: WaitingClock): () => boolean {
  const { ratePerSecond, burst } = OPERATIONS[name];
  let tokens: number = burst;
  let filledMs = clock.now().getTime();
  return () => {
    const nowMs = clock.now().getTime();
    tokens = Math.min(burst, tokens + ((nowMs - filledMs) / 1_000) * ratePerSecond);
    filledMs = nowMs;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}

const NAMES = Object.keys(OPERATIONS) as OperationName[];

describe("the quota gate", () => {
  it.each(NAMES)(
    "never exceeds the published plan of %s and stays near its speed",
    async (name) => {
      const clock = jumpingClock();
      const gate = createQuotaGate(clock);
      const allows = vendorBucket(name, clock);
      const startedMs = clock.now().getTime();
      const calls = 200;

      for (let call = 0; call < calls; call += 1) {
        await gate.take(name, account("A"), signal);
        expect(allows()).toBe(true);
      }

      const { ratePerSecond, burst } = OPERATIONS[name];
      const leastMs = ((calls - burst) / ratePerSecond) * 1_000;
      expect(clock.now().getTime() - startedMs).toBeLessThanOrEqual(leastMs * 1.05);
    },
  );

  it("meters sellers apart, and the application's own calls together", async () => {
    const clock = jumpingClock();
    const gate = createQuotaGate(clock);

    for (const seller of ["A", "B", "C"]) {
      await gate.take("getListingOffersBatch", account(seller), signal);
    }
    const sellersSlept = clock.slept.reduce((sum, ms) => sum + ms, 0);
    for (let call = 0; call < 5; call += 1) {
      await gate.take("getDestinations", account(`S${call}`), signal);
    }

    expect(sellersSlept).toBe(0);
    expect(clock.slept.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThan(0);
  });

  it("refuses at once when the turn would come too late, and says when", async () => {
    const clock = jumpingClock();
    const gate = createQuotaGate({ ...clock, sleep: () => Promise.resolve() });
    const takeMany = async () => {
      for (let call = 0; call < 100; call += 1) {
        await gate.take("patchListingsItem", account("A"), signal);
      }
    };

    await expect(takeMany()).rejects.toMatchObject({
      code: "amazon_throttled",
      retry: { afterMs: expect.any(Number) as number },
      context: { sent: "no" },
    });
  });

  it("goes by the rate that Amazon names", async () => {
    const clock = jumpingClock();
    const gate = createQuotaGate(clock);
    gate.hear("getListingOffersBatch", account("A"), { status: 200, ratePerSecond: 0.1 });

    await gate.take("getListingOffersBatch", account("A"), signal);
    await gate.take("getListingOffersBatch", account("A"), signal);

    expect(clock.slept.at(-1)).toBeGreaterThanOrEqual(10_000);
  });

  it("counts the interval of a plan without a burst from the answer, however long the call was on its way", async () => {
    const clock = jumpingClock();
    const gate = createQuotaGate(clock);
    await gate.take("getListingOffersBatch", account("A"), signal);
    await clock.sleep(1_500, signal);
    const arrivedMs = clock.now().getTime();
    gate.hear("getListingOffersBatch", account("A"), { status: 200, ratePerSecond: null });

    await gate.take("getListingOffersBatch", account("A"), signal);

    expect(clock.now().getTime() - arrivedMs).toBeGreaterThanOrEqual(2_000);
  });

  it("holds its fire after a 429", async () => {
    const clock = jumpingClock();
    const gate = createQuotaGate(clock);
    gate.hear("getListingOffersBatch", account("A"), { status: 429, ratePerSecond: null });

    await gate.take("getListingOffersBatch", account("A"), signal);

    expect(clock.slept.at(-1)).toBeGreaterThanOrEqual(2_000);
  });

  it.each([0, -1, Number.NaN, 1e9])("ignores a named rate of %d", async (ratePerSecond) => {
    const clock = jumpingClock();
    const gate = createQuotaGate(clock);
    gate.hear("getListingOffersBatch", account("A"), { status: 200, ratePerSecond });

    await gate.take("getListingOffersBatch", account("A"), signal);
    await gate.take("getListingOffersBatch", account("A"), signal);

    expect(clock.slept.at(-1)).toBeGreaterThan(1_900);
    expect(clock.slept.at(-1)).toBeLessThan(2_200);
  });
});
