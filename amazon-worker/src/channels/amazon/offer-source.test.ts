import { CreateQueueCommand, GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { afterEach, describe, expect, it } from "vitest";
import type { MarketEvent, OfferQuery, OfferReading } from "@calibr/shared/ports/offer-source";
import { API, CLIENT_ID, CLIENT_SECRET } from "../../../../sandbox/amazon/testing/start-amazon.ts";
import {
  ACCOUNT,
  failureOf,
  listing,
  type RunningChannel,
  SELLER,
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

async function start(skus: readonly string[], options: { readonly hasQueue?: boolean } = {}) {
  running = await startChannel(
    skus.map((sku) => listing(sku, { priceMinor: 2_500 })),
    options,
  );
  return running;
}

async function sweepAll(
  { channel, amazon }: RunningChannel,
  skus: readonly string[],
): Promise<OfferReading[]> {
  const queries = await Promise.all(skus.map((sku) => queryFor(amazon, sku)));
  const readings: OfferReading[] = [];
  for await (const batch of channel.offerSource.sweep(ACCOUNT, queries, signal)) {
    readings.push(...batch);
  }
  return readings;
}

async function queryFor(amazon: RunningChannel["amazon"], sku: string): Promise<OfferQuery> {
  const known = await amazon.control("sku", { sku }).catch(() => ({ asin: "B000000000" }));
  return { marketplaceId: US, sku, asin: String(known.asin) };
}

async function receive(channel: RunningChannel["channel"]): Promise<readonly MarketEvent[]> {
  const batch = await channel.offerSource.receive(signal);
  await batch.acknowledge();
  return batch.events;
}

/** A rival of the first listing changes its price; what the queue has to say about it. */
async function moveAndReceive(): Promise<readonly MarketEvent[]> {
  if (running === undefined) throw new Error("nothing runs");
  const { amazon, channel } = running;
  const { asin } = await amazon.control("sku", { sku: "PLAIN" });
  amazon.market.move({ asin: String(asin), listingPriceMinor: 2_111 });
  await amazon.clock.advance(1_000);
  return receive(channel);
}

async function subscribeElsewhere(amazon: RunningChannel["amazon"]): Promise<void> {
  const sqs = amazon.sqs();
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "other" }));
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }),
  );
  sqs.destroy();
  const post = async (path: string, token: string, body: unknown) =>
    amazon.call(`${API}/notifications/v1/${path}`, {
      method: "POST",
      headers: { "x-amz-access-token": token },
      body: JSON.stringify(body),
    });
  const arn = Attributes?.["QueueArn"];
  const made = await post("destinations", await amazon.grantlessToken(), {
    name: "other",
    resourceSpecification: { sqs: { arn } },
  });
  const { destinationId } = made.json["payload"] as { destinationId: string };
  const { refreshToken } = await amazon.control("authorize");
  if (running !== undefined) running.secret.refreshToken = String(refreshToken);
  const token = await tokenFor(amazon, String(refreshToken));
  const subscribed = await post("subscriptions/ANY_OFFER_CHANGED", token, {
    payloadVersion: "1.0",
    destinationId,
  });
  expect(subscribed.status).toBe(200);
}

async function tokenFor(amazon: RunningChannel["amazon"], refreshToken: string): Promise<string> {
  const body = new URLSearchParams({
    grant_type: "refresh_token",
    refresh_token: refreshToken,
    client_id: CLIENT_ID,
    client_secret: CLIENT_SECRET,
  });
  const answer = await amazon.call("https://api.amazon.com/auth/o2/token", {
    method: "POST",
    body: body.toString(),
  });
  return String(answer.json["access_token"]);
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

  it("asks twenty at a time, each SKU once, at the published pace", async () => {
    const skus = Array.from({ length: 50 }, (_, index) => `SKU ${index}`);
    const world = await start(skus);
    const startedMs = world.clock.now().getTime();

    const readings = await sweepAll(world, [...skus, "SKU 0"]);

    expect(readings).toHaveLength(50);
    expect(statusesOf(world.log, "getListingOffersBatch")).toEqual([200, 200, 200]);
    // Three calls, the second and third two seconds apart each.
    const tookMs = world.clock.now().getTime() - startedMs;
    expect(tookMs).toBeGreaterThanOrEqual(4_000);
    expect(tookMs).toBeLessThan(4_200);
  });

  it("tries a throttled or failed batch again", async () => {
    const world = await start(["PLAIN"]);
    await world.amazon.control("fault", { kind: "429", operation: "getListingOffersBatch" });

    const [reading] = await sweepAll(world, ["PLAIN"]);

    expect(reading?.kind).toBe("market");
    expect(statusesOf(world.log, "getListingOffersBatch")).toEqual([429, 200]);
  });

  it("throws amazon_authorization_revoked when the consent is gone", async () => {
    const world = await start(["PLAIN"]);
    await world.amazon.control("revoke");

    expect(await failureOf(sweepAll(world, ["PLAIN"]))).toMatchObject({
      code: "amazon_authorization_revoked",
    });
  });
});

describe("notifications", () => {
  it("arrive once subscribed, and stay until acknowledged", async () => {
    const { amazon, channel } = await start(["PLAIN"], { hasQueue: true });
    const { asin } = await amazon.control("sku", { sku: "PLAIN" });

    const subscribed = await channel.offerSource.ensureSubscribed(ACCOUNT, signal);
    const again = await channel.offerSource.ensureSubscribed(ACCOUNT, signal);
    amazon.market.move({ asin: String(asin), listingPriceMinor: 2_111 });
    await amazon.clock.advance(1_000);
    const events = await receive(channel);

    expect([subscribed, again]).toEqual(["subscribed", "subscribed"]);
    expect(events).toMatchObject([
      {
        topic: "ANY_OFFER_CHANGED",
        sellerId: SELLER,
        problem: null,
        snapshot: { asin, marketplaceId: US, condition: "new", source: "notification" },
      },
    ]);
    const rivals = events[0]?.snapshot?.offers.filter(({ isOwn }) => !isOwn) ?? [];
    expect(rivals.map((offer) => offer.listing.amountMinor)).toContain(2_111n);
    const counts = (await amazon.control("notifications")) as { queue?: Record<string, number> };
    expect(Object.values(counts.queue ?? {}).every((count) => count === 0)).toBe(true);
  });

  it("show the same market as a sweep does", async () => {
    const world = await start(["PLAIN"], { hasQueue: true });
    const { amazon, channel } = world;
    const { asin } = await amazon.control("sku", { sku: "PLAIN" });
    await channel.offerSource.ensureSubscribed(ACCOUNT, signal);
    amazon.market.move({ asin: String(asin), listingPriceMinor: 2_111 });
    await amazon.clock.advance(1_000);

    const [event] = await receive(channel);
    const [reading] = await sweepAll(world, ["PLAIN"]);

    const swept = reading?.kind === "market" ? reading.snapshot : null;
    expect(event?.snapshot?.offers).toEqual(swept?.offers);
    expect(event?.snapshot?.featuredLanded).toEqual(swept?.featuredLanded);
  });

  it("find the winner by the featured price when Amazon leaves the flag out", async () => {
    const world = await start(["PLAIN"], { hasQueue: true });
    const { amazon, channel } = world;
    const { asin } = await amazon.control("sku", { sku: "PLAIN" });
    await channel.offerSource.ensureSubscribed(ACCOUNT, signal);
    await amazon.control("show-winner", { isShown: false });
    amazon.market.move({ asin: String(asin), listingPriceMinor: 2_111 });
    await amazon.clock.advance(1_000);

    const [event] = await receive(channel);
    const [reading] = await sweepAll(world, ["PLAIN"]);

    const winnerOf = (offers: readonly { sellerId: string; isFeatured: boolean }[] = []) =>
      offers.filter(({ isFeatured }) => isFeatured).map(({ sellerId }) => sellerId);
    const swept = reading?.kind === "market" ? reading.snapshot : null;
    expect(winnerOf(event?.snapshot?.offers)).toEqual(winnerOf(swept?.offers));
    expect(winnerOf(event?.snapshot?.offers)).toHaveLength(1);
  });

  it("that cannot be read become events that say why", async () => {
    const { amazon, channel } = await start(["PLAIN"], { hasQueue: true });
    await amazon.control("send-raw", { body: "not json at all" });

    const [event] = await receive(channel);

    expect(event).toMatchObject({ topic: "UNREADABLE", problem: "no_json", snapshot: null });
  });

  it("are subscribed again when the subscription is gone", async () => {
    const { amazon, channel, secret } = await start(["PLAIN"], { hasQueue: true });
    await channel.offerSource.ensureSubscribed(ACCOUNT, signal);
    await amazon.control("reset");
    secret.refreshToken = String((await amazon.control("authorize"))["refreshToken"]);

    await channel.offerSource.ensureSubscribed(ACCOUNT, signal);

    expect(await moveAndReceive()).toMatchObject([{ topic: "ANY_OFFER_CHANGED" }]);
  });

  it("are led back to our queue when the subscription points to another", async () => {
    const { amazon, channel } = await start(["PLAIN"], { hasQueue: true });
    await subscribeElsewhere(amazon);

    await channel.offerSource.ensureSubscribed(ACCOUNT, signal);

    expect(await moveAndReceive()).toMatchObject([{ topic: "ANY_OFFER_CHANGED" }]);
  });

  it("end an idle wait at once when the worker stops", async () => {
    const { channel } = await start(["PLAIN"], { hasQueue: true });
    const stopping = new AbortController();

    const waiting = channel.offerSource.receive(stopping.signal);
    stopping.abort();

    expect((await waiting).events).toEqual([]);
  });

  it("are not asked for where no queue is configured", async () => {
    const { channel } = await start(["PLAIN"]);

    expect(await channel.offerSource.ensureSubscribed(ACCOUNT, signal)).toBe("no_queue_configured");
    expect((await channel.offerSource.receive(signal)).events).toEqual([]);
  });
});
