import { AppError } from "@calibr/shared/core/app-error";
import type { ChannelAccount } from "@calibr/shared/ports/channel-account";
import { operationOf, quotaKey, type OperationName } from "./operations.ts";
import type { WaitingClock } from "./waiting.ts";

/** What an answer said about the plan that its call was metered by. */
export interface QuotaAnswer {
  readonly status: number;
  /** `x-amzn-RateLimit-Limit`, absent as often as not. */
  readonly ratePerSecond: number | null;
}

/** Meters calls, so that Amazon never has to refuse one of ours. */
export interface QuotaGate {
  /**
   * Waits for its turn in the bucket of (operation, seller, region).
   * @throws AppError amazon_throttled at once when the turn would come too late.
   */
  take(operation: OperationName, account: ChannelAccount, signal: AbortSignal): Promise<void>;
  /** Corrects the bucket by Amazon's answer. */
  hear(operation: OperationName, account: ChannelAccount, answer: QuotaAnswer): void;
}

/**
 * A token bucket as one instant (the "generic cell rate algorithm"): how far `fullAtMs` lies ahead
 * says how many tokens are out. One number is easy to share between workers, and taking a turn
 * reserves it, so that calls leave in the order in which they asked.
 */
interface Bucket {
  /** When the bucket would be full again if nobody took any more. */
  fullAtMs: number;
  ratePerSecond: number;
}

// Amazon meters arrivals, we meter departures; two calls may arrive closer together than they left.
// Two percent of the rate and one call of the burst absorb that, and cost two percent of the speed.
const RATE_SHARE = 0.98;

// A header beyond this is no plan of Amazon's; it would switch metering off.
const RATE_PER_SECOND_MAX = 1_000;

/** Buckets of this process alone. */
export function createQuotaGate(clock: WaitingClock): QuotaGate {
  const buckets = new Map<string, Bucket>();

  const bucketOf = (operation: OperationName, account: ChannelAccount): Bucket => {
    const key = quotaKey(operation, account);
    const known = buckets.get(key);
    if (known !== undefined) return known;
    const { ratePerSecond } = operationOf(operation);
    const bucket = { fullAtMs: clock.now().getTime(), ratePerSecond };
    buckets.set(key, bucket);
    return bucket;
  };

  return {
    async take(name, account, signal) {
      signal.throwIfAborted();
      const { waitMsMax } = operationOf(name);
      const bucket = bucketOf(name, account);
      const nowMs = clock.now().getTime();
      const intervalMs = intervalOf(bucket);
      const fullAtMs = Math.max(bucket.fullAtMs, nowMs);
      const waitMs = Math.max(0, fullAtMs - (usableBurst(name) - 1) * intervalMs - nowMs);
      if (waitMs > waitMsMax) throw throttled(name, Math.ceil(waitMs));
      bucket.fullAtMs = fullAtMs + intervalMs;
      await clock.sleep(Math.ceil(waitMs), signal);
    },
    hear(name, account, answer) {
      const bucket = bucketOf(name, account);
      const { ratePerSecond, status } = answer;
      if (ratePerSecond !== null && ratePerSecond > 0 && ratePerSecond <= RATE_PER_SECOND_MAX) {
        bucket.ratePerSecond = ratePerSecond;
      }
      if (usableBurst(name) === 1) {
        // Without a burst a call that was long on its way would be met by the next one too soon: the
        // interval counts from the answer, which is never before the arrival.
        bucket.fullAtMs = Math.max(bucket.fullAtMs, clock.now().getTime() + intervalOf(bucket));
      }
      if (status !== 429) return;
      // Somebody else drew from the same plan, or we were restarted: the bucket is empty.
      const emptyMs = clock.now().getTime() + usableBurst(name) * intervalOf(bucket);
      bucket.fullAtMs = Math.max(bucket.fullAtMs, emptyMs);
    },
  };
}

function intervalOf(bucket: Bucket): number {
  return 1_000 / (bucket.ratePerSecond * RATE_SHARE);
}

function usableBurst(name: OperationName): number {
  return Math.max(1, operationOf(name).burst - 1);
}

function throttled(name: OperationName, afterMs: number): AppError {
  return new AppError({
    code: "amazon_throttled",
    retry: { afterMs },
    message: `${name}: our own quota has no turn within its waiting time; next in ${afterMs} ms`,
    context: { operation: name, sent: "no" },
  });
}
