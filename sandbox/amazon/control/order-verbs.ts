/** Control calls about orders and traffic: a past, a purchase, a correction. */
import {
  ControlError,
  flagArgument,
  optionalText,
  textArgument,
  wholeArgument,
} from "../../http/control.ts";
import type { ControlArguments, ControlVerbs } from "../../http/control.ts";
import type { Order, OrderStatus } from "../orders/order.ts";
import type { AmazonWorld } from "../world.ts";
import { namedListing, namedSeller } from "./named-things.ts";

const STATUSES: readonly OrderStatus[] = ["Pending", "Unshipped", "Shipped", "Cancelled"];

export function orderVerbs(world: AmazonWorld): ControlVerbs {
  const { orders, traffic, clock } = world;
  return {
    "seed-orders": (args) => {
      const share = Number(args["share"] ?? 0.15);
      if (!(share > 0 && share <= 1)) throw new ControlError('"share" must be between 0 and 1');
      const past = {
        days: wholeArgument(args, "days", 30),
        share,
        seed: wholeArgument(args, "seed", 1),
      };
      return { count: orders.seedPast(namedSeller(world, args), past) };
    },
    "place-order": (args) => {
      const listing = namedListing(world, args);
      const order = orders.place({
        sellerId: namedSeller(world, args).sellerId,
        listing,
        quantity: wholeArgument(args, "quantity", 1),
        unitPriceMinor: wholeArgument(args, "priceMinor", listing.shownMinor ?? 0),
        isBusiness: flagArgument(args, "isBusiness"),
        purchasedAt: instantArgument(args, "at") ?? clock.now(),
        isPlanned: flagArgument(args, "isPlanned"),
      });
      return { orderId: order.id };
    },
    "correct-order": (args) => correctOrder(world, args),
    orders: (args) => ({
      orders: orders.views(namedSeller(world, args).sellerId).map((view) => ({
        orderId: view.order.id,
        status: view.status,
        purchasedAt: view.order.purchasedAt,
        updatedAt: view.updatedAt,
        lines: view.lines,
      })),
    }),
    traffic: (args) => {
      const { sku, marketplaceId } = namedListing(world, args);
      const { sellerId } = namedSeller(world, args);
      const day = textArgument(args, "date");
      const sessions = wholeArgument(args, "sessions");
      const pageViews = wholeArgument(args, "pageViews", sessions);
      const buyBoxPercentage = wholeArgument(args, "buyBoxPercentage", 100);
      const numbers = { sessions, pageViews, buyBoxPercentage };
      traffic.state({ sellerId, sku, marketplaceId, day }, numbers);
    },
  };
}

/** `status`, and for the line of `sku` (else the first): `quantity`, `priceMinor`; `addSku`: one more line. */
function correctOrder(world: AmazonWorld, args: ControlArguments): unknown {
  const { orders, clock } = world;
  const order = orders.find(textArgument(args, "orderId"));
  if (order === undefined) throw new ControlError(`no order "${textArgument(args, "orderId")}"`);
  const status = args["status"] === undefined ? null : statusArgument(args);
  const added = optionalText(args, "addSku");
  const extra = added === undefined ? undefined : namedListing(world, { ...args, sku: added });
  orders.correct(order, (each) => {
    const line = lineOf(each, optionalText(args, "sku"));
    line.quantity = wholeArgument(args, "quantity", line.quantity);
    line.unitPriceMinor = wholeArgument(args, "priceMinor", line.unitPriceMinor);
    if (extra !== undefined) {
      each.lines.push({
        ...line,
        id: `${line.id}${each.lines.length + 1}`,
        sku: extra.sku,
        asin: extra.asin ?? "",
        title: extra.seed.title,
        quantity: 1,
        unitPriceMinor: extra.shownMinor ?? line.unitPriceMinor,
        arrivesAt: clock.now(),
      });
    }
    return status;
  });
  return { orderId: order.id };
}

function lineOf(order: Order, sku: string | undefined) {
  const line = order.lines.find((each) => sku === undefined || each.sku === sku);
  if (line === undefined) throw new ControlError(`no line of "${sku ?? ""}" in ${order.id}`);
  return line;
}

function statusArgument(args: ControlArguments): OrderStatus {
  const status = STATUSES.find((known) => known === args["status"]);
  if (status === undefined)
    throw new ControlError(`"status" must be one of ${STATUSES.join(", ")}`);
  return status;
}

function instantArgument(args: ControlArguments, name: string): Date | undefined {
  const text = optionalText(args, name);
  if (text === undefined) return undefined;
  const instant = new Date(text);
  if (Number.isNaN(instant.getTime())) throw new ControlError(`"${name}" must be an instant`);
  return instant;
}
