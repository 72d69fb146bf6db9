import { afterAll, beforeAll, expect, it } from "vitest";
import type { ShopId } from "../../../core/ids.ts";
import { toConnectionId } from "../../../core/ids.ts";
import { createTestDatabase, type TestDatabase } from "../../../testing/database.ts";
import { createPool, inShopRead, inShopTransaction, type Pool } from "../pool.ts";
import { createQuotaStore } from "../quota-store.ts";
import { createShopDirectory } from "../shop-directory.ts";
import { readQuotas } from "./quota-view.ts";

let database: TestDatabase;
let worker: Pool;
let web: Pool;

const NOW = new Date("2026-11-23T09:15:00.000Z");
const PLAN = { ratePerSecond: 5, burst: 5 };

beforeAll(async () => {
  database = await createTestDatabase();
  const open = (url: string) => createPool({ url, connectionsMax: 2, onIdleError: () => {} });
  worker = open(database.workerUrl);
  web = open(database.webUrl);
});
afterAll(async () => {
  await worker.end();
  await web.end();
  await database.drop();
});

async function connectedShop(domain: string, seller: string) {
  const shopId: ShopId = await createShopDirectory(worker).registerShop(domain);
  const { rows } = await inShopTransaction(worker, shopId, (client) =>
    client.query<{ connection_id: string }>(
      "INSERT INTO connection (shop_id, channel, account_id, region) VALUES ($1, 'amazon', $2, 'na') RETURNING connection_id",
      [shopId, seller],
    ),
  );
  return { shopId, connectionId: toConnectionId(rows[0]?.connection_id ?? "") };
}

it("shows a connection what is left of its quotas, what was used, and how long more calls take", async () => {
  const { shopId, connectionId } = await connectedShop("quota-one.myshopify.com", "SELLERA");
  const store = createQuotaStore(worker);
  const bucket = { operation: "patchListingsItem", owner: "SELLERA", region: "na" };
  const lease = (now: Date, want: number) =>
    store.lease({ bucket, plan: PLAN, want, horizonMs: 0, now });
  await lease(new Date("2026-11-23T08:30:00.000Z"), 2);
  await lease(new Date("2026-11-23T08:31:00.000Z"), 2);
  await lease(NOW, 2);
  await store.hear({ bucket, now: NOW, fullUs: null, ratePerSecond: 10, isThrottled: true });

  const quotas = await inShopRead(web, shopId, (client) =>
    readQuotas(client, { connectionId, now: NOW }),
  );

  expect(quotas).toHaveLength(1);
  expect(quotas[0]).toMatchObject({
    operation: "patchListingsItem",
    ratePerSecond: 10,
    burst: 5,
    takenLastHour: 5,
    throttledLastHour: 1,
    throttledAt: NOW.toISOString(),
  });
  expect(quotas[0]?.turnsNow).toBeLessThan(3);
  expect(quotas[0]?.secondsFor(1_000)).toBeGreaterThan(99);
  expect(quotas[0]?.secondsFor(1_000)).toBeLessThan(103);
});

it("shows a page the quotas of its own connections alone, and lets it change none", async () => {
  const { shopId } = await connectedShop("quota-two.myshopify.com", "SELLERB");
  const store = createQuotaStore(worker);
  for (const owner of ["SELLERB", "SELLERC", "*", "application"]) {
    const bucket = { operation: "getFeed", owner, region: "na" };
    await store.lease({ bucket, plan: PLAN, want: 1, horizonMs: 0, now: NOW });
  }

  const seen = await inShopRead(web, shopId, (client) =>
    client.query<{ owner: string }>(
      "SELECT owner FROM quota_bucket UNION ALL SELECT owner FROM quota_usage",
    ),
  );
  const change = inShopTransaction(web, shopId, (client) =>
    client.query("UPDATE quota_bucket SET full_us = 0"),
  );

  expect(seen.rows).toEqual([{ owner: "SELLERB" }, { owner: "SELLERB" }]);
  await expect(change).rejects.toMatchObject({ code: "42501" });
});
