import { beforeEach, describe, expect, it } from "vitest";
import { money } from "../../core/money/money.ts";
import type { OfferTerms, PriceChannel, PushOutcome } from "../../ports/price-channel.ts";
import { type LinkedProduct, makeLinkedProduct, rowsOf } from "../../testing/pipeline-shop.ts";
import { usePipeline } from "../../testing/use-pipeline.ts";
import { createSteps } from "../../testing/pipeline-steps.ts";
import { pushPrices } from "./push-prices.ts";

const pipeline = usePipeline();
const steps = createSteps(pipeline);
let product: LinkedProduct;

const MINUTE = 60_000;

beforeEach(async () => {
  amazon().nextOutcomes.length = 0;
  amazon().nextReadings.length = 0;
  amazon().received.length = 0;
  product = await makeLinkedProduct(pipeline);
  await steps.approved(product);
});

const amazon = () => pipeline.channels.amazon;
const change = () => steps.lastChange(product, product.amazonId);
const sends = () => amazon().received.filter(({ listingId }) => listingId === product.amazonId);
const rows = <Row>(text: string) => rowsOf<Row>(pipeline.pool, product.shopId, text);

async function minutes(count: number): Promise<void> {
  for (let minute = 0; minute < count; minute += 1) {
    pipeline.clock.advance(MINUTE);
    await steps.push(product);
  }
}

const TERMS: OfferTerms = {
  currency: "USD",
  listedMinor: 3_000n,
  minMinor: null,
  maxMinor: null,
  sale: null,
  businessMinor: null,
  businessTiers: 0,
  autoRules: [],
};

describe("a price that is accepted and ignored", () => {
  it("is sent again after five minutes, and says in its receipt how often", async () => {
    amazon().nextOutcomes.push("accept_and_ignore");
    await steps.push(product);
    await minutes(4);
    expect(sends()).toHaveLength(1);

    await minutes(2);

    expect(sends()).toHaveLength(2);
    await minutes(1);
    expect(await change()).toMatchObject({ state: "live" });
    expect(
      await rows("SELECT facts ->> 'resends' AS n FROM price_change_event WHERE to_state = 'live'"),
    ).toContainEqual({ n: "1" });
  });

  it("is sent three times at most, then diverges and is shown to the merchant", async () => {
    amazon().nextOutcomes.push("ignore_for_good");
    await steps.push(product);
    await minutes(16);

    expect(sends()).toHaveLength(3);
    expect(await change()).toMatchObject({ state: "diverged", state_code: "not_seen_in_time" });
  });

  it("is not sent again below a floor set meanwhile", async () => {
    amazon().nextOutcomes.push("ignore_for_good");
    await steps.push(product);
    await pipeline.inShop(product.shopId, (tx) =>
      tx.catalog.setItemMoney(
        product.itemId,
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
    await minutes(6);

    expect(sends()).toHaveLength(1);
    expect(await change()).toMatchObject({ state: "diverged", state_code: "gate_below_floor" });
  });

  it("that appears hours after it diverged is live after all", async () => {
    amazon().nextOutcomes.push("ignore_for_good");
    await steps.push(product);
    await minutes(16);
    const { new_minor: minor } = await change();
    amazon().shown.set(product.amazonId, { minor: BigInt(minor), currency: "USD" });

    await minutes(30);

    expect(await change()).toMatchObject({ state: "live", state_code: "seen_late" });
  });

  it("is looked for no longer than a day, and not once a newer price was approved", async () => {
    amazon().nextOutcomes.push("ignore_for_good");
    await steps.push(product);
    await minutes(16);
    for (let half = 0; half < 50; half += 1) {
      pipeline.clock.advance(30 * MINUTE);
      await steps.push(product);
    }

    expect(await change()).toMatchObject({ state: "diverged" });
    expect(await rows("SELECT 1 FROM push WHERE stage <> 'done'")).toEqual([]);
  });

  it("whose second sending ends in doubt is read back and stays what it is", async () => {
    amazon().nextOutcomes.push("accept_and_ignore");
    await steps.push(product);
    await minutes(4);
    amazon().nextOutcomes.push("apply_then_unknown");

    await minutes(3);

    expect(await change()).toMatchObject({ state: "live" });
    expect(await rows("SELECT 1 FROM price_change_event WHERE to_state = 'unknown'")).toEqual([]);
  });
});

describe("of many prices", () => {
  it("every one that Amazon accepts and ignores is found: repaired, or shown to the merchant", async () => {
    const domain = "many.myshopify.com";
    const many: LinkedProduct[] = [];
    for (let place = 0; place < 40; place += 1)
      many.push(await makeLinkedProduct(pipeline, { domain }));
    const [one] = many;
    if (one === undefined) throw new Error("no product was made");
    for (const each of many) await steps.rivalMoves(each, 2_900n);
    await steps.decide(one);
    await steps.approveAll(one);
    // Which of them: a seeded draw of one in five, half of those for good.
    const random = seeded(20_261_123);
    const fates = many.map(() => (random() < 0.2 ? (random() < 0.5 ? "once" : "ever") : "taken"));
    const outcomes = {
      once: "accept_and_ignore",
      ever: "ignore_for_good",
      taken: undefined,
    } as const;
    const draw = new Map(
      many.map((each, place) => [each.amazonId, outcomes[fates[place] ?? "taken"]]),
    );
    const { amazon: fake, shopify } = pipeline.channels;
    const deciding: PriceChannel = {
      ...fake,
      async pushPrices(account, pushes, stop) {
        const answers: PushOutcome[] = [];
        for (const push of pushes) {
          const fate = draw.get(push.address.listingId);
          if (fate !== undefined) fake.nextOutcomes.push(fate);
          draw.delete(push.address.listingId);
          answers.push(...(await fake.pushPrices(account, [push], stop)));
        }
        return answers;
      },
    };
    for (let minute = 0; minute < 17; minute += 1) {
      const channels = { amazon: deciding, shopify };
      const { shopId } = one;
      const stop = new AbortController().signal;
      await pushPrices({ ...pipeline, channels, worker: "1" }, { shopId, channel: "amazon" }, stop);
      pipeline.clock.advance(MINUTE);
    }

    const ends = await Promise.all(
      many.map(async (each) => (await steps.lastChange(each, each.amazonId)).state),
    );
    expect(new Set(fates)).toEqual(new Set(["taken", "once", "ever"]));
    expect(ends).toEqual(fates.map((fate) => (fate === "ever" ? "diverged" : "live")));
  });
});

/** A small linear congruential generator (Park and Miller 1988): the same draw in every run. */
function seeded(seed: number): () => number {
  let state = seed % 2_147_483_647;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

describe("a price under", () => {
  const reading = (minor: bigint, terms: Partial<OfferTerms>, saleUntil: Date | null = null) => ({
    kind: "price" as const,
    price: money(minor, "USD"),
    observedAt: pipeline.clock.now(),
    saleUntil,
    terms: { ...TERMS, ...terms },
  });

  it("a sale that began meanwhile waits for its end and is not taken for somebody else's", async () => {
    await steps.push(product);
    const { new_minor: minor } = await change();
    const until = new Date(pipeline.clock.now().getTime() + 40 * MINUTE);
    const sale = { minor: 1_999n, from: null, until };
    for (let minute = 0; minute < 17; minute += 1) {
      pipeline.clock.advance(MINUTE);
      amazon().nextReadings.push(reading(1_999n, { listedMinor: BigInt(minor), sale }, until));
      await steps.push(product);
    }
    expect(await change()).toMatchObject({ state: "diverged", state_code: "sale_price_active" });
    expect(await rows("SELECT sale_until FROM listing WHERE channel = 'amazon'")).toEqual([
      { sale_until: until },
    ]);

    amazon().nextReadings.length = 0;
    await minutes(31);

    expect(await change()).toMatchObject({ state: "live", state_code: "seen_late" });
  });

  it("an Automate Pricing rule that moved it says so, and the listing is held from now on", async () => {
    await steps.push(product);
    pipeline.clock.advance(1_000);
    amazon().nextReadings.push(reading(2_811n, { listedMinor: 2_811n, autoRules: ["win"] }));

    await steps.push(product);

    expect(await change()).toMatchObject({
      state: "overtaken",
      state_code: "automate_pricing_active",
    });
    await steps.decide(product);
    expect(await steps.reasonsOf(product, product.amazonId)).toContain("automate_pricing_active");
  });

  it.each([
    [
      "an Automate Pricing rule",
      "UPDATE listing SET is_auto_priced = true WHERE channel = 'amazon'",
      "gate_auto_priced",
    ],
    [
      "a sale",
      "UPDATE listing SET sale_until = '2027-01-01' WHERE channel = 'amazon'",
      "gate_sale_running",
    ],
  ])("%s that was found after the approval is not sent", async (_what, found, code) => {
    await rows(found);

    await steps.push(product);

    expect(sends()).toEqual([]);
    expect(await change()).toMatchObject({ state: "failed", state_code: code });
  });
});

describe("a price that the channel asks to wait with", () => {
  const throttle = () =>
    amazon().nextOutcomes.push({ kind: "not_sent", code: "amazon_throttled", afterMs: 1_000 });

  it("says why it waits, and is given up after an hour", async () => {
    throttle();
    await steps.push(product);
    expect(await rows("SELECT wait_code FROM push WHERE wait_code IS NOT NULL")).toEqual([
      { wait_code: "amazon_throttled" },
    ]);
    for (let minute = 0; minute < 62; minute += 1) {
      throttle();
      await minutes(1);
    }

    expect(await change()).toMatchObject({ state: "failed", state_code: "amazon_throttled" });
  });

  it("waits longer each time, a minute at most", async () => {
    const waits: number[] = [];
    for (let time = 0; time < 10; time += 1) {
      throttle();
      await steps.push(product);
      const [row] = await rows<{ next_at: Date }>(
        "SELECT next_at FROM push WHERE channel = 'amazon'",
      );
      const waitMs = (row?.next_at.getTime() ?? 0) - pipeline.clock.now().getTime();
      waits.push(waitMs);
      pipeline.clock.advance(waitMs);
    }

    expect(waits.slice(0, 5)).toEqual([1_000, 1_000, 2_000, 4_000, 8_000]);
    expect(Math.max(...waits)).toBe(60_000);
  });

  it("does not wait by the clock when only our own quota had no turn", async () => {
    for (let time = 0; time < 70; time += 1) {
      amazon().nextOutcomes.push({ kind: "not_sent", code: "no_turn", afterMs: 1_000 });
      await minutes(1);
    }
    await minutes(2);

    expect(await change()).toMatchObject({ state: "live" });
  });
});
