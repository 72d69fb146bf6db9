/**
 * Notifications v1: destinations (grantless) and subscriptions (the seller's token), and the envelope
 * every notification travels in. One subscription per type, seller and region.
 */
import { randomUUID } from "node:crypto";
import type {
  CreateDestinationResponse,
  CreateSubscriptionResponse,
  Destination,
  ProcessingDirective,
  Subscription,
} from "@sp-api-sdk/notifications-api-v1";
import type { AmazonRegion } from "./marketplaces.ts";
import { isRecord } from "./purchasable-offer.ts";
import { conflict, invalidInput, notFound } from "./reply.ts";
import type { SpCall, SpOperation, SpReply } from "./sp-api.ts";
import type { QueueEndpoint } from "./sqs-protocol.ts";

const ROOT = "/notifications/v1";
/** The types that take a processing directive. */
const DIRECTED_TYPES = ["ANY_OFFER_CHANGED", "ORDER_CHANGE", "SHIPMENT_TRACKING_MILESTONE_CHANGED"];

/** Types that reach an SQS queue, with their payload version; the others need EventBridge. */
const SQS_TYPES: Readonly<Record<string, string>> = {
  ANY_OFFER_CHANGED: "1.0",
  B2B_ANY_OFFER_CHANGED: "1.0",
  PRICING_HEALTH: "1.0",
  FEED_PROCESSING_FINISHED: "2020-09-04",
  REPORT_PROCESSING_FINISHED: "2020-09-04",
  ACCOUNT_STATUS_CHANGED: "2021-01-01",
  ORDER_CHANGE: "1.0",
  FBA_INVENTORY_AVAILABILITY_CHANGES: "1.0",
};

export interface StoredSubscription {
  readonly type: string;
  readonly sellerId: string;
  readonly region: AmazonRegion;
  readonly queueArn: string;
  readonly subscription: Subscription;
}

export interface Notifications {
  readonly operations: readonly SpOperation[];
  subscriptions(type: string): StoredSubscription[];
  reset(): void;
}

export function createNotifications(queues: QueueEndpoint): Notifications {
  return new NotificationDesk(queues);
}

class NotificationDesk implements Notifications {
  readonly operations: readonly SpOperation[];
  readonly #queues: QueueEndpoint;
  readonly #destinations = new Map<string, Destination>();
  readonly #subscriptions = new Map<string, StoredSubscription>();

  constructor(queues: QueueEndpoint) {
    this.#queues = queues;
    const one = `${ROOT}/destinations/{destinationId}`;
    const type = `${ROOT}/subscriptions/{notificationType}`;
    const byId = `${type}/{subscriptionId}`;
    this.operations = [
      { name: "createDestination", method: "POST", path: `${ROOT}/destinations`, access: "grantless", handle: (call) => this.#createDestination(call) },
      { name: "getDestinations", method: "GET", path: `${ROOT}/destinations`, access: "grantless", handle: () => ({ body: { payload: [...this.#destinations.values()] } }) },
      { name: "getDestination", method: "GET", path: one, access: "grantless", handle: (call) => ({ body: { payload: this.#destination(call) } }) },
      { name: "deleteDestination", method: "DELETE", path: one, access: "grantless", handle: (call) => this.#deleteDestination(call) },
      { name: "getSubscriptions", method: "GET", path: `${ROOT}/subscriptions`, access: "seller", handle: (call) => this.#list(call) },
      { name: "createSubscription", method: "POST", path: type, access: "seller", handle: (call) => this.#subscribe(call) },
      { name: "getSubscription", method: "GET", path: type, access: "seller", handle: (call) => this.#ofType(call) },
      { name: "getSubscriptionById", method: "GET", path: byId, access: "grantless", handle: (call) => ({ body: { payload: this.#byId(call).subscription } }) },
      { name: "deleteSubscriptionById", method: "DELETE", path: byId, access: "grantless", handle: (call) => this.#unsubscribe(call) },
    ]; // prettier-ignore
  }

  subscriptions(type: string): StoredSubscription[] {
    return [...this.#subscriptions.values()].filter((each) => each.type === type);
  }

  reset(): void {
    this.#destinations.clear();
    this.#subscriptions.clear();
  }

  #createDestination(call: SpCall): SpReply {
    const { name, arn } = parseDestination(call.body);
    if (this.#queues.findByArn(arn) === undefined) {
      throw invalidInput("The queue does not exist or its policy does not let Amazon send to it.");
    }
    const isTaken = [...this.#destinations.values()].some(
      (each) => each.name === name || each.resource.sqs?.arn === arn,
    );
    if (isTaken) throw conflict("A destination with this name or resource exists already.");
    const destinationId = randomUUID();
    const destination: Destination = { name, destinationId, resource: { sqs: { arn } } };
    this.#destinations.set(destinationId, destination);
    const body: CreateDestinationResponse = { payload: destination };
    return { body };
  }

  #destination(call: SpCall): Destination {
    const destination = this.#destinations.get(call.params["destinationId"] ?? "");
    if (destination === undefined) throw notFound("Destination not found.");
    return destination;
  }

  #deleteDestination(call: SpCall): SpReply {
    this.#destinations.delete(this.#destination(call).destinationId);
    return { body: {} };
  }

  #ofSeller(call: SpCall): StoredSubscription[] {
    return [...this.#subscriptions.values()].filter(
      ({ sellerId, region }) => sellerId === call.sellerId && region === call.region,
    );
  }

  #list(call: SpCall): SpReply {
    const subscriptions = this.#ofSeller(call).map((each) => each.subscription);
    return { body: { payload: { subscriptions } } };
  }

  #subscribe(call: SpCall): SpReply {
    const type = call.params["notificationType"] ?? "";
    const { sellerId, region } = call;
    const { destinationId, payloadVersion, processingDirective } = parseSubscription(call, type);
    const queueArn = this.#destinations.get(destinationId)?.resource.sqs?.arn;
    if (queueArn === undefined) throw invalidInput("The destinationId is not valid.");
    if (this.#ofSeller(call).some((each) => each.type === type)) {
      throw conflict("A subscription for this notification type exists already.");
    }
    const subscription: Subscription = {
      subscriptionId: randomUUID(),
      payloadVersion,
      destinationId,
      ...(processingDirective === undefined ? {} : { processingDirective }),
    };
    const stored: StoredSubscription = { type, sellerId, region, queueArn, subscription };
    this.#subscriptions.set(subscription.subscriptionId, stored);
    const body: CreateSubscriptionResponse = { payload: subscription };
    return { body };
  }

  #ofType(call: SpCall): SpReply {
    const type = call.params["notificationType"];
    const found = this.#ofSeller(call).find((each) => each.type === type);
    if (found === undefined) throw notFound("Subscription not found.");
    return { body: { payload: found.subscription } };
  }

  #byId(call: SpCall): StoredSubscription {
    const found = this.#subscriptions.get(call.params["subscriptionId"] ?? "");
    if (found === undefined || found.type !== call.params["notificationType"]) {
      throw notFound("Subscription not found.");
    }
    return found;
  }

  #unsubscribe(call: SpCall): SpReply {
    this.#subscriptions.delete(this.#byId(call).subscription.subscriptionId);
    return { body: {} };
  }
}

function parseDestination(body: unknown): { name: string; arn: string } {
  const { name, resourceSpecification } = isRecord(body) ? body : {};
  const { sqs } = isRecord(resourceSpecification) ? resourceSpecification : {};
  const arn = isRecord(sqs) ? sqs["arn"] : undefined;
  if (typeof name !== "string" || name === "") throw invalidInput("Missing name.");
  if (typeof arn !== "string") throw invalidInput("Only SQS destinations are offered here.");
  if (arn.endsWith(".fifo")) throw invalidInput("FIFO queues are not supported.");
  return { name, arn };
}

function parseSubscription(
  call: SpCall,
  type: string,
): { destinationId: string; payloadVersion: string; processingDirective?: ProcessingDirective } {
  const { destinationId, payloadVersion, processingDirective } = isRecord(call.body)
    ? call.body
    : {};
  if (SQS_TYPES[type] === undefined) {
    throw invalidInput(`Notification type ${type} cannot be delivered to SQS.`);
  }
  if (typeof destinationId !== "string") throw invalidInput("Missing destinationId.");
  if (payloadVersion !== SQS_TYPES[type]) throw invalidInput("Invalid payloadVersion.");
  if (processingDirective === undefined) return { destinationId, payloadVersion };
  if (!DIRECTED_TYPES.includes(type)) {
    throw invalidInput(`Notification type ${type} takes no processingDirective.`);
  }
  const eventFilter = isRecord(processingDirective)
    ? processingDirective["eventFilter"]
    : undefined;
  if (!isRecord(eventFilter) || eventFilter["eventFilterType"] !== type) {
    throw invalidInput("processingDirective.eventFilter.eventFilterType must name the type.");
  }
  return { destinationId, payloadVersion, processingDirective: directiveOf(type, eventFilter) };
}

function directiveOf(type: string, filter: Readonly<Record<string, unknown>>): ProcessingDirective {
  const { marketplaceIds, aggregationSettings } = filter;
  const period = isRecord(aggregationSettings)
    ? aggregationSettings["aggregationTimePeriod"]
    : undefined;
  if (period !== undefined && period !== "FiveMinutes" && period !== "TenMinutes") {
    throw invalidInput("aggregationTimePeriod must be FiveMinutes or TenMinutes.");
  }
  const eventFilterType = type === "ORDER_CHANGE" ? "ORDER_CHANGE" : "ANY_OFFER_CHANGED";
  return {
    eventFilter: {
      eventFilterType,
      ...(Array.isArray(marketplaceIds) ? { marketplaceIds: marketplaceIds.map(String) } : {}),
      ...(period === undefined ? {} : { aggregationSettings: { aggregationTimePeriod: period } }),
    },
  };
}

/** What every Pascal-case notification is wrapped in. */
export function pascalEnvelope(input: {
  readonly subscription: StoredSubscription;
  readonly applicationId: string;
  readonly at: Date;
  readonly payload: unknown;
}) {
  const { subscription, applicationId, at, payload } = input;
  return {
    NotificationVersion: "1.0",
    NotificationType: subscription.type,
    PayloadVersion: subscription.subscription.payloadVersion,
    EventTime: at.toISOString(),
    NotificationMetadata: {
      ApplicationId: applicationId,
      SubscriptionId: subscription.subscription.subscriptionId,
      PublishTime: at.toISOString(),
      NotificationId: randomUUID(),
    },
    Payload: payload,
  };
}

/** The newer types spell the same envelope in camel case. */
export function camelEnvelope(input: {
  readonly subscription: StoredSubscription;
  readonly applicationId: string;
  readonly at: Date;
  readonly payload: unknown;
}) {
  const { subscription, applicationId, at, payload } = input;
  return {
    notificationVersion: "2020-09-04",
    notificationType: subscription.type,
    payloadVersion: subscription.subscription.payloadVersion,
    eventTime: at.toISOString(),
    notificationMetadata: {
      applicationId,
      subscriptionId: subscription.subscription.subscriptionId,
      publishTime: at.toISOString(),
      notificationId: randomUUID(),
    },
    payload,
  };
}
