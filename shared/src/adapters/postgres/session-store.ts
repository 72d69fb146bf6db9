/** The session storage that Shopify's app library is given: offline sessions only, tokens sealed. */
import { Session } from "@shopify/shopify-api";
import type { SessionStorage } from "@shopify/shopify-app-session-storage";
import { invariant } from "../../core/assert.ts";
import { parseShopId, type ShopId } from "../../core/ids.ts";
import type { ShopAccess } from "../../ports/offline-sessions.ts";
import { inShopPrisma, type PrismaClient } from "./prisma-client.ts";
import { offlineSessionId, readSession, type SessionRows, writeSession } from "./session-rows.ts";

/**
 * Makes the session storage of the web process.
 *
 * Storing a session registers the shop: the library stores one only after Shopify exchanged a token for
 * it, which proves the domain. A shop that never installed loads as `undefined`.
 */
export function createSessionStore(rows: SessionRows): SessionStorage {
  return {
    async storeSession(session) {
      invariant(isOffline(session), `Session store: ${session.id} is no offline session.`);
      const shop = { shopId: await registerShop(rows.prisma, session.shop), domain: session.shop };
      await inShopPrisma(rows.prisma, shop.shopId, (client) =>
        writeSession(rows.sealBox, client, shop, {
          accessToken: session.accessToken || null,
          expiresAt: session.expires ?? null,
          refreshToken: session.refreshToken || null,
          refreshExpiresAt: session.refreshTokenExpires ?? null,
          scope: session.scope ?? null,
          state: session.state,
        }),
      );
      return true;
    },

    async loadSession(id) {
      const shop = await shopOfSession(rows.prisma, id);
      return shop === null ? undefined : loadOne(rows, shop);
    },

    async deleteSession(id) {
      await deleteOne(rows.prisma, id);
      return true;
    },

    async deleteSessions(ids) {
      for (const id of ids) await deleteOne(rows.prisma, id);
      return true;
    },

    async findSessionsByShop(domain) {
      const shop = await shopOfSession(rows.prisma, offlineSessionId(domain));
      const session = shop === null ? undefined : await loadOne(rows, shop);
      return session === undefined ? [] : [session];
    },
  };
}

async function loadOne(rows: SessionRows, shop: ShopAccess): Promise<Session | undefined> {
  const row = await inShopPrisma(rows.prisma, shop.shopId, (client) =>
    readSession(rows.sealBox, client, shop),
  );
  if (row === null) return undefined;
  return new Session({
    id: offlineSessionId(shop.domain),
    shop: shop.domain,
    state: row.state,
    isOnline: false,
    ...(row.scope !== null && { scope: row.scope }),
    ...(row.expiresAt !== null && { expires: row.expiresAt }),
    ...(row.accessToken !== null && { accessToken: row.accessToken }),
    ...(row.refreshToken !== null && { refreshToken: row.refreshToken }),
    ...(row.refreshExpiresAt !== null && { refreshTokenExpires: row.refreshExpiresAt }),
  });
}

async function deleteOne(prisma: PrismaClient, sessionId: string): Promise<void> {
  const shop = await shopOfSession(prisma, sessionId);
  if (shop === null) return;
  await inShopPrisma(prisma, shop.shopId, (client) =>
    client.shopSession.deleteMany({ where: { shopId: shop.shopId, sessionId } }),
  );
}

async function registerShop(prisma: PrismaClient, domain: string): Promise<ShopId> {
  const rows = await prisma.$queryRaw<{ id: unknown }[]>`SELECT register_shop(${domain}) AS id`;
  const shopId = parseShopId(rows[0]?.id);
  invariant(shopId !== null, `Session store: register_shop gave no id for ${domain}.`);
  return shopId;
}

async function shopOfSession(prisma: PrismaClient, sessionId: string): Promise<ShopAccess | null> {
  const domain = domainOf(sessionId);
  if (domain === null) return null;
  const rows = await prisma.$queryRaw<{ id: unknown }[]>`SELECT shop_id_of_domain(${domain}) AS id`;
  const shopId = parseShopId(rows[0]?.id);
  return shopId === null ? null : { shopId, domain };
}

function isOffline(session: Session): boolean {
  return !session.isOnline && session.id === offlineSessionId(session.shop);
}

function domainOf(sessionId: string): string | null {
  const prefix = offlineSessionId("");
  return sessionId.startsWith(prefix) ? sessionId.slice(prefix.length) : null;
}
