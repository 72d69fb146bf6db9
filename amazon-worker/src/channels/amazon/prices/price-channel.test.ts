import { afterEach, describe, expect, it } from "vitest";
import { money } from "@calibr/shared/core/money/money";
import { ACCEPTED_TO_LIVE_MS } from "../../../../../sandbox/amazon/testing/start-amazon.ts";
import {
  ACCOUNT,
  address,
  failureOf,
  listing,
  push,
  type RunningChannel,
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

async function start(skus: readonly string[], change: Record<string, unknown> = {}) {
  running = await startChannel(skus.map((sku) => listing(sku, { priceMinor: 2_500, ...change })));
  return running;
}

describe("pushing a price", () => {
  it("is accepted with Amazon's receipt and read back once it is live", async () => {
    const { amazon, channel } = await start(["PLAIN"]);

    const [outcome] = await channel.priceChannel.pushPrices(
      ACCOUNT,
      [push("PLAIN", 1_990n)],
      signal,
    );
    const [before] = await channel.priceChannel.readPrices(ACCOUNT, [address("PLAIN")], signal);
    await amazon.clock.advance(ACCEPTED_TO_LIVE_MS);
    const [after] = await channel.priceChannel.readPrices(ACCOUNT, [address("PLAIN")], signal);

    expect(outcome).toMatchObject({ kind: "accepted", receiptId: expect.any(String) as string });
    expect(before).toMatchObject({ kind: "price", price: money(2_500n, "USD") });
    expect(after).toMatchObject({ kind: "price", price: money(1_990n, "USD"), saleUntil: null });
  });

  it("leaves bounds, sale and Automate Pricing of the listing as they are", async () => {
    const { amazon, channel } = await start(["PLAIN"], {
      minimumMinor: 1_500,
      maximumMinor: 3_000,
      salePriceMinor: 1_700,
    });

    await channel.priceChannel.pushPrices(ACCOUNT, [push("PLAIN", 1_990n)], signal);
    await amazon.clock.advance(ACCEPTED_TO_LIVE_MS);

    const { item } = (await amazon.control("sku", { sku: "PLAIN" })) as {
      item: { attributes: { purchasable_offer: Record<string, unknown>[] } };
    };
    const [offer] = item.attributes.purchasable_offer;
    expect(offer).toMatchObject({
      our_price: [{ schedule: [{ value_with_tax: 19.9 }] }],
      minimum_seller_allowed_price: [{ schedule: [{ value_with_tax: 15 }] }],
      maximum_seller_allowed_price: [{ schedule: [{ value_with_tax: 30 }] }],
      discounted_price: [{ schedule: [{ value_with_tax: 17 }] }],
    });
  });

  // What a seller may have typed into the SKU field years ago.
  it.each(["ODD/SLASH ☕ #1", "A,B,C", "100% cotton?&=+", "O'Brien!(*)", "ünï çødé 漢字", "a..b"])(
    "reaches and reads SKU %s",
    async (sku) => {
      const { amazon, channel } = await start([sku, "A", "B"]);

      const [outcome] = await channel.priceChannel.pushPrices(ACCOUNT, [push(sku, 1_800n)], signal);
      await amazon.clock.advance(ACCEPTED_TO_LIVE_MS);
      const readings = await channel.priceChannel.readPrices(
        ACCOUNT,
        [address("A"), address(sku)],
        signal,
      );

      expect(outcome).toMatchObject({ kind: "accepted" });
      expect(readings).toMatchObject([
        { kind: "price", price: money(2_500n, "USD") },
        { kind: "price", price: money(1_800n, "USD") },
      ]);
    },
  );

  // A path of dots is walked by every URL parser: the call would reach another resource.
  it.each([".", "..", "half \uD83D"])("refuses SKU %j without sending anything", async (sku) => {
    const { channel, log } = await start(["A"]);

    const [outcome] = await channel.priceChannel.pushPrices(ACCOUNT, [push(sku, 1_800n)], signal);

    expect(outcome).toMatchObject({ kind: "refused", code: "amazon_request_refused" });
    expect(statusesOf(log, "patchListingsItem")).toEqual([]);
  });

  it.each([
    { sku: "SKU-INVALID", outcome: { kind: "refused", code: "amazon_request_refused" } },
    { sku: "SKU-FORBIDDEN", outcome: { kind: "not_sent", code: "amazon_request_refused" } },
    { sku: "SKU-THROTTLED", outcome: { kind: "not_sent", code: "amazon_throttled" } },
    { sku: "SKU-500", outcome: { kind: "unknown", code: "amazon_unavailable" } },
    { sku: "SKU-503", outcome: { kind: "unknown", code: "amazon_unavailable" } },
    { sku: "SKU-HTML", outcome: { kind: "unknown", code: "amazon_unavailable" } },
    { sku: "SKU-DROP", outcome: { kind: "unknown", code: "amazon_unavailable" } },
    { sku: "SKU-DROP-AFTER", outcome: { kind: "unknown", code: "amazon_unavailable" } },
  ])("ends $outcome.kind for $sku and sends it once", async ({ sku, outcome }) => {
    const { amazon, channel } = await start([sku, "PLAIN"]);

    const outcomes = await channel.priceChannel.pushPrices(
      ACCOUNT,
      [push(sku, 1_990n), push("PLAIN", 1_990n)],
      signal,
    );

    expect(outcomes).toMatchObject([outcome, { kind: "accepted" }]);
    const ledger = (await amazon.control("ledger", { sku })) as { received?: unknown[] };
    expect(ledger.received?.length ?? 0).toBeLessThanOrEqual(1);
  });

  it("ends not_sent when nothing listens at Amazon's address", async () => {
    const { amazon, channel } = await start(["PLAIN"]);
    await channel.priceChannel.readPrices(ACCOUNT, [address("PLAIN")], signal);
    await amazon.stop();
    const { default: https } = await import("node:https");
    const { default: net } = await import("node:net");
    const port = Number(new URL(amazon.origin).port);
    const usual = https.globalAgent;
    https.globalAgent = new (class extends https.Agent {
      override createConnection() {
        return net.connect({ host: "127.0.0.1", port });
      }
    })();

    const [outcome] = await channel.priceChannel
      .pushPrices(ACCOUNT, [push("PLAIN", 1_990n)], signal)
      .finally(() => (https.globalAgent = usual));
    running = undefined;

    expect(outcome).toMatchObject({ kind: "not_sent", code: "amazon_unavailable" });
  });

  it("sends nothing once the worker stops", async () => {
    const { channel, log } = await start(["PLAIN"]);

    const [outcome] = await channel.priceChannel.pushPrices(
      ACCOUNT,
      [push("PLAIN", 1_990n)],
      AbortSignal.abort(),
    );

    expect(outcome).toEqual({ kind: "not_sent", code: "worker_stopping", afterMs: 0 });
    expect(log).toEqual([]);
  });

  it("is unknown when the worker stops while Amazon works on it", async () => {
    const { amazon, channel } = await start(["PLAIN"]);
    await amazon.control("hold", { point: "after", operation: "patchListingsItem" });
    const stopping = new AbortController();

    const pushing = channel.priceChannel.pushPrices(
      ACCOUNT,
      [push("PLAIN", 1_990n)],
      stopping.signal,
    );
    await amazon.control("wait-held");
    stopping.abort();

    expect(await pushing).toMatchObject([{ kind: "unknown" }]);
    await amazon.control("release");
  });

  it("keeps within the published quota, so that Amazon never has to throttle", async () => {
    const skus = Array.from({ length: 40 }, (_, index) => `SKU ${index}`);
    const { channel, log } = await start(skus);

    for (let from = 0; from < skus.length; from += channel.priceChannel.batchMax.push) {
      const batch = skus.slice(from, from + channel.priceChannel.batchMax.push);
      const pushes = batch.map((sku) => push(sku, 1_990n));
      const outcomes = await channel.priceChannel.pushPrices(ACCOUNT, pushes, signal);
      expect(outcomes.map(({ kind }) => kind)).toEqual(batch.map(() => "accepted"));
    }

    expect(statusesOf(log, "patchListingsItem")).toEqual(skus.map(() => 200));
  });
});

describe("a seller's consent", () => {
  it("that is gone throws amazon_authorization_revoked before anything is pushed", async () => {
    const { amazon, channel } = await start(["PLAIN"]);
    await amazon.control("revoke");

    const error = await failureOf(
      channel.priceChannel.pushPrices(ACCOUNT, [push("PLAIN", 1_990n)], signal),
    );

    expect(error).toMatchObject({ code: "amazon_authorization_revoked", retry: "never" });
  });

  it("withdrawn while a token is still held throws amazon_authorization_revoked", async () => {
    const { amazon, channel } = await start(["PLAIN"]);
    await channel.priceChannel.readPrices(ACCOUNT, [address("PLAIN")], signal);
    await amazon.control("revoke");

    const error = await failureOf(
      channel.priceChannel.readPrices(ACCOUNT, [address("PLAIN")], signal),
    );

    expect(error.code).toBe("amazon_authorization_revoked");
  });

  it("refreshes an expired token once and goes on", async () => {
    const { amazon, channel, log } = await start(["PLAIN"]);
    await channel.priceChannel.readPrices(ACCOUNT, [address("PLAIN")], signal);
    await amazon.control("expire-access-tokens");

    const [outcome] = await channel.priceChannel.pushPrices(
      ACCOUNT,
      [push("PLAIN", 1_990n)],
      signal,
    );

    expect(outcome).toMatchObject({ kind: "accepted" });
    expect(statusesOf(log, "patchListingsItem")).toEqual([403, 200]);
  });

  it("given to an application whose secret ran out throws amazon_client_secret_invalid", async () => {
    const { amazon, channel } = await start(["PLAIN"]);
    await amazon.control("expire-secret");

    const error = await failureOf(
      channel.priceChannel.pushPrices(ACCOUNT, [push("PLAIN", 1_990n)], signal),
    );

    expect(error.code).toBe("amazon_client_secret_invalid");
  });
});

describe("reading prices", () => {
  it("answers in the order asked, with what is missing said", async () => {
    const skus = Array.from({ length: 45 }, (_, index) => `SKU ${index}`);
    const { channel } = await start(skus);
    const asked = ["GONE", ...skus.toReversed(), "GONE,TOO"];

    const readings = await channel.priceChannel.readPrices(ACCOUNT, asked.map(address), signal);

    const kinds = ["missing", ...skus.map(() => "price"), "missing"];
    expect(readings.map(({ kind }) => kind)).toEqual(kinds);
  });

  it("tells when a running sale ends", async () => {
    const { channel, clock } = await start(["ON-SALE"], {
      salePriceMinor: 1_700,
      saleForMs: 60_000,
    });

    const [reading] = await channel.priceChannel.readPrices(ACCOUNT, [address("ON-SALE")], signal);

    expect(reading).toMatchObject({ kind: "price", price: money(1_700n, "USD") });
    const until = reading?.kind === "price" ? reading.saleUntil : null;
    expect(until?.getTime()).toBeGreaterThan(clock.now().getTime());
  });

  it("takes a currency nobody knows for unreadable", async () => {
    const { channel } = await start(["ODD"], { currency: "QQQ" });

    const [reading] = await channel.priceChannel.readPrices(ACCOUNT, [address("ODD")], signal);

    expect(reading).toEqual({ kind: "unreadable", code: "amazon_bad_answer" });
  });

  it("says in Amazon's words why a price that was accepted is not shown", async () => {
    const { amazon, channel } = await start(["SKU-SUPPRESSED"]);
    await channel.priceChannel.pushPrices(ACCOUNT, [push("SKU-SUPPRESSED", 1_990n)], signal);
    await amazon.clock.advance(ACCEPTED_TO_LIVE_MS);

    const [reading] = await channel.priceChannel.readPrices(
      ACCOUNT,
      [address("SKU-SUPPRESSED")],
      signal,
    );

    expect(reading).toMatchObject({
      kind: "unreadable",
      code: "amazon_listing_suppressed",
      vendorMessage: expect.stringMatching(/price.*\(18155\)/) as string,
    });
  });

  it("takes an answer of HTML for unreadable and reads again next time", async () => {
    const { amazon, channel } = await start(["PLAIN"]);
    await amazon.control("fault", { kind: "html", operation: "searchListingsItems" });

    const [first] = await channel.priceChannel.readPrices(ACCOUNT, [address("PLAIN")], signal);
    const [second] = await channel.priceChannel.readPrices(ACCOUNT, [address("PLAIN")], signal);

    expect(first).toEqual({ kind: "unreadable", code: "amazon_unavailable" });
    expect(second?.kind).toBe("price");
  });

  it("never mixes marketplaces", async () => {
    const { channel } = await start(["PLAIN"]);
    const elsewhere = { ...address("PLAIN"), marketplaceId: "A2EUQ1WTGCTBG2" };

    const readings = await channel.priceChannel.readPrices(
      ACCOUNT,
      [elsewhere, { ...address("PLAIN"), marketplaceId: US }],
      signal,
    );

    expect(readings.map(({ kind }) => kind)).toEqual(["missing", "price"]);
  });
});
