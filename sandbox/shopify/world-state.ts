/** Everything the Shopify stand-in holds, handed to each of its handlers. */
import type { SandboxClock } from "../clock.ts";
import type { Holds } from "./holds.ts";
import type { PriceLedger } from "./ledger.ts";
import type { StoreState } from "./state.ts";
import type { TokenBook } from "./tokens.ts";
import type { WebhookSender } from "./webhook-sender.ts";

/** One subscription block of the app's `shopify.app.toml`. */
export interface AppSubscription {
  /** Slash form: `products/update`. */
  readonly topics: readonly string[];
  /** A path under the app's URL, or a whole URL. */
  readonly uri: string;
  readonly includeFields?: readonly string[];
}

export interface ShopifyApp {
  readonly apiKey: string;
  readonly apiSecret: string;
  /** Scopes of the TOML: granted at once on install. */
  readonly scopes: readonly string[];
  readonly optionalScopes: readonly string[];
  /** Where the app listens; webhooks go there. */
  readonly appUrl: string;
  readonly subscriptions: readonly AppSubscription[];
}

export interface LogEntry {
  readonly at: Date;
  readonly what: string;
  readonly details: Readonly<Record<string, unknown>>;
}

export interface ShopifyWorld {
  readonly app: ShopifyApp;
  /** The store's own time: `updatedAt`, orders, webhook retries. */
  readonly clock: SandboxClock;
  /** Real time: token lives and the throttle, which the product measures with its own clock. */
  readonly wallClock: Pick<SandboxClock, "now">;
  readonly stores: Map<string, StoreState>;
  readonly tokens: TokenBook;
  readonly ledger: PriceLedger;
  readonly holds: Holds;
  readonly webhooks: WebhookSender;
  /** SKUs whose SKU-THROTTLED-ONCE has been spent. */
  readonly throttledOnce: Set<string>;
  log(what: string, details: Readonly<Record<string, unknown>>): void;
}
