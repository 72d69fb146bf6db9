import type { OfferSource } from "@calibr/shared/ports/offer-source";
import type { SpClient } from "./client.ts";
import type { MarketQueue } from "./market-queue.ts";
import { sweepOffers } from "./offer-sweep.ts";
import { subscribeToMarket } from "./subscriptions.ts";
import type { WaitingClock } from "./waiting.ts";

// As long as a queue would make us wait, so that the caller's loop needs no case of its own.
const NO_QUEUE_WAIT_MS = 20_000;

/** Amazon's market: notifications where a queue is configured, sweeps in any case. */
export function createAmazonOfferSource(parts: {
  readonly client: SpClient;
  readonly clock: WaitingClock;
  /** Null when no queue is configured: the product then works by sweeps alone. */
  readonly queue: MarketQueue | null;
}): OfferSource {
  const { client, clock, queue } = parts;
  return {
    async receive(signal) {
      if (queue !== null) return await queue.receive(signal);
      // An abort ends the wait like its end does: with nothing.
      await clock.sleep(NO_QUEUE_WAIT_MS, signal).catch(() => undefined);
      return { events: [], acknowledge: () => Promise.resolve() };
    },
    sweep: (account, queries, signal) => sweepOffers({ client, clock, account }, queries, signal),
    async ensureSubscribed(account, signal) {
      if (queue === null) return "no_queue_configured";
      const queueArn = await queue.readArn(signal);
      await subscribeToMarket(client, { account, queueArn }, signal);
      return "subscribed";
    },
  };
}
