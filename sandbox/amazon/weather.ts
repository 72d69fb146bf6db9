/**
 * Bad weather between caller and Amazon, asked for by control calls: storms of 429s that no caller
 * has earned, a seeded share of failing calls, and slow answers. All of it goes by the sandbox clock.
 */
import { channel } from "node:diagnostics_channel";
import type { SandboxClock } from "../clock.ts";
import { DropConnection } from "../http/part.ts";
import { createRandom } from "../market/random.ts";
import type { SeededRandom } from "../market/random.ts";
import { faultReply } from "./gates.ts";
import type { FaultKind } from "./gates.ts";

/** Which calls: `*` for every operation; every seller when none is named. */
interface Reach {
  readonly operation: string;
  readonly sellerId?: string | undefined;
  /** For how long from now; until the weather clears when left out. */
  readonly forMs?: number | undefined;
}

export interface Weather {
  storm(reach: Reach): void;
  /** This share of calls fails, drawn from the seed. */
  fail(reach: Reach & { kind: FaultKind; share: number; seed: number }): void;
  slow(reach: Reach & { ms: number }): void;
  pass(call: Caller, operation: () => Promise<Response>): Promise<Response>;
  reset(): void;
}

interface Caller {
  readonly operation: string;
  readonly sellerId: string;
  /** Aborts when the caller hangs up. */
  readonly signal: AbortSignal;
}

interface Front {
  readonly reach: Reach;
  readonly untilMs: number;
}

interface FailingFront extends Front {
  readonly kind: FaultKind;
  readonly share: number;
  readonly random: SeededRandom;
}

export function createWeather(clock: SandboxClock): Weather {
  let storms: Front[] = [];
  let failing: FailingFront[] = [];
  let slowed: (Front & { readonly ms: number })[] = [];

  const frontOf = (reach: Reach): Front => ({
    reach,
    untilMs: reach.forMs === undefined ? Infinity : clock.now().getTime() + reach.forMs,
  });
  const isOver = ({ reach, untilMs }: Front, call: Omit<Caller, "signal">): boolean =>
    clock.now().getTime() < untilMs &&
    (reach.operation === "*" || reach.operation === call.operation) &&
    (reach.sellerId === undefined || reach.sellerId === call.sellerId);

  return {
    storm: (reach) => void storms.push(frontOf(reach)),
    fail({ kind, share, seed, ...reach }) {
      const random = createRandom(`${seed}/weather/${reach.operation}/${kind}`);
      failing.push({ ...frontOf(reach), kind, share, random });
    },
    slow: ({ ms, ...reach }) => void slowed.push({ ...frontOf(reach), ms }),
    async pass(call, operation) {
      if (storms.some((front) => isOver(front, call))) faultReply("429");
      const hit = failing.find((front) => isOver(front, call) && front.random.unit() < front.share);
      const reply = hit === undefined ? undefined : faultReply(hit.kind);
      if (reply !== undefined) return reply;
      const delayMs = Math.max(
        0,
        ...slowed.filter((front) => isOver(front, call)).map(({ ms }) => ms),
      );
      if (delayMs > 0) await holdBack(clock, delayMs, call.signal);
      const response = await operation();
      if (hit?.kind === "drop-after") throw new DropConnection("answer lost in bad weather");
      return response;
    },
    reset() {
      storms = [];
      failing = [];
      slowed = [];
    },
  };
}

/** Tells whoever moves this process's clock how many answers wait for it. */
const HELD_BACK = channel("calibr.sandbox.answer-held-back");

/** Waits by the sandbox clock, also when the caller has hung up meanwhile: the call itself has arrived. */
function holdBack(clock: SandboxClock, delayMs: number, signal: AbortSignal): Promise<void> {
  let isHeld = true;
  const letGo = (): void => {
    if (isHeld) HELD_BACK.publish({ change: -1 });
    isHeld = false;
  };
  HELD_BACK.publish({ change: 1 });
  signal.addEventListener("abort", letGo, { once: true });
  return new Promise((resolve) => {
    clock.after(delayMs, () => {
      signal.removeEventListener("abort", letGo);
      letGo();
      resolve();
    });
  });
}
