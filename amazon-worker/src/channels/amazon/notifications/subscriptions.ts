import { createHash } from "node:crypto";
import { AppError } from "@calibr/shared/core/app-error";
import type { ChannelAccount } from "@calibr/shared/ports/channel-account";
import type { Clock } from "@calibr/shared/ports/clock";
import type {
  SubscriptionDesk,
  SubscriptionStanding,
} from "@calibr/shared/ports/notification-source";
import {
  readDestination,
  readDestinations,
  readSubscription,
  type Destination,
  type Subscription,
} from "../answers/subscriptions.ts";
import { answerError, type SpClient } from "../client/client.ts";
import { inexpressible } from "../client/errors.ts";
import type { MarketQueue } from "./market-queue.ts";
import {
  findNotificationType,
  NOTIFICATION_TYPES,
  type NotificationType,
} from "./notification-types.ts";

/** What the desk works with. */
export interface SubscriptionDeskParts {
  readonly client: SpClient;
  readonly clock: Clock;
  /** Null when no queue is configured: every type is then unsupported. */
  readonly queue: Pick<MarketQueue, "readArn"> | null;
  /** AWS account whose event bus passes EventBridge types on to the queue; null when there is none. */
  readonly eventBusAccountId: string | null;
}

// Destinations belong to the application and hardly ever change; one look serves a round of checks.
const DESTINATION_LIFE_MS = 10 * 60_000;

interface KnownDestination {
  readonly destinationId: string;
  readonly untilMs: number;
}

/**
 * Makes Amazon send every wanted type to our queue. Safe to repeat: what exists is kept, what points
 * elsewhere or is of another version is replaced, what vanished is made anew. Destinations belong to the
 * application and are handled with its own token, subscriptions with the seller's (models issue 4491);
 * Amazon keeps one subscription per type, seller and region.
 */
export function createSubscriptionDesk(parts: SubscriptionDeskParts): SubscriptionDesk {
  const { client } = parts;
  const known = new Map<string, KnownDestination>();
  return {
    types: NOTIFICATION_TYPES.map(({ type, role }) => ({ type, role })),
    async ensure(account, type, signal) {
      const wanted = findNotificationType(type);
      if (wanted === null) throw inexpressible("createSubscription", `no type ${type} is wanted`);
      const way = await wayOf(parts, wanted, signal);
      if (way.kind === "unsupported") return way;
      const find = () => destinationOf(parts, { account, way, known }, signal);
      return await ensureOne(
        client,
        { account, wanted, destinationId: await find() },
        signal,
      ).catch(async (cause: unknown) => {
        // A destination that was deleted meanwhile: look again, once.
        if (!(cause instanceof AppError) || cause.code !== "amazon_request_refused") throw cause;
        if (!known.delete(placeOf(account, way))) throw cause;
        return ensureOne(client, { account, wanted, destinationId: await find() }, signal);
      });
    },
    async remove(account, { type, subscriptionId }, signal) {
      const path = { notificationType: type, subscriptionId };
      const operation = "deleteSubscriptionById";
      const answer = await client.send(account, { operation, path }, signal);
      const error = answer.status === 404 ? null : answerError(operation, answer);
      if (error !== null) throw error;
    },
  };
}

/** Where a type is to go, as Amazon describes destinations. */
type Way =
  | { readonly kind: "queue"; readonly arn: string }
  | { readonly kind: "event_bus"; readonly accountId: string; readonly region: string };

async function wayOf(
  { queue, eventBusAccountId }: SubscriptionDeskParts,
  { delivery }: NotificationType,
  signal: AbortSignal,
): Promise<Way | Extract<SubscriptionStanding, { kind: "unsupported" }>> {
  if (queue === null) return { kind: "unsupported", code: "no_queue_configured" };
  if (delivery === "event_bus" && eventBusAccountId === null)
    return { kind: "unsupported", code: "no_event_bus_configured" };
  const arn = await queue.readArn(signal);
  if (delivery === "queue" || eventBusAccountId === null) return { kind: "queue", arn };
  // The rule's target is the queue itself, and a rule reaches targets of its own region.
  const region = arn.split(":")[3] ?? "";
  return { kind: "event_bus", accountId: eventBusAccountId, region };
}

/** Each region's endpoint is asked for itself; nobody says that they share their destinations. */
function placeOf({ region }: ChannelAccount, { kind }: Way): string {
  return `${region} ${kind}`;
}

async function destinationOf(
  { client, clock }: SubscriptionDeskParts,
  ask: {
    readonly account: ChannelAccount;
    readonly way: Way;
    readonly known: Map<string, KnownDestination>;
  },
  signal: AbortSignal,
): Promise<string> {
  const { account, way, known } = ask;
  const place = placeOf(account, way);
  const held = known.get(place);
  const nowMs = clock.now().getTime();
  if (held !== undefined && held.untilMs > nowMs) return held.destinationId;
  const found =
    (await findDestination(client, { account, way }, signal)) ??
    (await createDestination(client, { account, way }, signal));
  known.set(place, { destinationId: found, untilMs: nowMs + DESTINATION_LIFE_MS });
  return found;
}

async function findDestination(
  client: SpClient,
  { account, way }: { account: ChannelAccount; way: Way },
  signal: AbortSignal,
): Promise<string | null> {
  const body = await client.call(account, { operation: "getDestinations" }, signal);
  return readDestinations(body).find((each) => leadsTo(each, way))?.destinationId ?? null;
}

function leadsTo(destination: Destination, way: Way): boolean {
  if (way.kind === "queue") return destination.queueArn === way.arn;
  const { eventBus } = destination;
  return eventBus?.accountId === way.accountId && eventBus.region === way.region;
}

async function createDestination(
  client: SpClient,
  { account, way }: { account: ChannelAccount; way: Way },
  signal: AbortSignal,
): Promise<string> {
  const operation = "createDestination";
  const resourceSpecification =
    way.kind === "queue"
      ? { sqs: { arn: way.arn } }
      : { eventBridge: { accountId: way.accountId, region: way.region } };
  const body = { name: nameOf(way), resourceSpecification };
  const answer = await client.send(account, { operation, body }, signal);
  if (answer.status === 409) {
    // Another worker was faster.
    const found = await findDestination(client, { account, way }, signal);
    if (found !== null) return found;
  }
  const error = answerError(operation, answer);
  if (error !== null) throw error;
  return readDestination(answer.body).destinationId;
}

/** One name per place, so that a queue that moved never meets its old name. */
function nameOf(way: Way): string {
  const place = way.kind === "queue" ? way.arn : `${way.accountId} ${way.region}`;
  return `calibr-${createHash("sha256").update(place).digest("hex").slice(0, 16)}`;
}

async function ensureOne(
  client: SpClient,
  ask: {
    readonly account: ChannelAccount;
    readonly wanted: NotificationType;
    readonly destinationId: string;
  },
  signal: AbortSignal,
): Promise<SubscriptionStanding> {
  const { account, wanted, destinationId } = ask;
  const notificationType = wanted.type;
  const current = await readCurrent(client, { account, notificationType }, signal);
  const isRight =
    current?.destinationId === destinationId &&
    (current.payloadVersion === null || current.payloadVersion === wanted.payloadVersion);
  if (current !== null && isRight) return standing(current, false);
  if (current !== null) {
    const path = { notificationType, subscriptionId: current.subscriptionId };
    await client.call(account, { operation: "deleteSubscriptionById", path }, signal);
  }
  const operation = "createSubscription";
  const body = { payloadVersion: wanted.payloadVersion, destinationId };
  const answer = await client.send(
    account,
    { operation, path: { notificationType }, body },
    signal,
  );
  if (answer.status === 409) {
    // Another worker was faster, or another shop of the same seller.
    const theirs = await readCurrent(client, { account, notificationType }, signal);
    if (theirs?.destinationId === destinationId) return standing(theirs, current !== null);
  }
  const error = answerError(operation, answer);
  if (error !== null) throw error;
  return standing(readSubscription(answer.body), current !== null);
}

function standing(subscription: Subscription, isRemade: boolean): SubscriptionStanding {
  const { subscriptionId, destinationId } = subscription;
  return { kind: "active", subscriptionId, destinationId, isRemade };
}

async function readCurrent(
  client: SpClient,
  { account, notificationType }: { account: ChannelAccount; notificationType: string },
  signal: AbortSignal,
): Promise<Subscription | null> {
  const operation = "getSubscription";
  const request = { operation, path: { notificationType } } as const;
  const answer = await client.send(account, request, signal);
  if (answer.status === 404) return null;
  const error = answerError(operation, answer);
  if (error !== null) throw error;
  return readSubscription(answer.body);
}
