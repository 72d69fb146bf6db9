/** Fixed prices of a market's price list. */
import type { CallContext } from "./call-context.ts";
import { parseDecimal } from "./decimal.ts";
import { gid, idOf } from "./gid.ts";
import { findPriceList, priceListNode, priceListPriceNode } from "./market-nodes.ts";
import type { StorePriceList, StoreVariant } from "./state.ts";

interface MoneyInput {
  readonly amount: string;
  readonly currencyCode: string;
}
interface PriceInput {
  readonly variantId: string;
  readonly price: MoneyInput;
  readonly compareAtPrice?: MoneyInput | null;
}
interface PriceListUserError {
  readonly field: readonly string[];
  readonly message: string;
  readonly code: string;
}

export function priceListFixedPricesAdd(
  context: CallContext,
  args: { priceListId: string; prices: readonly PriceInput[] },
): object {
  const list = findPriceList(context, args.priceListId);
  if (list === undefined) return { prices: null, userErrors: [unknownList()] };
  const { variants, userErrors } = addPrices(context, list, {
    prices: args.prices,
    field: "prices",
  });
  return {
    prices: variants.map((variant) => priceListPriceNode(context, list, variant)),
    userErrors,
  };
}

export function priceListFixedPricesUpdate(
  context: CallContext,
  args: {
    priceListId: string;
    pricesToAdd: readonly PriceInput[];
    variantIdsToDelete: readonly string[];
  },
): object {
  const list = findPriceList(context, args.priceListId);
  if (list === undefined) {
    const nothing = { priceList: null, pricesAdded: null, deletedFixedPriceVariantIds: null };
    return { ...nothing, userErrors: [unknownList()] };
  }
  const { variants, userErrors } = addPrices(context, list, {
    prices: args.pricesToAdd,
    field: "pricesToAdd",
  });
  const deleted = args.variantIdsToDelete.filter(
    (id) => userErrors.length === 0 && list.fixed.delete(idOf("ProductVariant", id) ?? 0),
  );
  return {
    priceList: () => priceListNode(context, list),
    pricesAdded: variants.map((variant) => priceListPriceNode(context, list, variant)),
    deletedFixedPriceVariantIds: deleted,
    userErrors,
  };
}

/** All or none: a problem with one price adds nothing. */
function addPrices(
  context: CallContext,
  list: StorePriceList,
  { prices, field }: { prices: readonly PriceInput[]; field: string },
): { variants: StoreVariant[]; userErrors: PriceListUserError[] } {
  const userErrors: PriceListUserError[] = [];
  const accepted: { variant: StoreVariant; input: PriceInput }[] = [];
  for (const [index, input] of prices.entries()) {
    const variant = context.store.variants.get(idOf("ProductVariant", input.variantId) ?? 0);
    if (variant === undefined) {
      const message = "The specified variant does not exist.";
      userErrors.push({
        field: [field, String(index), "variantId"],
        message,
        code: "VARIANT_NOT_FOUND",
      });
    } else if (input.price.currencyCode !== list.currency) {
      const message = "The specified currency does not match the price list's currency.";
      const code = "PRICE_LIST_CURRENCY_MISMATCH";
      userErrors.push({ field: [field, String(index), "price", "currencyCode"], message, code });
    } else accepted.push({ variant, input });
  }
  if (userErrors.length > 0) return { variants: [], userErrors };
  const minor = (money: MoneyInput): number =>
    parseDecimal(money.amount, context.store.decimals) ?? 0;
  for (const { variant, input } of accepted) {
    list.fixed.set(variant.id, {
      priceMinor: minor(input.price),
      compareAtMinor: input.compareAtPrice == null ? null : minor(input.compareAtPrice),
    });
  }
  context.world.log("fixed_prices_written", {
    shop: context.store.domain,
    priceList: gid("PriceList", list.id),
    skus: accepted.map(({ variant }) => variant.sku),
  });
  return { variants: accepted.map(({ variant }) => variant), userErrors: [] };
}

function unknownList(): PriceListUserError {
  const message = "The specified price list does not exist.";
  return { field: ["priceListId"], message, code: "PRICE_LIST_NOT_FOUND" };
}
