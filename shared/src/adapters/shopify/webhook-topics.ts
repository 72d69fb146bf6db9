/** The webhooks shopify.app.toml subscribes to, and the facts their headers carry. */
import { parseShopDomain } from "./shop-domain.ts";

/** Topics that arrive at /webhooks. */
export const WEBHOOK_TOPICS = [
  "app/uninstalled",
  "app/scopes_update",
  "products/create",
  "products/update",
  "products/delete",
] as const;

/** Topics every public app must serve; they arrive at /webhooks/compliance. */
export const COMPLIANCE_TOPICS = [
  "customers/data_request",
  "customers/redact",
  "shop/redact",
] as const;

export type WebhookTopic = (typeof WEBHOOK_TOPICS)[number] | (typeof COMPLIANCE_TOPICS)[number];

/** What the headers of a verified delivery say. */
export interface WebhookDelivery {
  /** Null: a topic we did not ask for; it is acknowledged and kept, not worked on. */
  readonly topic: WebhookTopic | null;
  readonly topicText: string;
  readonly domain: string;
  /** The same on every retry of one delivery. */
  readonly webhookId: string;
  /** Shared by all deliveries of one merchant action; null on older deliveries. */
  readonly eventId: string | null;
  /** When it happened at Shopify; null when not said. */
  readonly triggeredAt: Date | null;
}

/** Reads a delivery's headers; null when one we cannot do without is missing or no shop's domain. */
export function readWebhookHeaders(headers: Headers): WebhookDelivery | null {
  const topicText = headers.get("x-shopify-topic") ?? "";
  const domain = parseShopDomain(headers.get("x-shopify-shop-domain"));
  const webhookId = headers.get("x-shopify-webhook-id") ?? "";
  if (topicText === "" || topicText.length > 100 || domain === null) return null;
  if (!/^[\x21-\x7e]{1,100}$/.test(webhookId)) return null;
  const topics: readonly WebhookTopic[] = [...WEBHOOK_TOPICS, ...COMPLIANCE_TOPICS];
  return {
    topic: topics.find((topic) => topic === topicText) ?? null,
    topicText,
    domain,
    webhookId,
    eventId: headers.get("x-shopify-event-id"),
    triggeredAt: readInstant(headers.get("x-shopify-triggered-at")),
  };
}

function readInstant(text: string | null): Date | null {
  if (text === null || !/^\d{4}-\d\d-\d\dT/.test(text)) return null;
  const instant = new Date(text);
  return Number.isNaN(instant.getTime()) ? null : instant;
}
