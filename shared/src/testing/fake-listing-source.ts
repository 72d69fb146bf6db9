import type { Channel } from "../core/channel.ts";
import type { AccountFacts, ListingFact, ListingSource } from "../ports/listing-source.ts";

/** A small real catalogue of one channel: what it holds is read batch by batch, and it can be told to fail. */
export interface FakeListingSource extends ListingSource {
  account: AccountFacts;
  /** What a reading yields, in this order. */
  batches: (readonly ListingFact[])[];
  /** Thrown after the batches, once. */
  failure: Error | null;
  /** Runs before each batch is handed over, e.g. to look at the progress shown so far. */
  beforeBatch: (place: number) => Promise<void> | void;
}

/** Makes an empty catalogue of an account without marketplaces. */
export function createFakeListingSource(channel: Channel): FakeListingSource {
  const source: FakeListingSource = {
    channel,
    account: { name: null, currency: null, timeZone: null, marketplaces: [] },
    batches: [],
    failure: null,
    beforeBatch: () => {},
    readAccount: async () => Promise.resolve(source.account),
    async *readListings(_account, _marketplaceIds, signal) {
      signal.throwIfAborted();
      for (const [place, batch] of source.batches.entries()) {
        await source.beforeBatch(place);
        yield batch;
      }
      const { failure } = source;
      source.failure = null;
      if (failure !== null) throw failure;
    },
  };
  return source;
}
