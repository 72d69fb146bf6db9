import { beforeEach, describe, expect, it } from "vitest";
import { toConnectionId } from "../../core/ids.ts";
import type { PriceChannel, Turns } from "../../ports/price-channel.ts";
import { type LinkedProduct, makeLinkedProduct, rowsOf } from "../../testing/pipeline-shop.ts";
import { usePipeline } from "../../testing/use-pipeline.ts";
import { createSteps } from "../../testing/pipeline-steps.ts";
import { pushPrices } from "./push-prices.ts";

const pipeline = usePipeline();
const steps = createSteps(pipeline);
let products: LinkedProduct[];
let shops = 0;

const { signal } = new AbortController();

beforeEach(async () => {
  pipeline.channels.amazon.received.length = 0;
  shops += 1;
  products = [];
  for (let place = 0; place < 4; place += 1)
    products.push(
      await makeLinkedProduct(pipeline, { domain: `ways-${String(shops)}.myshopify.com` }),
    );
  for (const product of products) await steps.rivalMoves(product, 2_900n);
  await steps.decide(first());
  await steps.approveAll(first());
});

const first = (): LinkedProduct => {
  const [product] = products;
  if (product === undefined) throw new Error("no product was made");
  return product;
};
const rows = <Row>(text: string, values: readonly unknown[] = []) =>
  rowsOf<Row>(pipeline.pool, first().shopId, text, values);
const dueStages = async () => {
  const due = await rows<{ stage: string }>(
    "SELECT stage FROM due_work($1) WHERE shop_id = current_shop()",
    [pipeline.clock.now()],
  );
  return due.map(({ stage }) => stage).filter((stage) => stage.startsWith("push:amazon"));
};

/** One run of the stage with a channel that has so many turns. */
function send(turns: () => Turns, more: Partial<PriceChannel> = {}) {
  const { amazon, shopify } = pipeline.channels;
  const channel: PriceChannel = {
    ...amazon,
    hasFeeds: true,
    turns: () => Promise.resolve(turns()),
    ...more,
  };
  return pushPrices(
    { ...pipeline, channels: { amazon: channel, shopify }, worker: "1" },
    { shopId: first().shopId, channel: "amazon", work: "send" },
    signal,
  );
}

const inASecond = () => new Date(pipeline.clock.now().getTime() + 1_000);

describe("claiming", () => {
  it("takes as many pushes as there are turns, and says when the next comes", async () => {
    let left = 3;
    const { amazon } = pipeline.channels;
    const counts = await send(() => ({ count: Math.min(left, 2), nextAt: inASecond() }), {
      async pushPrices(account, pushes, stop) {
        left -= pushes.length;
        return amazon.pushPrices(account, pushes, stop);
      },
    });

    expect(counts).toMatchObject({ sent: 3, nextAt: inASecond() });
    expect(
      await rows(
        "SELECT 1 FROM price_change c JOIN listing USING (listing_id) WHERE channel = 'amazon' AND state = 'approved'",
      ),
    ).toHaveLength(1);
  });

  it("reads prices back together that were sent one by one", async () => {
    const { amazon } = pipeline.channels;
    for (let sent = 0; sent < 4; sent += 1) {
      let left = 1;
      await send(() => ({ count: left, nextAt: inASecond() }), {
        pushPrices(account, pushes, stop) {
          left -= pushes.length;
          return amazon.pushPrices(account, pushes, stop);
        },
      });
      pipeline.clock.advance(200);
    }
    pipeline.clock.advance(700);
    const read: number[] = [];
    const watching: PriceChannel = {
      ...amazon,
      readPrices(account, addresses, stop) {
        read.push(addresses.length);
        return amazon.readPrices(account, addresses, stop);
      },
    };
    const channels = { ...pipeline.channels, amazon: watching };
    await pushPrices(
      { ...pipeline, channels, worker: "1" },
      { shopId: first().shopId, channel: "amazon", work: "read" },
      signal,
    );

    expect(read).toEqual([3]);
  });

  it("leaves first writes whose preview has no turn, and sends the others", async () => {
    const [known] = products;
    await rows(
      "INSERT INTO listing_write (shop_id, listing_id, connection_id, first_written_at) SELECT shop_id, listing_id, connection_id, $2 FROM listing WHERE listing_id = $1",
      [known?.amazonId, pipeline.clock.now()],
    );

    const counts = await send(() => ({
      count: 3,
      nextAt: inASecond(),
      previews: { count: 0, nextAt: inASecond() },
    }));

    expect(pipeline.channels.amazon.received.map(({ listingId }) => listingId)).toEqual([
      known?.amazonId,
    ]);
    expect(counts.nextAt).toEqual(inASecond());
  });

  it("lets a first write wait two seconds for its preview, and then sends it without", async () => {
    const asked: boolean[] = [];
    const { amazon } = pipeline.channels;
    const run = () =>
      send(
        () => ({
          count: 9,
          nextAt: inASecond(),
          previews: { count: asked.length === 0 ? 1 : 0, nextAt: inASecond() },
        }),
        {
          pushPrices(account, pushes, stop) {
            asked.push(...pushes.map(({ needsPreview }) => needsPreview === true));
            return amazon.pushPrices(account, pushes, stop);
          },
        },
      );
    await run();
    pipeline.clock.advance(1_900);
    await run();
    expect(asked).toEqual([true]);

    pipeline.clock.advance(100);
    await run();

    expect(asked).toEqual([true, false, false, false]);
    expect(
      await rows("SELECT preview, count(*)::int AS n FROM listing_write GROUP BY 1 ORDER BY 1"),
    ).toEqual([
      { preview: "skipped", n: 3 },
      { preview: "valid", n: 1 },
    ]);
  });

  it("previews a listing once: the second price of it needs none", async () => {
    const asked: boolean[] = [];
    const { amazon } = pipeline.channels;
    const watching: Partial<PriceChannel> = {
      pushPrices(account, pushes, stop) {
        asked.push(...pushes.map(({ needsPreview }) => needsPreview === true));
        return amazon.pushPrices(account, pushes, stop);
      },
    };
    await send(() => ({ count: 9, nextAt: inASecond() }), watching);
    pipeline.clock.advance(1_000);
    await steps.push(first());
    await steps.approved(first(), 2_850n);
    await send(() => ({ count: 9, nextAt: inASecond() }), watching);

    expect(asked).toEqual([true, true, true, true, false]);
    expect(await rows("SELECT DISTINCT preview FROM listing_write")).toEqual([
      { preview: "valid" },
    ]);
  });

  it("sends what is urgent first: an undo, and a price outside its walls", async () => {
    const [, , third] = products;
    await rows("UPDATE push SET next_at = next_at - interval '1 minute' WHERE listing_id <> $1", [
      third?.amazonId,
    ]);
    await rows("UPDATE push SET is_urgent = true, way = 'patch' WHERE listing_id = $1", [
      third?.amazonId,
    ]);

    await send(() => ({ count: 1, nextAt: inASecond() }));

    expect(pipeline.channels.amazon.received[0]?.listingId).toBe(third?.amazonId);
  });

  it("marks a price as urgent when the one shown is above its ceiling", async () => {
    const { amazonId, itemId, shopId } = first();
    await pipeline.inShop(shopId, (tx) =>
      tx.catalog.setItemMoney(
        itemId,
        {
          costMinor: 1_000n,
          floorMinor: null,
          ceilingMinor: 2_950n,
          mapMinor: null,
          currency: "USD",
        },
        pipeline.clock.now(),
      ),
    );

    await send(() => ({ count: 0, nextAt: inASecond() }));
    await send(() => ({ count: 1, nextAt: inASecond() }), { batchMax: { push: 1, read: 20 } });

    // 30.00 is shown and 29.50 is the ceiling.
    expect(
      await rows("SELECT listing_id FROM push WHERE channel = 'amazon' AND is_urgent"),
    ).toEqual([{ listing_id: amazonId }]);
  });
});

describe("choosing between patch and feed", () => {
  const ways = async () => {
    const found = await rows<{ way: string | null; n: number }>(
      "SELECT way, count(*)::int AS n FROM push WHERE change_id > 0 AND channel = 'amazon' GROUP BY 1",
    );
    return Object.fromEntries(found.map(({ way, n }) => [String(way), n]));
  };

  const account = async () => {
    const [row] = await rows<{ connection_id: string }>(
      "SELECT connection_id FROM push WHERE channel = 'amazon' LIMIT 1",
    );
    return toConnectionId(row?.connection_id ?? "");
  };

  it("patches a few, and counts them as on their way", async () => {
    const connectionId = await account();
    const count = () => pipeline.inShop(first().shopId, (tx) => tx.pushes.routable(connectionId));
    expect(await count()).toEqual({ unrouted: 4, patching: 0 });

    await send(() => ({ count: 1, nextAt: inASecond() }), {
      pushPrices: () => Promise.resolve([]),
    });

    expect(await ways()).toEqual({ patch: 4 });
    await rows("UPDATE push SET way = NULL WHERE listing_id = $1", [first().amazonId]);
    expect(await count()).toEqual({ unrouted: 1, patching: 3 });
  });

  it("goes by how long the account's own feeds took", async () => {
    const connectionId = await account();
    await rows(
      `INSERT INTO price_feed (shop_id, connection_id, marketplace_id, state, made_at, submitted_at, ended_at, end_code)
       SELECT current_shop(), $1, 'M', 'closed', $2::timestamptz, $2, $2::timestamptz + minutes * interval '1 minute', 'done'
         FROM unnest(ARRAY[10, 12, 480]) AS minutes`,
      [connectionId, pipeline.clock.now()],
    );

    const speeds = await pipeline.inShop(first().shopId, (tx) =>
      tx.feeds.speeds(connectionId, pipeline.clock.now()),
    );

    expect(speeds).toEqual({
      patchesPerSecond: null,
      feedMs: [480 * 60_000, 12 * 60_000, 10 * 60_000],
      hasFailedLately: false,
    });
  });

  it("uses no feed while one of the account has failed or is stuck", async () => {
    const connectionId = await account();
    await rows(
      `INSERT INTO price_feed (shop_id, connection_id, marketplace_id, state, made_at, is_bypassed)
       VALUES (current_shop(), $1, 'M', 'waiting', $2, true)`,
      [connectionId, pipeline.clock.now()],
    );

    const speeds = await pipeline.inShop(first().shopId, (tx) =>
      tx.feeds.speeds(connectionId, pipeline.clock.now()),
    );

    expect(speeds.hasFailedLately).toBe(true);
  });

  it("feeds what comes on top of a full row, and asks for no preview of it", async () => {
    const connectionId = await account();
    const routed = await pipeline.inShop(first().shopId, (tx) =>
      tx.pushes.route({ connectionId, feedMax: 3, previewsMax: 300 }),
    );

    expect(routed).toBe(3);
    expect(await ways()).toEqual({ patch: 1, feed: 3 });
    expect(await rows("SELECT 1 FROM push WHERE way = 'feed' AND needs_preview")).toEqual([]);
  });
});

describe("what waits", () => {
  it.each([
    ["for a feed", "UPDATE push SET way = 'feed' WHERE channel = 'amazon'"],
    [
      "because the shop is paused",
      "INSERT INTO shop_settings (shop_id, is_paused) VALUES (current_shop(), true) ON CONFLICT (shop_id) DO UPDATE SET is_paused = true",
    ],
    [
      "for a permission that has ended",
      "UPDATE connection SET status = 'disconnected', problem_code = 'amazon_authorization_revoked' WHERE channel = 'amazon'",
    ],
  ])("%s wakes nobody, and is not claimed", async (_what, make) => {
    expect(await dueStages()).toEqual(["push:amazon"]);
    await rows(make);

    expect(await dueStages()).toEqual([]);
    expect(await send(() => ({ count: 9, nextAt: inASecond() }))).toMatchObject({
      claimed: 0,
      nextAt: null,
    });
  });
});
