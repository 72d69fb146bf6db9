/** Renews an expiring offline token at Shopify's token endpoint. */
import { AppError } from "../../core/app-error.ts";
import { addMs, SECOND_MS } from "../../core/time/duration.ts";
import type { Clock } from "../../ports/clock.ts";
import type { OfflineSession, ShopAccess } from "../../ports/offline-sessions.ts";
import type { Fetch } from "./admin-call.ts";
import { isRecord } from "./json-guards.ts";
import { toShopDomain } from "../../core/shop-domain.ts";

/** What the endpoint needs to know us by. */
export interface AppCredentials {
  readonly apiKey: string;
  readonly apiSecret: string;
}

// One small call; a merchant may be waiting behind the lock it holds.
const TIMEOUT_MS = 10 * SECOND_MS;

// RFC 6749 section 5.2 plus Shopify's own word: the refresh token itself is no good any more.
const REVOKED: ReadonlySet<string> = new Set([
  "invalid_grant",
  "invalid_refresh_token",
  "invalid_request",
]);

/**
 * Exchanges the refresh token for a new pair. Shopify accepts the old refresh token again until the new
 * pair is first used, so an answer that is lost, or not stored, harms nothing.
 * @throws AppError shopify_token_revoked (ended or refused), shopify_not_installed, shopify_request_refused (our own credentials),
 * shopify_shop_unavailable, shopify_unavailable, shopify_bad_answer.
 */
export async function refreshOfflineToken(request: {
  fetch: Fetch;
  clock: Clock;
  app: AppCredentials;
  shop: ShopAccess;
  session: OfflineSession;
}): Promise<OfflineSession> {
  const { clock, shop, session } = request;
  const context = { shopId: shop.shopId };
  if (session.refreshToken === null) throw revoked("it has no refresh token", context);
  if (session.refreshExpiresAt !== null && session.refreshExpiresAt <= clock.now())
    throw revoked("its refresh token has ended", context);
  const response = await post(request, session.refreshToken);
  const body = await readJson(response);
  if (!response.ok) throw refusal(response.status, body, context);
  const renewed = readPair(body, clock.now(), session);
  if (renewed !== null) return renewed;
  throw new AppError({
    code: "shopify_bad_answer",
    retry: "backoff",
    message: "Shopify token endpoint: expected access_token, expires_in and refresh_token.",
    context,
  });
}

async function post(
  request: { fetch: Fetch; app: AppCredentials; shop: ShopAccess },
  refreshToken: string,
): Promise<Response> {
  try {
    return await request.fetch(
      `https://${toShopDomain(request.shop.domain)}/admin/oauth/access_token`,
      {
        method: "POST",
        headers: { "content-type": "application/json", accept: "application/json" },
        body: JSON.stringify({
          client_id: request.app.apiKey,
          client_secret: request.app.apiSecret,
          grant_type: "refresh_token",
          refresh_token: refreshToken,
        }),
        redirect: "manual",
        signal: AbortSignal.timeout(TIMEOUT_MS),
      },
    );
  } catch (cause) {
    throw new AppError({
      code: "shopify_unavailable",
      retry: "backoff",
      message: "Shopify token endpoint: no answer.",
      context: { shopId: request.shop.shopId },
      cause,
    });
  }
}

function refusal(
  status: number,
  body: unknown,
  shopContext: { readonly shopId: number },
): AppError {
  const named = isRecord(body) ? body["error"] : null;
  const vendorCode = typeof named === "string" ? named.slice(0, 60) : "";
  const context = { ...shopContext, status, vendorCode };
  if (status === 429 || status >= 500)
    return new AppError({
      code: "shopify_unavailable",
      retry: "backoff",
      message: `Shopify token endpoint: answered HTTP ${status}.`,
      context,
    });
  if (status === 402 || status === 404 || status === 423)
    return new AppError({
      code: "shopify_shop_unavailable",
      retry: "backoff",
      message: `Shopify token endpoint: answered HTTP ${status}; the shop is closed or frozen.`,
      context,
    });
  if (vendorCode === "application_not_installed")
    return new AppError({
      code: "shopify_not_installed",
      retry: "never",
      message: "Shopify token endpoint: the app is no longer installed on this shop.",
      context,
    });
  if (REVOKED.has(vendorCode) || (status === 401 && vendorCode !== "invalid_client"))
    return revoked(`Shopify refused its refresh token (${vendorCode || status})`, context);
  return new AppError({
    code: "shopify_request_refused",
    retry: "never",
    message: `Shopify token endpoint: refused our own credentials (${vendorCode || status}).`,
    context,
  });
}

function readPair(body: unknown, now: Date, before: OfflineSession): OfflineSession | null {
  if (!isRecord(body)) return null;
  const { access_token: accessToken, refresh_token: refreshToken, scope } = body;
  const lastsS = body["expires_in"];
  const refreshLastsS = body["refresh_token_expires_in"];
  if (typeof accessToken !== "string" || accessToken === "") return null;
  if (typeof refreshToken !== "string" || refreshToken === "") return null;
  if (typeof lastsS !== "number" || !(lastsS > 0)) return null;
  return {
    accessToken,
    refreshToken,
    expiresAt: addMs(now, lastsS * SECOND_MS),
    refreshExpiresAt:
      typeof refreshLastsS === "number"
        ? addMs(now, refreshLastsS * SECOND_MS)
        : before.refreshExpiresAt,
    scope: typeof scope === "string" ? scope : before.scope,
  };
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return JSON.parse(await response.text());
  } catch {
    // An HTML page or a broken body; the status alone decides.
    return undefined;
  }
}

function revoked(why: string, context: Readonly<Record<string, string | number>>): AppError {
  return new AppError({
    code: "shopify_token_revoked",
    retry: "never",
    message: `Shopify offline token: ${why}; the merchant must open the app once.`,
    context,
  });
}
