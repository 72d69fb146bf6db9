/**
 * What quotas and queues go by: the machine's time, or the sandbox clock once somebody asks for that.
 * It never jumps when it changes over, so that no bucket fills or empties by it.
 */
import type { SandboxClock } from "../clock.ts";

export interface MeterClock {
  nowMs(): number;
  follow(whose: "machine" | "sandbox"): void;
}

export function createMeterClock(machineNowMs: () => number, clock: SandboxClock): MeterClock {
  const sources = { machine: machineNowMs, sandbox: () => clock.now().getTime() };
  let source = sources.machine;
  let aheadMs = 0;
  return {
    nowMs: () => source() + aheadMs,
    follow(whose) {
      const beforeMs = source() + aheadMs;
      source = sources[whose];
      aheadMs = beforeMs - source();
    },
  };
}
