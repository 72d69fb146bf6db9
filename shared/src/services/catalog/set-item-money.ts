import { type ItemId, parseItemId, type ShopId } from "../../core/ids.ts";
import { parseCurrency } from "../../core/money/currency.ts";
import { type MoneyTextProblem, parseMoney } from "../../core/money/money-text.ts";
import type { ItemMoney } from "../../ports/catalog-store.ts";
import type { Clock } from "../../ports/clock.ts";
import type { InShop } from "../../ports/shop-transaction.ts";

/** What setting an item's money needs from outside. */
export interface SetItemMoneyDeps {
  readonly inShop: InShop;
  readonly clock: Clock;
}

/** The fields of the form, as typed. */
export const ITEM_MONEY_FIELDS = ["cost", "floor", "ceiling", "map"] as const;

/** One field of the form. */
export type ItemMoneyField = (typeof ITEM_MONEY_FIELDS)[number];

/** Why a typed amount was not taken. */
export const ITEM_MONEY_PROBLEMS = [
  "not_a_decimal",
  "too_many_decimals",
  "too_large",
  "not_positive",
  "floor_above_ceiling",
  "map_above_ceiling",
] as const;

/** One reason. */
export type ItemMoneyProblem = (typeof ITEM_MONEY_PROBLEMS)[number];

/** What became of the form. Nothing is stored unless every field fits. */
export type SetItemMoneyOutcome =
  | { readonly kind: "saved" }
  | { readonly kind: "invalid"; readonly fields: Partial<Record<ItemMoneyField, ItemMoneyProblem>> }
  | { readonly kind: "not_found" }
  | { readonly kind: "currency_unknown" };

/**
 * Sets an item's cost and hand-set bounds from the texts a person typed. A blank field clears it: a blank
 * floor means "no floor typed", never zero. The item's listings are decided again.
 */
export async function setItemMoney(
  deps: SetItemMoneyDeps,
  order: { shopId: ShopId; itemId: string; money: Readonly<Record<ItemMoneyField, string>> },
): Promise<SetItemMoneyOutcome> {
  const itemId = parseItemId(order.itemId);
  if (itemId === null) return { kind: "not_found" };
  return deps.inShop(order.shopId, async (tx) => {
    const listings = await tx.catalog.listingsOfItem(itemId);
    if (listings.length === 0) return { kind: "not_found" };
    const currency = parseCurrency(await tx.catalog.itemCurrency(itemId));
    if (currency === null) return { kind: "currency_unknown" };
    const read = readFields(order.money, currency);
    if (read.kind === "invalid") return read;
    const at = deps.clock.now();
    if (!(await tx.catalog.setItemMoney(itemId satisfies ItemId, { ...read.money, currency }, at)))
      return { kind: "not_found" };
    await tx.market.markDirty(
      listings.map((listingId) => ({ listingId, cause: "bounds_changed", eventAt: at })),
      at,
    );
    await tx.wake("decide");
    return { kind: "saved" };
  });
}

type ReadFields =
  | { readonly kind: "money"; readonly money: Omit<ItemMoney, "currency"> }
  | Extract<SetItemMoneyOutcome, { kind: "invalid" }>;

function readFields(texts: Readonly<Record<ItemMoneyField, string>>, currency: string): ReadFields {
  const fields: Partial<Record<ItemMoneyField, ItemMoneyProblem>> = {};
  const minor: Record<ItemMoneyField, bigint | null> = {
    cost: null,
    floor: null,
    ceiling: null,
    map: null,
  };
  for (const field of ITEM_MONEY_FIELDS) {
    // People type a comma where their language does; a dot and a comma together are ambiguous and refused.
    const text = texts[field].trim().replace(/^(\d+),(\d{1,4})$/, "$1.$2");
    if (text === "") continue;
    const parsed = parseMoney(text, currency);
    if (parsed.kind === "refused") fields[field] = toProblem(parsed.problem);
    else if (parsed.money.amountMinor <= 0n) fields[field] = "not_positive";
    else minor[field] = parsed.money.amountMinor;
  }
  if (minor.floor !== null && minor.ceiling !== null && minor.floor > minor.ceiling)
    fields.floor = "floor_above_ceiling";
  if (minor.map !== null && minor.ceiling !== null && minor.map > minor.ceiling)
    fields.map = "map_above_ceiling";
  if (Object.keys(fields).length > 0) return { kind: "invalid", fields };
  return {
    kind: "money",
    money: {
      costMinor: minor.cost,
      floorMinor: minor.floor,
      ceilingMinor: minor.ceiling,
      mapMinor: minor.map,
    },
  };
}

function toProblem(problem: MoneyTextProblem): ItemMoneyProblem {
  switch (problem) {
    case "too_many_decimals":
    case "too_large":
      return problem;
    case "blank":
    case "not_a_decimal":
    case "currency_unknown":
      return "not_a_decimal";
  }
}
