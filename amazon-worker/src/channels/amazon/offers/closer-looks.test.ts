import { toListingId } from "@calibr/shared/core/ids";
import { money } from "@calibr/shared/core/money/money";
import { afterEach, describe, expect, it } from "vitest";
import {
  ACCOUNT,
  failureOf,
  listing,
  type RunningChannel,
  SELLER,
  startChannel,
  US,
} from "../testing/start-channel.ts";

const signal = new AbortController().signal;
let running: RunningChannel | undefined;

afterEach(async () => {
  await running?.stop();
  running = undefined;
});

async function start(skus: readonly string[]) {
  running = await startChannel(skus.map((sku) => listing(sku, { priceMinor: 2_500 })));
  const { channel, amazon } = running;
  const asinOf = async (sku: string) => String((await amazon.control("sku", { sku }))["asin"]);
  return { looks: channel.closerLooks, amazon, asinOf };
}

const expectation = (id: string, sku: string) => ({
  listingId: toListingId(id),
  marketplaceId: US,
  sku,
});

describe("a closer look", () => {
  it("finds the price at which each listing would be featured, and who is in the way", async () => {
    const { looks } = await start(["PLAIN", "ODD/SLASH ☕ #1"]);

    const found = await looks.readExpectations(
      ACCOUNT,
      [expectation("1", "PLAIN"), expectation("2", "ODD/SLASH ☕ #1"), expectation("3", "NOBODY")],
      signal,
    );

    expect(found).toMatchObject([
      { listingId: "1", status: "VALID_FOEP", price: { currency: "USD" } },
      { listingId: "2", status: "VALID_FOEP" },
      { listingId: "3", status: "INVALID_SKU", price: null, competing: null },
    ]);
    const [first] = found;
    expect(first?.competing?.sellerId).not.toBe(SELLER);
    expect(first?.competing?.landed).toEqual(first?.price);
  });

  it("finds who is featured to which share of views, in the normal shape", async () => {
    const { looks, asinOf, amazon } = await start(["PLAIN"]);
    const asin = await asinOf("PLAIN");
    amazon.market.move({ asin, listingPriceMinor: 2_111 });

    const [reading, unknown] = await looks.readSummaries(
      ACCOUNT,
      [
        { marketplaceId: US, asin },
        { marketplaceId: US, asin: "B000000000" },
      ],
      signal,
    );

    const offers = reading?.snapshot?.offers ?? [];
    const featured = offers.filter((offer) => offer.isFeatured);
    expect(featured).toMatchObject([{ segments: [{ membership: "default", viewsBps: 10_000 }] }]);
    expect(reading?.snapshot?.featuredLanded).toEqual(featured[0]?.landed);
    expect(offers.filter((offer) => offer.isOwn)).toMatchObject([
      { sellerId: SELLER, listing: money(2_500n, "USD") },
    ]);
    expect(new Set(offers.map((offer) => `${offer.sellerId} ${offer.fulfilment}`)).size).toBe(
      offers.length,
    );
    expect(reading?.snapshot?.references?.map(({ kind }) => kind)).toEqual(["competitive"]);
    expect(unknown).toMatchObject({ snapshot: null, vendorCode: "HTTP_400" });
  });

  it("reads offers by ASIN where our own SKU has no answer", async () => {
    const { looks, asinOf } = await start(["PLAIN"]);
    const asin = await asinOf("PLAIN");

    const [reading] = await looks.readAsinOffers(
      ACCOUNT,
      [{ marketplaceId: US, sku: "GONE", asin }],
      signal,
    );

    expect(reading).toMatchObject({ kind: "market", snapshot: { asin, source: "sweep" } });
  });

  it("keeps to the published plan, and says when the next turn comes", async () => {
    const { looks } = await start(["PLAIN"]);
    await looks.readExpectations(ACCOUNT, [expectation("1", "PLAIN")], signal);

    const failure = await failureOf(
      looks.readExpectations(ACCOUNT, [expectation("1", "PLAIN")], signal),
    );

    expect(failure).toMatchObject({ code: "amazon_throttled", context: { sent: "no" } });
  });
});
