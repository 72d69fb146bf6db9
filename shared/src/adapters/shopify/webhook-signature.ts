import { createHmac, timingSafeEqual } from "node:crypto";

/**
 * Whether a webhook was signed with our client secret, compared in constant time.
 *
 * Our own check, because the app library answers 500 to webhooks of a shop whose stored token has ended.
 * @param delivery.rawBody the bytes as they came; parsing and printing them again would change them.
 * @param delivery.signature header X-Shopify-Hmac-Sha256: base64 of HMAC-SHA256; null when missing.
 */
export function isWebhookSigned(delivery: {
  rawBody: Uint8Array;
  signature: string | null;
  secret: string;
}): boolean {
  const expected = createHmac("sha256", delivery.secret).update(delivery.rawBody).digest();
  const found = Buffer.from(delivery.signature ?? "", "base64");
  return found.length === expected.length && timingSafeEqual(found, expected);
}
