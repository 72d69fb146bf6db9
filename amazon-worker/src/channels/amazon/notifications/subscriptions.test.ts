import { CreateQueueCommand, GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { afterEach, describe, expect, it } from "vitest";
import { toConnectionId } from "@calibr/shared/core/ids";
import type { MarketSnapshot } from "@calibr/shared/core/offers/market-snapshot";
import type { ChannelEvent } from "@calibr/shared/ports/notification-source";
import type { OfferReading } from "@calibr/shared/ports/offer-source";
import {
  API,
  CLIENT_ID,
  CLIENT_SECRET,
} from "../../../../../sandbox/amazon/testing/start-amazon.ts";
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

async function start(options: Parameters<typeof startChannel>[1] = { hasQueue: true }) {
  running = await startChannel([listing("PLAIN", { priceMinor: 2_500 })], options);
  return running;
}

const ensure = ({ channel }: RunningChannel, type = "ANY_OFFER_CHANGED") =>
  channel.subscriptions.ensure(ACCOUNT, type, signal);

async function sweepOne({ channel, amazon }: RunningChannel): Promise<OfferReading | undefined> {
  const { asin } = await amazon.control("sku", { sku: "PLAIN" });
  const query = { marketplaceId: US, sku: "PLAIN", asin: String(asin) };
  const [reading] = await channel.offerSource.readOffers(ACCOUNT, [query], signal);
  return reading;
}

function marketOf(event: ChannelEvent | undefined): MarketSnapshot | null {
  return event?.fact.kind === "offers" ? event.fact.snapshot : null;
}

async function receive(channel: RunningChannel["channel"]): Promise<readonly ChannelEvent[]> {
  const batch = await channel.notifications?.receive(signal);
  await batch?.acknowledge();
  return batch?.events ?? [];
}

/** A rival of the first listing changes its price; what the queue has to say about it. */
async function moveAndReceive(): Promise<readonly ChannelEvent[]> {
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

describe("destinations", () => {
  it("are looked for in each region: what one endpoint knows says nothing of another's", async () => {
    const world = await start();
    const european = { ...ACCOUNT, connectionId: toConnectionId("2"), accountId: "AEUROPE000001" };
    await world.amazon.control("add-seller", { sellerId: european.accountId, region: "eu" });
    await ensure(world);
    const { refreshToken } = await world.amazon.control("authorize", {
      sellerId: european.accountId,
    });
    world.secret.refreshToken = String(refreshToken);

    const standing = await world.channel.subscriptions.ensure(
      { ...european, region: "eu" },
      "ANY_OFFER_CHANGED",
      signal,
    );

    expect(standing).toMatchObject({ kind: "active", isRemade: false });
    expect(statusesOf(world.log, "getDestinations")).toEqual([200, 200]);
  });
});

describe("notifications", () => {
  it("arrive once subscribed, and stay until acknowledged", async () => {
    const world = await start();
    const { amazon, channel } = world;
    const { asin } = await amazon.control("sku", { sku: "PLAIN" });

    const subscribed = await ensure(world);
    const again = await ensure(world);
    amazon.market.move({ asin: String(asin), listingPriceMinor: 2_111 });
    await amazon.clock.advance(1_000);
    const events = await receive(channel);

    expect(subscribed).toMatchObject({ kind: "active", isRemade: false });
    expect(again).toEqual(subscribed);
    expect(statusesOf(world.log, "createSubscription")).toEqual([200]);
    expect(events).toMatchObject([
      {
        topic: "ANY_OFFER_CHANGED",
        sellerId: SELLER,
        region: "na",
        fact: {
          kind: "offers",
          snapshot: { asin, marketplaceId: US, condition: "new", source: "notification" },
        },
      },
    ]);
    expect(events[0]?.subscriptionId).toBe(
      subscribed.kind === "active" ? subscribed.subscriptionId : "",
    );
    const rivals = marketOf(events[0])?.offers.filter(({ isOwn }) => !isOwn) ?? [];
    expect(rivals.map((offer) => offer.listing.amountMinor)).toContain(2_111n);
    const counts = (await amazon.control("notifications")) as { queue?: Record<string, number> };
    expect(Object.values(counts.queue ?? {}).every((count) => count === 0)).toBe(true);
  });

  it("show the same market as a sweep does, with or without the winner's flag", async () => {
    const world = await start();
    const { amazon, channel } = world;
    const { asin } = await amazon.control("sku", { sku: "PLAIN" });
    await ensure(world);
    await amazon.control("show-winner", { isShown: false });
    amazon.market.move({ asin: String(asin), listingPriceMinor: 2_111 });
    await amazon.clock.advance(1_000);

    const [event] = await receive(channel);
    const reading = await sweepOne(world);

    const swept = reading?.kind === "market" ? reading.snapshot : null;
    const told = marketOf(event);
    const shortOf = (market: MarketSnapshot | null) =>
      market?.offers.map(({ sellerId, landed, isFeatured }) => ({ sellerId, landed, isFeatured }));
    expect(shortOf(told)).toEqual(shortOf(swept));
    expect(told?.featuredLanded).toEqual(swept?.featuredLanded);
    expect(told?.offers.filter(({ isFeatured }) => isFeatured)).toHaveLength(1);
  });

  it("that cannot be read become events that say why", async () => {
    const { amazon, channel } = await start();
    await amazon.control("send-raw", { body: "not json at all" });

    const [event] = await receive(channel);

    expect(event).toMatchObject({
      topic: "UNREADABLE",
      fact: { kind: "unreadable", problem: "no_json" },
    });
  });

  it("end an idle wait at once when the worker stops", async () => {
    const { channel } = await start();
    const stopping = new AbortController();

    const waiting = channel.notifications?.receive(stopping.signal);
    stopping.abort();

    expect((await waiting)?.events).toEqual([]);
  });
});

describe("a subscription", () => {
  it("of every type that a queue can take is made, of the version that is wanted", async () => {
    const world = await start();

    const standings = new Map<string, string>();
    for (const { type } of world.channel.subscriptions.types)
      standings.set(type, (await ensure(world, type)).kind);

    expect(Object.fromEntries(standings)).toEqual({
      ANY_OFFER_CHANGED: "active",
      B2B_ANY_OFFER_CHANGED: "active",
      PRICING_HEALTH: "active",
      FEED_PROCESSING_FINISHED: "active",
      REPORT_PROCESSING_FINISHED: "active",
      LISTINGS_ITEM_STATUS_CHANGE: "unsupported",
      LISTINGS_ITEM_ISSUES_CHANGE: "unsupported",
      ORDER_CHANGE: "active",
      ACCOUNT_STATUS_CHANGED: "active",
    });
    // One destination serves them all.
    expect(statusesOf(world.log, "createDestination")).toEqual([200]);
  });

  it("that vanished is made again", async () => {
    const world = await start();
    await ensure(world);
    await world.amazon.control("reset");
    world.secret.refreshToken = String((await world.amazon.control("authorize"))["refreshToken"]);
    await world.clock.sleep(11 * 60_000, signal);

    await ensure(world);

    expect(await moveAndReceive()).toMatchObject([{ topic: "ANY_OFFER_CHANGED" }]);
  });

  it("whose destination somebody deleted just now is made again too", async () => {
    const world = await start();
    await ensure(world);
    await world.amazon.control("reset");
    world.secret.refreshToken = String((await world.amazon.control("authorize"))["refreshToken"]);

    expect(await ensure(world)).toMatchObject({ kind: "active" });
  });

  it("that points to another queue is led back to ours", async () => {
    const world = await start();
    await subscribeElsewhere(world.amazon);

    expect(await ensure(world)).toMatchObject({ kind: "active", isRemade: true });
    expect(await moveAndReceive()).toMatchObject([{ topic: "ANY_OFFER_CHANGED" }]);
  });

  it("is ended once, and a second time without complaint", async () => {
    const world = await start();
    const made = await ensure(world);
    if (made.kind !== "active") throw new Error(made.code);
    const { subscriptionId } = made;

    await world.channel.subscriptions.remove(
      ACCOUNT,
      { type: "ANY_OFFER_CHANGED", subscriptionId },
      signal,
    );
    await world.channel.subscriptions.remove(
      ACCOUNT,
      { type: "ANY_OFFER_CHANGED", subscriptionId },
      signal,
    );

    expect(statusesOf(world.log, "deleteSubscriptionById")).toEqual([200, 404]);
  });

  it("that Amazon refuses for want of a role says so", async () => {
    const world = await start();
    await world.amazon.control("fault", { kind: "role-missing", operation: "getSubscription" });

    expect(await failureOf(ensure(world, "ACCOUNT_STATUS_CHANGED"))).toMatchObject({
      code: "amazon_access_denied",
    });
  });

  it("is not asked for where no queue is configured", async () => {
    const world = await start({});

    expect(await ensure(world)).toEqual({ kind: "unsupported", code: "no_queue_configured" });
    expect(world.channel.notifications).toBeNull();
  });
});
