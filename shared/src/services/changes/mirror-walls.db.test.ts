import { beforeEach, describe, expect, it } from "vitest";
import { money } from "../../core/money/money.ts";
import { AppError } from "../../core/app-error.ts";
import type {
  ChannelWalls,
  PriceChannel,
  PriceReading,
  PushOutcome,
} from "../../ports/price-channel.ts";
import { type LinkedProduct, makeLinkedProduct, rowsOf } from "../../testing/pipeline-shop.ts";
import { usePipeline } from "../../testing/use-pipeline.ts";
import { createSteps } from "../../testing/pipeline-steps.ts";
import { mirrorWalls } from "./mirror-walls.ts";
import { pushPrices } from "./push-prices.ts";

const pipeline = usePipeline();
const steps = createSteps(pipeline);
let product: LinkedProduct;
let sent: ChannelWalls[];
/** Amazon's own limits, as the channel shows them. */
let shown: { min: bigint | null; max: bigint | null };
let outcome: PushOutcome;

const { signal } = new AbortController();
const MINUTE = 60_000;

beforeEach(async () => {
  sent = [];
  shown = { min: null, max: null };
  outcome = { kind: "accepted", receiptId: "r" };
  product = await makeLinkedProduct(pipeline);
  await steps.decide(product);
});

/** The fake channel with walls, which it keeps and shows. */
function channel(): PriceChannel {
  const { amazon } = pipeline.channels;
  const keep = (walls: ChannelWalls | undefined) => {
    if (walls === undefined) return;
    sent.push(walls);
    if (outcome.kind !== "accepted") return;
    if (walls.min !== null) shown.min = walls.min.amountMinor;
    if (walls.max !== null) shown.max = walls.max === "remove" ? null : walls.max.amountMinor;
  };
  return {
    ...amazon,
    pushPrices(account, pushes, stop) {
      for (const push of pushes) keep(push.walls);
      return amazon.pushPrices(account, pushes, stop);
    },
    pushWalls(_account, { walls }) {
      keep(walls);
      return Promise.resolve(outcome);
    },
    async readPrices(account, listings, stop) {
      const readings = await amazon.readPrices(account, listings, stop);
      const terms = {
        currency: "USD",
        listedMinor: null,
        minMinor: shown.min,
        maxMinor: shown.max,
        sale: null,
        businessMinor: null,
        businessTiers: 0,
        autoRules: [],
      };
      return readings.map((each) => (each.kind === "price" ? { ...each, terms } : each));
    },
  };
}

async function setBounds(floorMinor: bigint | null, ceilingMinor: bigint | null): Promise<void> {
  pipeline.clock.advance(1_000);
  await pipeline.inShop(product.shopId, (tx) =>
    tx.catalog.setItemMoney(
      product.itemId,
      { costMinor: 1_000n, floorMinor, ceilingMinor, mapMinor: null, currency: "USD" },
      pipeline.clock.now(),
    ),
  );
  await steps.decide(product);
}

async function mirror(afterMs = 0) {
  pipeline.clock.advance(afterMs);
  return mirrorWalls({ ...pipeline, channel: channel(), worker: "1" }, product.shopId, signal);
}

async function push(): Promise<void> {
  const channels = { ...pipeline.channels, amazon: channel() };
  await pushPrices(
    { ...pipeline, channels, worker: "1" },
    { shopId: product.shopId, channel: "amazon" },
    signal,
  );
}

const row = async () => {
  const [found] = await rowsOf<{ mirror: string; mirror_code: string | null }>(
    pipeline.pool,
    product.shopId,
    "SELECT mirror, mirror_code FROM listing_write WHERE listing_id = $1",
    [product.amazonId],
  );
  return found;
};
const usd = (minor: bigint) => money(minor, "USD");

describe("a wall that a person moves", () => {
  it("reaches Amazon although no price follows, and is done once it is seen there", async () => {
    await setBounds(2_000n, 4_000n);
    await mirror();
    expect(sent).toEqual([{ min: usd(2_000n), max: usd(4_000n) }]);
    expect(await row()).toEqual({ mirror: "sent", mirror_code: null });

    await mirror(3 * MINUTE);

    expect(await row()).toEqual({ mirror: "done", mirror_code: null });
    expect((await mirror(60 * MINUTE)).nextAt).toBeNull();
    expect(sent).toHaveLength(1);
  });

  it("never becomes a ceiling that the merchant did not set", async () => {
    await setBounds(2_000n, null);
    await mirror();

    expect(sent).toEqual([{ min: usd(2_000n), max: null }]);
  });

  it("takes away the maximum that we had set when the merchant has no ceiling any more", async () => {
    await setBounds(2_000n, 4_000n);
    await mirror();
    await mirror(3 * MINUTE);
    await setBounds(2_000n, null);
    await mirror();
    await mirror(3 * MINUTE);

    expect(sent.at(-1)).toEqual({ min: usd(2_000n), max: "remove" });
    expect(await row()).toMatchObject({ mirror: "done" });
  });

  it("waits for the price that fits it: Amazon refuses a minimum above the price", async () => {
    await setBounds(3_100n, null);
    await mirror();

    expect(sent).toEqual([]);
    expect(await row()).toEqual({ mirror: "wanted", mirror_code: "price_outside" });
  });

  it("goes along with a price that is on its way", async () => {
    await steps.approved(product);
    await setBounds(2_000n, 4_000n);
    await mirror();
    expect(sent).toEqual([]);

    await push();
    pipeline.clock.advance(1_000);
    await push();

    expect(sent).toEqual([{ min: usd(2_000n), max: usd(4_000n) }]);
    await steps.decide(product);
    await mirror(2 * MINUTE);
    expect(await row()).toMatchObject({ mirror: "done" });
    expect(sent).toHaveLength(1);
  });

  it("is sent again when Amazon does not show it, three times at most", async () => {
    await setBounds(2_000n, null);
    for (let minute = 0; minute < 30; minute += 1) {
      await mirror(MINUTE);
      shown = { min: 1n, max: null };
    }

    expect(sent).toHaveLength(3);
    expect(await row()).toEqual({ mirror: "failed", mirror_code: "not_seen_in_time" });
  });

  it("that Amazon refuses says so", async () => {
    outcome = { kind: "refused", code: "amazon_request_refused", vendorMessage: "no" };
    await setBounds(2_000n, null);
    await mirror();

    expect(await row()).toEqual({ mirror: "failed", mirror_code: "amazon_request_refused" });
  });

  it.each<[string, PushOutcome]>([
    ["amazon_throttled", { kind: "not_sent", code: "amazon_throttled", afterMs: MINUTE }],
    ["amazon_unavailable", { kind: "unknown", code: "amazon_unavailable" }],
  ])("that meets %s is there in the end", async (_code, first) => {
    outcome = first;
    await setBounds(2_000n, null);
    await mirror();
    expect(await row()).not.toMatchObject({ mirror: "done" });

    outcome = { kind: "accepted", receiptId: "r" };
    for (let minute = 0; minute < 10; minute += 1) await mirror(MINUTE);

    expect(shown.min).toBe(2_000n);
    expect(await row()).toEqual({ mirror: "done", mirror_code: null });
  });

  it("in another currency than the listing's is not sent, and says so", async () => {
    await setBounds(2_000n, null);
    await rowsOf(pipeline.pool, product.shopId, "UPDATE item SET bounds_currency = 'EUR'");
    await mirror();

    expect(sent).toEqual([]);
    expect(await row()).toEqual({ mirror: "failed", mirror_code: "gate_currency_mismatch" });
  });

  it("waits for a turn of the quota", async () => {
    const nextAt = new Date(pipeline.clock.now().getTime() + MINUTE);
    await setBounds(2_000n, null);
    const busy: PriceChannel = {
      ...channel(),
      turns: () => Promise.resolve({ count: 0, nextAt }),
    };
    const answer = await mirrorWalls(
      { ...pipeline, channel: busy, worker: "1" },
      product.shopId,
      signal,
    );

    expect(sent).toEqual([]);
    expect(answer.nextAt).toEqual(nextAt);
  });

  it.each<[string, PriceReading | Error, object]>([
    ["is gone", { kind: "missing" }, { mirror: "failed", mirror_code: "listing_gone" }],
    [
      "cannot be read",
      { kind: "unreadable", code: "amazon_unavailable" },
      { mirror: "sent", mirror_code: "unreadable" },
    ],
    [
      "is of an account that does not answer",
      new AppError({ code: "amazon_unavailable", retry: "backoff", message: "no" }),
      { mirror: "sent", mirror_code: "amazon_unavailable" },
    ],
  ])("of a listing that %s when it is looked for says so", async (_how, reading, end) => {
    await setBounds(2_000n, null);
    await mirror();
    pipeline.channels.amazon.nextReadings.push(reading);

    await mirror(3 * MINUTE);

    expect(await row()).toEqual(end);
  });

  it("that is moved while the old one is being sent is sent too", async () => {
    await setBounds(2_000n, null);
    const slow = channel();
    const moved: PriceChannel = {
      ...slow,
      async pushWalls(account, edit, stop) {
        await setBounds(1_900n, null);
        return (
          slow.pushWalls?.(account, edit, stop) ?? { kind: "unknown", code: "amazon_unavailable" }
        );
      },
    };
    await mirrorWalls({ ...pipeline, channel: moved, worker: "1" }, product.shopId, signal);
    await mirror(2 * MINUTE);

    expect(sent.map(({ min }) => min?.amountMinor)).toEqual([2_000n, 1_900n]);
  });
});

describe("a price push", () => {
  it("brings the floor of its change along, and proves it with the price", async () => {
    await steps.approved(product);
    const change = await steps.lastChange(product, product.amazonId);
    await push();
    pipeline.clock.advance(1_000);
    await push();

    expect(sent).toEqual([{ min: usd(BigInt(change.floor_minor)), max: null }]);
    expect(await row()).toEqual({ mirror: "done", mirror_code: null });
    expect(await steps.lastChange(product, product.amazonId)).toMatchObject({ state: "live" });
  });

  it("does not start while walls of its listing are being set", async () => {
    await setBounds(2_000n, null);
    await steps.approved(product);
    await rowsOf(
      pipeline.pool,
      product.shopId,
      "UPDATE listing_write SET lease_owner = 2, lease_until = $1",
      [new Date(pipeline.clock.now().getTime() + MINUTE)],
    );

    await push();

    expect(await steps.lastChange(product, product.amazonId)).toMatchObject({ state: "approved" });
  });
});
