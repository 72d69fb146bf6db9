import { AppError } from "@calibr/shared/core/app-error";
import { paceOf, type Pace, type QuotaPlan } from "@calibr/shared/core/quotas/turns";
import type { Logger } from "@calibr/shared/ports/logger";
import type { QuotaBucket, QuotaStore } from "@calibr/shared/ports/quota-store";
import type { WaitingClock } from "../waiting.ts";
import { serviceOrder, type Standing } from "./service-order.ts";

/** A turn of one bucket, given at the instant it is good for. */
export interface LineTurn {
  /** A call that has not left by then must not leave on this turn. */
  readonly untilMs: number;
  /** The call never left: the next in line may have the turn. */
  giveBack(): void;
  /** The call has ended; `ratePerSecond` is null where Amazon named none. */
  settle(end: {
    readonly ratePerSecond: number | null;
    readonly isThrottled: boolean;
  }): Promise<void>;
}

/** Those of this process who wait for one bucket. */
export interface TurnLine {
  /**
   * The next turn in order of priority, sellers in rotation, first come first served.
   * @throws AppError amazon_throttled as soon as it is plain that no turn comes before `deadlineMs`.
   */
  take(waiter: Standing & { readonly deadlineMs: number }, signal: AbortSignal): Promise<LineTurn>;
  /** How many wait, less the turns in hand. */
  shortBy(): number;
}

export interface TurnLineParts {
  readonly bucket: QuotaBucket;
  readonly plan: QuotaPlan;
  readonly store: QuotaStore;
  readonly clock: WaitingClock;
  readonly logger: Logger;
  /** How far ahead a waiter of this rank may reserve. */
  readonly horizonMs: (rank: number) => number;
}

interface Waiter extends Standing {
  readonly deadlineMs: number;
  give(turn: LineTurn): void;
  refuse(error: unknown): void;
}

interface HeldTurn {
  readonly firstUs: number;
  readonly lastUs: number;
}

// A plan without a burst gives a turn for now. Its call must be answered before another worker's next turn,
// an interval later, so it may not wait long for the other plans it falls under.
const SINGLE_LATE_US = 250_000;

// A header beyond this is no plan of Amazon's; it would switch metering off.
const RATE_PER_SECOND_MAX = 1_000;

// Named rates are printed with few digits; a smaller difference is no news.
const RATE_NEWS = 0.001;

// The buckets cannot be read or written: nothing is sent, and the rows try again.
const STORE_FAILED_MS = 2_000;

/**
 * States: idle → pumping (leases turns for those who wait, gives each at its instant) → idle when nobody waits.
 * Leased turns that nobody took in their window are void; nothing has to be given back to the store.
 *
 * A plan with a burst of one has one call under way at a time, and its interval counts from the answer: a
 * call that was long on its way would otherwise be met by the next one too soon.
 */
export function createTurnLine(parts: TurnLineParts): TurnLine {
  const { bucket, plan, store, clock } = parts;
  const isSingle = plan.burst < 2;
  // A second's worth: what a crash can lose, and what another worker may have to wait behind.
  const blockMax = Math.max(1, Math.ceil(plan.ratePerSecond));
  const waiters = new Set<Waiter>();
  const servedAt = new Map<string, number>();
  let served = 0;
  let hand: HeldTurn[] = [];
  let pace: Pace = paceOf(plan, null);
  let rate = plan.ratePerSecond;
  let nextUs = 0;
  let isCalling = false;
  let isPumping = false;
  let wake = (): void => undefined;

  const nowUs = (): number => clock.now().getTime() * 1_000;
  const inOrder = (): Waiter[] => serviceOrder(waiters, servedAt);

  const refuseHopeless = (): void => {
    const fromUs = Math.max(nextUs, nowUs());
    let ahead = 0;
    let refused = 0;
    for (const waiter of inOrder()) {
      const place = ahead - hand.length;
      const turnUs = hand[ahead]?.firstUs ?? fromUs + place * pace.intervalUs;
      if (turnUs <= waiter.deadlineMs * 1_000) {
        ahead += 1;
        continue;
      }
      // Each of the refused is told an instant of its own, so that they do not all come back at once.
      const afterUs = turnUs + refused * pace.intervalUs - nowUs();
      refused += 1;
      waiters.delete(waiter);
      waiter.refuse(throttled(bucket, Math.max(1, Math.ceil(afterUs / 1_000))));
    }
  };

  const pause = async (ms: number): Promise<void> => {
    if (waiters.size === 0) return;
    const deadlineMs = Math.min(...[...waiters].map((waiter) => waiter.deadlineMs));
    const lastMs = Math.max(0, deadlineMs - clock.now().getTime()) + 1;
    const woken = new AbortController();
    wake = () => woken.abort();
    try {
      await clock.sleep(Math.max(1, Math.ceil(Math.min(ms, lastMs))), woken.signal);
    } catch (error) {
      if (!woken.signal.aborted) throw error;
    } finally {
      wake = () => undefined;
    }
  };

  const refill = async (): Promise<void> => {
    const order = inOrder();
    const rank = order[0]?.rank;
    if (rank === undefined) return;
    const want = Math.min(blockMax, order.filter((waiter) => waiter.rank === rank).length);
    const horizonMs = isSingle ? 0 : parts.horizonMs(rank);
    const lease = await store.lease({ bucket, plan, want, horizonMs, now: clock.now() });
    ({ pace, nextUs, ratePerSecond: rate } = lease);
    for (let turn = 0; turn < lease.turns; turn += 1) {
      const firstUs = lease.firstUs + turn * pace.intervalUs;
      hand.push({ firstUs, lastUs: firstUs + (isSingle ? SINGLE_LATE_US : pace.toleranceUs) });
    }
    if (lease.turns > 0) return;
    refuseHopeless();
    await pause((nextUs - nowUs()) / 1_000 - horizonMs);
  };

  const give = (turn: HeldTurn): void => {
    const waiter = inOrder()[0];
    if (waiter === undefined) {
      hand.unshift(turn);
      return;
    }
    served += 1;
    servedAt.set(waiter.seller, served);
    waiters.delete(waiter);
    isCalling = isSingle;
    waiter.give(handOut(turn));
  };

  const handOut = (turn: HeldTurn): LineTurn => ({
    untilMs: turn.lastUs / 1_000,
    giveBack() {
      isCalling = false;
      hand.unshift(turn);
      wake();
    },
    async settle(end) {
      try {
        await hear(end);
      } catch (cause) {
        // The answer counts whatever becomes of our book-keeping; the bucket keeps its reserved instant.
        parts.logger.error("quota_not_corrected", { operation: bucket.operation }, cause);
      } finally {
        if (isSingle) isCalling = false;
        wake();
      }
    },
  });

  const hear = async (end: Parameters<LineTurn["settle"]>[0]): Promise<void> => {
    const named = isNews(end.ratePerSecond, rate) ? end.ratePerSecond : null;
    if (named !== null) [rate, pace] = [named, paceOf(plan, named)];
    if (named === null && !isSingle && !end.isThrottled) return;
    const now = clock.now();
    const emptyUs = now.getTime() * 1_000 + pace.intervalUs + pace.toleranceUs;
    const fullUs = isSingle || end.isThrottled ? emptyUs : null;
    if (end.isThrottled) hand = [];
    if (fullUs !== null) nextUs = Math.max(nextUs, fullUs - pace.toleranceUs);
    const { isThrottled } = end;
    await store.hear({ bucket, now, fullUs, ratePerSecond: named, isThrottled });
  };

  const step = async (): Promise<void> => {
    const atUs = nowUs();
    hand = hand.filter((turn) => turn.lastUs >= atUs);
    refuseHopeless();
    const turn = hand[0];
    if (isCalling) await pause(Infinity);
    else if (turn === undefined) await refill();
    else if (turn.firstUs > atUs) await pause((turn.firstUs - atUs) / 1_000);
    else {
      hand.shift();
      give(turn);
    }
  };

  const pump = async (): Promise<void> => {
    isPumping = true;
    try {
      while (waiters.size > 0) await step();
    } catch (cause) {
      parts.logger.error("quota_store_failed", { operation: bucket.operation }, cause);
      const error = throttled(bucket, STORE_FAILED_MS, cause);
      for (const waiter of waiters) waiter.refuse(error);
      waiters.clear();
    } finally {
      // In the same breath as the last look at the waiters: who comes next starts the pump again.
      isPumping = false;
    }
  };

  return {
    shortBy: () => waiters.size - hand.filter((turn) => turn.lastUs >= nowUs()).length,
    async take(standing, signal) {
      signal.throwIfAborted();
      const { promise, resolve, reject } = Promise.withResolvers<LineTurn>();
      const waiter: Waiter = { ...standing, give: resolve, refuse: reject };
      const onAbort = (): void => {
        waiters.delete(waiter);
        reject(signal.reason as Error);
        wake();
      };
      const isFirst = [...waiters].every((other) => other.rank > waiter.rank);
      waiters.add(waiter);
      signal.addEventListener("abort", onAbort, { once: true });
      refuseHopeless();
      if (!isPumping) void pump();
      else if (isFirst) wake();
      try {
        return await promise;
      } finally {
        signal.removeEventListener("abort", onAbort);
      }
    },
  };
}

function isNews(named: number | null, known: number): boolean {
  if (named === null || !(named > 0 && named <= RATE_PER_SECOND_MAX)) return false;
  return Math.abs(named / known - 1) > RATE_NEWS;
}

function throttled(bucket: QuotaBucket, afterMs: number, cause?: unknown): AppError {
  return new AppError({
    code: "amazon_throttled",
    retry: { afterMs },
    message: `${bucket.operation}: our own quota has no turn soon enough; next in ${String(afterMs)} ms`,
    context: { operation: bucket.operation, sent: "no" },
    cause,
  });
}
