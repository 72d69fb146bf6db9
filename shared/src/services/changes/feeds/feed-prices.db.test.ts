import { beforeEach, describe, expect, it } from "vitest";
import { toConnectionId } from "../../../core/ids.ts";
import { createFakePriceFeeder, type FakePriceFeeder } from "../../../testing/fake-price-feeder.ts";
import {
  type LinkedProduct,
  makeLinkedProduct,
  OUR_SELLER,
  rowsOf,
} from "../../../testing/pipeline-shop.ts";
import { usePipeline } from "../../../testing/use-pipeline.ts";
import { createSteps } from "../../../testing/pipeline-steps.ts";
import type { TaskPlan, TaskStep } from "../../tasks/run-tasks.ts";
import { feedPrices } from "./feed-prices.ts";

const pipeline = usePipeline();
const steps = createSteps(pipeline);
let feeder: FakePriceFeeder;
let products: LinkedProduct[];
let connectionId: ReturnType<typeof toConnectionId>;
let shops = 0;

const PRODUCTS = 3;
const { signal } = new AbortController();

/** Three approved prices that go by feed. */
beforeEach(async () => {
  const { amazon } = pipeline.channels;
  amazon.nextOutcomes.length = 0;
  amazon.nextReadings.length = 0;
  amazon.received.length = 0;
  feeder = createFakePriceFeeder(amazon, pipeline.clock.now);
  shops += 1;
  const domain = `feeds-${String(shops)}.myshopify.com`;
  products = [];
  for (let place = 0; place < PRODUCTS; place += 1)
    products.push(await makeLinkedProduct(pipeline, { domain }));
  for (const product of products) await steps.rivalMoves(product, 2_900n);
  await steps.decide(first());
  await steps.approveAll(first());
  const [row] = await rows<{ connection_id: string }>(
    "UPDATE push SET way = 'feed' WHERE channel = 'amazon' RETURNING connection_id",
  );
  connectionId = toConnectionId(row?.connection_id ?? "");
});

const first = (): LinkedProduct => {
  const [product] = products;
  if (product === undefined) throw new Error("no product was made");
  return product;
};
const rows = <Row>(text: string) => rowsOf<Row>(pipeline.pool, first().shopId, text);
const theFeed = () => {
  const feed = feeder.feeds.at(-1);
  if (feed === undefined) throw new Error("nothing was submitted");
  return feed;
};
const states = async () =>
  Promise.all(products.map(async (each) => (await steps.lastChange(each, each.amazonId)).state));
const feedRow = async () =>
  (
    await rows<{ state: string; end_code: string | null; is_bypassed: boolean }>(
      "SELECT state, end_code, is_bypassed FROM price_feed ORDER BY price_feed_id DESC LIMIT 1",
    )
  )[0];

/** One run of the task, as the stage runs it. */
async function run(): Promise<TaskPlan> {
  const { shopId } = first();
  const account = { shopId, connectionId, accountId: OUR_SELLER, region: "na" };
  const connection = await pipeline.inShop(shopId, (tx) => tx.connections.read(connectionId));
  if (connection === null) throw new Error("the connection is gone");
  const { inShop, clock, logger, channels } = pipeline;
  const handler = feedPrices({ inShop, clock, logger, feeder, channel: channels.amazon });
  const inLease: TaskStep["inLease"] = (work) => inShop(shopId, work);
  return handler({ shopId, connection, account, key: "", progress: {}, inLease }, signal);
}

async function runLater(ms: number): Promise<TaskPlan> {
  pipeline.clock.advance(ms);
  return run();
}

async function pushLater(ms: number): Promise<void> {
  pipeline.clock.advance(ms);
  await steps.push(first());
}

const MINUTE = 60_000;

describe("a price feed", () => {
  it("carries its prices past the gate, and they are live only once they are seen", async () => {
    await run();
    expect(await states()).toEqual(["sending", "sending", "sending"]);
    expect(theFeed().messages.map(({ messageId }) => messageId)).toEqual([1, 2, 3]);

    const waiting = await runLater(2 * MINUTE);
    expect(waiting.progress).toEqual({ feeds: [theFeed().feedId] });
    feeder.begin(theFeed());
    feeder.end(theFeed());
    await runLater(2 * MINUTE);

    expect(await states()).toEqual(["accepted", "accepted", "accepted"]);
    expect(await feedRow()).toMatchObject({ state: "closed", end_code: "done" });
    await pushLater(1_000);
    expect(await states()).toEqual(["live", "live", "live"]);
    expect(pipeline.channels.amazon.received).toHaveLength(PRODUCTS);
  });

  it("is looked at as soon as a notification wakes its task", async () => {
    await run();
    feeder.begin(theFeed());
    feeder.end(theFeed());

    await runLater(1_000);

    expect(await states()).toEqual(["accepted", "accepted", "accepted"]);
  });

  it("tells each message what Amazon said of it", async () => {
    await run();
    feeder.end(theFeed(), { refused: [2] });
    await runLater(2 * MINUTE);

    expect(await states()).toEqual(["accepted", "failed", "accepted"]);
    const facts = await rows("SELECT facts FROM price_change_event WHERE to_state = 'failed'");
    expect(facts).toEqual([{ facts: { vendor: "message 2 is no good" } }]);
  });

  it("reads its report once, also when the worker dies before it has told every push", async () => {
    await run();
    feeder.end(theFeed());
    feeder.faults.readReport = ["lost_before"];
    await runLater(2 * MINUTE);
    expect(await states()).toEqual(["sending", "sending", "sending"]);

    await runLater(MINUTE);
    await run();

    expect(await states()).toEqual(["accepted", "accepted", "accepted"]);
    expect(feeder.calls.filter((call) => call === "readReport")).toHaveLength(2);
  });

  it("whose report does not account for every message leaves the prices to a read-back", async () => {
    await run();
    feeder.end(theFeed(), { unaccounted: 1, ignored: [3] });
    await runLater(2 * MINUTE);
    expect(await states()).toEqual(["unknown", "unknown", "unknown"]);

    await pushLater(2_000);

    // What is there is live; what is not goes by patch.
    expect((await states()).slice(0, 2)).toEqual(["live", "live"]);
    await pushLater(2_000);
    await pushLater(2_000);
    expect(await states()).toEqual(["live", "live", "live"]);
  });

  it("drops a price that the merchant's floor has meanwhile shut out", async () => {
    feeder.faults.upload = ["lost_before"];
    await run();
    expect(await states()).toEqual(["sending", "sending", "sending"]);
    await pipeline.inShop(first().shopId, (tx) =>
      tx.catalog.setItemMoney(
        first().itemId,
        {
          costMinor: 1_000n,
          floorMinor: 2_950n,
          ceilingMinor: null,
          mapMinor: null,
          currency: "USD",
        },
        pipeline.clock.now(),
      ),
    );

    await runLater(MINUTE);

    expect(await states()).toEqual(["failed", "sending", "sending"]);
    expect(theFeed().messages).toHaveLength(2);
    feeder.end(theFeed());
    await runLater(2 * MINUTE);
    expect(await states()).toEqual(["failed", "accepted", "accepted"]);
  });

  it("is closed at its limit, and the rest goes with the next", async () => {
    feeder = createFakePriceFeeder(pipeline.channels.amazon, pipeline.clock.now, {
      messagesMax: 25_000,
      bytesMax: 900,
    });

    await run();

    expect(feeder.feeds.map(({ messages }) => messages.length)).toEqual([2, 1]);
  });
});

describe("a submission", () => {
  it.each([
    ["arrived", "lost_after", 1],
    ["did not arrive", "lost_before", 1],
  ] as const)("without an answer that %s is made exactly once", async (_what, fault, expected) => {
    feeder.faults.submit = [fault];
    await run();
    for (let minute = 0; minute < 6; minute += 1) await runLater(MINUTE);

    expect(feeder.feeds).toHaveLength(expected);
    feeder.end(theFeed());
    await runLater(2 * MINUTE);
    expect(await states()).toEqual(["accepted", "accepted", "accepted"]);
  });

  it("that a dead worker announced is looked for before it is made", async () => {
    feeder.faults.submit = [new Error("SIGKILL")];
    await expect(run()).rejects.toThrow("SIGKILL");

    await runLater(MINUTE);
    expect(feeder.feeds).toHaveLength(0);
    for (let minute = 0; minute < 4; minute += 1) await runLater(MINUTE);

    expect(feeder.feeds).toHaveLength(1);
    expect(feeder.calls.indexOf("submittedSince")).toBeLessThan(feeder.calls.lastIndexOf("submit"));
  });

  it("that has to wait for its turn keeps its document", async () => {
    feeder.faults.submit = ["throttled"];
    await run();
    await runLater(MINUTE);

    expect(feeder.feeds).toHaveLength(1);
    expect(feeder.documents.size).toBe(1);
  });

  it("whose document has run out uploads another", async () => {
    feeder.faults.submit = ["throttled"];
    await run();

    await runLater(48 * 60 * MINUTE);

    expect(feeder.documents.size).toBe(2);
    expect(feeder.feeds).toHaveLength(1);
  });

  it("that is refused leaves its prices to patches", async () => {
    feeder.faults.submit = ["refused"];
    await run();
    await steps.push(first());

    expect(feeder.feeds).toHaveLength(0);
    expect(await states()).toEqual(["accepted", "accepted", "accepted"]);
  });
});

describe("a feed that is stuck", () => {
  it("in the queue is cancelled, and its prices go by patch", async () => {
    await run();
    for (let hour = 0; hour < 3; hour += 1) await runLater(61 * MINUTE);

    expect(theFeed().status).toBe("CANCELLED");
    await steps.push(first());
    await pushLater(1_000);
    expect(await states()).toEqual(["live", "live", "live"]);
    expect(pipeline.channels.amazon.received).toHaveLength(PRODUCTS);
  });

  it("in progress is gone round: each price is read back, then patched", async () => {
    await run();
    feeder.begin(theFeed());
    await runLater(61 * MINUTE);
    expect(await feedRow()).toMatchObject({ state: "waiting", is_bypassed: true });
    expect(await states()).toEqual(["unknown", "unknown", "unknown"]);

    for (let round = 0; round < 3; round += 1) await pushLater(2_000);

    expect(await states()).toEqual(["live", "live", "live"]);
    expect(pipeline.channels.amazon.received).toHaveLength(PRODUCTS);
  });

  it("and sets an older price back after all is found out, and the newer price is sent once more", async () => {
    await run();
    feeder.begin(theFeed());
    await runLater(61 * MINUTE);
    for (let round = 0; round < 3; round += 1) await pushLater(2_000);
    // A newer price of the first product goes live while the feed is stuck.
    await steps.approved(first(), 2_850n);
    for (let round = 0; round < 3; round += 1) await pushLater(2_000);
    const newer = await steps.lastChange(first(), first().amazonId);
    expect(newer.state).toBe("live");

    feeder.end(theFeed());
    expect(pipeline.channels.amazon.shown.get(first().amazonId)?.minor).not.toBe(
      BigInt(newer.new_minor),
    );
    await runLater(10 * MINUTE);
    await runLater(2 * MINUTE);
    for (let round = 0; round < 3; round += 1) await pushLater(2_000);

    expect(pipeline.channels.amazon.shown.get(first().amazonId)?.minor).toBe(
      BigInt(newer.new_minor),
    );
    expect(await steps.lastChange(first(), first().amazonId)).toMatchObject({ state: "live" });
    for (let hours = 0; hours < 14; hours += 1) await runLater(31 * MINUTE);
    expect(await feedRow()).toMatchObject({ state: "closed" });
    expect(await rows("SELECT 1 FROM price_watch")).toEqual([]);
  });

  it("is never taken for somebody else by a newer price on its way", async () => {
    await run();
    feeder.begin(theFeed());
    await runLater(61 * MINUTE);
    for (let round = 0; round < 3; round += 1) await pushLater(2_000);
    await steps.approved(first(), 2_850n);
    await pushLater(0);
    feeder.end(theFeed());

    for (let round = 0; round < 4; round += 1) await pushLater(2_000);

    expect(await steps.lastChange(first(), first().amazonId)).toMatchObject({ state: "live" });
  });
});

describe("a feed that ends unclearly", () => {
  it.each([
    [
      "as FATAL, of which anything may have been done",
      { status: "FATAL", hasReport: false, ignored: [2, 3] },
    ],
    ["DONE, without a report", { hasReport: false, ignored: [1] }],
  ] as const)("%s, is read back before anything is sent again", async (_what, how) => {
    await run();
    feeder.begin(theFeed());
    feeder.end(theFeed(), how);
    await runLater(2 * MINUTE);
    expect(await states()).toEqual(["unknown", "unknown", "unknown"]);

    for (let round = 0; round < 3; round += 1) await pushLater(2_000);

    expect(await states()).toEqual(["live", "live", "live"]);
    // Each price took effect once.
    expect(pipeline.channels.amazon.received).toHaveLength(PRODUCTS);
  });
});
