/**
 * Shopify's leaky bucket on calculated query cost, one per app and store
 * (shopify.dev, "API rate limits", read 2026-11). Standard plan: 100 points/s,
 * bucket of 2,000. A call is charged what it asks for and gets back what it did not use.
 */
import type { SandboxClock } from "../clock.ts";

export interface ThrottleStatus {
  readonly maximumAvailable: number;
  readonly currentlyAvailable: number;
  readonly restoreRate: number;
}

export interface Throttle {
  /** Charges `cost`; false, and nothing charged, when the bucket holds less. */
  take(cost: number): boolean;
  giveBack(cost: number): void;
  status(): ThrottleStatus;
  configure(change: Partial<ThrottleStatus>): void;
}

export function createThrottle(clock: Pick<SandboxClock, "now">): Throttle {
  let maximum = 2000;
  let restoreRate = 100;
  let available = maximum;
  let at = clock.now().getTime();
  const refill = (): void => {
    const now = clock.now().getTime();
    available = Math.min(maximum, available + ((now - at) / 1000) * restoreRate);
    at = now;
  };
  return {
    take(cost) {
      refill();
      if (available < cost) return false;
      available -= cost;
      return true;
    },
    giveBack(cost) {
      refill();
      available = Math.min(maximum, available + cost);
    },
    status() {
      refill();
      return {
        maximumAvailable: maximum,
        currentlyAvailable: Math.floor(available),
        restoreRate,
      };
    },
    configure(change) {
      refill();
      maximum = change.maximumAvailable ?? maximum;
      restoreRate = change.restoreRate ?? restoreRate;
      available = Math.min(maximum, change.currentlyAvailable ?? available);
    },
  };
}
