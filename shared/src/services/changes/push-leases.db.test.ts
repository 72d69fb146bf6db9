import { beforeEach, describe, expect, it } from "vitest";
import { type LinkedProduct, makeLinkedProduct, rowsOf } from "../../testing/pipeline-shop.ts";
import { usePipeline } from "../../testing/use-pipeline.ts";
import { createSteps } from "../../testing/pipeline-steps.ts";
import { pushPrices } from "./push-prices.ts";
import { undoChanges } from "./undo-changes.ts";

const pipeline = usePipeline();
const steps = createSteps(pipeline);
let product: LinkedProduct;

beforeEach(async () => {
  amazon().nextOutcomes.length = 0;
  amazon().nextReadings.length = 0;
  product = await makeLinkedProduct(pipeline);
  await steps.approved(product);
});

const amazon = () => pipeline.channels.amazon;
const amazonChange = () => steps.lastChange(product, product.amazonId);
const pushRow = async () => {
  const [row] = await rowsOf<{
    stage: string;
    lease_until: Date | null;
    next_at: Date;
    reads: number;
  }>(
    pipeline.pool,
    product.shopId,
    "SELECT stage, lease_until, next_at, reads FROM push WHERE listing_id = $1",
    [product.amazonId],
  );
  return row;
};

const release = (worker: string) =>
  pipeline.inShop(product.shopId, (tx) => tx.pushes.releaseLeasesOf(worker));
const pricesSent = () =>
  amazon()
    .received.filter((write) => write.listingId === product.amazonId)
    .map((write) => write.minor);

/** A worker whose next call to the channel never comes back; then its leases are freed. */
async function diesDuring(call: "pushPrices" | "readPrices"): Promise<void> {
  const never = { ...amazon(), [call]: () => Promise.reject(new Error("killed")) };
  const dying = pushPrices(
    { ...pipeline, channels: { ...pipeline.channels, amazon: never }, worker: "9" },
    { shopId: product.shopId, channel: "amazon" },
    new AbortController().signal,
  );
  await expect(dying).rejects.toThrow("killed");
  await release("9");
}

describe("a worker", () => {
  it("that is told to stop sends nothing more and leaves the push free at once", async () => {
    const stop = new AbortController();
    const inner = pipeline.inShop;
    // Told to stop between its claim and its call.
    const inShop: typeof inner = async (shopId, work) => {
      const result = await inner(shopId, work);
      if ((await pushRow())?.lease_until !== null) stop.abort();
      return result;
    };
    const received = amazon().received.length;

    await pushPrices(
      { ...pipeline, inShop, worker: "9" },
      { shopId: product.shopId, channel: "amazon" },
      stop.signal,
    );

    expect(amazon().received.length).toBe(received);
    expect(await amazonChange()).toMatchObject({ state: "sending" });
    expect(await pushRow()).toMatchObject({ stage: "send", lease_until: null });
    await steps.pushUntilLive(product);
    expect(await amazonChange()).toMatchObject({ state: "live" });
  });

  it("begins no call under a lease that could end meanwhile", async () => {
    const inner = pipeline.inShop;
    let calls = 0;
    const inShop: typeof inner = async (shopId, work) => {
      const result = await inner(shopId, work);
      calls += 1;
      if (calls === 1) pipeline.clock.advance(55_000);
      return result;
    };
    const received = amazon().received.length;
    const stop = new AbortController();
    const pushing = pushPrices(
      { ...pipeline, inShop, worker: "9" },
      { shopId: product.shopId, channel: "amazon" },
      stop.signal,
    );
    await pushing;

    // It gave the push back, took it again with a fresh lease and then sent it, once.
    expect(amazon().received.length).toBe(received + 1);
    expect(await amazonChange()).toMatchObject({ state: "accepted" });
  });

  it("changes nothing with a result that comes after its lease was taken over", async () => {
    const slow = {
      ...amazon(),
      pushPrices: async (...call: Parameters<ReturnType<typeof amazon>["pushPrices"]>) => {
        const outcomes = await amazon().pushPrices(...call);
        // The lease ends under the call; another worker reads back and finds the price.
        pipeline.clock.advance(91_000);
        await steps.push(product, "2");
        return outcomes;
      },
    };
    await pushPrices(
      { ...pipeline, channels: { ...pipeline.channels, amazon: slow }, worker: "1" },
      { shopId: product.shopId, channel: "amazon" },
      new AbortController().signal,
    );

    expect(await amazonChange()).toMatchObject({ state: "live" });
    const states = await rowsOf<{ to_state: string }>(
      pipeline.pool,
      product.shopId,
      "SELECT to_state FROM price_change_event e JOIN price_change c USING (change_id) WHERE c.listing_id = $1 ORDER BY seq",
      [product.amazonId],
    );
    expect(states.map((row) => row.to_state)).toEqual([
      "proposed",
      "approved",
      "sending",
      "unknown",
      "accepted",
      "live",
    ]);
  });

  it("that wakes after it was taken for dead sends nothing, even after the price was taken back", async () => {
    const inner = pipeline.inShop;
    let calls = 0;
    // Frozen between its claim and its call: the reaper frees its leases, and others do the work.
    const inShop: typeof inner = async (shopId, work) => {
      const result = await inner(shopId, work);
      calls += 1;
      if (calls > 1) return result;
      await release("9");
      await steps.push(product, "2");
      await steps.pushUntilLive(product);
      await undoChanges(pipeline, {
        shopId,
        changeIds: [(await amazonChange()).change_id],
        person: "ana",
      });
      await steps.pushUntilLive(product);
      return result;
    };

    await pushPrices(
      { ...pipeline, inShop, worker: "9" },
      { shopId: product.shopId, channel: "amazon" },
      new AbortController().signal,
    );

    expect(calls).toBeGreaterThan(1);
    expect(pricesSent()).toEqual([2_900n, 3_000n]);
    expect(amazon().shown.get(product.amazonId)).toMatchObject({ minor: 3_000n });
  });

  it("reads back again when the one that read back died too", async () => {
    await diesDuring("pushPrices");
    await diesDuring("readPrices");
    // Somebody else sets a price meanwhile, which sending unread would overwrite.
    amazon().shown.set(product.amazonId, { minor: 2_777n, currency: "USD" });

    await steps.push(product);

    expect(pricesSent()).toEqual([]);
    expect(await amazonChange()).toMatchObject({ state: "overtaken", state_code: "other_writer" });
  });

  it("drops the push of a change that ended meanwhile", async () => {
    await rowsOf(
      pipeline.pool,
      product.shopId,
      "UPDATE price_change SET state = 'stale', state_actor = 'engine', state_at = now() WHERE listing_id = $1",
      [product.amazonId],
    );
    const received = amazon().received.length;

    await steps.push(product);

    expect(amazon().received.length).toBe(received);
    expect(await pushRow()).toMatchObject({ stage: "done" });
  });
});
