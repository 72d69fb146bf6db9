import { afterEach, describe, expect, it } from "vitest";
import type { ChannelAccount } from "../ports/channel-account.ts";
import type { ListingFact, ListingSource } from "../ports/listing-source.ts";

/** A catalogue, as the suite finds it before each claim. */
export interface ListingSourceRig {
  readonly source: ListingSource;
  readonly account: ChannelAccount;
  readonly marketplaceIds: readonly string[];
  /** What the catalogue holds, in no order. */
  readonly holds: readonly { readonly externalId: string; readonly priceMinor: bigint | null }[];
  /** The seller takes the consent back. */
  revoke(): Promise<void>;
  stop(): Promise<void>;
}

const signal = new AbortController().signal;

/** What every source of listings keeps to, run on the fake one and on the real ones over their stand-ins. */
export function describeListingSource(name: string, start: () => Promise<ListingSourceRig>): void {
  let rig: ListingSourceRig;
  const begin = async (): Promise<ListingSourceRig> => (rig = await start());
  const readAll = async (until: AbortSignal = signal): Promise<ListingFact[]> => {
    const { source, account, marketplaceIds } = rig;
    const facts: ListingFact[] = [];
    for await (const batch of source.readListings(account, marketplaceIds, until)) {
      facts.push(...batch);
    }
    return facts;
  };
  describe(`${name} as a source of listings`, () => {
    afterEach(() => rig.stop());

    it("reads every listing once, with its exact price", async () => {
      const { holds } = await begin();

      const facts = await readAll();

      const read = facts.map(({ externalId, priceMinor }) => ({ externalId, priceMinor }));
      expect(sorted(read)).toEqual(sorted(holds));
    });

    it("reads the same when asked again", async () => {
      await begin();

      const first = await readAll();
      const second = await readAll();

      const timeless = (facts: readonly ListingFact[]) =>
        sorted(facts.map(({ observedAt: _observedAt, ...fact }) => fact));
      expect(timeless(second)).toEqual(timeless(first));
    });

    it("names only marketplaces in which the account sells", async () => {
      const { source, account } = await begin();

      const { marketplaces } = await source.readAccount(account, signal);
      const facts = await readAll();

      const known = marketplaces.map(({ marketplaceId }) => marketplaceId);
      expect(facts.filter(({ marketplaceId }) => !known.includes(marketplaceId))).toEqual([]);
    });

    it("may be left after the first batch, and read whole afterwards", async () => {
      const { source, account, marketplaceIds, holds } = await begin();

      for await (const batch of source.readListings(account, marketplaceIds, signal)) {
        expect(batch.length).toBeGreaterThan(0);
        break;
      }

      expect(await readAll()).toHaveLength(holds.length);
    });

    it("reads nothing once the worker stops", async () => {
      await begin();

      await expect(readAll(AbortSignal.abort())).rejects.toThrow();
    });

    it("throws when the consent is gone, instead of reading an empty catalogue", async () => {
      const { revoke } = await begin();
      await revoke();

      await expect(readAll()).rejects.toMatchObject({ retry: "never" });
    });
  });
}

function sorted<Fact extends { readonly externalId: string }>(facts: readonly Fact[]): Fact[] {
  return facts.toSorted((left, right) => (left.externalId < right.externalId ? -1 : 1));
}
