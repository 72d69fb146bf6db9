import { afterEach, describe, expect, it } from "vitest";
import type {
  CatalogSource,
  ChangesPage,
  KnownListing,
  ReportedListing,
} from "../ports/catalog-source.ts";
import { DETAILS_MAX } from "../ports/catalog-source.ts";
import type { ChannelAccount } from "../ports/channel-account.ts";

/** A catalogue of one marketplace, as the suite finds it before each claim. */
export interface CatalogSourceRig {
  readonly source: CatalogSource;
  readonly account: ChannelAccount;
  readonly marketplaceId: string;
  readonly currency: string;
  /** At least 21, every other one in the channel's own warehouses, beginning with the first. */
  readonly holds: readonly {
    readonly sku: string;
    readonly asin: string;
    readonly priceMinor: bigint;
  }[];
  /** What the channel does not have. */
  readonly unknown: { readonly sku: string; readonly asin: string };
  now(): Date;
  /** Lets time go by. */
  pass(ms: number): Promise<void>;
  /** Changes a listing at the channel. */
  change(sku: string): Promise<void>;
  /** The seller takes the consent back. */
  revoke(): Promise<void>;
  stop(): Promise<void>;
}

const signal = new AbortController().signal;
const MINUTE_MS = 60_000;
const LOOKS_MAX = 60;

/** What every catalogue that is read step by step keeps to. */
export function describeCatalogSource(name: string, start: () => Promise<CatalogSourceRig>): void {
  let rig: CatalogSourceRig;
  const begin = async (): Promise<CatalogSourceRig> => (rig = await start());

  const readyDocument = async (): Promise<string> => {
    const { source, account, marketplaceId, pass } = rig;
    const reportId = await source.requestCatalog(account, marketplaceId, signal);
    for (let look = 0; look < LOOKS_MAX; look += 1) {
      const state = await source.checkCatalog(account, reportId, signal);
      if (state.kind === "ready") return state.documentId;
      if (state.kind !== "pending") throw new Error(`the report ended ${state.kind}`);
      await pass(MINUTE_MS);
    }
    throw new Error("the report was never ready");
  };
  const readReport = async (): Promise<ReportedListing[]> => {
    const { source, account, marketplaceId } = rig;
    const report = { marketplaceId, documentId: await readyDocument() };
    const listings: ReportedListing[] = [];
    for await (const batch of source.readCatalog(account, report, signal)) {
      expect(batch.unreadable).toBe(0);
      listings.push(...batch.listings);
    }
    return listings;
  };

  describe(`${name} as a catalogue`, () => {
    afterEach(() => rig.stop());

    it("reports every listing once", async () => {
      const { holds } = await begin();

      const reported = await readReport();

      const read = reported.map(({ sku, asin }) => ({ sku, asin }));
      expect(sortedBySku(read)).toEqual(sortedBySku(holds.map(({ sku, asin }) => ({ sku, asin }))));
    });

    it("looks listings up as many as it says at once, and names those it does not have", async () => {
      const { source, account, marketplaceId, holds, unknown } = await begin();
      const asked = [unknown, ...holds.slice(0, DETAILS_MAX - 1)].map(known);

      const { facts, missing } = await source.readDetails(
        account,
        { marketplaceId, listings: asked },
        signal,
      );

      expect(missing).toEqual([unknown.sku]);
      const read = facts.map(({ externalId: sku, parentId: asin, priceMinor }) => ({
        sku,
        asin,
        priceMinor,
      }));
      expect(sortedBySku(read)).toEqual(sortedBySku(holds.slice(0, DETAILS_MAX - 1)));
    });

    it("tells which listings changed since an instant, page after page, and no others", async () => {
      const { source, account, marketplaceId, holds, now, pass, change } = await begin();
      await pass(MINUTE_MS);
      const since = now();
      const changed = [holds[0], holds[3]].map((listing) => listing?.sku ?? "");
      for (const sku of changed) await change(sku);

      const found: string[] = [];
      let pageToken: string | null = null;
      do {
        const question = { marketplaceId, since, pageToken };
        const page: ChangesPage = await source.readChanges(account, question, signal);
        found.push(...page.listings.map(({ sku }) => sku));
        pageToken = page.nextToken;
      } while (pageToken !== null);

      expect(found.toSorted()).toEqual(changed.toSorted());
    });

    it("leaves out what the catalogue, the warehouse and the fees do not know", async () => {
      const { source, account, marketplaceId, currency, holds, unknown } = await begin();
      const few = holds.slice(0, 3);
      const skus = [unknown, ...few].map(({ sku }) => sku);

      const asins = [unknown, ...few].map(({ asin }) => asin);
      const pages = await source.readAsins(account, { marketplaceId, asins }, signal);
      const stock = await source.readStock(account, { marketplaceId, skus }, signal);
      const questions = few.map(({ sku, priceMinor }, place) => ({
        sku,
        priceMinor,
        currency,
        isAmazonFulfilled: place % 2 === 0,
      }));
      const fees = await source.estimateFees(account, { marketplaceId, questions }, signal);

      expect(pages.map(({ asin }) => asin)).not.toContain(unknown.asin);
      expect(few.map(({ asin }) => asin)).toEqual(
        expect.arrayContaining(pages.map(({ asin }) => asin)),
      );
      expect(stock.map(({ sku }) => sku).toSorted()).toEqual(
        [few[0], few[2]].map((each) => each?.sku).toSorted(),
      );
      expect(sortedBySku(fees).map(({ sku }) => sku)).toEqual(
        sortedBySku(few).map(({ sku }) => sku),
      );
      for (const { totalMinor, fees: parts } of fees) {
        expect(parts.reduce((sum, { minor }) => sum + minor, 0n)).toBe(totalMinor);
      }
    });

    it("throws when the consent is gone, instead of finding nothing", async () => {
      const { source, account, marketplaceId, holds, now, revoke } = await begin();
      await revoke();
      const [first] = holds;
      const skus = [first?.sku ?? ""];

      const attempts = [
        source.readAccount(account, signal),
        source.requestCatalog(account, marketplaceId, signal),
        source.readDetails(
          account,
          { marketplaceId, listings: holds.slice(0, 1).map(known) },
          signal,
        ),
        source.readChanges(account, { marketplaceId, since: now(), pageToken: null }, signal),
        source.readStock(account, { marketplaceId, skus }, signal),
      ];

      const ends = await Promise.allSettled(attempts);
      expect(ends).toEqual(
        attempts.map(() => ({
          status: "rejected",
          reason: expect.objectContaining({ retry: "never" }) as unknown,
        })),
      );
    });
  });
}

function known({ sku, asin }: { readonly sku: string; readonly asin: string }): KnownListing {
  return {
    sku,
    asin,
    title: sku,
    barcode: null,
    status: "active",
    quantity: null,
    fulfilment: null,
  };
}

function sortedBySku<Entry extends { readonly sku: string }>(entries: readonly Entry[]): Entry[] {
  return entries.toSorted((left, right) => (left.sku < right.sku ? -1 : 1));
}
