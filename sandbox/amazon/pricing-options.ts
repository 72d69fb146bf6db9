/** What every pricing operation reads. */
import type { SandboxClock } from "../clock.ts";
import type { Market } from "../market/types.ts";
import type { Promotions } from "./promotions.ts";
import type { StoreOf } from "./seller-accounts.ts";

export interface PricingOptions {
  readonly clock: SandboxClock;
  readonly market: Market;
  readonly storeOf: StoreOf;
  readonly promotions: Promotions;
}
