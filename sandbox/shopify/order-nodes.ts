/** Orders as GraphQL objects: one line per variant, paid, in the store's currency, no discounts or refunds. */
import { dateTime } from "./call-context.ts";
import type { CallContext } from "./call-context.ts";
import { variantNode, productNode } from "./catalog-nodes.ts";
import { connection } from "./connection.ts";
import type { PageArguments } from "./connection.ts";
import { formatDecimal } from "./decimal.ts";
import { gid } from "./gid.ts";
import { parseSearch } from "./search-query.ts";
import type { StoreOrder, StoreOrderLine } from "./state.ts";

interface OrderArguments extends PageArguments {
  readonly query?: string | null;
  readonly sortKey?: string | null;
}

export function orderConnection(context: CallContext, args: OrderArguments): object {
  const test = parseSearch<StoreOrder>(
    args.query,
    {
      id: (order) => order.id,
      name: (order) => order.name,
      created_at: (order) => order.createdAt,
      processed_at: (order) => order.createdAt,
      updated_at: (order) => order.updatedAt,
      financial_status: () => "paid",
      test: () => "false",
    },
    (order) => order.name,
  );
  return connection({
    items: context.store.orders.filter(test),
    args,
    isWhole: context.isWhole,
    idOf: (order) => order.id,
    sortBy: (order) =>
      (args.sortKey === "UPDATED_AT" ? order.updatedAt : order.createdAt).getTime(),
    toNode: (order) => orderNode(context, order),
  });
}

export function orderNode(context: CallContext, order: StoreOrder): object {
  const totalMinor = order.lines.reduce((sum, line) => sum + line.unitMinor * line.quantity, 0);
  const total = bag(context, totalMinor);
  const zero = bag(context, 0);
  const { currency } = context.store;
  return {
    __typename: "Order",
    id: gid("Order", order.id),
    legacyResourceId: String(order.id),
    name: order.name,
    createdAt: dateTime(order.createdAt),
    processedAt: dateTime(order.createdAt),
    updatedAt: dateTime(order.updatedAt),
    cancelledAt: null,
    cancelReason: null,
    closedAt: null,
    test: false,
    confirmed: true,
    taxesIncluded: false,
    currencyCode: currency,
    presentmentCurrencyCode: currency,
    displayFinancialStatus: "PAID",
    displayFulfillmentStatus: "UNFULFILLED",
    sourceName: "web",
    tags: [],
    discountCodes: [],
    subtotalPriceSet: total,
    currentSubtotalPriceSet: total,
    totalPriceSet: total,
    currentTotalPriceSet: total,
    originalTotalPriceSet: total,
    totalDiscountsSet: zero,
    currentTotalDiscountsSet: zero,
    totalTaxSet: zero,
    totalShippingPriceSet: zero,
    totalRefundedSet: zero,
    refunds: [],
    lineItems: (args: PageArguments) =>
      connection({
        items: order.lines,
        args,
        isWhole: context.isWhole,
        idOf: (line) => line.id,
        toNode: (line) => lineNode(context, line),
      }),
  };
}

function lineNode(context: CallContext, line: StoreOrderLine): object {
  const unit = bag(context, line.unitMinor);
  const total = bag(context, line.unitMinor * line.quantity);
  return {
    __typename: "LineItem",
    id: gid("LineItem", line.id),
    name: `${line.variant.product.title} - ${line.variant.title}`,
    title: line.variant.product.title,
    variantTitle: line.variant.title,
    vendor: line.variant.product.vendor,
    sku: line.variant.sku,
    quantity: line.quantity,
    currentQuantity: line.quantity,
    isGiftCard: false,
    taxable: true,
    requiresShipping: true,
    variant: () => variantNode(context, line.variant),
    product: () => productNode(context, line.variant.product),
    originalUnitPriceSet: unit,
    discountedUnitPriceSet: unit,
    discountedUnitPriceAfterAllDiscountsSet: unit,
    originalTotalSet: total,
    discountedTotalSet: total,
    totalDiscountSet: bag(context, 0),
    discountAllocations: [],
  };
}

function bag({ store }: CallContext, minor: number): object {
  const money = { amount: formatDecimal(minor, store.decimals), currencyCode: store.currency };
  return { shopMoney: money, presentmentMoney: money };
}
