import type { OfferSource } from "@calibr/shared/ports/offer-source";
import type { SpClient } from "../client/client.ts";
import { readOwnOffers, SWEEP_BATCH_MAX } from "./offer-sweep.ts";
import { operationOf } from "../client/operations.ts";
import type { WaitingClock } from "../client/waiting.ts";

/** Amazon's market by our own asking; what Amazon tells by itself comes from the queue. */
export function createAmazonOfferSource(parts: {
  readonly client: SpClient;
  readonly clock: WaitingClock;
}): OfferSource {
  const { client, clock } = parts;
  const { ratePerSecond } = operationOf("getListingOffersBatch");
  return {
    sweepQuota: { callsPerSecond: ratePerSecond, perCall: SWEEP_BATCH_MAX },
    readOffers: (account, queries, signal) =>
      readOwnOffers({ client, clock, account }, queries, signal),
  };
}
