import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createPool, onConnection, type Pool } from "../../adapters/postgres/pool.ts";
import { AppError } from "../../core/app-error.ts";
import type { ConnectionId } from "../../core/ids.ts";
import { channelEvent, offersEvent } from "../../testing/channel-event.ts";
import {
  type LinkedProduct,
  makeLinkedProduct,
  OUR_SELLER,
  rowsOf,
  snapshotOf,
  US,
} from "../../testing/pipeline-shop.ts";
import { usePipeline } from "../../testing/use-pipeline.ts";
import { createSteps } from "../../testing/pipeline-steps.ts";
import { ingestNotifications } from "../notifications/ingest-notifications.ts";
import { runTasks } from "../tasks/run-tasks.ts";
import { eraseAmazonData } from "./erase-amazon-data.ts";
import { deleteAmazonData, disconnectConnection } from "./manage-connection.ts";

const pipeline = usePipeline();
const steps = createSteps(pipeline);
let owner: Pool;
let product: LinkedProduct;
let connectionId: ConnectionId;
let removed: string[];

beforeAll(async () => {
  owner = createPool({ url: pipeline.database.ownerUrl, connectionsMax: 1, onIdleError: () => {} });
});
afterAll(async () => {
  await owner.end();
});
beforeEach(async () => {
  await asOwner("UPDATE connection SET status = 'disconnected' WHERE channel = 'amazon'");
  product = await makeLinkedProduct(pipeline);
  const [amazon] = await pipeline.inShop(product.shopId, (tx) =>
    tx.connections.byChannel("amazon"),
  );
  if (amazon === undefined) throw new Error("not connected");
  ({ connectionId } = amazon);
  removed = [];
});

const asOwner = <Row>(text: string) =>
  onConnection(owner, async (client) => (await client.query<Row>(text)).rows);
const rows = <Row = Record<string, unknown>>(text: string) =>
  rowsOf<Row>(pipeline.pool, product.shopId, text);
const now = () => pipeline.clock.now();

async function erase(remove?: () => Promise<void>) {
  const order = { shopId: product.shopId, connectionId };
  expect(await deleteAmazonData(pipeline, order)).toEqual({ kind: "done" });
  for (let round = 0; round < 5; round += 1) {
    await runTasks(
      {
        ...pipeline,
        worker: "7",
        handlers: {
          erase: (step, signal) =>
            eraseAmazonData(
              {
                ...pipeline,
                desk: {
                  remove: async (_account, { subscriptionId }) => {
                    removed.push(subscriptionId);
                    await remove?.();
                  },
                },
              },
              step,
              signal,
            ),
        },
      },
      product.shopId,
      new AbortController().signal,
    );
    const [left] = await rows("SELECT 1 FROM connection WHERE erase_asked_at IS NOT NULL");
    if (left === undefined) return;
    pipeline.clock.advance(60_000);
  }
}

/** Every column of a tenant table that names a connection, a listing, a marketplace or an ASIN. */
const COLUMNS = `
  SELECT c.relname AS table, a.attname AS column FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
   WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
     AND a.attname IN ('connection_id', 'listing_id', 'marketplace_id', 'asin', 'seller_id', 'parent_id') AND NOT a.attisdropped
     AND EXISTS (SELECT 1 FROM pg_attribute s WHERE s.attrelid = c.oid AND s.attname = 'shop_id')
   ORDER BY 1, 2`;

/** One row in every tenant table that is about this connection, made of whatever its columns take. */
async function fillEveryTable(): Promise<string[]> {
  const tables = await asOwner<{ name: string }>(
    `SELECT DISTINCT t.table AS name FROM (${COLUMNS}) t WHERE t.table NOT IN
       ('connection', 'listing', 'price_change', 'price_change_event', 'push', 'decision', 'decision_head')`,
  );
  const left: string[] = [];
  let todo = tables.map(({ name }) => name);
  for (let pass = 0; pass < 4 && todo.length > 0; pass += 1) {
    left.length = 0;
    for (const table of todo) if (!(await fill(table))) left.push(table);
    todo = [...left];
  }
  return todo;
}

async function fill(table: string): Promise<boolean> {
  const ours = await asOwner(`SELECT 1 FROM ${table} WHERE shop_id = ${String(product.shopId)}`);
  if (ours.length > 0) return true;
  const columns = await asOwner<{ name: string; type: string; check: string | null }>(
    `SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
            (SELECT substring(pg_get_constraintdef(k.oid) FROM '''([^'']+)''') FROM pg_constraint k
              WHERE k.conrelid = a.attrelid AND k.contype = 'c' AND a.attnum = ANY (k.conkey) LIMIT 1) AS check
       FROM pg_attribute a WHERE a.attrelid = '${table}'::regclass AND a.attnum > 0 AND NOT a.attisdropped
        AND a.attnotnull AND (NOT a.atthasdef OR a.attname IN ('connection_id', 'listing_id', 'marketplace_id', 'asin'))`,
  );
  const nullable = await asOwner<{ name: string; type: string; check: string | null }>(
    `SELECT t.column AS name, format_type(a.atttypid, a.atttypmod) AS type, NULL AS check
       FROM (${COLUMNS}) t JOIN pg_attribute a ON a.attrelid = t.table::regclass AND a.attname = t.column
      WHERE t.table = '${table}' AND NOT a.attnotnull`,
  );
  const all = [...columns, ...nullable];
  const values = all.map(({ name, type, check }) => valueOf(name, type, check));
  try {
    await asOwner(
      `INSERT INTO ${table} (${all.map(({ name }) => `"${name}"`).join(", ")}) VALUES (${values.join(", ")})`,
    );
    return true;
  } catch {
    return false;
  }
}

function valueOf(name: string, type: string, check: string | null): string {
  const known: Record<string, string> = {
    shop_id: String(product.shopId),
    connection_id: connectionId,
    listing_id: product.amazonId,
    item_id: product.itemId,
    marketplace_id: `'${US}'`,
    asin: `'${product.asin}'`,
    parent_id: `'${product.asin}'`,
    seller_id: `'${OUR_SELLER}'`,
    currency: "'USD'",
  };
  const value = known[name];
  if (value !== undefined) return value;
  if (/_id$/.test(name) && type === "bigint")
    return `(SELECT coalesce(max(${name}), 1) FROM ${tableOf(name)})`;
  if (type === "boolean") return "true";
  if (type === "jsonb") return "'{}'";
  if (type === "bytea") return "'\\x00'";
  if (type === "date") return "'2026-11-20'";
  if (type.startsWith("timestamp")) return "'2026-11-20'";
  if (type.endsWith("[]")) return "'{}'";
  if (/int|numeric|double/.test(type)) return "1";
  return `'${check ?? "x"}'`;
}

// Keys of the parents that rows of other tables hang from.
function tableOf(column: string): string {
  return (
    { run_id: "sync_run", price_feed_id: "price_feed", change_id: "price_change" }[column] ?? "task"
  );
}

/** What a table may still hold after an erase: the merchant's own ledger, and the keys that it hangs from. */
const STAYS = new Set([
  "connection.connection_id",
  "listing.connection_id",
  "listing.listing_id",
  "listing.marketplace_id",
  "price_change.listing_id",
  "decision.listing_id",
  "push.connection_id",
  "push.listing_id",
  "task.connection_id",
]);

async function leftOver(): Promise<string[]> {
  const columns = await asOwner<{ table: string; column: string }>(COLUMNS);
  const found: string[] = [];
  for (const { table, column } of columns) {
    const wanted: Record<string, string> = {
      connection_id: `= ${connectionId}`,
      listing_id: `= ${product.amazonId}`,
      marketplace_id: `= '${US}'`,
      asin: `= '${product.asin}'`,
      parent_id: `= '${product.asin}'`,
      seller_id: `= '${OUR_SELLER}'`,
    };
    const some = await asOwner(
      `SELECT 1 FROM ${table} WHERE shop_id = ${String(product.shopId)} AND ${column} ${wanted[column] ?? "IS NULL"} LIMIT 1`,
    );
    if (some.length > 0) found.push(`${table}.${column}`);
  }
  return found;
}

describe("deleting what was read from Amazon", () => {
  it("leaves in no table anything but the ledger and its keys", async () => {
    await steps.approved(product, 2_900n);
    await steps.push(product);
    await ingestNotifications(pipeline, [
      offersEvent(snapshotOf(product.asin, { rivalMinor: 2_800n, observedAt: now() })),
      channelEvent({ kind: "unreadable", problem: "x" }, { occurredAt: now() }),
    ]);
    await steps.decide(product);
    expect(await fillEveryTable()).toEqual([]);

    await erase();

    expect((await leftOver()).filter((place) => !STAYS.has(place))).toEqual([]);
    expect(
      await rows(
        "SELECT token_sealed, status, erase_asked_at FROM connection WHERE channel = 'amazon'",
      ),
    ).toEqual([{ token_sealed: null, status: "disconnected", erase_asked_at: null }]);
    expect(await rows("SELECT DISTINCT kind FROM task WHERE connection_id IS NOT NULL")).toEqual([
      { kind: "erase" },
    ]);
    expect(await rows("SELECT title, parent_id FROM listing WHERE channel = 'amazon'")).toEqual([
      { title: "", parent_id: null },
    ]);
  });

  it("keeps every receipt whole, and no rival's price in it or in what it was based on", async () => {
    await steps.approved(product, 2_900n);
    await steps.push(product);
    const before = await rows("SELECT change_id, new_minor, state FROM price_change ORDER BY 1");
    const events = await rows("SELECT * FROM price_change_event ORDER BY change_id, seq");

    await erase();

    expect(before.length).toBeGreaterThan(0);
    expect(await rows("SELECT change_id, new_minor, state FROM price_change ORDER BY 1")).toEqual(
      before,
    );
    expect(
      (await rows("SELECT * FROM price_change_event ORDER BY change_id, seq")).slice(
        0,
        events.length,
      ),
    ).toEqual(events);
    expect(await rows("SELECT * FROM broken_receipts()")).toEqual([]);
    expect(
      await rows(
        "SELECT 1 FROM decision WHERE inputs <> '' AND listing_id IN (SELECT listing_id FROM listing)",
      ),
    ).toEqual([]);
    expect(
      await rows(
        "SELECT 1 FROM price_change, jsonb_array_elements(reasons) r WHERE r -> 'facts' <> '{}'",
      ),
    ).toEqual([]);
  });

  it("waits for work that is under way, whatever holds it", async () => {
    const until = "'2100-01-01'";
    await rows(
      `INSERT INTO task (shop_id, connection_id, kind, due_at, lease_owner, lease_until)
       VALUES (current_shop(), ${connectionId}, 'listing_details', now(), 7, ${until})`,
    );

    await erase();
    expect(
      await rows("SELECT 1 FROM listing WHERE channel = 'amazon' AND title <> ''"),
    ).toHaveLength(1);
    await rows("UPDATE task SET lease_owner = NULL, lease_until = NULL");
    await erase();

    expect(await rows("SELECT 1 FROM listing WHERE channel = 'amazon'")).toEqual([]);
  });

  it("lets an open proposal end, and touches no other shop", async () => {
    const other = await makeLinkedProduct(pipeline);
    await ingestNotifications(pipeline, [
      offersEvent(snapshotOf(other.asin, { rivalMinor: 2_800n, observedAt: now() })),
      offersEvent(snapshotOf(product.asin, { rivalMinor: 2_800n, observedAt: now() })),
    ]);
    await steps.decide(product);
    await steps.decide(other);
    const ofOther = () =>
      rowsOf(pipeline.pool, other.shopId, "SELECT * FROM offer_current ORDER BY asin");
    const before = await ofOther();

    await erase();

    expect(
      await rows(
        `SELECT state, state_code FROM price_change WHERE listing_id = ${product.amazonId}`,
      ),
    ).toEqual([{ state: "stale", state_code: "connection_disconnected" }]);
    expect(before).not.toEqual([]);
    expect(await ofOther()).toEqual(before);
  });

  it("keeps costs, limits, rules and the Shopify side", async () => {
    const kept = ["rule", "shop_settings", "item"];
    const before = await Promise.all(
      kept.map((table) => rows(`SELECT * FROM ${table} ORDER BY 1, 2`)),
    );

    await erase();

    expect(
      await Promise.all(kept.map((table) => rows(`SELECT * FROM ${table} ORDER BY 1, 2`))),
    ).toEqual(before);
    expect(await rows("SELECT status FROM listing WHERE channel = 'shopify'")).toEqual([
      { status: "active" },
    ]);
  });

  const subscribe = () =>
    pipeline.inShop(product.shopId, (tx) =>
      tx.notifications.saveSubscription(connectionId, {
        type: "ANY_OFFER_CHANGED",
        role: "Pricing",
        state: "active",
        subscriptionId: "sub-1",
        destinationId: "d",
        problemCode: null,
        isRepaired: false,
        checkedAt: now(),
      }),
    );

  it("tells Amazon to send nothing more", async () => {
    await subscribe();

    await erase();

    expect(removed).toEqual(["sub-1"]);
    expect(await rows("SELECT 1 FROM amazon_subscription")).toEqual([]);
  });

  it("leaves the subscription to another shop of the same seller", async () => {
    await makeLinkedProduct(pipeline);
    await subscribe();

    await erase();

    expect(removed).toEqual([]);
  });

  it("is done although Amazon does not answer", async () => {
    await subscribe();

    await erase(() =>
      Promise.reject(
        new AppError({ code: "amazon_authorization_revoked", retry: "never", message: "gone" }),
      ),
    );

    expect(
      await rows("SELECT token_sealed, erase_asked_at FROM connection WHERE channel = 'amazon'"),
    ).toEqual([{ token_sealed: null, erase_asked_at: null }]);
  });

  it("is for Amazon's connections of this shop only", async () => {
    const [shopify] = await pipeline.inShop(product.shopId, (tx) =>
      tx.connections.byChannel("shopify"),
    );
    if (shopify === undefined) throw new Error("not connected");
    const order = { shopId: product.shopId, connectionId: shopify.connectionId };

    expect(await deleteAmazonData(pipeline, order)).toEqual({ kind: "not_found" });
  });
});

describe("disconnecting", () => {
  it("deletes nothing", async () => {
    await ingestNotifications(pipeline, [
      offersEvent(snapshotOf(product.asin, { rivalMinor: 2_800n, observedAt: now() })),
    ]);

    await disconnectConnection(pipeline, { shopId: product.shopId, connectionId });

    expect(await rows("SELECT 1 FROM offer_current")).toHaveLength(1);
    expect(await rows("SELECT status FROM listing WHERE channel = 'amazon'")).toEqual([
      { status: "active" },
    ]);
  });
});
