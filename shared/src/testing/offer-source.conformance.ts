import { afterEach, describe, expect, it } from "vitest";
import type { ChannelAccount } from "../ports/channel-account.ts";
import type { OfferQuery, OfferReading, OfferSource } from "../ports/offer-source.ts";

/** A market, as the suite finds it before each claim. */
export interface OfferSourceRig {
  readonly source: OfferSource;
  readonly account: ChannelAccount;
  /** At least 25 of our own listings: more than one call of any channel holds. */
  readonly queries: readonly OfferQuery[];
  /** What the channel does not have. */
  readonly unknown: OfferQuery;
  /** The seller takes the consent back. */
  revoke(): Promise<void>;
  stop(): Promise<void>;
}

const signal = new AbortController().signal;

/** What every source of offers keeps to. */
export function describeOfferSource(name: string, start: () => Promise<OfferSourceRig>): void {
  let rig: OfferSourceRig;
  const begin = async (): Promise<OfferSourceRig> => (rig = await start());
  const sweep = async (queries: readonly OfferQuery[]): Promise<OfferReading[]> => {
    const readings: OfferReading[] = [];
    for await (const batch of rig.source.sweep(rig.account, queries, signal)) {
      readings.push(...batch);
    }
    return readings;
  };
  describe(`${name} as a source of offers`, () => {
    afterEach(() => rig.stop());

    it("has nothing to read for no listings", async () => {
      await begin();

      expect(await sweep([])).toEqual([]);
    });

    it("gives each listing its own market, with our offer in it", async () => {
      const { queries, account } = await begin();

      const readings = await sweep(queries);

      expect(keysOf(readings.map(({ query }) => query))).toEqual(keysOf(queries));
      for (const reading of readings) {
        if (reading.kind !== "market") throw new Error(`${reading.query.sku} was not read`);
        const { snapshot, query } = reading;
        expect([snapshot.asin, snapshot.marketplaceId]).toEqual([query.asin, query.marketplaceId]);
        const own = snapshot.offers.filter(({ isOwn }) => isOwn);
        expect(own.map(({ sellerId }) => sellerId)).toContain(account.accountId);
        const { featuredLanded } = snapshot;
        const featured = snapshot.offers.filter(({ isFeatured }) => isFeatured);
        if (featured.length > 0)
          expect(featured.map(({ landed }) => landed)).toContainEqual(featuredLanded);
      }
    });

    it("reads a listing once that is asked for twice", async () => {
      const { queries } = await begin();
      const few = queries.slice(0, 3);

      const readings = await sweep([...few, ...few]);

      expect(keysOf(readings.map(({ query }) => query))).toEqual(keysOf(few));
    });

    it("says which listing cannot be read, and reads the others", async () => {
      const { queries, unknown } = await begin();
      const few = queries.slice(0, 2);

      const readings = await sweep([unknown, ...few]);

      const unread = readings.filter(({ kind }) => kind === "unreadable");
      expect(unread.map(({ query }) => query.sku)).toEqual([unknown.sku]);
      expect(readings).toHaveLength(3);
    });

    it("throws when the consent is gone, instead of finding empty markets", async () => {
      const { queries, revoke } = await begin();
      await revoke();

      await expect(sweep(queries)).rejects.toMatchObject({ retry: "never" });
    });
  });
}

function keysOf(queries: readonly OfferQuery[]): string[] {
  return queries.map(({ marketplaceId, sku }) => JSON.stringify([marketplaceId, sku])).sort();
}
