import { afterEach, describe, expect, it } from "vitest";
import { AppError } from "../core/app-error.ts";
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
  /** Lets time pass until the quota has a turn. */
  wait(ms: number): Promise<void>;
  stop(): Promise<void>;
}

const signal = new AbortController().signal;

/** What every source of offers keeps to. */
export function describeOfferSource(name: string, start: () => Promise<OfferSourceRig>): void {
  let rig: OfferSourceRig;
  const begin = async (): Promise<OfferSourceRig> => (rig = await start());
  const sweep = async (queries: readonly OfferQuery[]): Promise<OfferReading[]> => {
    const { perCall } = rig.source.sweepQuota;
    const readings: OfferReading[] = [];
    for (let from = 0; from < queries.length; from += perCall) {
      readings.push(...(await inItsTurn(queries.slice(from, from + perCall))));
    }
    return readings;
  };
  const inItsTurn = async (queries: readonly OfferQuery[]): Promise<readonly OfferReading[]> => {
    for (;;) {
      try {
        return await rig.source.readOffers(rig.account, queries, signal);
      } catch (cause) {
        if (!(cause instanceof AppError) || typeof cause.retry !== "object") throw cause;
        await rig.wait(cause.retry.afterMs);
      }
    }
  };
  describe(`${name} as a source of offers`, () => {
    afterEach(() => rig.stop());

    it("has nothing to read for no listings", async () => {
      const { source, account } = await begin();

      expect(await source.readOffers(account, [], signal)).toEqual([]);
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
