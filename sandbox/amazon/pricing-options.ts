/** What every pricing operation reads. */
import type { SandboxClock } from "../clock.ts";
import type { Market } from "../market/types.ts";
import type { StoreOf } from "./seller-accounts.ts";

export interface PricingOptions {
  readonly clock: SandboxClock;
  readonly market: Market;
  readonly storeOf: StoreOf;
}
