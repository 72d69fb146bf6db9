import type { AccountLinker } from "@calibr/shared/ports/account-linker";
import type { AccountSecrets } from "@calibr/shared/ports/account-secrets";
import type { Clock } from "@calibr/shared/ports/clock";
import type { ListingSource } from "@calibr/shared/ports/listing-source";
import type { Logger } from "@calibr/shared/ports/logger";
import type { OfferSource } from "@calibr/shared/ports/offer-source";
import type { PriceChannel } from "@calibr/shared/ports/price-channel";
import type { QuotaStore } from "@calibr/shared/ports/quota-store";
import { createAccessTokens } from "./access-tokens.ts";
import { createAccountLinker } from "./account-linker.ts";
import { createSpClient } from "./client.ts";
import { createAmazonListingSource } from "./listing-source.ts";
import type { LwaClient } from "./lwa.ts";
import { createMarketQueue } from "./market-queue.ts";
import { createAmazonOfferSource } from "./offer-source.ts";
import { createAmazonPriceChannel } from "./price-channel.ts";
import { createQuotaGate, type QuotaGate } from "./quotas/quota-gate.ts";
import { waitByTimers, type WaitingClock } from "./waiting.ts";

/** What the Amazon channel is made of. */
export interface AmazonChannelParts {
  readonly lwa: LwaClient;
  /** SQS queue of Amazon's notifications; null to work by sweeps alone. */
  readonly queueUrl: string | null;
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
  readonly listingSource: ListingSource;
  readonly offerSource: OfferSource;
  readonly priceChannel: PriceChannel;
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
  return {
    accountLinker: createAccountLinker(lwa),
    listingSource: createAmazonListingSource({ client, clock, logger }),
    offerSource: createAmazonOfferSource({ client, clock, queue }),
    priceChannel: createAmazonPriceChannel({ client, clock }),
    quotas,
    close: () => queue?.close(),
  };
}
