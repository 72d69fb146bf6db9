/**
 * Keeps our calls within each shop's bucket of query cost, so that THROTTLED stays the exception.
 *
 * The bucket is Shopify's, not ours: its size, level and refill are read from every answer and only
 * projected in between. Calls on their way count as spent. Each lane leaves a share of the bucket alone, so
 * that an import never makes a price wait, and neither makes a merchant's page wait.
 */
import type { ShopId } from "../../core/ids.ts";
import type { Clock } from "../../ports/clock.ts";
import type { QueryCost } from "./query-cost.ts";

/** What a call is for: reading the catalogue can wait, a price should not. */
export type Lane = "catalog" | "price";

/** A call that was let through; it must be settled once, whatever became of it. */
export interface Admission {
  /** How long the call must wait before it is sent. */
  readonly waitMs: number;
  /** Notes the end of the call, with what Shopify said it cost if it said so. */
  settle(cost: QueryCost | null): void;
  /** Notes that the call was not sent after all. */
  cancel(): void;
}

/** Admits calls of all shops of one process. */
export interface CostLimiter {
  /** @param operation its name; what it asked for last time is what it is expected to ask for. */
  admit(shopId: ShopId, operation: string, lane: Lane): Admission;
}

interface Bucket {
  available: number;
  maximum: number;
  restoreRate: number;
  atMs: number;
  /** Cost of calls on their way. */
  inFlight: number;
}

// Before its first answer nobody knows what an operation costs; one page of variants asks for about this.
const COST_GUESS = 50;

// The part of a bucket that each lane leaves to those before it. More for the catalogue would slow every
// import; less would let a price wait seconds behind one.
const RESERVED_SHARE: Readonly<Record<Lane, number>> = { catalog: 0.3, price: 0.05 };

/** Makes the limiter of one process. */
export function createCostLimiter(options: { clock: Clock }): CostLimiter {
  const buckets = new Map<ShopId, Bucket>();
  const lastCosts = new Map<string, number>();
  const nowMs = () => options.clock.now().getTime();

  return {
    admit(shopId, operation, lane) {
      const cost = lastCosts.get(operation) ?? COST_GUESS;
      const bucket = buckets.get(shopId);
      if (bucket !== undefined) refill(bucket, nowMs());
      const waitMs = bucket === undefined ? 0 : msToWait(bucket, cost, RESERVED_SHARE[lane]);
      if (bucket !== undefined) spend(bucket, cost);
      return {
        waitMs,
        settle(actual) {
          if (bucket !== undefined) bucket.inFlight -= cost;
          if (actual === null) return;
          lastCosts.set(operation, actual.requested);
          const inFlight = buckets.get(shopId)?.inFlight ?? 0;
          const { maximum, restoreRate } = actual;
          const known = { available: actual.available - inFlight, maximum, restoreRate };
          const current = buckets.get(shopId);
          if (current === undefined) buckets.set(shopId, { ...known, inFlight: 0, atMs: nowMs() });
          else Object.assign(current, known, { atMs: nowMs() });
        },
        cancel() {
          if (bucket === undefined) return;
          bucket.inFlight -= cost;
          bucket.available += cost;
        },
      };
    },
  };
}

function refill(bucket: Bucket, nowMs: number): void {
  const restored = (Math.max(0, nowMs - bucket.atMs) / 1_000) * bucket.restoreRate;
  bucket.available = Math.min(bucket.maximum, bucket.available + restored);
  bucket.atMs = nowMs;
}

function spend(bucket: Bucket, cost: number): void {
  bucket.available -= cost;
  bucket.inFlight += cost;
}

function msToWait(bucket: Bucket, cost: number, reservedShare: number): number {
  // A call that costs more than the unreserved part may use the reserve; else it would wait for ever.
  const reserve = Math.min(bucket.maximum * reservedShare, Math.max(0, bucket.maximum - cost));
  const missing = reserve + cost - bucket.available;
  return missing <= 0 ? 0 : Math.ceil((missing / bucket.restoreRate) * 1_000);
}
