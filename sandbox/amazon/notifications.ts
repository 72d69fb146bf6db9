/**
 * Notifications v1: destinations (grantless) and subscriptions (the seller's token). One subscription
 * per type, seller and region.
 */
import { randomUUID } from "node:crypto";
import type {
  CreateDestinationResponse,
  CreateSubscriptionResponse,
  Destination,
  EventBridgeResource,
  Subscription,
} from "@sp-api-sdk/notifications-api-v1";
import type { AmazonRegion } from "./marketplaces.ts";
import { findNotificationType } from "./notices/notification-types.ts";
import { parseDestination, parseSubscription } from "./notices/subscription-request.ts";
import type { DestinationRequest } from "./notices/subscription-request.ts";
import { conflict, invalidInput, notFound } from "./reply.ts";
import { queryList, requiredQuery } from "./sp-api.ts";
import type { SpCall, SpOperation, SpReply } from "./sp-api.ts";
import type { QueueEndpoint } from "./sqs-protocol.ts";

const ROOT = "/notifications/v1";
const LIST_PAGE_SIZE_MIN = 30;
const LIST_PAGE_SIZE_MAX = 100;
export interface StoredSubscription {
  readonly type: string;
  readonly sellerId: string;
  readonly region: AmazonRegion;
  readonly target: Target;
  subscription: Subscription;
}

/** Where a destination leads: a queue, or an event bus that a rule connects with one. */
export interface Target {
  readonly queueArn: string;
  readonly bus: EventBridgeResource | null;
}

export interface Notifications {
  readonly operations: readonly SpOperation[];
  subscriptions(type: string): StoredSubscription[];
  /** A subscription goes wrong behind its owner's back. False when there is none of this type. */
  break(broken: { type: string; sellerId: string; how: BreakKind }): boolean;
  reset(): void;
}

/** `vanish`: it is gone. `elsewhere`: it leads to a destination whose queue nobody reads. */
export type BreakKind = "vanish" | "elsewhere";

export function createNotifications(queues: QueueEndpoint, applicationId: string): Notifications {
  return new NotificationDesk(queues, applicationId);
}

class NotificationDesk implements Notifications {
  readonly operations: readonly SpOperation[];
  readonly #queues: QueueEndpoint;
  readonly #applicationId: string;
  readonly #destinations = new Map<string, Destination>();
  readonly #subscriptions = new Map<string, StoredSubscription>();

  constructor(queues: QueueEndpoint, applicationId: string) {
    this.#queues = queues;
    this.#applicationId = applicationId;
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

  break({ type, sellerId, how }: { type: string; sellerId: string; how: BreakKind }): boolean {
    const found = this.subscriptions(type).find((each) => each.sellerId === sellerId);
    if (found === undefined) return false;
    const { subscriptionId } = found.subscription;
    this.#subscriptions.delete(subscriptionId);
    if (how === "vanish") return true;
    const destinationId = randomUUID();
    const queueArn = `arn:aws:sqs:us-east-1:999999999999:somebody-elses-${destinationId.slice(0, 8)}`;
    const resource = { sqs: { arn: queueArn } };
    this.#destinations.set(destinationId, { name: "somebody else's", destinationId, resource });
    const subscription = { ...found.subscription, destinationId };
    this.#subscriptions.set(subscriptionId, {
      ...found,
      target: { queueArn, bus: null },
      subscription,
    });
    return true;
  }

  reset(): void {
    this.#destinations.clear();
    this.#subscriptions.clear();
  }

  #createDestination(call: SpCall): SpReply {
    const request = parseDestination(call.body);
    if ("arn" in request && this.#queues.findByArn(request.arn) === undefined) {
      throw invalidInput("The queue does not exist or its policy does not let Amazon send to it.");
    }
    const resource = this.#resourceOf(request);
    const isTaken = [...this.#destinations.values()].some(
      (each) => each.name === request.name || isSameResource(each.resource, resource),
    );
    if (isTaken) throw conflict("A destination with this name or resource exists already.");
    const destinationId = randomUUID();
    const destination: Destination = { name: request.name, destinationId, resource };
    this.#destinations.set(destinationId, destination);
    const body: CreateDestinationResponse = { payload: destination };
    return { body };
  }

  #resourceOf(request: DestinationRequest): Destination["resource"] {
    if ("arn" in request) return { sqs: { arn: request.arn } };
    const { accountId, region } = request;
    const source = `aws.partner/sellingpartnerapi.amazon.com/${accountId}/${this.#applicationId}`;
    return { eventBridge: { name: source, accountId, region } };
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
    requiredQuery(call, "notificationTypes");
    const [type, ...others] = queryList(call, "notificationTypes");
    if (others.length > 0) throw invalidInput("Only one notification type can be asked for.");
    const pageSize = Number(call.query.get("pageSize") ?? LIST_PAGE_SIZE_MIN);
    if (!(pageSize >= LIST_PAGE_SIZE_MIN && pageSize <= LIST_PAGE_SIZE_MAX)) {
      throw invalidInput(
        `pageSize must be between ${LIST_PAGE_SIZE_MIN} and ${LIST_PAGE_SIZE_MAX}.`,
      );
    }
    const subscriptions = this.#ofSeller(call)
      .filter((each) => each.type === type)
      .map((each) => each.subscription);
    return { body: { payload: { subscriptions } } };
  }

  #subscribe(call: SpCall): SpReply {
    const type = call.params["notificationType"] ?? "";
    const { sellerId, region } = call;
    const { destinationId, payloadVersion, processingDirective } = parseSubscription(call, type);
    const target = targetOf(this.#destinations.get(destinationId));
    const isBus = target.bus !== null;
    if (isBus !== (findNotificationType(type)?.road === "eventBridge")) {
      const road = isBus ? "EventBridge" : "SQS";
      throw invalidInput(`Notification type ${type} cannot be delivered to ${road}.`);
    }
    if (this.#ofSeller(call).some((each) => each.type === type)) {
      throw conflict("A subscription for this notification type exists already.");
    }
    const subscription: Subscription = {
      subscriptionId: randomUUID(),
      payloadVersion,
      destinationId,
      ...(processingDirective === undefined ? {} : { processingDirective }),
    };
    const stored: StoredSubscription = { type, sellerId, region, target, subscription };
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

function targetOf(destination: Destination | undefined): Target {
  const { sqs, eventBridge } = destination?.resource ?? {};
  if (eventBridge !== undefined) return { queueArn: "", bus: eventBridge };
  if (sqs === undefined) throw invalidInput("The destinationId is not valid.");
  return { queueArn: sqs.arn, bus: null };
}

/** One destination for a queue, and one for an AWS account's event bus. */
function isSameResource(a: Destination["resource"], b: Destination["resource"]): boolean {
  const isQueue = a.sqs !== undefined && a.sqs.arn === b.sqs?.arn;
  const isBus = a.eventBridge !== undefined && a.eventBridge.accountId === b.eventBridge?.accountId;
  return isQueue || isBus;
}
