import { leaseTurns, nextTurnUs, type QuotaPlan } from "@calibr/shared/core/quotas/turns";
import type { ChannelAccount } from "@calibr/shared/ports/channel-account";
import type { Logger } from "@calibr/shared/ports/logger";
import type { QuotaBucket, QuotaStore } from "@calibr/shared/ports/quota-store";
import {
  operationOf,
  planOf,
  plansOf,
  type CallPriority,
  type MeteredCall,
} from "../client/operations.ts";
import type { WaitingClock } from "../client/waiting.ts";
import { createTurnLine, type LineTurn, type TurnLine } from "./turn-line.ts";

/** What an answer said about the plans that its call was metered by. */
export interface QuotaAnswer {
  readonly status: number;
  /** `x-amzn-RateLimit-Limit`, absent as often as not. */
  readonly ratePerSecond: number | null;
  /** A 429 that speaks of the application's plan and not of the seller's. */
  readonly isApplicationWide: boolean;
}

/** Leave to send one call now. Exactly one of its functions must be called once the call has ended. */
export interface QuotaTurn {
  /** Corrects the buckets by Amazon's answer. */
  hear(answer: QuotaAnswer): Promise<void>;
  /** There was no answer; the call may have arrived. */
  lost(): Promise<void>;
}

/** How many calls may go soon. A forecast: turns are reserved by `take` alone. */
export interface QuotaForecast {
  /** Calls that may go within the horizon of the priority (a second at most), up to those wanted. */
  readonly turns: number;
  /** When the call after those may go. */
  readonly nextAt: Date;
}

/** Meters calls by the buckets that all workers share, so that Amazon never has to refuse one of ours. */
export interface QuotaGate {
  /**
   * Waits for a turn in every bucket the call draws from, for {@link WAIT_MS_MAX} at most.
   * @throws AppError amazon_throttled at once when the turn would come later (`retry.afterMs` says when):
   * waiting work sleeps as rows.
   */
  take(
    call: MeteredCall,
    account: ChannelAccount,
    options: { readonly priority?: CallPriority | undefined; readonly signal: AbortSignal },
  ): Promise<QuotaTurn>;
  /** For a caller that claims as many rows as there are turns. */
  plan(
    call: MeteredCall,
    account: ChannelAccount,
    options: { readonly priority?: CallPriority | undefined; readonly want: number },
  ): Promise<QuotaForecast>;
}

/** Longest wait inside the process: long enough for a plan of one call a second to go on without a row's sleep. */
export const WAIT_MS_MAX = 1_200;

/**
 * How far ahead each priority may reserve. The less urgent never holds what the more urgent could not reserve
 * behind it: with only less urgent work waiting, a push goes at most 0.7 s + one interval after it came.
 */
const PRIORITIES: Readonly<Record<CallPriority, { rank: number; horizonMs: number }>> = {
  push: { rank: 0, horizonMs: 1_000 },
  read_back: { rank: 1, horizonMs: 700 },
  shortlist: { rank: 2, horizonMs: 400 },
  sweep: { rank: 3, horizonMs: 200 },
};
const HORIZONS_MS = Object.values(PRIORITIES).map(({ horizonMs }) => horizonMs);

// Turns under a ceiling of all sellers are leased shortly before they are used, so that a worker with few
// sellers cannot hold those of a worker with many.
const CEILING_HORIZON_MS = 100;

/** One bucket that a call draws from. */
interface MeteredBucket {
  readonly bucket: QuotaBucket;
  readonly plan: QuotaPlan;
  readonly isCeiling: boolean;
  /** Amazon's rate header speaks of it. Of two plans that a call falls under nobody says which is named: then of neither. */
  readonly isOwn: boolean;
}

interface HeldLine extends MeteredBucket {
  readonly turn: LineTurn;
}

/** The gate of one worker process over the store that all share. */
export function createQuotaGate(parts: {
  readonly store: QuotaStore;
  readonly clock: WaitingClock;
  readonly logger: Logger;
}): QuotaGate {
  const { store, clock, logger } = parts;
  // One for each bucket this process has used: connections × operations, a few hundred bytes each.
  const lines = new Map<string, TurnLine>();

  const lineOf = ({ bucket, plan, isCeiling }: MeteredBucket): TurnLine => {
    const key = JSON.stringify([bucket.operation, bucket.owner, bucket.region]);
    const known = lines.get(key);
    if (known !== undefined) return known;
    const horizonMs = (rank: number) => (isCeiling ? CEILING_HORIZON_MS : (HORIZONS_MS[rank] ?? 0));
    const line = createTurnLine({ bucket, plan, store, clock, logger, horizonMs });
    lines.set(key, line);
    return line;
  };

  const priorityOf = (call: MeteredCall, priority: CallPriority | undefined) =>
    PRIORITIES[priority ?? operationOf(call.operation).priority];

  return {
    async take(call, account, { priority, signal }) {
      const { rank } = priorityOf(call, priority);
      const seller = `${account.accountId} ${account.region}`;
      const held: HeldLine[] = [];
      let deadlineMs = clock.now().getTime() + WAIT_MS_MAX;
      try {
        for (const metered of bucketsOf(call, account)) {
          const turn = await lineOf(metered).take({ rank, seller, deadlineMs }, signal);
          held.push({ ...metered, turn });
          // Whoever waits longer in the next line leaves the turn of this one to others of the seller.
          deadlineMs = Math.min(deadlineMs, turn.untilMs);
        }
      } catch (error) {
        for (const { turn } of held) turn.giveBack();
        throw error;
      }
      return turnOf(held, { call, account, logger });
    },
    async plan(call, account, { priority, want }) {
      const { horizonMs } = priorityOf(call, priority);
      const now = clock.now();
      const nowUs = now.getTime() * 1_000;
      let forecast = { turns: want, nextUs: nowUs };
      for (const metered of bucketsOf(call, account)) {
        const { fullUs, pace } = await store.peek(metered.bucket, metered.plan);
        const horizonUs = (metered.plan.burst < 2 ? 0 : horizonMs) * 1_000;
        const waiting = lineOf(metered).shortBy();
        const wanted = Math.max(0, want + waiting);
        const free = leaseTurns({ fullUs, pace, nowUs, horizonUs, want: wanted });
        forecast = {
          turns: Math.max(0, Math.min(forecast.turns, free.turns - waiting)),
          nextUs: Math.max(forecast.nextUs, nextTurnUs(free.fullUs, pace)),
        };
      }
      return { turns: forecast.turns, nextAt: new Date(Math.ceil(forecast.nextUs / 1_000)) };
    },
  };
}

function turnOf(
  held: readonly HeldLine[],
  about: { readonly call: MeteredCall; readonly account: ChannelAccount; readonly logger: Logger },
): QuotaTurn {
  const { call, account, logger } = about;
  return {
    async hear({ status, ratePerSecond, isApplicationWide }) {
      const isCeilingMeant = isApplicationWide && held.some(({ isCeiling }) => isCeiling);
      if (status === 429) {
        const { connectionId } = account;
        logger.warn("amazon_quota_exceeded", { operation: call.operation, connectionId });
      }
      for (const { turn, isCeiling, isOwn } of held) {
        await turn.settle({
          ratePerSecond: isOwn ? ratePerSecond : null,
          isThrottled: status === 429 && isCeiling === isCeilingMeant,
        });
      }
    },
    async lost() {
      for (const { turn } of held) await turn.settle({ ratePerSecond: null, isThrottled: false });
    },
  };
}

/**
 * The buckets a call draws from: the seller's first and the narrowest of them before all (who has no turn there
 * shall not spend one of the wider plan), then the ceilings over all sellers.
 *
 * Amazon does not say how deep a ceiling is nor whether it is one for each region: one second's worth, and one
 * for all regions, are the careful readings.
 */
function bucketsOf(call: MeteredCall, account: ChannelAccount): MeteredBucket[] {
  const { accountId, region } = account;
  const owner = operationOf(call.operation).grantless === undefined ? accountId : "application";
  const plans = plansOf(call).toReversed();
  const own = plans.map((operation) => ({
    bucket: { operation, owner, region },
    plan: planOf(operation),
    isCeiling: false,
    isOwn: plans.length === 1,
  }));
  const ceilings = plans.flatMap((operation) => {
    const rate = planOf(operation).applicationRatePerSecond;
    if (rate === undefined) return [];
    const bucket = { operation, owner: "*", region: "*" };
    const plan = { ratePerSecond: rate, burst: rate };
    return [{ bucket, plan, isCeiling: true, isOwn: false }];
  });
  return [...own, ...ceilings];
}
