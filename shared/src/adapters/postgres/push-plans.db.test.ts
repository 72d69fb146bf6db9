/** The statements about pushes on tables that nobody has analysed yet: a first night's work must not grow by the square. */
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ConnectionId, toConnectionId, toShopId } from "../../core/ids.ts";
import type { StoredMessage } from "../../ports/feed-store.ts";
import type { ClaimedPush } from "../../ports/push-store.ts";
import { createTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { createFeedStore } from "./feed-store.ts";
import { createPushStore } from "./push-store.ts";
import type { QueryClient } from "./query-client.ts";

const PUSHES = 2_000;
// Each statement goes through its pushes a few dozen times at most: joins, sorts, look-ups and the writes of rows.
const VISITS_MAX = 60 * PUSHES;
const US = "ATVPDKIKX0DER";
const NOW = new Date("2026-11-23T12:01:00Z");
const LATER = new Date("2026-11-23T12:02:00Z");

let database: TestDatabase;
let worker: pg.Client;
let shopId: ReturnType<typeof toShopId>;
let connectionId: ConnectionId;
let workerId: string;
/** Rows that the nodes of each statement's plan visited, by the statement's head. */
const visits = new Map<string, number>();

beforeAll(async () => {
  database = await createTestDatabase();
  worker = new pg.Client({ connectionString: database.workerUrl });
  await worker.connect();
  await seed();
});
afterAll(async () => {
  await worker.end();
  await database.drop();
});

async function seed(): Promise<void> {
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  try {
    const one = async (text: string, values: unknown[] = []): Promise<string> =>
      (await owner.query<{ id: string }>(text, values)).rows[0]?.id ?? "";
    for (const table of ["push", "price_change", "listing", "item", "price_feed_message"])
      await owner.query(`ALTER TABLE ${table} SET (autovacuum_enabled = false)`);
    const shop = await one(
      "INSERT INTO shop (domain) VALUES ('plans.example') RETURNING shop_id AS id",
    );
    shopId = toShopId(Number(shop));
    await owner.query("SELECT set_config('app.shop_id', $1, false)", [String(shop)]);
    connectionId = toConnectionId(
      await one(
        "INSERT INTO connection (shop_id, channel, account_id, region) VALUES ($1, 'amazon', 'A3PLANS', 'na') RETURNING connection_id::text AS id",
        [shop],
      ),
    );
    await owner.query(
      "INSERT INTO connection_marketplace (shop_id, connection_id, marketplace_id, currency, store_name) VALUES ($1, $2, $3, 'USD', 'x')",
      [shop, connectionId, US],
    );
    await owner.query(LISTINGS, [shop, connectionId, US, NOW, PUSHES]);
    await owner.query(CHANGES, [shop, NOW]);
    await owner.query(
      "UPDATE price_change SET state = 'approved', state_at = $1, state_actor = 'person', state_facts = '{}'",
      [NOW],
    );
    workerId = await one(
      "INSERT INTO worker (started_at, beat_at) VALUES (now(), now()) RETURNING worker_id::text AS id",
    );
  } finally {
    await owner.end();
  }
}

const LISTINGS = `
  WITH items AS (
    INSERT INTO item (shop_id, sku, title, cost_minor, cost_currency, cost_source)
    SELECT $1, 'S' || n, 'S' || n, 500, 'USD', 'merchant' FROM generate_series(1, $5::int) n RETURNING item_id, sku
  )
  INSERT INTO listing (shop_id, channel, connection_id, marketplace_id, external_id, parent_id, sku, title, currency, status,
    fulfilment, quantity, product_type, item_id, link_evidence, seen_at)
  SELECT $1, 'amazon', $2, $3, sku, 'B' || lpad(substr(sku, 2), 9, '0'), sku, sku, 'USD', 'active', 'merchant', 10, 'PRODUCT',
         item_id, 'own_sku', $4 FROM items`;

const CHANGES = `
  INSERT INTO price_change (shop_id, listing_id, version, origin, old_minor, new_minor, currency, floor_minor, ceiling_minor, reasons,
    inputs_hash, event_at, state, state_at, state_actor, proposed_at)
  SELECT $1, listing_id, 1, 'engine', 2000, 1999, 'USD', 1000, 4000, '[]', '\\x00', $2, 'proposed', $2, 'engine', $2 FROM listing`;

interface Plan {
  readonly "Actual Rows": number;
  readonly "Actual Loops": number;
  readonly "Rows Removed by Filter"?: number;
  readonly "Rows Removed by Join Filter"?: number;
  readonly Plans?: readonly Plan[];
}

function visitsOf(plan: Plan): number {
  const each =
    plan["Actual Rows"] +
    (plan["Rows Removed by Filter"] ?? 0) +
    (plan["Rows Removed by Join Filter"] ?? 0);
  return (
    each * plan["Actual Loops"] + (plan.Plans ?? []).reduce((sum, one) => sum + visitsOf(one), 0)
  );
}

/** Runs each statement twice: first explained and taken back, then for good. */
const client: QueryClient = {
  async query<Row>(text: string, values: readonly unknown[] = []) {
    await worker.query("BEGIN");
    await worker.query("SELECT set_config('app.shop_id', $1, true)", [String(shopId)]);
    await worker.query("SAVEPOINT before");
    const explained = await worker.query<{ "QUERY PLAN": readonly { readonly Plan: Plan }[] }>(
      `EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ${text}`,
      [...values],
    );
    await worker.query("ROLLBACK TO SAVEPOINT before");
    for (const { Plan: plan } of explained.rows[0]?.["QUERY PLAN"] ?? [])
      visits.set(text.trim().slice(0, 60).replaceAll(/\s+/g, " "), visitsOf(plan));
    const answer = await worker.query(text, [...values]);
    await worker.query("COMMIT");
    return { rows: answer.rows as Row[], rowCount: answer.rowCount ?? 0 };
  },
};

const messageOf = (push: ClaimedPush, place: number): StoredMessage => ({
  messageId: place + 1,
  changeId: push.changeId,
  listingId: push.listingId,
  version: push.version,
  fence: push.fence,
  priceMinor: push.priceMinor,
  minMinor: 1_000n,
  maxMinor: 4_000n,
});

describe("two thousand prices of one account", () => {
  it("are routed, claimed, fed and settled in steps that grow with their number only", async () => {
    const pushes = createPushStore(client, shopId);
    const feeds = createFeedStore(client, shopId);
    const claim = {
      connectionId,
      worker: workerId,
      now: NOW,
      leaseUntil: LATER,
      limit: 20,
      previewLimit: 5,
      unpreviewedIfDueBy: NOW,
    };
    await pushes.waiting({ work: "send", channel: "amazon", now: NOW });
    await pushes.routable(connectionId);
    expect(await pushes.route({ connectionId, feedMax: 1_500, previewsMax: 100 })).toBe(1_500);
    expect(await pushes.claim({ ...claim, work: "send" })).toHaveLength(20);
    expect(await pushes.claim({ ...claim, work: "read" })).toHaveLength(0);
    await feeds.open(connectionId, NOW);
    const feed = await feeds.nextDue(connectionId, NOW);
    if (feed === null) throw new Error("no feed was opened");
    const taken = await feeds.takeWaiting({ connectionId, marketplaceId: US }, PUSHES);
    await feeds.add(feed.priceFeedId, taken.map(messageOf), 1);
    const open = await feeds.openMessages(feed.priceFeedId, 0, PUSHES);
    expect(open).toHaveLength(1_500);
    await feeds.settle(
      feed.priceFeedId,
      open.map(({ message }) => ({
        messageId: message.messageId,
        outcome: "accepted",
        issue: null,
      })),
    );
    await feeds.watch(feed.priceFeedId, NOW);
    expect(await feeds.dueWatches(feed.priceFeedId, NOW, 20)).toHaveLength(20);

    expect([...visits].filter(([, count]) => count > VISITS_MAX)).toEqual([]);
    expect(visits.size).toBeGreaterThan(8);
  });
});
