/** A delivery as it was sent. */
export interface WebhookDelivery {
  readonly webhookId: string;
  /** Lower case with a slash, such as products/update. */
  readonly topic: string;
  readonly domain: string;
  readonly triggeredAt: Date;
  readonly payload: unknown;
}

/** Reads a signed delivery; null when it names no id, topic or shop, or when its body is no JSON. */
export function readWebhook(
  headers: Headers,
  rawBody: Uint8Array,
  now: Date,
): WebhookDelivery | null {
  const webhookId = headers.get("x-shopify-webhook-id");
  const topic = headers.get("x-shopify-topic");
  const domain = headers.get("x-shopify-shop-domain");
  if (!webhookId || !topic || !domain) return null;
  const triggered = new Date(headers.get("x-shopify-triggered-at") ?? Number.NaN);
  try {
    return {
      webhookId,
      topic: topic.toLowerCase(),
      domain: domain.toLowerCase(),
      // Old deliveries may come without the instant: when we heard of it is the best we have.
      triggeredAt: Number.isNaN(triggered.getTime()) ? now : triggered,
      payload: JSON.parse(new TextDecoder().decode(rawBody)),
    };
  } catch {
    // Signed by Shopify and still no JSON: there is nothing to keep, and a retry would be the same.
    return null;
  }
}
