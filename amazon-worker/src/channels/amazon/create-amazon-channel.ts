import type { AccountLinker } from "@calibr/shared/ports/account-linker";
import type { AccountSecrets } from "@calibr/shared/ports/account-secrets";
import type { Clock } from "@calibr/shared/ports/clock";
import type { CatalogSource } from "@calibr/shared/ports/catalog-source";
import type { Logger } from "@calibr/shared/ports/logger";
import type {
  NotificationSource,
  SubscriptionDesk,
} from "@calibr/shared/ports/notification-source";
import type { CloserLookSource } from "@calibr/shared/ports/closer-look-source";
import type { OfferSource } from "@calibr/shared/ports/offer-source";
import type { PriceChannel } from "@calibr/shared/ports/price-channel";
import type { PriceFeeder } from "@calibr/shared/ports/price-feeder";
import type { QuotaStore } from "@calibr/shared/ports/quota-store";
import type { SalesSource } from "@calibr/shared/ports/sales-source";
import { createAccessTokens } from "./accounts/access-tokens.ts";
import { createAccountLinker } from "./accounts/account-linker.ts";
import { createSpClient } from "./client/client.ts";
import { createAmazonCatalogSource } from "./catalog/catalog-source.ts";
import type { LwaClient } from "./accounts/lwa.ts";
import { createMarketQueue } from "./notifications/market-queue.ts";
import { createAmazonCloserLooks } from "./offers/closer-looks.ts";
import { createAmazonOfferSource } from "./offers/offer-source.ts";
import { createAmazonPriceChannel } from "./prices/price-channel.ts";
import { createAmazonPriceFeeder } from "./prices/price-feeder.ts";
import { createQuotaGate, type QuotaGate } from "./quotas/quota-gate.ts";
import { createReportClient } from "./reports/report-client.ts";
import { createAmazonSalesSource } from "./sales/sales-source.ts";
import { createSubscriptionDesk } from "./notifications/subscriptions.ts";
import { waitByTimers, type WaitingClock } from "./client/waiting.ts";

/** What the Amazon channel is made of. */
export interface AmazonChannelParts {
  readonly lwa: LwaClient;
  /** SQS queue of Amazon's notifications; null to work by sweeps alone. */
  readonly queueUrl: string | null;
  /** AWS account whose event bus passes EventBridge notifications on to the queue; null when there is none. */
  readonly eventBusAccountId: string | null;
  readonly secrets: AccountSecrets;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The buckets that all workers share. */
  readonly quotaStore: QuotaStore;
  /** Timers of this machine when left out; a test may hand in a driven clock. */
  readonly waiting?: WaitingClock;
}

/** Everything the product can do with Amazon, behind the ports. */
export interface AmazonChannel {
  readonly accountLinker: AccountLinker;
  readonly catalog: CatalogSource;
  readonly offerSource: OfferSource;
  readonly closerLooks: CloserLookSource;
  /** Null when no queue is configured. */
  readonly notifications: NotificationSource | null;
  readonly subscriptions: SubscriptionDesk;
  readonly priceChannel: PriceChannel;
  readonly priceFeeder: PriceFeeder;
  readonly sales: SalesSource;
  /** What may be sent now and when the next call may go. */
  readonly quotas: Pick<QuotaGate, "plan">;
  /** Lets go of idle connections. */
  close(): void;
}

/** Puts the channel together for the worker's main. */
export function createAmazonChannel(parts: AmazonChannelParts): AmazonChannel {
  const { lwa, queueUrl, secrets, logger } = parts;
  const clock = parts.waiting ?? waitByTimers(parts.clock);
  const tokens = createAccessTokens({ client: lwa, secrets, clock });
  const quotas = createQuotaGate({ store: parts.quotaStore, clock, logger });
  const client = createSpClient({ tokens, quotas, clock, logger });
  const queue = queueUrl === null ? null : createMarketQueue({ queueUrl, clock, logger });
  // A consent is tried out before there is a connection that could hold its token.
  const clientWith = (accessToken: string) =>
    createSpClient({
      tokens: { ...tokens, ofSeller: () => Promise.resolve(accessToken) },
      quotas,
      clock,
      logger,
    });
  const reports = createReportClient(client);
  return {
    accountLinker: createAccountLinker({ lwa, tokens, clientWith, clock }),
    catalog: createAmazonCatalogSource({ client, reports, clock }),
    offerSource: createAmazonOfferSource({ client, clock }),
    closerLooks: createAmazonCloserLooks({ client, clock }),
    notifications: queue,
    subscriptions: createSubscriptionDesk({
      client,
      clock,
      queue,
      eventBusAccountId: parts.eventBusAccountId,
    }),
    priceChannel: createAmazonPriceChannel({ client, clock, quotas }),
    priceFeeder: createAmazonPriceFeeder({ client, clock }),
    sales: createAmazonSalesSource({ client, reports }),
    quotas,
    close: () => queue?.close(),
  };
}
