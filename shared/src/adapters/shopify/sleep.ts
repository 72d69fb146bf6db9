import { setTimeout as after } from "node:timers/promises";

/** Waits; rejects with the signal's reason when it is aborted. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

/** Waits on the machine's own timers. */
export const realSleep: Sleep = async (ms, signal) => {
  await after(ms, undefined, { signal });
};
