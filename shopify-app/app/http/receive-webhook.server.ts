import { receiveShopifyWebhook } from "@calibr/shared/services/webhooks/receive-shopify-webhook";
import { isSignedByShopify, logger, services } from "../services.server.ts";
import { readWebhook } from "./read-webhook.ts";

/**
 * Answers one delivery: 401 unless Shopify signed it, 400 when it has no id or no readable body, else 200
 * once it is stored. A failure of ours answers 500, and Shopify delivers again.
 */
export async function receiveWebhook(request: Request): Promise<Response> {
  if (request.method !== "POST") return empty(405);
  const rawBody = new Uint8Array(await request.arrayBuffer());
  const signature = request.headers.get("x-shopify-hmac-sha256");
  if (!isSignedByShopify(rawBody, signature)) return empty(401);
  const webhook = readWebhook(request.headers, rawBody, services.clock.now());
  if (webhook === null) return empty(400);
  try {
    const outcome = await receiveShopifyWebhook(services, webhook);
    logger.info("webhook_received", {
      topic: webhook.topic,
      webhookId: webhook.webhookId,
      outcome,
    });
    return empty(200);
  } catch (cause) {
    logger.error("webhook_not_kept", { topic: webhook.topic, webhookId: webhook.webhookId }, cause);
    return empty(500);
  }
}

function empty(status: number): Response {
  return new Response(null, { status });
}
