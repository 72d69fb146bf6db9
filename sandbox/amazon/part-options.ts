/** What the Amazon part is started with. */
import type { SandboxClock } from "../clock.ts";
import type { Market } from "../market/types.ts";
import type { SeedListing } from "./listing.ts";

export interface AmazonPartOptions {
  readonly clock: SandboxClock;
  readonly market: Market;
  readonly listings: readonly SeedListing[];
  readonly applicationId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly registeredRedirectUris: readonly string[];
  /** Where the Appstore sends a seller; without it the Appstore's page answers MD9100. */
  readonly loginUri?: string;
  /** Sandbox time between the receipt of a price and the price in the shop window. */
  readonly acceptedToLiveMs: number;
  readonly sellerId: string;
  readonly storeName?: string;
  readonly applicationName?: string;
  /** `draft` asks for `version=beta` on the consent page; published when left out. */
  readonly stage?: "draft" | "published";
  /** Orders of the days before the start, by this share of each shelf's demand; none when left out. */
  readonly past?: { readonly days: number; readonly share: number; readonly seed: number };
  /** Sandbox time a feed or a report takes from its creation to its end; 3 s when left out. */
  readonly processingMs?: number;
  /** Sandbox time between a change of offers and its message in the queue; 0 when left out. */
  readonly notificationDelayMs?: number;
  /** The queue that exists from the start. */
  readonly queueName?: string;
  /** Whose time quotas and the queue go by; the machine's when left out. */
  readonly metering?: "machine" | "sandbox";
  /** The machine's time; its monotonic clock when left out. */
  readonly machineNowMs?: () => number;
}
