/**
 * Sends webhooks as Shopify does: signed raw body, all headers, 5 s for an answer, and
 * after a failure eight retries over four hours with the original payload and id
 * (shopify.dev, "Webhook delivery", read 2026-11).
 *
 * States of a delivery: `waiting` (paused, or between retries) → `sending` →
 * `delivered` | `waiting` again | `failed` (after the last retry); `lost` by order.
 */
import { createHmac, randomUUID } from "node:crypto";
import type { SandboxClock } from "../clock.ts";
import { ADMIN_API_VERSION } from "./schema.ts";

export interface WebhookTarget {
  readonly uri: string;
  /** Told after every attempt; API-made subscriptions die after eight failures in a row. */
  onResult?(isDelivered: boolean): void;
}

export interface WebhookEvent {
  readonly shop: string;
  /** Slash form: `products/update`. */
  readonly topic: string;
  readonly payload: object;
  readonly triggeredAt: Date;
  /** One merchant action; shared by the topics and subscriptions it sets off. */
  readonly eventId: string;
}

export interface Delivery {
  readonly webhookId: string;
  readonly event: WebhookEvent;
  readonly target: WebhookTarget;
  readonly body: string;
  state: "waiting" | "sending" | "delivered" | "failed" | "lost";
  attempts: number;
  lastStatus: number | string | null;
}

/** Orders for the next deliveries; each counts down to 0. */
export interface WebhookMischief {
  lose: number;
  duplicate: number;
}

export interface WebhookSender {
  send(event: WebhookEvent, target: WebhookTarget): void;
  pause(): void;
  /** Sends what waited, in the order it happened or the other way round. */
  resume(order: "kept" | "reversed"): void;
  mischief: WebhookMischief;
  deliveries(): readonly Delivery[];
  /** Resolves when nothing is on its way (what is paused or between retries does not count). */
  settled(): Promise<void>;
  /** Drops what waits, ends retries. */
  stop(): void;
}

export interface WebhookSenderOptions {
  readonly clock: SandboxClock;
  readonly apiSecret: string;
}

/** Together four hours. */
const RETRY_AFTER_MS = [1, 2, 4, 8, 15, 30, 60, 120].map((minutes) => minutes * 60_000);
const ANSWER_WITHIN_MS = 5_000;
/** Old ones are forgotten, so that a long demo does not grow without end. */
const DELIVERIES_KEPT = 2_000;

export function createWebhookSender(options: WebhookSenderOptions): WebhookSender {
  const deliveries: Delivery[] = [];
  const paused: Delivery[] = [];
  const onTheWay = new Set<Promise<void>>();
  const retries = new Set<() => void>();
  const mischief: WebhookMischief = { lose: 0, duplicate: 0 };
  let isPaused = false;

  const start = (delivery: Delivery): void => {
    if (isPaused) {
      paused.push(delivery);
      return;
    }
    const attempt = attemptDelivery(delivery, options.apiSecret).then(() => {
      onTheWay.delete(attempt);
      if (delivery.state === "waiting") retryLater(delivery);
    });
    onTheWay.add(attempt);
  };
  const retryLater = (delivery: Delivery): void => {
    const cancel = options.clock.after(RETRY_AFTER_MS[delivery.attempts - 1] ?? 0, () => {
      retries.delete(cancel);
      start(delivery);
    });
    retries.add(cancel);
  };

  return {
    mischief,
    send(event, target) {
      const delivery = newDelivery(event, target);
      deliveries.push(delivery);
      if (deliveries.length > DELIVERIES_KEPT) deliveries.shift();
      if (mischief.lose > 0) {
        mischief.lose -= 1;
        delivery.state = "lost";
        return;
      }
      start(delivery);
      if (mischief.duplicate > 0) {
        mischief.duplicate -= 1;
        start({ ...delivery });
      }
    },
    pause() {
      isPaused = true;
    },
    resume(order) {
      isPaused = false;
      const waiting = paused.splice(0);
      for (const delivery of order === "kept" ? waiting : waiting.reverse()) start(delivery);
    },
    deliveries: () => deliveries,
    async settled() {
      while (onTheWay.size > 0) await Promise.all(onTheWay);
    },
    stop() {
      paused.length = 0;
      for (const cancel of retries) cancel();
      retries.clear();
    },
  };
}

function newDelivery(event: WebhookEvent, target: WebhookTarget): Delivery {
  const body = JSON.stringify(event.payload);
  const webhookId = randomUUID();
  return { webhookId, event, target, body, state: "waiting", attempts: 0, lastStatus: null };
}

async function attemptDelivery(delivery: Delivery, apiSecret: string): Promise<void> {
  delivery.state = "sending";
  delivery.attempts += 1;
  const isDelivered = await post(delivery, apiSecret);
  if (isDelivered) delivery.state = "delivered";
  else delivery.state = delivery.attempts > RETRY_AFTER_MS.length ? "failed" : "waiting";
  delivery.target.onResult?.(isDelivered);
}

async function post(delivery: Delivery, apiSecret: string): Promise<boolean> {
  const { body, event, target, webhookId } = delivery;
  try {
    const answer = await fetch(target.uri, {
      method: "POST",
      body,
      redirect: "manual",
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      headers: {
        "content-type": "application/json",
        "user-agent": "Shopify-Captain-Hook",
        "x-shopify-topic": event.topic,
        "x-shopify-shop-domain": event.shop,
        "x-shopify-api-version": ADMIN_API_VERSION,
        "x-shopify-webhook-id": webhookId,
        "x-shopify-event-id": event.eventId,
        "x-shopify-triggered-at": event.triggeredAt.toISOString(),
        "x-shopify-hmac-sha256": createHmac("sha256", apiSecret).update(body).digest("base64"),
        "x-shopify-name": event.topic.replace("/", "_"),
      },
    });
    await answer.arrayBuffer();
    delivery.lastStatus = answer.status;
    return answer.ok;
  } catch (error) {
    delivery.lastStatus = error instanceof Error ? error.message : String(error);
    return false;
  }
}
