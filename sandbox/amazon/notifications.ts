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
export const SQS_TYPES: Readonly<Record<string, string>> = {
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
  const destinations = new Map<string, Destination>();
  const subscriptions = new Map<string, StoredSubscription>();

  const createDestination = (call: SpCall): SpReply => {
    const { name, arn } = parseDestination(call.body);
    if (queues.findByArn(arn) === undefined) {
      throw invalidInput("The queue does not exist or its policy does not let Amazon send to it.");
    }
    const isTaken = [...destinations.values()].some(
      (each) => each.name === name || each.resource.sqs?.arn === arn,
    );
    if (isTaken) throw conflict("A destination with this name or resource exists already.");
    const destination: Destination = {
      name,
      destinationId: randomUUID(),
      resource: { sqs: { arn } },
    };
    destinations.set(destination.destinationId, destination);
    const body: CreateDestinationResponse = { payload: destination };
    return { body };
  };

  const destinationOf = (call: SpCall): Destination => {
    const destination = destinations.get(call.params["destinationId"] ?? "");
    if (destination === undefined) throw notFound("Destination not found.");
    return destination;
  };

  const ofSeller = (call: SpCall): StoredSubscription[] =>
    [...subscriptions.values()].filter(
      ({ sellerId, region }) => sellerId === call.sellerId && region === call.region,
    );

  const createSubscription = (call: SpCall): SpReply => {
    const type = call.params["notificationType"] ?? "";
    const { destinationId, payloadVersion, processingDirective } = parseSubscription(call, type);
    const arn = destinations.get(destinationId)?.resource.sqs?.arn;
    if (arn === undefined) throw invalidInput("The destinationId is not valid.");
    if (ofSeller(call).some((each) => each.type === type)) {
      throw conflict("A subscription for this notification type exists already.");
    }
    const subscription: Subscription = {
      subscriptionId: randomUUID(),
      payloadVersion,
      destinationId,
      ...(processingDirective === undefined ? {} : { processingDirective }),
    };
    const { sellerId, region } = call;
    subscriptions.set(subscription.subscriptionId, {
      type,
      sellerId,
      region,
      queueArn: arn,
      subscription,
    });
    const body: CreateSubscriptionResponse = { payload: subscription };
    return { body };
  };

  const getSubscription = (call: SpCall): SpReply => {
    const found = ofSeller(call).find((each) => each.type === call.params["notificationType"]);
    if (found === undefined) throw notFound("Subscription not found.");
    return { body: { payload: found.subscription } };
  };

  const subscriptionById = (call: SpCall): StoredSubscription => {
    const found = subscriptions.get(call.params["subscriptionId"] ?? "");
    if (found === undefined || found.type !== call.params["notificationType"]) {
      throw notFound("Subscription not found.");
    }
    return found;
  };

  const destinationRoot = `${ROOT}/destinations`;
  const typeRoot = `${ROOT}/subscriptions/{notificationType}`;
  const operations: SpOperation[] = [
    { name: "createDestination", method: "POST", path: destinationRoot, access: "grantless", handle: createDestination },
    { name: "getDestinations", method: "GET", path: destinationRoot, access: "grantless", handle: () => ({ body: { payload: [...destinations.values()] } }) },
    { name: "getDestination", method: "GET", path: `${destinationRoot}/{destinationId}`, access: "grantless", handle: (call) => ({ body: { payload: destinationOf(call) } }) },
    { name: "deleteDestination", method: "DELETE", path: `${destinationRoot}/{destinationId}`, access: "grantless", handle: (call) => { destinations.delete(destinationOf(call).destinationId); return { body: {} }; } },
    { name: "getSubscriptions", method: "GET", path: `${ROOT}/subscriptions`, access: "seller", handle: (call) => ({ body: { payload: { subscriptions: ofSeller(call).map((each) => each.subscription) } } }) },
    { name: "createSubscription", method: "POST", path: typeRoot, access: "seller", handle: createSubscription },
    { name: "getSubscription", method: "GET", path: typeRoot, access: "seller", handle: getSubscription },
    { name: "getSubscriptionById", method: "GET", path: `${typeRoot}/{subscriptionId}`, access: "grantless", handle: (call) => ({ body: { payload: subscriptionById(call).subscription } }) },
    { name: "deleteSubscriptionById", method: "DELETE", path: `${typeRoot}/{subscriptionId}`, access: "grantless", handle: (call) => { subscriptions.delete(subscriptionById(call).subscription.subscriptionId); return { body: {} }; } },
  ]; // prettier-ignore
  return {
    operations,
    subscriptions: (type) => [...subscriptions.values()].filter((each) => each.type === type),
    reset() {
      destinations.clear();
      subscriptions.clear();
    },
  };
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
