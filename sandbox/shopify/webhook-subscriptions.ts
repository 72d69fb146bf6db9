/** Webhook subscriptions made through the API. */
import { ADMIN_API_VERSION } from "./schema.ts";
import { dateTime } from "./call-context.ts";
import type { CallContext } from "./call-context.ts";
import { connection } from "./connection.ts";
import type { PageArguments } from "./connection.ts";
import { gid, idOf } from "./gid.ts";
import type { StoreSubscription } from "./state.ts";

interface SubscriptionInput {
  readonly uri?: string | null;
  readonly callbackUrl?: string | null;
  readonly includeFields?: readonly string[] | null;
}

export function webhookSubscriptionConnection(
  context: CallContext,
  args: PageArguments & { topics?: readonly string[] | null },
): object {
  return connection({
    items: context.store.subscriptions.filter(
      ({ topic }) => args.topics == null || args.topics.includes(topic),
    ),
    args,
    isWhole: context.isWhole,
    idOf: (subscription) => subscription.id,
    toNode: subscriptionNode,
  });
}

export function webhookSubscriptionCreate(
  context: CallContext,
  args: { topic: string; webhookSubscription: SubscriptionInput },
): object {
  const { store, world } = context;
  const uri = args.webhookSubscription.uri ?? args.webhookSubscription.callbackUrl ?? "";
  const field = ["webhookSubscription", "callbackUrl"];
  const refuse = (message: string): object => ({
    webhookSubscription: null,
    userErrors: [{ field, message }],
  });
  if (!URL.canParse(uri)) return refuse("Address is not a valid URL");
  if (store.subscriptions.some((one) => one.topic === args.topic && one.uri === uri)) {
    return refuse("Address for this topic has already been taken");
  }
  const subscription: StoreSubscription = {
    id: store.nextId(),
    topic: args.topic,
    uri,
    includeFields: args.webhookSubscription.includeFields ?? [],
    createdAt: world.clock.now(),
    failures: 0,
  };
  store.subscriptions.push(subscription);
  return { webhookSubscription: subscriptionNode(subscription), userErrors: [] };
}

export function webhookSubscriptionDelete(context: CallContext, { id }: { id: string }): object {
  const { subscriptions } = context.store;
  const index = subscriptions.findIndex((one) => one.id === idOf("WebhookSubscription", id));
  if (index < 0) {
    const message = "Webhook subscription does not exist";
    return { deletedWebhookSubscriptionId: null, userErrors: [{ field: ["id"], message }] };
  }
  subscriptions.splice(index, 1);
  return { deletedWebhookSubscriptionId: id, userErrors: [] };
}

export function subscriptionNode(subscription: StoreSubscription): object {
  return {
    __typename: "WebhookSubscription",
    id: gid("WebhookSubscription", subscription.id),
    legacyResourceId: String(subscription.id),
    topic: subscription.topic,
    uri: subscription.uri,
    callbackUrl: subscription.uri,
    format: "JSON",
    filter: null,
    includeFields: subscription.includeFields,
    metafieldNamespaces: [],
    createdAt: dateTime(subscription.createdAt),
    updatedAt: dateTime(subscription.createdAt),
    apiVersion: { handle: ADMIN_API_VERSION, displayName: ADMIN_API_VERSION, supported: true },
  };
}
