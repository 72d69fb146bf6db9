/** Offline sessions as rows of shop_session: one a shop, both tokens sealed for that shop alone. */
import type { ShopId } from "../../core/ids.ts";
import type { OfflineSession, OfflineSessions, ShopAccess } from "../../ports/offline-sessions.ts";
import type { SealBox } from "../../ports/seal-box.ts";
import { inShopPrisma, type PrismaClient, type ShopPrisma } from "./prisma-client.ts";

/** What the rows need: the database and the keys. */
export interface SessionRows {
  readonly prisma: PrismaClient;
  readonly sealBox: SealBox;
}

// First half of the advisory lock's key, so that our locks of other kinds on the same shop do not meet it.
const RENEWAL_LOCK = 7301;

/** The session id that Shopify's library gives a shop's offline session. */
export function offlineSessionId(domain: string): string {
  return `offline_${domain}`;
}

/** The offline sessions of all shops, for the calls both processes make in the background. */
export function createOfflineSessions(rows: SessionRows): OfflineSessions {
  return {
    load: (shop) =>
      inShopPrisma(rows.prisma, shop.shopId, (client) => readSession(rows.sealBox, client, shop)),

    // The lock is held across the HTTP call of `renew`, about once an hour a shop. It lives in the
    // transaction, so that a killed process frees it within milliseconds.
    renewUnderLock: (shop, renew) =>
      inShopPrisma(rows.prisma, shop.shopId, async (client) => {
        await client.$executeRaw`SELECT pg_advisory_xact_lock(${RENEWAL_LOCK}::int, ${shop.shopId}::int)`;
        const current = await readSession(rows.sealBox, client, shop);
        if (current === null) return null;
        const renewed = await renew(current);
        if (renewed === null) return current;
        await writeSession(rows.sealBox, client, shop, { ...renewed, state: "" });
        return renewed;
      }),
  };
}

/** Reads and opens the shop's offline session; null when there is none. */
export async function readSession(
  sealBox: SealBox,
  client: ShopPrisma,
  shop: ShopAccess,
): Promise<(OfflineSession & { readonly state: string }) | null> {
  const row = await client.shopSession.findUnique({
    where: {
      shopId_sessionId: { shopId: shop.shopId, sessionId: offlineSessionId(shop.domain) },
    },
  });
  if (row === null) return null;
  const open = (sealed: string | null, token: Token) =>
    sealed === null ? null : sealBox.open(sealed, purposeOf(shop.shopId, token));
  return {
    accessToken: open(row.accessTokenSealed, "shopify_access_token"),
    expiresAt: row.expiresAt,
    refreshToken: open(row.refreshTokenSealed, "shopify_refresh_token"),
    refreshExpiresAt: row.refreshExpiresAt,
    scope: row.scope,
    state: row.state,
  };
}

/** Seals and writes the shop's offline session, both tokens in one statement. */
export async function writeSession(
  sealBox: SealBox,
  client: ShopPrisma,
  shop: ShopAccess,
  session: OfflineSession & { readonly state: string },
): Promise<void> {
  const seal = (token: string | null, kind: Token) =>
    token === null ? null : sealBox.seal(token, purposeOf(shop.shopId, kind));
  const columns = {
    state: session.state,
    isOnline: false,
    scope: session.scope,
    expiresAt: session.expiresAt,
    accessTokenSealed: seal(session.accessToken, "shopify_access_token"),
    refreshTokenSealed: seal(session.refreshToken, "shopify_refresh_token"),
    refreshExpiresAt: session.refreshExpiresAt,
  };
  const key = { shopId: shop.shopId, sessionId: offlineSessionId(shop.domain) };
  await client.shopSession.upsert({
    where: { shopId_sessionId: key },
    create: { ...key, ...columns },
    update: columns,
  });
}

type Token = "shopify_access_token" | "shopify_refresh_token";

function purposeOf(shopId: ShopId, token: Token): string {
  return `shop:${shopId}|${token}`;
}
