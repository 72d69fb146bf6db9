import type { OfferSource } from "@calibr/shared/ports/offer-source";
import type { SpClient } from "./client.ts";
import { sweepOffers } from "./offer-sweep.ts";
import type { WaitingClock } from "./waiting.ts";

/** Amazon's market by our own asking; what Amazon tells by itself comes from the queue. */
export function createAmazonOfferSource(parts: {
  readonly client: SpClient;
  readonly clock: WaitingClock;
}): OfferSource {
  const { client, clock } = parts;
  return {
    sweep: (account, queries, signal) => sweepOffers({ client, clock, account }, queries, signal),
  };
}
