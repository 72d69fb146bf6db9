/** From Amazon's own move to our rows: the sandbox over HTTP, its SQS queue, and a real database. */
import {
  type LinkedProduct,
  makeLinkedProduct,
  rowsOf,
} from "@calibr/shared/testing/pipeline-shop";
import { usePipeline } from "@calibr/shared/testing/use-pipeline";
import { ingestNotifications } from "@calibr/shared/services/notifications/ingest-notifications";
import { keepSubscribed } from "@calibr/shared/services/notifications/keep-subscribed";
import { runTasks } from "@calibr/shared/services/tasks/run-tasks";
import { afterEach, describe, expect, it } from "vitest";
import {
  listing,
  type RunningChannel,
  SELLER,
  startChannel,
  US,
} from "../testing/start-channel.ts";

const signal = new AbortController().signal;
const pipeline = usePipeline();
let running: RunningChannel | undefined;
let world: RunningChannel;
let product: LinkedProduct;

afterEach(async () => {
  await rowsOf(pipeline.pool, product.shopId, "UPDATE connection SET status = 'disconnected'");
  await running?.stop();
  running = undefined;
});

async function start(options: Parameters<typeof startChannel>[1] = { hasQueue: true }) {
  world = await startChannel([listing("PLAIN", { priceMinor: 2_500 })], options);
  running = world;
  product = await connectShop();
  await lookAfter(product);
}

/** A shop of the sandbox's seller, with the listing that the sandbox has. */
async function connectShop(): Promise<LinkedProduct> {
  const { asin } = await world.amazon.control("sku", { sku: "PLAIN" });
  const made = await makeLinkedProduct(pipeline, {
    amazon: { externalId: "PLAIN", sku: "PLAIN", parentId: String(asin), marketplaceId: US },
  });
  await rows(`UPDATE connection SET account_id = '${SELLER}' WHERE channel = 'amazon'`, made);
  return { ...made, asin: String(asin) };
}

const rows = <Row = Record<string, unknown>>(text: string, of = product) =>
  rowsOf<Row>(pipeline.pool, of.shopId, text);
const deps = () => ({ ...pipeline, clock: world.clock });

/** Runs the subscription task to the end of its round. */
async function lookAfter(of: LinkedProduct): Promise<void> {
  const { channel, clock } = world;
  await pipeline.inShop(of.shopId, async (tx) => {
    const [amazon] = await tx.connections.byChannel("amazon");
    if (amazon === undefined) throw new Error("not connected");
    const { connectionId } = amazon;
    await tx.tasks.plan({ connectionId, kind: "subscriptions", key: "" }, clock.now());
  });
  for (let step = 0; step < 60; step += 1) {
    const { nextAt } = await runTasks(
      {
        ...deps(),
        worker: "7",
        handlers: {
          subscriptions: (task, stopping) =>
            keepSubscribed(
              { ...deps(), desk: channel.subscriptions, linker: channel.accountLinker },
              task,
              stopping,
            ),
        },
      },
      of.shopId,
      signal,
    );
    const waitMs = (nextAt?.getTime() ?? 0) - clock.now().getTime();
    if (waitMs > 60_000 || waitMs <= 0) return;
    await clock.sleep(waitMs, signal);
  }
  throw new Error("the round never ended");
}

/** Takes in everything the queue holds. @returns how many messages came. */
async function pump(): Promise<number> {
  let came = 0;
  for (;;) {
    const { visible } = await queue();
    if (visible === 0) return came;
    const batch = await world.channel.notifications?.receive(signal);
    if (batch === undefined) throw new Error("there is no queue");
    await ingestNotifications(deps(), batch.events);
    await batch.acknowledge();
    came += batch.events.length;
  }
}

async function queue(): Promise<{ visible: number; inFlight: number }> {
  const answer = (await world.amazon.control("notifications")) as {
    queue?: { visible: number; inFlight: number };
  };
  return answer.queue ?? { visible: 0, inFlight: 0 };
}

async function rivalMoves(listingPriceMinor: number): Promise<void> {
  world.amazon.market.move({ asin: product.asin, listingPriceMinor });
  await world.amazon.clock.advance(1_000);
}

describe("a connected account", () => {
  it("has every type subscribed, or says why not", async () => {
    await start();

    const found = await rows("SELECT type, state, problem_code FROM amazon_subscription");

    expect(found.filter(({ state }) => state === "active")).toHaveLength(7);
    expect(found.filter(({ state }) => state !== "active")).toEqual([
      expect.objectContaining({ state: "unsupported", problem_code: "no_event_bus_configured" }),
      expect.objectContaining({ state: "unsupported", problem_code: "no_event_bus_configured" }),
    ]);
    expect(await rows("SELECT notifications FROM connection WHERE channel = 'amazon'")).toEqual([
      { notifications: "subscribed" },
    ]);
  });

  it("of one seller in two shops hears the same move in both, by one subscription", async () => {
    await start();
    const other = await connectShop();
    await lookAfter(other);

    await rivalMoves(2_111);
    await pump();

    for (const each of [product, other])
      expect(await rows("SELECT topic, state FROM inbox", each)).toContainEqual({
        topic: "ANY_OFFER_CHANGED",
        state: "done",
      });
    const ids = async (of: LinkedProduct) =>
      rows("SELECT subscription_id FROM amazon_subscription ORDER BY type", of);
    expect(await ids(other)).toEqual(await ids(product));
    await rows("UPDATE connection SET status = 'disconnected'", other);
  });

  it.each(["vanish", "elsewhere"])(
    "whose subscription went wrong (%s) is repaired by the next look",
    async (how) => {
      await start();
      const notificationType = "ANY_OFFER_CHANGED";
      await world.amazon.control("break-subscription", { notificationType, how });
      await rivalMoves(2_200);
      expect(await pump()).toBe(0);

      await lookAfter(product);
      await rivalMoves(2_111);

      expect(await pump()).toBeGreaterThan(0);
      expect(
        await rows("SELECT repairs FROM amazon_subscription WHERE type = 'ANY_OFFER_CHANGED'"),
      ).toEqual([{ repairs: 1 }]);
    },
  );
});

describe("notifications that come twice, late and broken", () => {
  it("leave the last market, each event once, and nothing in the queue", async () => {
    await start();
    await world.amazon.control("duplicate-notifications", { next: 2 });
    await rivalMoves(2_300);
    await rivalMoves(2_200);
    await world.amazon.control("send-raw", { body: "{broken" });
    await world.amazon.control("send-raw", { body: "{broken" });
    await world.amazon.control("reorder-notifications", { next: 2 });
    await rivalMoves(2_150);
    await rivalMoves(2_111);

    const came = await pump();

    const [stored] = await rows<{ kept: number; ids: number }>(
      "SELECT count(*)::int AS kept, count(DISTINCT event_id)::int AS ids FROM inbox",
    );
    expect(came).toBeGreaterThan(stored?.kept ?? 0);
    expect(stored?.kept).toBe(stored?.ids);
    const [current] = await rows<{ observed_at: Date }>("SELECT observed_at FROM offer_current");
    const [latest] = await rows<{ at: Date }>(
      "SELECT max(occurred_at) AS at FROM inbox WHERE topic = 'ANY_OFFER_CHANGED'",
    );
    expect(current?.observed_at).toEqual(latest?.at);
    expect(await queue()).toMatchObject({ visible: 0, inFlight: 0 });
    expect(await pipeline.appNotices.countSetAside()).toBe(1);
  });

  it("stay in the queue while the database does not take them", async () => {
    await start();
    await rivalMoves(2_111);
    const batch = await world.channel.notifications?.receive(signal);
    const down = Object.assign(new Error("down"), { code: "57P01" });

    await expect(
      ingestNotifications({ ...deps(), inShop: () => Promise.reject(down) }, batch?.events ?? []),
    ).rejects.toBe(down);
    await world.amazon.clock.advance(6_000);

    expect(await pump()).toBeGreaterThan(0);
    expect(await rows("SELECT 1 FROM offer_current")).toHaveLength(1);
  });
});

describe("what else Amazon tells", () => {
  it("of the account's standing is known by its subscription alone", async () => {
    await start();

    await world.amazon.control("account-status", { status: "AT_RISK" });
    await pump();

    expect(await rows("SELECT account_status FROM connection WHERE channel = 'amazon'")).toEqual([
      { account_status: "at_risk" },
    ]);
  });

  it("of its client secret is kept without the secret", async () => {
    await start();
    const newClientSecret = "amzn1.oa2-cs.v1.0123456789abcdef";

    await world.amazon.control("announce-secret-expiry", { days: 12 });
    await world.amazon.control("announce-new-secret", { newClientSecret });
    await world.amazon.control("send-raw", { body: `{"newClientSecret":"${newClientSecret}",` });
    await pump();

    expect(await pipeline.appNotices.secretEnd(world.clock.now())).not.toBeNull();
    for (const table of ["inbox", "app_notice", "poison_message"])
      expect(
        await rows(`SELECT 1 FROM ${table} t WHERE t::text LIKE '%0123456789abcdef%'`),
      ).toEqual([]);
  });

  it("through EventBridge arrives by the same queue", async () => {
    await start({ hasQueue: true, eventBusAccountId: "123456789012" });
    expect(await rows("SELECT DISTINCT state FROM amazon_subscription")).toEqual([
      { state: "active" },
    ]);
    const detail = {
      NotificationVersion: "1.0",
      NotificationType: "LISTINGS_ITEM_STATUS_CHANGED",
      PayloadVersion: "1.0",
      EventTime: world.clock.now().toISOString(),
      Payload: {
        SellerId: SELLER,
        MarketplaceId: US,
        Asin: product.asin,
        Sku: "PLAIN",
        Status: [],
      },
      NotificationMetadata: { NotificationId: "bus-1", SubscriptionId: "s", ApplicationId: "a" },
    };
    const event = {
      version: "0",
      id: "e-1",
      "detail-type": "LISTINGS_ITEM_STATUS_CHANGE",
      source: "aws.partner/sellingpartnerapi.amazon.com/123456789012/app",
      account: "123456789012",
      time: world.clock.now().toISOString(),
      region: "us-east-1",
      resources: [],
      detail,
    };

    await world.amazon.control("send-raw", { body: JSON.stringify(event) });
    await pump();

    expect(await rows("SELECT sku, statuses FROM listing_notice")).toEqual([
      { sku: "PLAIN", statuses: [] },
    ]);
    expect(await rows("SELECT kind FROM task WHERE kind = 'listing_details'")).toHaveLength(1);
  });
});
