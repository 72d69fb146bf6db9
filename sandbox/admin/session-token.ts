import { createHmac, randomBytes, randomUUID } from "node:crypto";

/**
 * Shopify's session tokens live for one minute. Half of it would make a slow page load look like an
 * expired session; twice it would hide a missing retry.
 * Source: shopify.dev, "About session tokens", read 2026-11-23.
 */
export const SESSION_TOKEN_LIFE_MS = 60_000;

export interface SessionTokenInput {
  readonly apiKey: string;
  readonly apiSecret: string;
  /** The store's permanent domain, for example `calibr-demo.myshopify.com`. */
  readonly shop: string;
  /** Numeric id of the member of staff who is logged in. */
  readonly userId: number;
  /** The id of the staff member's Admin session, the same in every token of one page. */
  readonly sessionId: string;
  readonly now: Date;
}

/** Mints an id token as Shopify Admin does: a JWT signed with HS256 over the app's secret. */
export function mintSessionToken(input: SessionTokenInput): string {
  const nowSeconds = Math.floor(input.now.getTime() / 1000);
  const header = encodePart({ alg: "HS256", typ: "JWT" });
  const claims = encodePart({
    iss: `https://${input.shop}/admin`,
    dest: `https://${input.shop}`,
    aud: input.apiKey,
    sub: String(input.userId),
    exp: nowSeconds + SESSION_TOKEN_LIFE_MS / 1000,
    nbf: nowSeconds,
    iat: nowSeconds,
    jti: randomUUID(),
    sid: input.sessionId,
    sig: randomBytes(32).toString("hex"),
  });
  const signature = createHmac("sha256", input.apiSecret)
    .update(`${header}.${claims}`)
    .digest("base64url");
  return `${header}.${claims}.${signature}`;
}

function encodePart(part: Record<string, string | number>): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}
