import { afterEach, describe, expect, it } from "vitest";
import type { ListingFact } from "@calibr/shared/ports/listing-source";
import {
  ACCOUNT,
  failureOf,
  listing,
  type RunningChannel,
  startChannel,
  statusesOf,
  US,
} from "./testing/start-channel.ts";

const signal = new AbortController().signal;
let running: RunningChannel | undefined;

afterEach(async () => {
  await running?.stop();
  running = undefined;
});

async function importAll(channel: RunningChannel["channel"]): Promise<ListingFact[][]> {
  const batches: ListingFact[][] = [];
  for await (const batch of channel.listingSource.readListings(ACCOUNT, [US], signal)) {
    batches.push([...batch]);
  }
  return batches;
}

describe("importing listings", () => {
  it("brings every listing, twenty at a time, with price, currency and product type", async () => {
    const skus = Array.from({ length: 45 }, (_, index) => `SKU ${index}`);
    running = await startChannel(skus.map((sku) => listing(sku, { priceMinor: 2_500 })));

    const batches = await importAll(running.channel);

    expect(batches.map((batch) => batch.length)).toEqual([20, 20, 5]);
    const facts = batches.flat();
    expect(facts.map(({ sku }) => sku).sort()).toEqual(skus.toSorted());
    expect(facts[0]).toMatchObject({
      marketplaceId: US,
      currency: "USD",
      priceMinor: 2_500n,
      productType: "HOME",
      status: "active",
      fulfilment: "merchant",
      quantity: 25,
      parentId: expect.stringMatching(/^[A-Z0-9]{10}$/) as string,
      isAutoPriced: false,
      saleUntil: null,
    });
    expect(statusesOf(running.log, "searchListingsItems")).toEqual([200, 200, 200]);
  });

  it("brings odd listings with what is missing left null", async () => {
    running = await startChannel([
      listing("NO-ASIN", { asin: null, status: "INCOMPLETE" }),
      listing("NO-PRICE", { priceMinor: null }),
      listing("ODD-MONEY", { currency: "QQQ" }),
      listing("ODD/SLASH ☕ #1"),
      listing("A,B"),
      listing("AUTO", { isAutomated: true }),
      listing("SALE", { salePriceMinor: 1_900 }),
      listing("FBA", { fulfilment: "AMAZON" }),
      listing("OFF", { status: "INACTIVE" }),
    ]);

    const facts = (await importAll(running.channel)).flat();

    const bySku = new Map(facts.map((fact) => [fact.externalId, fact]));
    expect(bySku.size).toBe(9);
    expect(bySku.get("NO-ASIN")).toMatchObject({ parentId: null, status: "inactive" });
    expect(bySku.get("NO-PRICE")).toMatchObject({ priceMinor: null });
    expect(bySku.get("ODD-MONEY")).toMatchObject({ priceMinor: null, currency: "QQQ" });
    expect(bySku.get("ODD/SLASH ☕ #1")).toMatchObject({ priceMinor: 2_499n });
    expect(bySku.get("A,B")).toMatchObject({ priceMinor: 2_499n, productType: "HOME" });
    expect(bySku.get("AUTO")).toMatchObject({ isAutoPriced: true });
    expect(bySku.get("SALE")?.saleUntil).toBeInstanceOf(Date);
    expect(bySku.get("FBA")).toMatchObject({ fulfilment: "amazon" });
    expect(bySku.get("OFF")).toMatchObject({ status: "inactive" });
  });

  it("goes on past a batch whose details cannot be read, and says so", async () => {
    const skus = Array.from({ length: 25 }, (_, index) => `SKU ${index}`);
    running = await startChannel(skus.map((sku) => listing(sku)));
    await running.amazon.control("fault", {
      kind: "500",
      operation: "searchListingsItems",
      times: 3,
    });

    const facts = (await importAll(running.channel)).flat();

    expect(facts).toHaveLength(25);
    expect(facts.filter(({ priceMinor }) => priceMinor === null)).toHaveLength(20);
    expect(running.log).toContainEqual({
      event: "amazon_import_batch_unreadable",
      facts: expect.objectContaining({ count: 20, code: "amazon_unavailable" }) as object,
    });
  });

  it("reads a report in another charset", async () => {
    running = await startChannel([listing("CAFE", { title: "Tasse für Café" })]);
    await running.amazon.control("report-charset", { charset: "Cp1252" });

    const [fact] = (await importAll(running.channel)).flat();

    expect(fact?.title).toBe("Tasse für Café");
  });

  // An empty catalogue would make every known listing look deleted.
  it.each(["FATAL", "CANCELLED"])("throws when the report ends %s", async (status) => {
    running = await startChannel([listing("A")]);
    await running.amazon.control("fail-report", { status });

    const error = await failureOf(importAll(running.channel));

    expect(error).toMatchObject({ code: "amazon_report_failed", retry: "backoff" });
  });

  it("throws amazon_authorization_revoked when the consent ends on the way", async () => {
    const { amazon, channel } = (running = await startChannel(
      Array.from({ length: 25 }, (_, index) => listing(`SKU ${index}`)),
    ));

    const reading = (async () => {
      for await (const batch of channel.listingSource.readListings(ACCOUNT, [US], signal)) {
        expect(batch).toHaveLength(20);
        await amazon.control("revoke");
      }
    })();

    expect(await failureOf(reading)).toMatchObject({ code: "amazon_authorization_revoked" });
  });
});

describe("reading the account", () => {
  it("keeps the marketplaces we know of the account's own region", async () => {
    running = await startChannel([listing("A")]);

    const facts = await running.channel.listingSource.readAccount(ACCOUNT, signal);

    expect(facts.marketplaces.map(({ marketplaceId }) => marketplaceId)).toContain(US);
    expect(facts.marketplaces.every(({ currency }) => currency.length === 3)).toBe(true);
    expect(facts.name).not.toBeNull();
  });
});
