import type {
  CatalogReportState,
  CatalogSource,
  ListingIssues,
  ReportedListing,
} from "../ports/catalog-source.ts";
import type { AccountFacts, ListingFact } from "../ports/listing-source.ts";
import { listingFact } from "./pipeline-shop.ts";

/** A listing at the channel. */
export interface FakeOffer {
  readonly marketplaceId: string;
  readonly sku: string;
  readonly fact?: Partial<ListingFact>;
  readonly issues?: Partial<ListingIssues>;
}

/** A small real catalogue that is read step by step, and can be told to fail. */
export interface FakeCatalogSource extends CatalogSource {
  account: AccountFacts;
  offers: FakeOffer[];
  /** What the next reports come to, first to last; then they are ready. */
  fates: CatalogReportState[];
  /** Thrown by the next calls of an operation, first to last; null lets one through. */
  readonly failures: Map<keyof CatalogSource, (Error | null)[]>;
  /** Thrown once after so many batches of a report were read. */
  cutAfter: { readonly batches: number; readonly error: Error } | null;
  /** What changed, for the next search. */
  changed: ReportedListing[];
  /** Names of the calls made, with the marketplace. */
  readonly calls: string[];
  /** Runs while a look-up is under way. */
  duringDetails: () => Promise<void> | void;
}

const BATCH = 2;
const NO_ISSUES = { statuses: ["BUYABLE", "DISCOVERABLE"], severities: [], enforcements: [] };

/** Makes a catalogue of an account that sells in the given marketplaces. */
export function createFakeCatalogSource(
  marketplaceIds: readonly string[],
  clock: { now(): Date },
): FakeCatalogSource {
  const failures: FakeCatalogSource["failures"] = new Map();
  const calls: string[] = [];
  let reports = 0;

  function called(name: keyof CatalogSource, marketplaceId = ""): void {
    calls.push(`${name} ${marketplaceId}`.trim());
    const failure = failures.get(name)?.shift();
    if (failure instanceof Error) throw failure;
  }
  const offersOf = (marketplaceId: string): FakeOffer[] =>
    source.offers.filter((offer) => offer.marketplaceId === marketplaceId);

  const source: FakeCatalogSource = {
    account: {
      name: null,
      currency: null,
      timeZone: null,
      marketplaces: marketplaceIds.map((marketplaceId) => ({
        marketplaceId,
        currency: "USD",
        storeName: marketplaceId,
      })),
    },
    offers: [],
    fates: [],
    failures,
    cutAfter: null,
    changed: [],
    calls,
    duringDetails: () => {},
    async readAccount() {
      called("readAccount");
      return Promise.resolve(source.account);
    },
    async requestCatalog(_account, marketplaceId) {
      called("requestCatalog", marketplaceId);
      reports += 1;
      return Promise.resolve(`R${String(reports)}`);
    },
    async checkCatalog(_account, reportId) {
      called("checkCatalog");
      const ready = { kind: "ready", documentId: `D-${reportId}` } as const;
      return Promise.resolve(source.fates.shift() ?? ready);
    },
    async *readCatalog(_account, { marketplaceId }) {
      called("readCatalog", marketplaceId);
      const listings = offersOf(marketplaceId).map(toReported);
      for (let from = 0; from < listings.length; from += BATCH) {
        const { cutAfter } = source;
        if (cutAfter !== null && from >= cutAfter.batches * BATCH) {
          source.cutAfter = null;
          throw cutAfter.error;
        }
        yield await Promise.resolve({
          listings: listings.slice(from, from + BATCH),
          unreadable: 0,
        });
      }
    },
    async readDetails(_account, { marketplaceId, listings }) {
      called("readDetails", marketplaceId);
      await source.duringDetails();
      const offers = new Map(offersOf(marketplaceId).map((offer) => [offer.sku, offer]));
      const found = listings.flatMap(({ sku }) => offers.get(sku) ?? []);
      return {
        facts: found.map((offer) => ({ ...toFact(offer), observedAt: clock.now() })),
        issues: found.map(({ sku, issues }) => ({ sku, ...NO_ISSUES, ...issues })),
        missing: listings.map(({ sku }) => sku).filter((sku) => !offers.has(sku)),
      };
    },
    async readChanges(_account, { marketplaceId }) {
      called("readChanges", marketplaceId);
      const listings = source.changed;
      source.changed = [];
      return Promise.resolve({ listings, nextToken: null, lastChangedAt: clock.now() });
    },
    async readAsins(_account, { marketplaceId, asins }) {
      called("readAsins", marketplaceId);
      return Promise.resolve(
        asins.map((asin) => ({
          asin,
          title: `Page of ${asin}`,
          brand: "Walnut & Co",
          imageUrl: null,
          productGroup: null,
          identifiers: [{ type: "EAN", value: "4006381333931" }],
          ranks: [{ list: "display_group" as const, listId: "Kitchen", title: null, rank: 42 }],
        })),
      );
    },
    async readStock(_account, { marketplaceId, skus }) {
      called("readStock", marketplaceId);
      const numbers = { fulfillable: 7, inbound: 2, reserved: 1, unfulfillable: 0, total: 10 };
      return Promise.resolve(skus.map((sku) => ({ sku, fnSku: `X-${sku}`, ...numbers })));
    },
    async estimateFees(_account, { marketplaceId, questions }) {
      called("estimateFees", marketplaceId);
      return Promise.resolve(
        questions.map(({ sku, priceMinor }) => ({
          sku,
          totalMinor: priceMinor / 10n,
          fees: [{ type: "ReferralFee", minor: priceMinor / 10n }],
          vendorCode: null,
        })),
      );
    },
  };
  return source;
}

function toFact({ marketplaceId, sku, fact }: FakeOffer): ListingFact {
  const base = { marketplaceId, externalId: sku, sku, fulfilment: "merchant" } as const;
  return listingFact({ ...base, parentId: "B0TEST0001", ...fact });
}

/** The same offer as a report names it. */
export function toReported(offer: FakeOffer): ReportedListing {
  const { title, parentId, status, quantity, fulfilment } = toFact(offer);
  const { sku } = offer;
  return {
    sku,
    title,
    asin: parentId,
    barcode: null,
    status,
    quantity,
    fulfilment,
    priceText: "30.00",
  };
}
