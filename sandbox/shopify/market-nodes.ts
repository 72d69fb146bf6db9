/** Markets, catalogs and price lists as GraphQL objects. */
import { connection } from "./connection.ts";
import type { PageArguments } from "./connection.ts";
import type { CallContext } from "./call-context.ts";
import { variantNode } from "./catalog-nodes.ts";
import { gid } from "./gid.ts";
import { listPrice } from "./market-prices.ts";
import type { StoreMarket, StorePriceList, StoreVariant } from "./state.ts";

export function marketConnection(context: CallContext, args: PageArguments): object {
  return connection({
    items: context.store.markets,
    args,
    isWhole: context.isWhole,
    idOf: (market) => market.id,
    toNode: (market) => marketNode(context, market),
  });
}

export function marketNode(context: CallContext, market: StoreMarket): object {
  return {
    __typename: "Market",
    id: gid("Market", market.id),
    name: market.name,
    handle: market.handle,
    status: "ACTIVE",
    type: "REGION",
    currencySettings: {
      baseCurrency: { currencyCode: market.currency, currencyName: market.currency, enabled: true },
      localCurrencies: false,
      roundingEnabled: false,
    },
    conditions: {
      conditionTypes: ["REGION"],
      regionsCondition: {
        applicationLevel: "SPECIFIED",
        regions: (args: PageArguments) =>
          connection({
            items: market.countries.map((code, index) => ({ code, id: market.id + 1000 + index })),
            args,
            isWhole: context.isWhole,
            idOf: (region) => region.id,
            toNode: ({ code, id }) => ({
              __typename: "MarketRegionCountry",
              id: gid("MarketRegionCountry", id),
              name: market.name,
              code,
            }),
          }),
      },
    },
    catalogs: (args: PageArguments) =>
      connection({
        items: [market],
        args,
        isWhole: context.isWhole,
        idOf: ({ catalogId }) => catalogId,
        toNode: () => catalogNode(context, market),
      }),
  };
}

function catalogNode(context: CallContext, market: StoreMarket): object {
  const { priceList } = market;
  return {
    __typename: "MarketCatalog",
    id: gid("MarketCatalog", market.catalogId),
    title: market.name,
    status: "ACTIVE",
    priceList: priceList === null ? null : () => priceListNode(context, priceList),
  };
}

export function findPriceList(context: CallContext, id: string): StorePriceList | undefined {
  return (
    context.store.markets.find(
      ({ priceList }) => priceList !== null && gid("PriceList", priceList.id) === id,
    )?.priceList ?? undefined
  );
}

export function priceListNode(context: CallContext, list: StorePriceList): object {
  const { store } = context;
  return {
    __typename: "PriceList",
    id: gid("PriceList", list.id),
    name: list.name,
    currency: list.currency,
    fixedPricesCount: list.fixed.size,
    parent: {
      adjustment: {
        type: list.adjustmentPercent < 0 ? "PERCENTAGE_DECREASE" : "PERCENTAGE_INCREASE",
        value: Math.abs(list.adjustmentPercent),
      },
    },
    prices: (args: PageArguments & { originType?: string | null }) => {
      const items = [...store.variants.values()].filter((variant) => {
        const isFixed = list.fixed.has(variant.id);
        return args.originType == null || (args.originType === "FIXED") === isFixed;
      });
      return connection({
        items,
        args,
        isWhole: context.isWhole,
        idOf: (variant) => variant.id,
        toNode: (variant) => priceListPriceNode(context, list, variant),
      });
    },
  };
}

export function priceListPriceNode(
  context: CallContext,
  list: StorePriceList,
  variant: StoreVariant,
): object {
  return {
    ...listPrice(context, list, variant),
    originType: list.fixed.has(variant.id) ? "FIXED" : "RELATIVE",
    variant: () => variantNode(context, variant),
  };
}
