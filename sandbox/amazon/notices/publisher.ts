/**
 * From a thing that happened to every subscription for it: the envelope of the type, and for types that
 * go by EventBridge the event round it, as a rule of the seller's bus passes it on to the queue.
 */
import { randomUUID } from "node:crypto";
import type { SandboxClock } from "../../clock.ts";
import type { MarketChange } from "../../market/types.ts";
import type { NotificationDelivery } from "../notification-delivery.ts";
import type { Notifications, StoredSubscription } from "../notifications.ts";
import { findNotificationType } from "./notification-types.ts";
import type { NotificationTypeName } from "./notification-types.ts";

export interface Publisher {
  publish(notice: Notice): void;
  /** To one subscription that the caller has chosen itself. */
  send(to: StoredSubscription, payload: unknown, change?: MarketChange): void;
  /** About the application, not a seller: to the queue registered for it. */
  announce(type: string, payload: unknown): void;
}

interface Notice {
  readonly type: NotificationTypeName;
  readonly sellerId: string;
  /** Left out for what concerns the whole account. */
  readonly marketplaceId?: string;
  readonly payload: unknown;
}

interface PublisherOptions {
  readonly clock: SandboxClock;
  readonly applicationId: string;
  readonly notifications: Notifications;
  readonly delivery: NotificationDelivery;
  /** Where application notices go, and what the bus of an EventBridge destination feeds. */
  readonly queueArn: string;
}

export function createPublisher(options: PublisherOptions): Publisher {
  const { clock, applicationId, notifications, delivery, queueArn } = options;

  const metadata = (subscriptionId: string) => ({
    applicationId,
    subscriptionId,
    publishTime: clock.now().toISOString(),
    notificationId: randomUUID(),
  });

  const send = (to: StoredSubscription, payload: unknown, change?: MarketChange): void => {
    const about = {
      sellerId: to.sellerId,
      type: to.type,
      asin: change?.asin,
      happenedAt: change?.at,
    };
    const type = findNotificationType(to.type);
    const envelope = {
      notificationVersion: type?.notificationVersion ?? "1.0",
      notificationType: to.type,
      payloadVersion: to.subscription.payloadVersion,
      eventTime: clock.now().toISOString(),
      notificationMetadata: metadata(to.subscription.subscriptionId),
    };
    const notification =
      type?.casing === "camel"
        ? { ...envelope, payload }
        : { ...inPascalCase(envelope), Payload: payload };
    const { bus } = to.target;
    if (bus === null) delivery.send(to.target.queueArn, notification, about);
    else delivery.send(queueArn, busEvent(to.type, bus, { notification, at: clock.now() }), about);
  };

  return {
    send,
    publish({ type, sellerId, marketplaceId, payload }) {
      for (const to of notifications.subscriptions(type)) {
        const wanted = to.subscription.processingDirective?.eventFilter?.marketplaceIds ?? [];
        const isHere =
          marketplaceId === undefined || wanted.length === 0 || wanted.includes(marketplaceId);
        if (to.sellerId === sellerId && isHere) send(to, payload);
      }
    },
    announce(type, payload) {
      const eventTime = clock.now().toISOString();
      delivery.send(queueArn, {
        notificationVersion: "1.0",
        notificationType: type,
        payloadVersion: "1.0",
        eventTime,
        payload,
        notificationMetadata: metadata(randomUUID()),
      });
    },
  };
}

type EventBus = NonNullable<StoredSubscription["target"]["bus"]>;

function busEvent(
  type: string,
  { name, accountId, region }: EventBus,
  { notification, at }: { readonly notification: unknown; readonly at: Date },
) {
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": type,
    source: name,
    account: accountId,
    // EventBridge states whole seconds.
    time: `${at.toISOString().slice(0, 19)}Z`,
    region,
    resources: [],
    detail: notification,
  };
}

function inPascalCase(fields: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`,
      typeof value === "object" && value !== null ? inPascalCase(value as object) : value,
    ]),
  );
}
