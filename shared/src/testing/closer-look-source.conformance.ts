import { afterEach, describe, expect, it } from "vitest";
import { toListingId } from "../core/ids.ts";
import type { ChannelAccount } from "../ports/channel-account.ts";
import type { CloserLookSource } from "../ports/closer-look-source.ts";
import type { OfferQuery } from "../ports/offer-source.ts";

/** A market, as the suite finds it before each claim. */
export interface CloserLookSourceRig {
  readonly source: CloserLookSource;
  readonly account: ChannelAccount;
  /** At least three of our own listings, each of an ASIN of its own, with rivals. */
  readonly queries: readonly OfferQuery[];
  /** What the channel does not have. */
  readonly unknown: OfferQuery;
  /** The seller takes the consent back. */
  revoke(): Promise<void>;
  stop(): Promise<void>;
}

const signal = new AbortController().signal;

/** What every source of closer looks keeps to. */
export function describeCloserLookSource(
  name: string,
  start: () => Promise<CloserLookSourceRig>,
): void {
  let rig: CloserLookSourceRig;
  const begin = async (): Promise<CloserLookSourceRig> => (rig = await start());
  const asked = (queries: readonly OfferQuery[]) =>
    queries.map((query, place) => ({ ...query, listingId: toListingId(String(place + 1)) }));

  describe(`${name} as a source of closer looks`, () => {
    afterEach(() => rig.stop());

    it("answers what is expected for each listing asked, and says a word where it expects nothing", async () => {
      const { source, account, queries, unknown } = await begin();

      const found = await source.readExpectations(account, asked([unknown, ...queries]), signal);

      expect(found.map(({ listingId }) => listingId)).toEqual(
        asked([unknown, ...queries]).map(({ listingId }) => listingId),
      );
      expect(found[0]?.price).toBeNull();
      expect(found.every(({ status }) => status !== "")).toBe(true);
      expect(found.some(({ price }) => price !== null && price.amountMinor > 0n)).toBe(true);
    });

    it("sums up each ASIN asked, or says why not", async () => {
      const { source, account, queries, unknown } = await begin();

      const found = await source.readSummaries(account, [unknown, ...queries], signal);

      expect(found.map(({ query }) => query.asin)).toEqual(
        [unknown, ...queries].map(({ asin }) => asin),
      );
      expect(found[0]?.snapshot).toBeNull();
      expect(found[0]?.vendorCode).not.toBeNull();
      for (const { query, snapshot } of found.slice(1)) {
        expect([snapshot?.asin, snapshot?.marketplaceId]).toEqual([
          query.asin,
          query.marketplaceId,
        ]);
        const featured = snapshot?.offers.filter(({ isFeatured }) => isFeatured) ?? [];
        const shares = featured.flatMap(({ segments }) => segments ?? []);
        const views = shares.reduce((sum, { viewsBps }) => sum + (viewsBps ?? 0), 0);
        expect(views).toBeLessThanOrEqual(10_000);
      }
    });

    it("reads the offers of an ASIN in the shape of a sweep, each once", async () => {
      const { source, account, queries } = await begin();
      const few = queries.slice(0, 2);

      const readings = await source.readAsinOffers(account, [...few, ...few], signal);

      expect(readings.map(({ query }) => query.asin)).toEqual(few.map(({ asin }) => asin));
      for (const reading of readings) {
        if (reading.kind !== "market") throw new Error(`${reading.query.asin} was not read`);
        expect(reading.snapshot.offers.length).toBeGreaterThan(0);
      }
    });

    it("throws when the consent is gone, instead of finding empty markets", async () => {
      const { source, account, queries, revoke } = await begin();
      await revoke();

      const ends = await Promise.allSettled([
        source.readExpectations(account, asked(queries), signal),
        source.readSummaries(account, queries, signal),
        source.readAsinOffers(account, queries, signal),
      ]);

      for (const end of ends)
        expect(end).toMatchObject({ status: "rejected", reason: { retry: "never" } });
    });
  });
}
