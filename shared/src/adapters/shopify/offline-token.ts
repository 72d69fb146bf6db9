/**
 * Hands out a shop's offline access token for calls without a merchant, renewed in time.
 *
 * A token lives an hour. With less than five minutes left it is renewed under a lock that the web process
 * and the worker share, because each renewal replaces the refresh token: two at once would each hold a
 * pair of which one is worthless.
 */
import { AppError } from "../../core/app-error.ts";
import type { ShopId } from "../../core/ids.ts";
import { MINUTE_MS, msBetween, SECOND_MS } from "../../core/time/duration.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Logger } from "../../ports/logger.ts";
import type { OfflineSession, OfflineSessions, ShopAccess } from "../../ports/offline-sessions.ts";
import type { Fetch } from "./admin-call.ts";
import { type AppCredentials, refreshOfflineToken } from "./token-endpoint.ts";

/** Offline tokens of all shops. */
export interface OfflineTokens {
  /**
   * A token that lasts for at least the next call.
   * @throws AppError shopify_not_installed, shopify_token_revoked, or why it could not be renewed.
   */
  get(shop: ShopAccess): Promise<string>;
  /** Another token than the one Shopify just refused. @throws as {@link OfflineTokens.get}. */
  replace(shop: ShopAccess, refusedToken: string): Promise<string>;
}

// Shopify's own library renews at the same mark.
const RENEW_BEFORE_MS = 5 * MINUTE_MS;
// When renewing fails, a token with this much left still carries one call to its end.
const USABLE_MS = 30 * SECOND_MS;

/** What {@link createOfflineTokens} works with. */
export interface OfflineTokenParts {
  readonly sessions: OfflineSessions;
  readonly app: AppCredentials;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly fetch: Fetch;
}

/** Makes the token source of one process. */
export function createOfflineTokens(parts: OfflineTokenParts): OfflineTokens {
  // One renewal a shop and process: the others wait for it without a database connection each.
  const renewals = new Map<ShopId, Promise<OfflineSession | null>>();

  const renewOnce = (shop: ShopAccess, refusedToken: string | null) => {
    const running = renewals.get(shop.shopId);
    if (running !== undefined) return running;
    const renewal = renew(parts, shop, refusedToken).finally(() => renewals.delete(shop.shopId));
    renewals.set(shop.shopId, renewal);
    return renewal;
  };

  return {
    async get(shop) {
      const session = await parts.sessions.load(shop);
      if (session === null) throw notInstalled(shop);
      if (isFresh(session, parts.clock)) return session.accessToken;
      return renewOrKeep(parts, shop, session, () => renewOnce(shop, null));
    },

    async replace(shop, refusedToken) {
      const session = await renewOnce(shop, refusedToken);
      if (session === null) throw notInstalled(shop);
      if (session.accessToken !== null && session.accessToken !== refusedToken)
        return session.accessToken;
      throw tokenRevoked(shop);
    },
  };
}

/** Renews under the lock, unless somebody else did while we waited for it. */
function renew(
  parts: OfflineTokenParts,
  shop: ShopAccess,
  refusedToken: string | null,
): Promise<OfflineSession | null> {
  return parts.sessions.renewUnderLock(shop, async (session) => {
    const isRefused = session.accessToken === refusedToken;
    if (!isRefused && isFresh(session, parts.clock)) return null;
    const renewed = await refreshOfflineToken({ ...parts, shop, session });
    parts.logger.info("shopify_token_renewed", { shopId: shop.shopId });
    return renewed;
  });
}

async function renewOrKeep(
  parts: OfflineTokenParts,
  shop: ShopAccess,
  session: OfflineSession,
  renewNow: () => Promise<OfflineSession | null>,
): Promise<string> {
  try {
    const renewed = await renewNow();
    if (renewed === null) throw notInstalled(shop);
    if (renewed.accessToken === null) throw tokenRevoked(shop);
    return renewed.accessToken;
  } catch (cause) {
    const isPassing = cause instanceof AppError && cause.retry !== "never";
    if (!isPassing || !lasts(session, parts.clock, USABLE_MS)) throw cause;
    parts.logger.warn("shopify_token_not_renewed", { shopId: shop.shopId, code: cause.code });
    return session.accessToken;
  }
}

type WithToken = OfflineSession & { readonly accessToken: string };

function isFresh(session: OfflineSession, clock: Clock): session is WithToken {
  return lasts(session, clock, RENEW_BEFORE_MS);
}

function lasts(session: OfflineSession, clock: Clock, ms: number): session is WithToken {
  if (session.accessToken === null) return false;
  return session.expiresAt === null || msBetween(clock.now(), session.expiresAt) >= ms;
}

function notInstalled(shop: ShopAccess): AppError {
  return new AppError({
    code: "shopify_not_installed",
    retry: "never",
    message: "Shopify offline token: this shop has no session; the app is not installed there.",
    context: { shopId: shop.shopId },
  });
}

function tokenRevoked(shop: ShopAccess): AppError {
  return new AppError({
    code: "shopify_token_revoked",
    retry: "never",
    message: "Shopify offline token: Shopify refuses it; the merchant must open the app once.",
    context: { shopId: shop.shopId },
  });
}
