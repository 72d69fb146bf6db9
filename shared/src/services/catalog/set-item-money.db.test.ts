import { beforeEach, describe, expect, it } from "vitest";
import { type LinkedProduct, makeLinkedProduct, rowsOf } from "../../testing/pipeline-shop.ts";
import { usePipeline } from "../../testing/use-pipeline.ts";
import { createSteps } from "../../testing/pipeline-steps.ts";
import { type ItemMoneyField, setItemMoney } from "./set-item-money.ts";

const pipeline = usePipeline();
const steps = createSteps(pipeline);
let product: LinkedProduct;

beforeEach(async () => {
  product = await makeLinkedProduct(pipeline);
});

type Texts = Partial<Record<ItemMoneyField, string>>;

const set = (texts: Texts, of: LinkedProduct = product) =>
  setItemMoney(pipeline, {
    shopId: of.shopId,
    itemId: of.itemId,
    money: { cost: "", floor: "", ceiling: "", map: "", ...texts },
  });
const stored = async () => {
  const [row] = await rowsOf<Record<string, string | null>>(
    pipeline.pool,
    product.shopId,
    "SELECT cost_minor, floor_minor, ceiling_minor, map_minor, bounds_currency FROM item WHERE item_id = $1",
    [product.itemId],
  );
  return row;
};

describe("the form of an item's money", () => {
  it.each([
    ["19.99", "1999"],
    ["  19.99 ", "1999"],
    ["19,99", "1999"],
    ["19", "1900"],
    ["0.01", "1"],
    ["19.9", "1990"],
    ["10000000000000.00", "1000000000000000"],
  ])("takes %j as %s minor units", async (text, minor) => {
    expect(await set({ cost: text })).toEqual({ kind: "saved" });
    expect((await stored())?.["cost_minor"]).toBe(minor);
  });

  it.each([
    ["0", "not_positive"],
    ["0.00", "not_positive"],
    ["-5", "not_positive"],
    ["19.999", "too_many_decimals"],
    ["abc", "not_a_decimal"],
    ["$19.99", "not_a_decimal"],
    ["1.000,50", "not_a_decimal"],
    ["1,000.50", "not_a_decimal"],
    ["1e3", "not_a_decimal"],
    ["19.99 USD", "not_a_decimal"],
    ["NaN", "not_a_decimal"],
    ["٣", "not_a_decimal"],
    ["10000000000000.01", "too_large"],
    ["9".repeat(60), "not_a_decimal"],
  ])("refuses %j as %s in every field and stores nothing", async (text, problem) => {
    const before = await stored();
    for (const field of ["cost", "floor", "ceiling", "map"] as const) {
      expect(await set({ cost: "7", [field]: text })).toEqual({
        kind: "invalid",
        fields: { [field]: problem },
      });
    }

    expect(await stored()).toEqual(before);
  });

  it("names every field that does not fit at once", async () => {
    expect(await set({ cost: "x", floor: "0", ceiling: "1.234" })).toEqual({
      kind: "invalid",
      fields: { cost: "not_a_decimal", floor: "not_positive", ceiling: "too_many_decimals" },
    });
  });

  it.each<[string, Texts, object]>([
    [
      "a floor above the ceiling",
      { floor: "20.01", ceiling: "20" },
      { floor: "floor_above_ceiling" },
    ],
    ["a MAP above the ceiling", { map: "20.01", ceiling: "20" }, { map: "map_above_ceiling" }],
    [
      "both",
      { floor: "30", map: "40", ceiling: "20" },
      { floor: "floor_above_ceiling", map: "map_above_ceiling" },
    ],
  ])("refuses %s", async (_what, texts, fields) => {
    expect(await set(texts)).toEqual({ kind: "invalid", fields });
  });

  it("takes a floor that equals the ceiling", async () => {
    expect(await set({ floor: "20", ceiling: "20" })).toEqual({ kind: "saved" });
  });

  it("clears what is left blank: no floor, never a floor of nothing", async () => {
    await set({ cost: "10", floor: "20", ceiling: "40", map: "25" });

    await set({ cost: " ", floor: "" });

    expect(await stored()).toEqual({
      cost_minor: null,
      floor_minor: null,
      ceiling_minor: null,
      map_minor: null,
      bounds_currency: null,
    });
  });

  it("has every listing of the item decided again, on the new bounds", async () => {
    await steps.rivalMoves(product, 2_500n);
    await steps.decide(product);

    await set({ cost: "10", floor: "27.50" });
    await steps.decide(product);

    const last = await steps.lastChange(product, product.amazonId);
    expect(last).toMatchObject({ state: "proposed", new_minor: "2750", floor_minor: "2750" });
  });

  it.each([
    ["not a number", "abc"],
    ["nobody's", "999999"],
    ["too long for a key", "9".repeat(30)],
  ])("finds no item whose id is %s", async (_what, itemId) => {
    const money = { cost: "1", floor: "", ceiling: "", map: "" };

    expect(await setItemMoney(pipeline, { shopId: product.shopId, itemId, money })).toEqual({
      kind: "not_found",
    });
  });

  it.each(["XXQ", "usd", ""])(
    "cannot tell an amount from text when the listings' currency is %j",
    async (currency) => {
      const odd = await makeLinkedProduct(pipeline, {
        amazon: { currency },
        shopify: { currency },
      });

      expect(await set({ cost: "10" }, odd)).toEqual({ kind: "currency_unknown" });
    },
  );

  it("cannot choose between two currencies", async () => {
    const mixed = await makeLinkedProduct(pipeline, { amazon: { currency: "CAD" } });

    expect(await set({ cost: "10" }, mixed)).toEqual({ kind: "currency_unknown" });
  });

  it("finds no item whose listings are all gone", async () => {
    await rowsOf(pipeline.pool, product.shopId, "UPDATE listing SET status = 'deleted'");

    expect(await set({ cost: "10" })).toEqual({ kind: "not_found" });
  });

  it("reads yen without decimals", async () => {
    const japan = await makeLinkedProduct(pipeline, {
      amazon: { currency: "JPY" },
      shopify: { currency: "JPY" },
    });

    expect(await set({ cost: "1980" }, japan)).toEqual({ kind: "saved" });
    expect(await set({ cost: "1980.5" }, japan)).toMatchObject({
      fields: { cost: "too_many_decimals" },
    });
  });
});
