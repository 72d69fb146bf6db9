import { afterEach, describe, expect, it } from "vitest";
import type { OfferQuery, OfferReading } from "@calibr/shared/ports/offer-source";
import {
  ACCOUNT,
  failureOf,
  listing,
  type RunningChannel,
  SELLER,
  startChannel,
  statusesOf,
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
  return running;
}

async function sweepAll(
  { channel, amazon }: RunningChannel,
  skus: readonly string[],
): Promise<OfferReading[]> {
  const queries = await Promise.all(skus.map((sku) => queryFor(amazon, sku)));
  return [...(await channel.offerSource.readOffers(ACCOUNT, queries, signal))];
}

async function queryFor(amazon: RunningChannel["amazon"], sku: string): Promise<OfferQuery> {
  const known = await amazon.control("sku", { sku }).catch(() => ({ asin: "B000000000" }));
  return { marketplaceId: US, sku, asin: String(known.asin) };
}

describe("a sweep", () => {
  it("reads the market of each SKU with our own offer and the featured price", async () => {
    const world = await start(["PLAIN", "ODD/SLASH ☕ #1", "A,B"]);

    const readings = await sweepAll(world, ["PLAIN", "ODD/SLASH ☕ #1", "A,B"]);

    expect(readings.map(({ kind }) => kind)).toEqual(["market", "market", "market"]);
    const [first] = readings;
    const snapshot = first?.kind === "market" ? first.snapshot : null;
    expect(snapshot).toMatchObject({ marketplaceId: US, condition: "new", source: "sweep" });
    expect(snapshot?.offers.filter(({ isOwn }) => isOwn)).toMatchObject([
      { sellerId: SELLER, listing: { amountMinor: 2_500n } },
    ]);
    expect(snapshot?.offers.length).toBeGreaterThan(1);
    expect(snapshot?.featuredLanded?.amountMinor).toBeGreaterThan(0n);
  });

  it("says which SKUs could not be read and goes on", async () => {
    const world = await start(["PLAIN", "SKU-TOO-SOON", "SKU-NO-OFFERS"]);

    const readings = await sweepAll(world, ["NOBODY", "SKU-TOO-SOON", "SKU-NO-OFFERS", "PLAIN"]);

    expect(readings).toMatchObject([
      { kind: "unreadable", vendorCode: "InvalidInput" },
      { kind: "unreadable", vendorCode: "ActiveButTooSoonForProcessing" },
      { kind: "market", snapshot: { offers: [], featuredLanded: null } },
      { kind: "market" },
    ]);
  });

  it("asks for the offers of a listing's own condition", async () => {
    running = await startChannel([listing("USED", { conditionType: "used_good" })]);
    const { channel, amazon } = running;
    const query = { ...(await queryFor(amazon, "USED")), condition: "used" as const };

    const [reading] = await channel.offerSource.readOffers(ACCOUNT, [query], signal);

    // The stand-in sells nothing but new goods.
    expect(reading).toMatchObject({ kind: "market", snapshot: { condition: "used", offers: [] } });
  });

  it("says when the quota has its next turn instead of waiting for it", async () => {
    const world = await start(["PLAIN"]);
    await sweepAll(world, ["PLAIN"]);

    const failure = await failureOf(sweepAll(world, ["PLAIN"]));

    expect(failure).toMatchObject({ code: "amazon_throttled", context: { sent: "no" } });
    const { retry } = failure;
    const afterMs = typeof retry === "object" ? retry.afterMs : 0;
    expect(afterMs).toBeGreaterThan(1_900);
    expect(afterMs).toBeLessThan(2_200);
    await world.clock.sleep(afterMs, signal);
    expect(await sweepAll(world, ["PLAIN"])).toMatchObject([{ kind: "market" }]);
    expect(statusesOf(world.log, "getListingOffersBatch")).toEqual([200, 200]);
  });

  it("leaves it to its caller to ask again after a throttled call", async () => {
    const world = await start(["PLAIN"]);
    await world.amazon.control("fault", { kind: "429", operation: "getListingOffersBatch" });

    expect(await failureOf(sweepAll(world, ["PLAIN"]))).toMatchObject({ code: "amazon_throttled" });
  });

  it("throws amazon_authorization_revoked when the consent is gone", async () => {
    const world = await start(["PLAIN"]);
    await world.amazon.control("revoke");

    expect(await failureOf(sweepAll(world, ["PLAIN"]))).toMatchObject({
      code: "amazon_authorization_revoked",
    });
  });
});
