import { randomBytes } from "node:crypto";
import { Session } from "@shopify/shopify-api";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { toShopId } from "../../core/ids.ts";
import { createTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { createSealBox } from "../seal/seal-box.ts";
import { createPrismaClient, inShopPrisma, type PrismaClient } from "./prisma-client.ts";
import { createOfflineSessions, type SessionRows } from "./session-rows.ts";
import { createSessionStore } from "./session-store.ts";

const DOMAIN = "calibr-demo.myshopify.com";
// Milliseconds are what the columns keep.
const EXPIRES = new Date("2026-11-23T09:00:00.123Z");
const REFRESH_EXPIRES = new Date("2027-02-21T08:00:00.000Z");

let database: TestDatabase;
let owner: pg.Client;
let web: PrismaClient;
let worker: PrismaClient;
let rows: SessionRows;
let workerRows: SessionRows;

beforeAll(async () => {
  database = await createTestDatabase();
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  const onIdleError = (cause: Error) => {
    throw cause;
  };
  web = createPrismaClient({ url: database.webUrl, connectionsMax: 6, onIdleError });
  worker = createPrismaClient({ url: database.workerUrl, connectionsMax: 6, onIdleError });
  const sealBox = createSealBox([{ id: "k1", secret: randomBytes(32) }]);
  rows = { prisma: web, sealBox };
  workerRows = { prisma: worker, sealBox };
});

afterAll(async () => {
  await web.$disconnect();
  await worker.$disconnect();
  await owner.end();
  await database.drop();
});

beforeEach(async () => {
  await owner.query("TRUNCATE shop_session");
});

function offline(domain = DOMAIN, tokens = { access: "shpat_access", refresh: "shprt_refresh" }) {
  return new Session({
    id: `offline_${domain}`,
    shop: domain,
    state: "",
    isOnline: false,
    scope: "read_products,write_products",
    expires: EXPIRES,
    accessToken: tokens.access,
    refreshToken: tokens.refresh,
    refreshTokenExpires: REFRESH_EXPIRES,
  });
}

async function shopOf(domain: string) {
  const found = await owner.query<{ shop_id: number }>(
    "SELECT shop_id FROM shop WHERE domain = $1",
    [domain],
  );
  return { shopId: toShopId(found.rows[0]?.shop_id), domain };
}

/** Returns once a second renewal stands before the lock, which it can see only while the first holds it. */
async function untilAnotherWaits(): Promise<void> {
  const waiting = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted";
  for (;;) if (((await owner.query(waiting)).rowCount ?? 0) > 0) return;
}

describe("session store", () => {
  it("gives back the session it stored, and registers the shop by it", async () => {
    const store = createSessionStore(rows);

    await store.storeSession(offline());

    const loaded = await store.loadSession(`offline_${DOMAIN}`);
    expect(loaded?.toObject()).toEqual(offline().toObject());
    expect(await store.findSessionsByShop(DOMAIN)).toHaveLength(1);
  });

  it("leaves no token readable anywhere in the table", async () => {
    await createSessionStore(rows).storeSession(offline());

    const { rows: found } = await owner.query<{ line: string }>(
      "SELECT shop_session::text AS line FROM shop_session",
    );

    expect(found).toHaveLength(1);
    expect(found[0]?.line).not.toMatch(/shpat_|shprt_/);
    expect(found[0]?.line).not.toContain(Buffer.from("shpat_access").toString("base64url"));
    expect(found[0]?.line).toMatch(/v1\.k1\./);
  });

  it("binds each token to its shop and its column", async () => {
    const store = createSessionStore(rows);
    await store.storeSession(offline());
    await store.storeSession(offline("other.myshopify.com"));

    await owner.query(
      "UPDATE shop_session SET access_token_sealed = (SELECT refresh_token_sealed FROM shop_session s WHERE s.shop_id = shop_session.shop_id)",
    );

    await expect(store.loadSession(`offline_${DOMAIN}`)).rejects.toThrow("cannot open the secret");
  });

  it("replaces the pair in place on a second install of the same shop", async () => {
    const store = createSessionStore(rows);
    await store.storeSession(offline());
    const before = await shopOf(DOMAIN);
    await owner.query("UPDATE shop SET status = 'uninstalled', uninstalled_at = now()");

    await store.storeSession(offline(DOMAIN, { access: "shpat_2", refresh: "shprt_2" }));

    expect(await shopOf(DOMAIN)).toEqual(before);
    expect((await store.loadSession(`offline_${DOMAIN}`))?.accessToken).toBe("shpat_2");
    const { rows: shops } = await owner.query(
      "SELECT status, uninstalled_at FROM shop WHERE domain = $1",
      [DOMAIN],
    );
    expect(shops).toEqual([{ status: "installed", uninstalled_at: null }]);
  });

  it.each([
    ["a shop that never installed", "offline_never.myshopify.com"],
    ["an online session's id", `${DOMAIN}_42`],
    ["an empty id", ""],
  ])("knows no session for %s", async (_case, id) => {
    expect(await createSessionStore(rows).loadSession(id)).toBeUndefined();
  });

  it("keeps a session whose access token the library blanked", async () => {
    const store = createSessionStore(rows);
    const blanked = offline();
    delete blanked.accessToken;

    await store.storeSession(blanked);

    const loaded = await store.loadSession(blanked.id);
    expect(loaded?.accessToken).toBeUndefined();
    expect(loaded?.refreshToken).toBe("shprt_refresh");
  });

  it("refuses to store an online session", async () => {
    const online = new Session({ id: `${DOMAIN}_42`, shop: DOMAIN, state: "", isOnline: true });

    await expect(createSessionStore(rows).storeSession(online)).rejects.toThrow(
      "no offline session",
    );
  });

  it("deletes what it is told and nothing else", async () => {
    const store = createSessionStore(rows);
    await store.storeSession(offline());
    await store.storeSession(offline("other.myshopify.com"));

    await store.deleteSessions([`offline_${DOMAIN}`, "offline_never.myshopify.com"]);

    expect(await store.loadSession(`offline_${DOMAIN}`)).toBeUndefined();
    expect(await store.loadSession("offline_other.myshopify.com")).toBeDefined();
    expect(await store.deleteSession("offline_other.myshopify.com")).toBe(true);
    expect(await store.findSessionsByShop("other.myshopify.com")).toEqual([]);
  });
});

describe("offline sessions", () => {
  it("cannot be read by naming another shop", async () => {
    const store = createSessionStore(rows);
    await store.storeSession(offline());
    await store.storeSession(offline("other.myshopify.com"));
    const { shopId } = await shopOf("other.myshopify.com");

    const crossed = await createOfflineSessions(workerRows).load({ shopId, domain: DOMAIN });
    const seen = await inShopPrisma(web, shopId, (client) => client.shopSession.findMany());

    expect(crossed).toBeNull();
    expect(seen.map((row) => row.sessionId)).toEqual(["offline_other.myshopify.com"]);
  });

  it("are renewed by one process at a time, and the second sees what the first stored", async () => {
    await createSessionStore(rows).storeSession(offline());
    const shop = await shopOf(DOMAIN);
    const seen: (string | null)[] = [];
    const renewAs = (from: SessionRows, name: string) =>
      createOfflineSessions(from).renewUnderLock(shop, async (current) => {
        seen.push(current.accessToken);
        if (seen.length === 1) await untilAnotherWaits();
        return current.accessToken === "shpat_access" ? { ...current, accessToken: name } : null;
      });

    const [first, second] = await Promise.all([
      renewAs(rows, "web"),
      renewAs(workerRows, "worker"),
    ]);

    expect(seen[0]).toBe("shpat_access");
    expect(seen[1]).toBe(first?.accessToken);
    expect(second?.accessToken).toBe(first?.accessToken);
  });

  it("stay as they were when renewing throws", async () => {
    await createSessionStore(rows).storeSession(offline());
    const shop = await shopOf(DOMAIN);
    const sessions = createOfflineSessions(workerRows);

    const renewal = sessions.renewUnderLock(shop, () =>
      Promise.reject(new Error("Shopify is down")),
    );

    await expect(renewal).rejects.toThrow("Shopify is down");
    expect((await sessions.load(shop))?.accessToken).toBe("shpat_access");
  });

  it("of a shop without one are not renewed", async () => {
    await createSessionStore(rows).storeSession(offline());
    const shop = await shopOf(DOMAIN);
    await createSessionStore(rows).deleteSession(`offline_${DOMAIN}`);

    const renewed = await createOfflineSessions(workerRows).renewUnderLock(shop, () =>
      Promise.reject(new Error("must not be called")),
    );

    expect(renewed).toBeNull();
  });

  it("of an uninstalled shop do not install it again when they are renewed", async () => {
    await createSessionStore(rows).storeSession(offline());
    const shop = await shopOf(DOMAIN);
    await owner.query("UPDATE shop SET status = 'uninstalled'");

    await createOfflineSessions(workerRows).renewUnderLock(shop, (current) =>
      Promise.resolve({ ...current, accessToken: "shpat_new" }),
    );

    const { rows: shops } = await owner.query("SELECT DISTINCT status FROM shop");
    expect(shops).toEqual([{ status: "uninstalled" }]);
  });
});
