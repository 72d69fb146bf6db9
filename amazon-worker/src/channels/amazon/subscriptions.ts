import { AppError } from "@calibr/shared/core/app-error";
import type { ChannelAccount } from "@calibr/shared/ports/channel-account";
import { z } from "zod";
import { answerError, type SpClient } from "./client.ts";
import { unreadableAnswer } from "./errors.ts";

const NOTIFICATION_TYPE = "ANY_OFFER_CHANGED";
const PAYLOAD_VERSION = "1.0";
const DESTINATION_NAME = "calibr-market-queue";

const text = z.string().min(1);
const Destination = z.object({
  destinationId: text,
  resource: z.object({ sqs: z.object({ arn: text }).nullish().catch(null) }),
});
const Destinations = z.object({ payload: z.array(z.unknown()) });
const Created = z.object({ payload: z.object({ destinationId: text }) });
const Subscription = z.object({
  payload: z.object({ subscriptionId: text, destinationId: text }),
});

/** Whose notifications go where. */
export interface SubscriptionTarget {
  readonly account: ChannelAccount;
  readonly queueArn: string;
}

/**
 * Makes Amazon send the seller's market notifications to our queue. Safe to repeat: what exists is
 * kept, a subscription that points elsewhere is replaced. Destinations belong to the application and
 * are handled with its own token, subscriptions with the seller's (models issue 4491).
 */
export async function subscribeToMarket(
  client: SpClient,
  target: SubscriptionTarget,
  signal: AbortSignal,
): Promise<void> {
  const { account } = target;
  const destinationId = await ensureDestination(client, target, signal);
  const current = await readSubscription(client, account, signal);
  if (current?.destinationId === destinationId) return;
  if (current !== null) {
    const path = { notificationType: NOTIFICATION_TYPE, subscriptionId: current.subscriptionId };
    await client.call(account, { operation: "deleteSubscriptionById", path }, signal);
  }
  const operation = "createSubscription";
  const path = { notificationType: NOTIFICATION_TYPE };
  const body = { payloadVersion: PAYLOAD_VERSION, destinationId };
  const answer = await client.send(account, { operation, path, body }, signal);
  // 409: another worker was faster.
  const error = answer.status === 409 ? null : answerError(operation, answer);
  if (error !== null) throw error;
}

async function ensureDestination(
  client: SpClient,
  target: SubscriptionTarget,
  signal: AbortSignal,
): Promise<string> {
  const { account, queueArn } = target;
  const known = await findDestination(client, target, signal);
  if (known !== null) return known;
  const operation = "createDestination";
  const body = {
    name: DESTINATION_NAME,
    resourceSpecification: { sqs: { arn: queueArn } },
  };
  const answer = await client.send(account, { operation, body }, signal);
  if (answer.status === 409) {
    const found = await findDestination(client, target, signal);
    if (found !== null) return found;
    throw nameTaken();
  }
  const error = answerError(operation, answer);
  if (error !== null) throw error;
  const created = Created.safeParse(answer.body);
  if (!created.success) throw unreadableAnswer(operation, "the answer has no destinationId");
  return created.data.payload.destinationId;
}

async function findDestination(
  client: SpClient,
  target: SubscriptionTarget,
  signal: AbortSignal,
): Promise<string | null> {
  const operation = "getDestinations";
  const answer = Destinations.safeParse(await client.call(target.account, { operation }, signal));
  if (!answer.success) throw unreadableAnswer(operation, "the answer has no payload");
  for (const entry of answer.data.payload) {
    const parsed = Destination.safeParse(entry);
    if (parsed.success && parsed.data.resource.sqs?.arn === target.queueArn) {
      return parsed.data.destinationId;
    }
  }
  return null;
}

async function readSubscription(
  client: SpClient,
  account: ChannelAccount,
  signal: AbortSignal,
): Promise<z.infer<typeof Subscription>["payload"] | null> {
  const operation = "getSubscription";
  const path = { notificationType: NOTIFICATION_TYPE };
  const answer = await client.send(account, { operation, path }, signal);
  if (answer.status === 404) return null;
  const error = answerError(operation, answer);
  if (error !== null) throw error;
  const parsed = Subscription.safeParse(answer.body);
  if (!parsed.success) throw unreadableAnswer(operation, "the answer has no subscriptionId");
  return parsed.data.payload;
}

function nameTaken(): AppError {
  return new AppError({
    code: "amazon_request_refused",
    retry: "never",
    message: `createDestination: ${DESTINATION_NAME} already stands for another queue`,
    context: { operation: "createDestination", status: 409 },
  });
}
