import type { KnownListing, ReportedListing } from "@calibr/shared/ports/catalog-source";
import { afterEach, describe, expect, it } from "vitest";
import { ACCEPTED_TO_LIVE_MS } from "../../../../../sandbox/amazon/testing/start-amazon.ts";
import {
  ACCOUNT,
  failureOf,
  listing,
  push,
  type RunningChannel,
  startChannel,
  US,
} from "../testing/start-channel.ts";

const signal = new AbortController().signal;
let running: RunningChannel | undefined;

afterEach(async () => {
  await running?.stop();
  running = undefined;
});

/** A report's document id, once it is made. */
async function documentOf({ channel, clock }: RunningChannel): Promise<string> {
  const reportId = await channel.catalog.requestCatalog(ACCOUNT, US, signal);
  for (let look = 0; look < 20; look += 1) {
    const state = await channel.catalog.checkCatalog(ACCOUNT, reportId, signal);
    if (state.kind === "ready") return state.documentId;
    await clock.sleep(2_000, signal);
  }
  throw new Error("the report is never ready");
}

async function reported(run: RunningChannel): Promise<ReportedListing[]> {
  const documentId = await documentOf(run);
  const listings: ReportedListing[] = [];
  const report = { marketplaceId: US, documentId };
  for await (const batch of run.channel.catalog.readCatalog(ACCOUNT, report, signal)) {
    listings.push(...batch.listings);
  }
  return listings;
}

function known(sku: string): KnownListing {
  return { sku, title: `known ${sku}`, asin: null, barcode: null, status: "active", quantity: null, fulfilment: null }; // prettier-ignore
}

describe("a look-up", () => {
  it("says in which condition a listing is sold", async () => {
    running = await startChannel([
      listing("NEW"),
      listing("USED", { conditionType: "used_like_new" }),
    ]);
    const lookup = { marketplaceId: US, listings: ["NEW", "USED"].map(known) };

    const { facts } = await running.channel.catalog.readDetails(ACCOUNT, lookup, signal);

    expect(facts.map(({ condition }) => condition)).toEqual(["new", "used"]);
  });
});

it("a look-up says what Amazon holds against a listing", async () => {
  running = await startChannel([listing("PLAIN"), listing("SKU-SUPPRESSED")]);
  const { channel, amazon } = running;
  await channel.priceChannel.pushPrices(ACCOUNT, [push("SKU-SUPPRESSED", 1_990n)], signal);
  await amazon.clock.advance(ACCEPTED_TO_LIVE_MS);

  const lookup = { marketplaceId: US, listings: ["PLAIN", "SKU-SUPPRESSED"].map(known) };
  const { issues } = await channel.catalog.readDetails(ACCOUNT, lookup, signal);

  expect(issues).toEqual([
    { sku: "PLAIN", statuses: ["BUYABLE", "DISCOVERABLE"], severities: [], enforcements: [] },
    {
      sku: "SKU-SUPPRESSED",
      statuses: ["DISCOVERABLE"],
      severities: ["ERROR"],
      enforcements: ["LISTING_SUPPRESSED"],
    },
  ]);
});

describe("the listings report", () => {
  it("names every listing with what it says", async () => {
    const skus = Array.from({ length: 45 }, (_, index) => `SKU ${String(index)}`);
    running = await startChannel(skus.map((sku) => listing(sku, { priceMinor: 2_500 })));

    const listings = await reported(running);

    expect(listings.map(({ sku }) => sku).toSorted()).toEqual(skus.toSorted());
    expect(listings[0]).toMatchObject({ priceText: "25.00", status: "active", quantity: 25 });
  });

  it.each([
    { locale: "de", charset: "Cp1252" },
    { locale: "fr", charset: "UTF-8" },
    { locale: "ja", charset: "Shift_JIS" },
  ])("is read in $locale and $charset", async (style) => {
    const title = style.locale === "ja" ? "日本の皿" : "Tasse für Café";
    running = await startChannel([listing("CAFE", { title })]);
    await running.amazon.control("report-style", style);

    expect(await reported(running)).toMatchObject([{ sku: "CAFE", title, status: "active" }]);
  });

  it.each([
    ["FATAL", { kind: "failed", reason: "Report could not be generated." }],
    ["CANCELLED", { kind: "empty" }],
  ])("that ends %s says so", async (status, state) => {
    running = await startChannel([listing("A")]);
    await running.amazon.control("fail-report", { status });
    const { channel, clock } = running;
    const reportId = await channel.catalog.requestCatalog(ACCOUNT, US, signal);
    await clock.sleep(60_000, signal);

    expect(await channel.catalog.checkCatalog(ACCOUNT, reportId, signal)).toEqual(state);
  });

  it("that Amazon no longer knows has failed, so that another is asked for", async () => {
    running = await startChannel([listing("A")]);
    const { catalog } = running.channel;
    const document = { marketplaceId: US, documentId: "gone" };

    expect(await catalog.checkCatalog(ACCOUNT, "of-last-year", signal)).toEqual({
      kind: "failed",
      reason: null,
    });
    await expect(
      catalog.readCatalog(ACCOUNT, document, signal)[Symbol.asyncIterator]().next(),
    ).rejects.toMatchObject({ code: "amazon_report_failed", retry: "backoff" });
  });
});

describe("looking listings up", () => {
  it("brings price, currency and what moves the price, and says what is not there", async () => {
    running = await startChannel([
      listing("PLAIN"),
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
    const skus = ["PLAIN", "NO-ASIN", "NO-PRICE", "ODD-MONEY", "ODD/SLASH ☕ #1", "A,B", "AUTO", "SALE", "FBA", "OFF", "GONE"]; // prettier-ignore

    const lookup = { marketplaceId: US, listings: skus.map(known) };
    const { facts, missing } = await running.channel.catalog.readDetails(ACCOUNT, lookup, signal);

    const bySku = new Map(facts.map((fact) => [fact.externalId, fact]));
    expect(missing).toEqual(["GONE"]);
    expect(bySku.get("PLAIN")).toMatchObject({ currency: "USD", priceMinor: 2_499n, productType: "HOME", status: "active" }); // prettier-ignore
    expect(bySku.get("NO-ASIN")).toMatchObject({ parentId: null, status: "inactive" });
    expect(bySku.get("NO-PRICE")).toMatchObject({ priceMinor: null });
    expect(bySku.get("ODD-MONEY")).toMatchObject({ priceMinor: null, currency: "QQQ" });
    expect(bySku.get("ODD/SLASH ☕ #1")).toMatchObject({ priceMinor: 2_499n });
    expect(bySku.get("A,B")).toMatchObject({ priceMinor: 2_499n });
    expect(bySku.get("AUTO")).toMatchObject({ isAutoPriced: true });
    expect(bySku.get("SALE")?.saleUntil).toBeInstanceOf(Date);
    expect(bySku.get("FBA")).toMatchObject({ fulfilment: "amazon" });
    expect(bySku.get("OFF")).toMatchObject({ status: "inactive" });
  });

  it("finds the one listing that Amazon refuses and reads the others", async () => {
    running = await startChannel(["A", "B", "C"].map((sku) => listing(sku)));
    const lookup = { marketplaceId: US, listings: ["A", "B", "C", "."].map(known) };
    await running.amazon.control("fault", { kind: "400", operation: "searchListingsItems" });

    const { facts, missing } = await running.channel.catalog.readDetails(ACCOUNT, lookup, signal);

    expect(facts.map(({ externalId }) => externalId).toSorted()).toEqual(["A", "B", "C"]);
    expect(missing).toEqual(["."]);
  });

  it.each([
    ["500", "amazon_unavailable"],
    ["429", "amazon_throttled"],
    ["forbidden", "amazon_request_refused"],
  ])("that meets %s says when to try again", async (kind, code) => {
    running = await startChannel([listing("A")]);
    await running.amazon.control("fault", { kind, operation: "searchListingsItems" });

    const lookup = { marketplaceId: US, listings: [known("A")] };
    const reading = running.channel.catalog.readDetails(ACCOUNT, lookup, signal);

    expect(await failureOf(reading)).toMatchObject({ code });
  });
});

describe("following changes", () => {
  it("pages through what changed since, oldest change first", async () => {
    const skus = Array.from({ length: 25 }, (_, index) => `SKU ${String(index)}`);
    running = await startChannel(skus.map((sku) => listing(sku)));
    const { catalog } = running.channel;
    const since = new Date(0);

    const first = await catalog.readChanges(ACCOUNT, { marketplaceId: US, since, pageToken: null }, signal); // prettier-ignore
    const second = await catalog.readChanges(ACCOUNT, { marketplaceId: US, since, pageToken: first.nextToken }, signal); // prettier-ignore

    expect([first.listings.length, second.listings.length]).toEqual([20, 5]);
    expect(second.nextToken).toBeNull();
    expect(second.lastChangedAt).toBeInstanceOf(Date);
    const later = new Date(running.clock.now().getTime() + 60_000);
    expect((await catalog.readChanges(ACCOUNT, { marketplaceId: US, since: later, pageToken: null }, signal)).listings).toEqual([]); // prettier-ignore
  });
});

describe("what Amazon says beside the listings", () => {
  it("is title, picture, identifiers and ranks of ASINs", async () => {
    running = await startChannel([listing("A")]);
    const [{ asin } = { asin: null }] = await reported(running);

    const facts = await running.channel.catalog.readAsins(
      ACCOUNT,
      { marketplaceId: US, asins: [asin ?? "", "B000000000"] },
      signal,
    );

    expect(facts).toHaveLength(1);
    expect(facts[0]).toMatchObject({ asin, title: expect.any(String) as string });
  });

  it("is stock at its warehouses", async () => {
    running = await startChannel([listing("FBA", { fulfilment: "AMAZON" }), listing("FBM")]);

    const question = { marketplaceId: US, skus: ["FBA", "FBM"] };
    const stock = await running.channel.catalog.readStock(ACCOUNT, question, signal);

    expect(stock).toMatchObject([{ sku: "FBA", fulfillable: 25 }]);
  });

  it("is fees at a price, and why there are none", async () => {
    running = await startChannel([listing("A")]);
    const question = (sku: string) => ({ sku, priceMinor: 2_000n, currency: "USD", isAmazonFulfilled: false }); // prettier-ignore

    const answers = await running.channel.catalog.estimateFees(
      ACCOUNT,
      { marketplaceId: US, questions: [question("A"), question("GONE")] },
      signal,
    );

    expect(answers).toMatchObject([
      { sku: "A", totalMinor: 300n, vendorCode: null },
      { sku: "GONE", totalMinor: null, vendorCode: "InvalidParameterValue" },
    ]);
  });
});

describe("the account", () => {
  it("has the marketplaces we know of its own region", async () => {
    running = await startChannel([listing("A")]);

    const { name, marketplaces } = await running.channel.catalog.readAccount(ACCOUNT, signal);

    expect(marketplaces.map(({ marketplaceId }) => marketplaceId)).toContain(US);
    expect(marketplaces.every(({ currency }) => currency.length === 3)).toBe(true);
    expect(name).not.toBeNull();
  });
});

describe("a consent that ends on the way", () => {
  it("ends the work with amazon_authorization_revoked", async () => {
    running = await startChannel([listing("A")]);
    await running.channel.catalog.requestCatalog(ACCOUNT, US, signal);
    await running.amazon.control("revoke");

    const lookup = { marketplaceId: US, listings: [known("A")] };
    const reading = running.channel.catalog.readDetails(ACCOUNT, lookup, signal);

    expect(await failureOf(reading)).toMatchObject({ code: "amazon_authorization_revoked" });
  });
});
