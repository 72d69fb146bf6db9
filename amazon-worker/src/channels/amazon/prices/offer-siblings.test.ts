/** What our writes leave of an offer: read at the stand-in, byte for byte. */
import { afterEach, describe, expect, it } from "vitest";
import { money } from "@calibr/shared/core/money/money";
import type { ChannelWalls, PricePush } from "@calibr/shared/ports/price-channel";
import {
  ACCEPTED_TO_LIVE_MS,
  itemUrl,
} from "../../../../../sandbox/amazon/testing/start-amazon.ts";
import {
  ACCOUNT,
  address,
  listing,
  push,
  type RunningChannel,
  startChannel,
  statusesOf,
  US,
} from "../testing/start-channel.ts";

const { signal } = new AbortController();
let running: RunningChannel | undefined;

afterEach(async () => {
  await running?.stop();
  running = undefined;
});

/** A listing with everything that a price patch could damage. */
const FULL = {
  priceMinor: 2_500,
  minimumMinor: 1_500,
  maximumMinor: 3_000,
  salePriceMinor: 1_700,
  businessPriceMinor: 2_300,
  isAutomated: true,
};

const TIERS = [
  {
    schedule: [
      {
        discount_type: "fixed",
        levels: [
          { lower_bound: 5, value: 22 },
          { lower_bound: 20, value: 21 },
        ],
      },
    ],
  },
];

type OfferElement = Readonly<Record<string, unknown>>;

async function start(sku: string, change: Record<string, unknown> = {}) {
  running = await startChannel([listing(sku, { priceMinor: 2_500, ...change })]);
  const { amazon, channel, secret } = running;
  return {
    amazon,
    channel: channel.priceChannel,
    log: running.log,
    offers: async () => {
      const { item } = (await amazon.control("sku", { sku })) as {
        item: { attributes: { purchasable_offer: OfferElement[] } };
      };
      return item.attributes.purchasable_offer;
    },
    settle: () => amazon.clock.advance(ACCEPTED_TO_LIVE_MS),
    /** Quantity discounts for business buyers, as the seller sets them in Seller Central. */
    async addTiers() {
      const value = {
        marketplace_id: US,
        currency: "USD",
        audience: "B2B",
        quantity_discount_plan: TIERS,
      };
      const patch = { op: "merge", path: "/attributes/purchasable_offer", value: [value] };
      const answer = await amazon.call(itemUrl(sku), {
        method: "PATCH",
        headers: { "x-amz-access-token": await amazon.accessToken(), "user-agent": "test" },
        body: JSON.stringify({ productType: "PRODUCT", patches: [patch] }),
      });
      expect(answer.json).toMatchObject({ status: "ACCEPTED" });
      await amazon.clock.advance(ACCEPTED_TO_LIVE_MS);
      // That call was made under a consent of its own, which has ended ours.
      secret.refreshToken = String((await amazon.control("authorize"))["refreshToken"]);
    },
  };
}

const usd = (cents: bigint) => money(cents, "USD");
const walls = (min: bigint | null, max: bigint | "remove" | null): ChannelWalls => ({
  min: min === null ? null : usd(min),
  max: typeof max === "bigint" ? usd(max) : max,
});
const scheduled = (value: number) => [{ schedule: [{ value_with_tax: value }] }];

/** An element without the parts that a write was meant to change. */
function rest(element: OfferElement | undefined, ...changed: readonly string[]): string {
  const kept = Object.entries(element ?? {}).filter(([key]) => !changed.includes(key));
  // In which order the parts stand is the store's affair.
  return JSON.stringify(kept.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const OURS = ["our_price", "minimum_seller_allowed_price", "maximum_seller_allowed_price"];

describe("a price with its walls", () => {
  it.each<[string, ChannelWalls | undefined]>([
    ["alone", undefined],
    ["with both walls", walls(1_600n, 2_900n)],
    ["with a minimum", walls(1_600n, null)],
    ["that takes the maximum away", walls(1_600n, "remove")],
  ])("%s leaves sale, business price and Automate Pricing byte for byte", async (_what, sent) => {
    const { channel, offers, settle, addTiers } = await start("FULL", FULL);
    await addTiers();
    const [before, businessBefore] = await offers();
    expect(businessBefore).toHaveProperty("quantity_discount_plan");

    const price: PricePush = {
      ...push("FULL", 1_990n),
      ...(sent === undefined ? {} : { walls: sent }),
    };
    const [outcome] = await channel.pushPrices(ACCOUNT, [price], signal);
    await settle();

    const [after, businessAfter] = await offers();
    expect(outcome).toMatchObject({ kind: "accepted" });
    expect(after).toMatchObject({ our_price: scheduled(19.9) });
    expect(rest(after, ...OURS)).toBe(rest(before, ...OURS));
    expect(JSON.stringify(businessAfter)).toBe(JSON.stringify(businessBefore));
  });

  it("goes past limits that Amazon had stored, because all of it comes in one patch", async () => {
    const { channel, offers, settle } = await start("NARROW", {
      minimumMinor: 2_400,
      maximumMinor: 2_600,
    });

    const price = { ...push("NARROW", 1_990n), walls: walls(1_500n, 4_000n) };
    const [outcome] = await channel.pushPrices(ACCOUNT, [price], signal);
    await settle();

    expect(outcome).toMatchObject({ kind: "accepted" });
    expect((await offers())[0]).toMatchObject({
      our_price: scheduled(19.9),
      minimum_seller_allowed_price: scheduled(15),
      maximum_seller_allowed_price: scheduled(40),
    });
  });

  it("leaves a maximum that somebody else set in Seller Central, and hears Amazon's words about it", async () => {
    const { channel, offers, settle } = await start("FOREIGN", { maximumMinor: 2_600 });

    const price = { ...push("FOREIGN", 2_700n), walls: walls(1_500n, null) };
    const [outcome] = await channel.pushPrices(ACCOUNT, [price], signal);
    await settle();

    expect(outcome).toMatchObject({
      kind: "refused",
      vendorMessage: expect.stringContaining("18156") as string,
    });
    expect((await offers())[0]).toMatchObject({
      our_price: scheduled(25),
      maximum_seller_allowed_price: scheduled(26),
    });
  });
});

describe("walls alone", () => {
  it("change nothing but themselves", async () => {
    const { channel, offers, settle } = await start("FULL", FULL);
    const [before] = await offers();

    const edit = { address: address("FULL"), walls: walls(1_800n, 2_800n) };
    const outcome = await channel.pushWalls?.(ACCOUNT, edit, signal);
    await settle();

    const [after] = await offers();
    expect(outcome).toMatchObject({ kind: "accepted" });
    expect(after).toMatchObject({
      minimum_seller_allowed_price: scheduled(18),
      maximum_seller_allowed_price: scheduled(28),
    });
    expect(rest(after, ...OURS.slice(1))).toBe(rest(before, ...OURS.slice(1)));
  });

  it("take away the maximum we set", async () => {
    const { channel, offers, settle } = await start("FULL", FULL);

    await channel.pushWalls?.(
      ACCOUNT,
      { address: address("FULL"), walls: walls(1_500n, "remove") },
      signal,
    );
    await settle();

    expect((await offers())[0]).not.toHaveProperty("maximum_seller_allowed_price");
  });
});

describe("a read-back", () => {
  it("tells sale, business price, limits and rules, and the price as stored under the sale", async () => {
    const { channel, addTiers } = await start("FULL", FULL);
    await addTiers();

    const [reading] = await channel.readPrices(ACCOUNT, [address("FULL")], signal);

    expect(reading).toMatchObject({
      kind: "price",
      price: usd(1_700n),
      saleUntil: expect.any(Date) as Date,
      terms: {
        listedMinor: 2_500n,
        minMinor: 1_500n,
        maxMinor: 3_000n,
        sale: { minor: 1_700n },
        businessMinor: 2_300n,
        businessTiers: 2,
        autoRules: ["calibr-demo-rule"],
      },
    });
  });
});

describe("the first write of a listing", () => {
  const preview = (sku: string, cents: bigint): PricePush => ({
    ...push(sku, cents),
    needsPreview: true,
  });

  it("is previewed, then made", async () => {
    const { amazon, channel, settle } = await start("FRESH");

    const [outcome] = await channel.pushPrices(ACCOUNT, [preview("FRESH", 1_990n)], signal);
    await settle();

    const { received } = (await amazon.control("ledger", { sku: "FRESH" })) as {
      received: { outcome: string }[];
    };
    expect(outcome).toMatchObject({ kind: "accepted" });
    expect(received.map((write) => write.outcome)).toEqual(["VALID", "ACCEPTED"]);
  });

  it("is not made when the preview is refused, and Amazon's words are kept", async () => {
    const { channel, log } = await start("SKU-INVALID-1");

    const [outcome] = await channel.pushPrices(ACCOUNT, [preview("SKU-INVALID-1", 1_990n)], signal);

    expect(outcome).toMatchObject({
      kind: "refused",
      inPreview: true,
      vendorMessage: "The attributes are invalid. (90000900)",
    });
    expect(statusesOf(log, "patchListingsItem")).toHaveLength(1);
  });
});
