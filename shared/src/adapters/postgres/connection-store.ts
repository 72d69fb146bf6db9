import { invariant } from "../../core/assert.ts";
import { toConnectionId } from "../../core/ids.ts";
import type { ConnectionStore } from "../../ports/connection-store.ts";
import { createAccountQueries } from "./account-queries.ts";
import { readWhere } from "./connection-rows.ts";
import { createLinkQueries } from "./link-queries.ts";
import type { QueryClient } from "./query-client.ts";
import { createRunQueries } from "./run-queries.ts";

/** Connections, their due work, their runs and the attempts to link them, as rows. */
export function createConnectionStore(client: QueryClient): ConnectionStore {
  return {
    read: async (connectionId) =>
      (await readWhere(client, "c.connection_id = $1", [connectionId]))[0] ?? null,
    byChannel: (channel) => readWhere(client, "c.channel = $1", [channel]),
    async connect(connection) {
      const answer = await client.query<{ connection_id: string }>(CONNECT, [
        connection.channel,
        connection.accountId,
        connection.region,
        connection.tokenSealed,
        connection.consentedAt,
        connection.importDueAt,
      ]);
      const id = answer.rows[0]?.connection_id;
      invariant(id !== undefined, "a stored connection has an id");
      return toConnectionId(id);
    },
    async disconnect(connectionId, problemCode, at) {
      await client.query(
        `UPDATE connection SET status = 'disconnected', problem_code = $2, problem_at = $3, import_due_at = NULL,
                sweep_due_at = NULL, token_sealed = NULL, notifications = 'none'
          WHERE shop_id = current_shop() AND connection_id = $1`,
        [connectionId, problemCode, at],
      );
    },
    async noteProblem(connectionId, problemCode, at) {
      await client.query(
        `UPDATE connection SET problem_code = $2, problem_at = CASE WHEN $2::text IS NULL THEN NULL ELSE $3::timestamptz END
          WHERE shop_id = current_shop() AND connection_id = $1 AND status = 'connected'`,
        [connectionId, problemCode, at],
      );
    },
    saveAccountFacts: (connectionId, facts) => saveAccountFacts(client, connectionId, facts),
    async setNotifications(connectionId, state) {
      await client.query(
        "UPDATE connection SET notifications = $2 WHERE shop_id = current_shop() AND connection_id = $1",
        [connectionId, state],
      );
    },
    async requestShopifyImport(at) {
      await client.query(
        `UPDATE connection SET import_due_at = least(coalesce(import_due_at, $1), $1::timestamptz)
          WHERE shop_id = current_shop() AND channel = 'shopify' AND status = 'connected'`,
        [at],
      );
    },
    forgetShop: (at, removedAt) => forgetShop(client, at, removedAt),
    releaseLeasesOf: (worker) => releaseLeasesOf(client, worker),
    ...createAccountQueries(client),
    ...createRunQueries(client),
    ...createLinkQueries(client),
  };
}

async function forgetShop(client: QueryClient, at: Date, removedAt: Date): Promise<boolean> {
  const since = await client.query(
    "SELECT 1 FROM shop_session WHERE shop_id = current_shop() AND updated_at > $1",
    [removedAt],
  );
  if (since.rowCount > 0) return false;
  await client.query(
    `UPDATE connection SET status = 'disconnected', problem_code = 'shopify_not_installed', problem_at = $1,
              import_due_at = NULL, sweep_due_at = NULL, token_sealed = NULL
        WHERE shop_id = current_shop()`,
    [at],
  );
  await client.query("DELETE FROM shop_session WHERE shop_id = current_shop()");
  await client.query(
    "UPDATE shop SET status = 'uninstalled', uninstalled_at = $1 WHERE shop_id = current_shop()",
    [at],
  );
  return true;
}

async function releaseLeasesOf(client: QueryClient, worker: string): Promise<number> {
  const connections = await client.query(
    "UPDATE connection SET lease_owner = NULL, lease_until = NULL WHERE shop_id = current_shop() AND lease_owner = $1::bigint",
    [worker],
  );
  const links = await client.query(
    "UPDATE amazon_link SET lease_owner = NULL, lease_until = NULL WHERE shop_id = current_shop() AND lease_owner = $1::bigint",
    [worker],
  );
  return connections.rowCount + links.rowCount;
}

async function saveAccountFacts(
  client: QueryClient,
  connectionId: string,
  facts: Parameters<ConnectionStore["saveAccountFacts"]>[1],
): Promise<void> {
  await client.query(
    `UPDATE shop s SET name = coalesce($2, s.name), currency = coalesce($3, s.currency), time_zone = coalesce($4, s.time_zone)
      WHERE s.shop_id = current_shop()
        AND EXISTS (SELECT 1 FROM connection c WHERE c.shop_id = current_shop() AND c.connection_id = $1 AND c.channel = 'shopify')`,
    [connectionId, facts.name, facts.currency, facts.timeZone],
  );
  await client.query(
    `WITH said AS (
       SELECT * FROM unnest($2::text[], $3::text[], $4::text[], $5::boolean[], $6::boolean[])
         AS m(marketplace_id, currency, store_name, is_participating, has_suspended_listings)
     ), gone AS (
       DELETE FROM connection_marketplace d WHERE d.shop_id = current_shop() AND d.connection_id = $1
          AND d.marketplace_id NOT IN (SELECT marketplace_id FROM said)
     )
     INSERT INTO connection_marketplace (shop_id, connection_id, marketplace_id, currency, store_name, is_participating, has_suspended_listings)
     SELECT current_shop(), $1, marketplace_id, currency, store_name, is_participating, has_suspended_listings FROM said
     ON CONFLICT (shop_id, connection_id, marketplace_id)
       DO UPDATE SET currency = excluded.currency, store_name = excluded.store_name,
         is_participating = excluded.is_participating, has_suspended_listings = excluded.has_suspended_listings`,
    [
      connectionId,
      facts.marketplaces.map((each) => each.marketplaceId),
      facts.marketplaces.map((each) => each.currency),
      facts.marketplaces.map((each) => each.storeName),
      facts.marketplaces.map((each) => each.isParticipating ?? true),
      facts.marketplaces.map((each) => each.hasSuspendedListings ?? false),
    ],
  );
}

// A second link of the same account renews the first: its listings, history and bounds stay.
const CONNECT = `
  INSERT INTO connection (shop_id, channel, account_id, region, token_sealed, consented_at, import_due_at)
  VALUES (current_shop(), $1, $2, $3, $4, $5, $6)
  ON CONFLICT (shop_id, channel, account_id, region) DO UPDATE
    SET status = 'connected', problem_code = NULL, problem_at = NULL,
        token_sealed = coalesce(excluded.token_sealed, connection.token_sealed),
        consented_at = coalesce(excluded.consented_at, connection.consented_at),
        import_due_at = coalesce(excluded.import_due_at, connection.import_due_at)
  RETURNING connection_id`;
