/** Callers that go on until their calls are made, against Amazon's own buckets as the sandbox keeps them. */
import { AppError } from "@calibr/shared/core/app-error";
import { toConnectionId, toShopId } from "@calibr/shared/core/ids";
import type { ChannelAccount } from "@calibr/shared/ports/channel-account";
import { createQuotas } from "../../../../../sandbox/amazon/quotas.ts";
import { operationOf, plansOf, type CallPriority, type MeteredCall } from "../client/operations.ts";
import type { QuotaGate } from "../quotas/quota-gate.ts";
import type { EventClock } from "./event-clock.ts";

export function accountOf(accountId: string): ChannelAccount {
  return { shopId: toShopId(1), connectionId: toConnectionId("1"), accountId, region: "na" };
}

/** Amazon, as far as quotas go: how often it refused, and what it let through when. */
export function createMeter(clock: EventClock) {
  const quotas = createQuotas(() => clock.now().getTime());
  const passed: { readonly seller: string; readonly atMs: number }[] = [];
  let refused = 0;
  return {
    quotas,
    passed,
    refused: () => refused,
    /** One call's arrival; its status. */
    arrive(call: MeteredCall, account: ChannelAccount): number {
      const isGrantless = operationOf(call.operation).grantless !== undefined;
      const owner = `${isGrantless ? "" : account.accountId} ${account.region}`;
      for (const plan of plansOf(call)) {
        if (quotas.take(plan, owner) === "granted") continue;
        refused += 1;
        return 429;
      }
      passed.push({ seller: account.accountId, atMs: clock.now().getTime() });
      return 200;
    },
  };
}

export type Meter = ReturnType<typeof createMeter>;

/** One caller: takes turns until `more` says no; sleeps as its row would when there is none. */
export async function keepCalling(parts: {
  readonly gate: QuotaGate;
  readonly meter: Meter;
  readonly clock: EventClock;
  readonly call: MeteredCall;
  readonly account: ChannelAccount;
  readonly priority?: CallPriority;
  readonly more: () => boolean;
  /** How long a call is on its way there, and back. */
  readonly latencyMs?: () => number;
}): Promise<void> {
  const { gate, meter, clock, call, account, priority } = parts;
  const { signal } = new AbortController();
  const travel = async (): Promise<void> => {
    const ms = parts.latencyMs?.() ?? 0;
    if (ms > 0) await clock.sleep(ms, signal);
  };
  const makeOne = async (): Promise<void> => {
    const turn = await gate.take(call, account, { priority, signal });
    await travel();
    const status = meter.arrive(call, account);
    await travel();
    await turn.hear({ status, ratePerSecond: null, isApplicationWide: false });
  };
  while (parts.more()) {
    for (let isMade = false; !isMade;) {
      try {
        await makeOne();
        isMade = true;
      } catch (error) {
        if (!(error instanceof AppError) || typeof error.retry === "string") throw error;
        await clock.sleep(error.retry.afterMs, signal);
      }
    }
  }
}
