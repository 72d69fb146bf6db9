import { AppError } from "@calibr/shared/core/app-error";
import { paceOf, type Pace, type QuotaPlan } from "@calibr/shared/core/quotas/turns";
import type { Logger } from "@calibr/shared/ports/logger";
import type { QuotaBucket, QuotaStore } from "@calibr/shared/ports/quota-store";
import type { WaitingClock } from "../client/waiting.ts";
import { serviceOrder, type Standing } from "./service-order.ts";

/** What the end of a call says about one bucket. */
export interface CallEnd {
  /** Null where Amazon named none. */
  readonly ratePerSecond: number | null;
  readonly isThrottled: boolean;
}

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

// Clocks and timers count milliseconds: no window is shorter than two.
const TICK_US = 2_000;

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
  return new Line(parts);
}

class Line implements TurnLine {
  readonly #parts: TurnLineParts;
  readonly #isSingle: boolean;
  // A second's worth: what a crash can lose, and what another worker may have to wait behind.
  readonly #blockMax: number;
  readonly #waiters = new Set<Waiter>();
  readonly #servedAt = new Map<string, number>();
  #served = 0;
  #hand: HeldTurn[] = [];
  #pace: Pace;
  #rate: number;
  #nextUs = 0;
  #isCalling = false;
  #isPumping = false;
  #wake: () => void = () => undefined;

  constructor(parts: TurnLineParts) {
    const { plan } = parts;
    this.#parts = parts;
    this.#isSingle = plan.burst < 2;
    this.#blockMax = Math.max(1, Math.ceil(plan.ratePerSecond));
    this.#pace = paceOf(plan, null);
    this.#rate = plan.ratePerSecond;
  }

  shortBy(): number {
    const atUs = this.#nowUs();
    return this.#waiters.size - this.#hand.filter((turn) => turn.lastUs >= atUs).length;
  }

  async take(
    standing: Standing & { readonly deadlineMs: number },
    signal: AbortSignal,
  ): Promise<LineTurn> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<LineTurn>();
    const waiter: Waiter = { ...standing, give: resolve, refuse: reject };
    const onAbort = (): void => {
      this.#waiters.delete(waiter);
      reject(signal.reason as Error);
      this.#wake();
    };
    const isFirst = [...this.#waiters].every((other) => other.rank > waiter.rank);
    this.#waiters.add(waiter);
    signal.addEventListener("abort", onAbort, { once: true });
    this.#refuseHopeless();
    if (!this.#isPumping) void this.#pump();
    else if (isFirst) this.#wake();
    try {
      return await promise;
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  async #pump(): Promise<void> {
    const { bucket, logger } = this.#parts;
    this.#isPumping = true;
    try {
      while (this.#waiters.size > 0) await this.#step();
    } catch (cause) {
      logger.error("quota_store_failed", { operation: bucket.operation }, cause);
      const error = throttled(bucket, STORE_FAILED_MS, cause);
      for (const waiter of this.#waiters) waiter.refuse(error);
      this.#waiters.clear();
    } finally {
      // In the same breath as the last look at the waiters: who comes next starts the pump again.
      this.#isPumping = false;
    }
  }

  async #step(): Promise<void> {
    const atUs = this.#nowUs();
    this.#hand = this.#hand.filter((turn) => turn.lastUs >= atUs);
    this.#refuseHopeless();
    const turn = this.#hand[0];
    if (this.#isCalling) await this.#pause(Infinity);
    else if (turn === undefined) await this.#refill();
    else if (turn.firstUs > atUs) await this.#pause((turn.firstUs - atUs) / 1_000);
    else this.#give(turn);
  }

  async #refill(): Promise<void> {
    const { bucket, plan, store, clock } = this.#parts;
    const order = this.#inOrder();
    const rank = order[0]?.rank;
    if (rank === undefined) return;
    const peers = order.filter((waiter) => waiter.rank === rank).length;
    const want = Math.min(this.#blockMax, peers);
    const horizonMs = this.#isSingle ? 0 : this.#parts.horizonMs(rank);
    const lease = await store.lease({ bucket, plan, want, horizonMs, now: clock.now() });
    this.#pace = lease.pace;
    this.#nextUs = lease.nextUs;
    this.#rate = lease.ratePerSecond;
    const windowUs = this.#isSingle ? SINGLE_LATE_US : Math.max(lease.pace.toleranceUs, TICK_US);
    for (let turn = 0; turn < lease.turns; turn += 1) {
      const firstUs = lease.firstUs + turn * lease.pace.intervalUs;
      this.#hand.push({ firstUs, lastUs: firstUs + windowUs });
    }
    if (lease.turns > 0) return;
    this.#refuseHopeless();
    await this.#pause((lease.nextUs - this.#nowUs()) / 1_000 - horizonMs);
  }

  #give(turn: HeldTurn): void {
    const waiter = this.#inOrder()[0];
    if (waiter === undefined) return;
    this.#hand.shift();
    this.#served += 1;
    this.#servedAt.set(waiter.seller, this.#served);
    this.#waiters.delete(waiter);
    this.#isCalling = this.#isSingle;
    waiter.give({
      untilMs: turn.lastUs / 1_000,
      giveBack: () => {
        this.#isCalling = false;
        this.#hand.unshift(turn);
        this.#wake();
      },
      settle: (end) => this.#settle(end),
    });
  }

  async #settle(end: CallEnd): Promise<void> {
    try {
      await this.#hear(end);
    } catch (cause) {
      // The answer counts whatever becomes of our book-keeping; the bucket keeps its reserved instant.
      const { bucket, logger } = this.#parts;
      logger.error("quota_not_corrected", { operation: bucket.operation }, cause);
    } finally {
      if (this.#isSingle) this.#isCalling = false;
      this.#wake();
    }
  }

  async #hear({ ratePerSecond, isThrottled }: CallEnd): Promise<void> {
    const { bucket, plan, store, clock } = this.#parts;
    const named = isNews(ratePerSecond, this.#rate) ? ratePerSecond : null;
    if (named !== null) {
      this.#rate = named;
      this.#pace = paceOf(plan, named);
    }
    if (named === null && !this.#isSingle && !isThrottled) return;
    const now = clock.now();
    const { intervalUs, toleranceUs } = this.#pace;
    const emptyUs = now.getTime() * 1_000 + intervalUs + toleranceUs;
    const fullUs = this.#isSingle || isThrottled ? emptyUs : null;
    if (isThrottled) this.#hand = [];
    if (fullUs !== null) this.#nextUs = Math.max(this.#nextUs, fullUs - toleranceUs);
    await store.hear({ bucket, now, fullUs, ratePerSecond: named, isThrottled });
  }

  #refuseHopeless(): void {
    const { bucket } = this.#parts;
    const atUs = this.#nowUs();
    const fromUs = Math.max(this.#nextUs, atUs);
    let ahead = 0;
    let refused = 0;
    for (const waiter of this.#inOrder()) {
      const place = ahead - this.#hand.length;
      const turnUs = this.#hand[ahead]?.firstUs ?? fromUs + place * this.#pace.intervalUs;
      if (turnUs <= waiter.deadlineMs * 1_000) {
        ahead += 1;
        continue;
      }
      // Each of the refused is told an instant of its own, so that they do not all come back at once.
      const afterUs = turnUs + refused * this.#pace.intervalUs - atUs;
      refused += 1;
      this.#waiters.delete(waiter);
      waiter.refuse(throttled(bucket, Math.max(1, Math.ceil(afterUs / 1_000))));
    }
  }

  /** Until then, or somebody's deadline, or a wake-up. */
  async #pause(ms: number): Promise<void> {
    const { clock } = this.#parts;
    if (this.#waiters.size === 0) return;
    const deadlineMs = Math.min(...[...this.#waiters].map((waiter) => waiter.deadlineMs));
    const lastMs = Math.max(0, deadlineMs - clock.now().getTime()) + 1;
    const woken = new AbortController();
    this.#wake = () => woken.abort();
    try {
      await clock.sleep(Math.max(1, Math.ceil(Math.min(ms, lastMs))), woken.signal);
    } catch (error) {
      if (!woken.signal.aborted) throw error;
    } finally {
      this.#wake = () => undefined;
    }
  }

  #inOrder(): Waiter[] {
    return serviceOrder(this.#waiters, this.#servedAt);
  }

  #nowUs(): number {
    return this.#parts.clock.now().getTime() * 1_000;
  }
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
