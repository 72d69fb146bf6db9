import { beforeEach, describe, expect, it } from "vitest";
import { AppError, type ErrorCode } from "../../core/app-error.ts";
import { money } from "../../core/money/money.ts";
import { type LinkedProduct, makeLinkedProduct, rowsOf } from "../../testing/pipeline-shop.ts";
import { usePipeline } from "../../testing/use-pipeline.ts";
import { createSteps } from "../../testing/pipeline-steps.ts";
import { pushPrices } from "./push-prices.ts";

const pipeline = usePipeline();
const steps = createSteps(pipeline);
let product: LinkedProduct;

beforeEach(async () => {
  amazon().nextOutcomes.length = 0;
  amazon().nextReadings.length = 0;
  product = await makeLinkedProduct(pipeline);
  await steps.approved(product);
});

const failure = (code: ErrorCode, retry: "never" | "backoff") =>
  new AppError({ code, retry, message: "the fake channel was told to fail" });
const amazon = () => pipeline.channels.amazon;
const amazonChange = () => steps.lastChange(product, product.amazonId);
const connection = async () => {
  const [row] = await rowsOf<{
    status: string;
    problem_code: string | null;
    token_sealed: string | null;
  }>(
    pipeline.pool,
    product.shopId,
    "SELECT status, problem_code, token_sealed FROM connection WHERE channel = 'amazon'",
  );
  return row;
};
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

describe("the channel's answer", () => {
  it.each([
    ["a sign PostgreSQL cannot hold", "price\u0000 refused"],
    ["half an emoji at the cut", `${"x".repeat(499)}\u{1F642}`],
    ["a line break and quotes", 'no\n"seen"="USD 1"'],
  ])("ends the change as failed also with %s in it", async (_what, vendorMessage) => {
    amazon().nextOutcomes.push({ kind: "refused", code: "amazon_request_refused", vendorMessage });

    await steps.push(product);

    expect(await amazonChange()).toMatchObject({
      state: "failed",
      state_code: "amazon_request_refused",
    });
    expect(await rowsOf(pipeline.pool, product.shopId, "SELECT * FROM broken_receipts()")).toEqual(
      [],
    );
  });

  it("that refuses a price keeps the policy from sending the same price again at once", async () => {
    await rowsOf(
      pipeline.pool,
      product.shopId,
      `INSERT INTO shop_settings (shop_id, approval_mode, auto_max_move_bps) VALUES (current_shop(), 'auto', 5000)
       ON CONFLICT (shop_id) DO UPDATE SET approval_mode = excluded.approval_mode, auto_max_move_bps = excluded.auto_max_move_bps`,
    );
    const refused = { kind: "refused", code: "amazon_request_refused", vendorMessage: "" } as const;
    for (let times = 0; times < 9; times += 1) amazon().nextOutcomes.push(refused);

    for (let round = 0; round < 3; round += 1) {
      await steps.push(product);
      await steps.decide(product);
    }

    const states = await rowsOf<{ state: string }>(
      pipeline.pool,
      product.shopId,
      "SELECT state FROM price_change WHERE listing_id = $1 ORDER BY version",
      [product.amazonId],
    );
    expect(states.map(({ state }) => state)).toEqual(["failed", "proposed"]);
  });

  it("that is shorter than the question leaves the rest to be read back when the lease ends", async () => {
    const short = { ...amazon(), pushPrices: () => Promise.resolve([]) };
    const channels = { ...pipeline.channels, amazon: short };
    await pushPrices(
      { ...pipeline, channels, worker: "9" },
      { shopId: product.shopId, channel: "amazon" },
      new AbortController().signal,
    );
    expect(await amazonChange()).toMatchObject({ state: "sending" });

    pipeline.clock.advance(91_000);
    await steps.push(product);
    expect(
      await rowsOf(
        pipeline.pool,
        product.shopId,
        "SELECT 1 FROM price_change_event WHERE code = 'worker_lost'",
      ),
    ).toHaveLength(1);
    pipeline.clock.advance(1_000);
    await steps.pushUntilLive(product);

    expect(await amazonChange()).toMatchObject({ state: "live" });
  });
});

describe("a failure of the whole account", () => {
  it("while sending leaves the outcome unknown and shows the problem on the connection", async () => {
    amazon().nextOutcomes.push(failure("amazon_unavailable", "backoff"));

    await steps.push(product);

    expect(await amazonChange()).toMatchObject({
      state: "unknown",
      state_code: "amazon_unavailable",
    });
    expect(await connection()).toMatchObject({
      status: "connected",
      problem_code: "amazon_unavailable",
    });
  });

  it("that denies access keeps the permission; what became of the price is read back", async () => {
    amazon().nextOutcomes.push(failure("amazon_access_denied", "never"));

    await steps.push(product);

    expect(await connection()).toMatchObject({
      status: "connected",
      problem_code: "amazon_access_denied",
      token_sealed: "sealed",
    });
    expect(await amazonChange()).toMatchObject({ state: "unknown" });
  });

  it("that is final disconnects and forgets the token; nothing is sent until it is connected again", async () => {
    amazon().nextOutcomes.push(failure("amazon_authorization_revoked", "never"));
    await steps.push(product);
    expect(await connection()).toEqual({
      status: "disconnected",
      problem_code: "amazon_authorization_revoked",
      token_sealed: null,
    });
    const received = amazon().received.length;

    pipeline.clock.advance(2_000);
    await steps.push(product);
    pipeline.clock.advance(2_000);
    await steps.push(product);

    expect(amazon().received.length).toBe(received);
    expect(await amazonChange()).toMatchObject({ state: "unknown" });

    await rowsOf(
      pipeline.pool,
      product.shopId,
      "UPDATE connection SET status = 'connected', problem_code = NULL, token_sealed = 'again' WHERE channel = 'amazon'",
    );
    await steps.push(product);
    await steps.pushUntilLive(product);
    expect(await amazonChange()).toMatchObject({ state: "live" });
  });

  it("does not keep a price waiting for an account that the merchant disconnected", async () => {
    await rowsOf(
      pipeline.pool,
      product.shopId,
      "UPDATE connection SET status = 'disconnected', problem_code = NULL WHERE channel = 'amazon'",
    );

    await steps.push(product);

    expect(await amazonChange()).toMatchObject({
      state: "failed",
      state_code: "connection_disconnected",
    });
  });

  it("while reading back is tried again, later each time, until the deadline says so", async () => {
    await steps.push(product);
    const waits: number[] = [];
    for (let read = 0; read < 40 && (await amazonChange()).state === "accepted"; read += 1) {
      amazon().nextReadings.push(failure("amazon_unavailable", "backoff"));
      const before = pipeline.clock.now();
      await steps.push(product);
      const next = (await pushRow())?.next_at ?? before;
      waits.push(next.getTime() - before.getTime());
      pipeline.clock.advance(Math.max(1_000, waits.at(-1) ?? 0));
    }

    // On the first full second half a second after the receipt and after the first reading, then twice as long each
    // time, five minutes at most.
    expect(waits.slice(0, 5)).toEqual([1_000, 1_000, 1_000, 2_000, 4_000]);
    expect(Math.max(...waits.slice(0, -1))).toBe(300_000);
    // A price that diverged is still looked for.
    expect(waits.at(-1)).toBe(1_800_000);
    expect(await amazonChange()).toMatchObject({
      state: "diverged",
      state_code: "amazon_unavailable",
    });
  });

  it("that is a bug of ours is not swallowed", async () => {
    amazon().nextOutcomes.push(new TypeError("undefined is not a price"));

    await expect(steps.push(product)).rejects.toThrow("undefined is not a price");
  });
});

describe("a reading", () => {
  it.each([
    ["an accepted change is gone", "diverged"],
    ["an unknown change is gone", "failed"],
  ])("that the listing of %s ends it as %s", async (which, state) => {
    if (which.includes("unknown"))
      amazon().nextOutcomes.push({ kind: "unknown", code: "amazon_unavailable" });
    await steps.push(product);
    pipeline.clock.advance(2_000);
    amazon().nextReadings.push({ kind: "missing" });

    await steps.push(product);

    expect(await amazonChange()).toMatchObject({ state, state_code: "listing_gone" });
  });

  it("of an unknown outcome that shows a third price is another writer's", async () => {
    amazon().nextOutcomes.push({ kind: "unknown", code: "amazon_unavailable" });
    await steps.push(product);
    pipeline.clock.advance(2_000);
    amazon().nextReadings.push({
      kind: "price",
      price: money(2_777n, "USD"),
      observedAt: pipeline.clock.now(),
      saleUntil: null,
    });

    await steps.push(product);

    expect(await amazonChange()).toMatchObject({ state: "overtaken", state_code: "other_writer" });
  });

  it("in another currency is never taken for ours", async () => {
    await steps.push(product);
    pipeline.clock.advance(2_000);
    amazon().nextReadings.push({
      kind: "price",
      price: money(2_900n, "CAD"),
      observedAt: pipeline.clock.now(),
      saleUntil: null,
    });

    await steps.push(product);

    expect(await amazonChange()).toMatchObject({ state: "overtaken" });
  });

  it("of an unknown outcome that cannot be had waits as long as it takes", async () => {
    amazon().nextOutcomes.push({ kind: "unknown", code: "amazon_unavailable" });
    await steps.push(product);
    for (let hour = 0; hour < 5; hour += 1) {
      pipeline.clock.advance(60 * 60_000);
      amazon().nextReadings.push({ kind: "unreadable", code: "amazon_unavailable" });
      await steps.push(product);
    }
    expect(await amazonChange()).toMatchObject({ state: "unknown" });

    pipeline.clock.advance(60 * 60_000);
    await steps.push(product);
    await steps.pushUntilLive(product);

    expect(await amazonChange()).toMatchObject({ state: "live" });
  });

  it.each([
    [
      { kind: "accepted", receiptId: "f1", requestId: "r-1" },
      { receiptId: "f1", requestId: "r-1" },
    ],
    [{ kind: "unknown", code: "amazon_unavailable", requestId: "r-2" }, { requestId: "r-2" }],
    [
      { kind: "refused", code: "amazon_request_refused", vendorMessage: "no", requestId: "r-3" },
      { vendor: "no", requestId: "r-3" },
    ],
  ] as const)(
    "that the channel answered %j is kept with its request id",
    async (outcome, facts) => {
      amazon().nextOutcomes.push(outcome);

      await steps.push(product);

      expect(
        await rowsOf(
          pipeline.pool,
          product.shopId,
          "SELECT state_facts FROM price_change WHERE listing_id = $1 ORDER BY version DESC LIMIT 1",
          [product.amazonId],
        ),
      ).toEqual([{ state_facts: facts }]);
    },
  );

  it("that the channel hides ends in the channel's words", async () => {
    await steps.push(product);
    pipeline.clock.advance(16 * 60_000);
    amazon().nextReadings.push({
      kind: "unreadable",
      code: "amazon_listing_suppressed",
      vendorMessage: "The 'minimum price' is greater than the selling price. (18155)",
    });

    await steps.push(product);

    expect(await amazonChange()).toMatchObject({
      state: "diverged",
      state_code: "amazon_listing_suppressed",
    });
    expect(
      await rowsOf(
        pipeline.pool,
        product.shopId,
        "SELECT state_facts FROM price_change WHERE state = 'diverged'",
      ),
    ).toEqual([
      {
        state_facts: { vendor: "The 'minimum price' is greater than the selling price. (18155)" },
      },
    ]);
  });

  it("that shows the old price is no leave to send again below a floor set meanwhile", async () => {
    amazon().nextOutcomes.push({ kind: "unknown", code: "amazon_unavailable" });
    await steps.push(product);
    const { itemId, shopId } = product;
    await pipeline.inShop(shopId, (tx) =>
      tx.catalog.setItemMoney(
        itemId,
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
    const received = amazon().received.length;
    pipeline.clock.advance(2_000);

    await steps.push(product);

    expect(await amazonChange()).toMatchObject({ state: "failed", state_code: "gate_below_floor" });
    expect(amazon().received.length).toBe(received);
  });
});
