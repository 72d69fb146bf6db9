/** Checks a session token the way Shopify's token exchange does. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { isObject } from "../http/json.ts";

export interface IdTokenExpectation {
  readonly shop: string;
  readonly apiKey: string;
  readonly apiSecret: string;
  readonly now: Date;
}

/** Clocks of two machines may differ a little; the app's own library allows the same 10 s. */
const TOLERANCE_SECONDS = 10;

/** Why a token is refused, for a person; `undefined` when it is good. */
export function idTokenProblem(token: string, expected: IdTokenExpectation): string | undefined {
  const [head, body, signature, ...rest] = token.split(".");
  if (head === undefined || body === undefined || signature === undefined || rest.length > 0) {
    return "it is no JSON web token";
  }
  const wanted = createHmac("sha256", expected.apiSecret).update(`${head}.${body}`).digest();
  const found = Buffer.from(signature, "base64url");
  if (found.length !== wanted.length || !timingSafeEqual(found, wanted)) {
    return "its signature does not match the app's secret";
  }
  const header = decode(head);
  const claims = decode(body);
  if (header === undefined || claims === undefined || header["alg"] !== "HS256") {
    return "it is not an HS256 token with claims";
  }
  const nowSeconds = expected.now.getTime() / 1000;
  if (claims["aud"] !== expected.apiKey) return "its audience is another app";
  if (claims["dest"] !== `https://${expected.shop}`) return "it was made for another shop";
  if (typeof claims["exp"] !== "number" || claims["exp"] + TOLERANCE_SECONDS < nowSeconds) {
    return "it has expired";
  }
  if (typeof claims["nbf"] === "number" && claims["nbf"] - TOLERANCE_SECONDS > nowSeconds) {
    return "it is not valid yet";
  }
  return undefined;
}

function decode(part: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}
