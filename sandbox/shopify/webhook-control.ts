/** Control verbs that look at webhooks and upset their delivery. */
import { ControlError, optionalText, textArgument, wholeArgument } from "../http/control.ts";
import type { ControlArguments, ControlVerbs } from "../http/control.ts";
import { isObject } from "../http/json.ts";
import type { StoreState } from "./state.ts";
import { emit } from "./webhook-events.ts";
import type { Delivery } from "./webhook-sender.ts";
import type { ShopifyWorld } from "./world-state.ts";

export function webhookVerbs(
  { webhooks, ...world }: ShopifyWorld,
  storeOf: (args: ControlArguments) => StoreState,
): ControlVerbs {
  return {
    webhooks_pause: () => webhooks.pause(),
    webhooks_resume: (args) => {
      const order = optionalText(args, "order") ?? "kept";
      if (order !== "kept" && order !== "reversed") {
        throw new ControlError('"order" is "kept" or "reversed"');
      }
      webhooks.resume(order);
    },
    // The next `count` deliveries vanish, or arrive twice.
    webhooks_lose: (args) => {
      webhooks.mischief.lose = wholeArgument(args, "count", 1);
    },
    webhooks_duplicate: (args) => {
      webhooks.mischief.duplicate = wholeArgument(args, "count", 1);
    },
    webhooks_settled: () => webhooks.settled(),
    deliveries: (args) => {
      const topic = optionalText(args, "topic");
      return webhooks
        .deliveries()
        .filter(({ event }) => topic === undefined || event.topic === topic)
        .map(describeDelivery);
    },
    // Any topic with any payload, for instance a compliance request.
    send_webhook: (args) => {
      const payload = args["payload"] ?? {};
      if (!isObject(payload)) throw new ControlError('"payload" must be an object');
      emit({ ...world, webhooks }, storeOf(args), textArgument(args, "topic"), payload);
    },
  };
}

function describeDelivery(delivery: Delivery): object {
  const { attempts, event, lastStatus, state, target, webhookId } = delivery;
  return {
    webhookId,
    eventId: event.eventId,
    shop: event.shop,
    topic: event.topic,
    uri: target.uri,
    triggeredAt: event.triggeredAt.toISOString(),
    state,
    attempts,
    lastStatus,
    payload: event.payload,
  };
}
