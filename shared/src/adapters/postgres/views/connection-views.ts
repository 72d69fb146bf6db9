import type { Channel } from "../../../core/channel.ts";
import { consentAge } from "../../../core/consent-age.ts";
import type { ConnectionsView, ConnectionView } from "../../../ports/connection-views.ts";
import type { QueryClient } from "../query-client.ts";
import { readAmazonDetail } from "./amazon-detail-view.ts";
import { iso } from "./money-columns.ts";
import { readLatestRuns } from "./sync-views.ts";

interface Row {
  connection_id: string;
  channel: Channel;
  account_id: string;
  region: string;
  status: "connected" | "disconnected";
  problem_code: string | null;
  problem_at: Date | null;
  consented_at: Date | null;
  account_status: ConnectionView["accountStatus"];
  account_status_at: Date | null;
  erase_asked_at: Date | null;
  notifications: ConnectionView["notifications"];
  imported_at: Date | null;
  swept_at: Date | null;
  is_importing: boolean;
  listings: number;
  marketplaces: ConnectionView["marketplaces"];
}

/** Every connection of the shop, Amazon's first. */
export async function readConnectionList(
  client: QueryClient,
  now: Date,
): Promise<ConnectionView[]> {
  const answer = await client.query<Row>(CONNECTIONS);
  return answer.rows.map((row) => toConnectionView(row, now));
}

/** Connections with all that the page says of them, their latest runs and the newest linking attempt. */
export async function readConnections(client: QueryClient, now: Date): Promise<ConnectionsView> {
  const connections = await readConnectionList(client, now);
  const details = [];
  for (const connection of connections) {
    if (connection.channel === "amazon")
      details.push(await readAmazonDetail(client, connection, now));
  }
  return {
    connections,
    details,
    runs: await readLatestRuns(client, LATEST_RUNS),
    link: await readLink(client, now),
    ...(await readNotices(client, now)),
  };
}

// Enough for the last hour of a shop; the whole history has a page of its own.
const LATEST_RUNS = 6;

async function readLink(client: QueryClient, now: Date): Promise<ConnectionsView["link"]> {
  const answer = await client.query<{
    status: NonNullable<ConnectionsView["link"]>["status"];
    failure_code: string | null;
    started_at: Date;
  }>(
    `SELECT status, failure_code, started_at FROM amazon_link
      WHERE shop_id = current_shop() AND (expires_at > $1 OR status = 'failed') ORDER BY link_id DESC LIMIT 1`,
    [now],
  );
  const row = answer.rows[0];
  if (row === undefined) return null;
  const { status, failure_code: failureCode, started_at: startedAt } = row;
  return { status, failureCode, startedAt: iso(startedAt) };
}

/** What belongs to no shop: the app's own secret, and messages that name nobody. */
async function readNotices(
  client: QueryClient,
  now: Date,
): Promise<Pick<ConnectionsView, "secretEndsAt" | "strayMessages">> {
  const answer = await client.query<{ secret_ends_at: Date | null; stray: number }>(
    `SELECT (SELECT coalesce(sum(times), 0)::int FROM poison_message) AS stray,
            (SELECT n.ends_at FROM (SELECT kind, ends_at FROM app_notice WHERE ends_at IS NOT NULL ORDER BY occurred_at DESC LIMIT 1) n
              WHERE n.kind = 'client_secret_ending' AND n.ends_at > $1) AS secret_ends_at`,
    [now],
  );
  const row = answer.rows[0];
  return { secretEndsAt: iso(row?.secret_ends_at ?? null), strayMessages: row?.stray ?? 0 };
}

function toConnectionView(row: Row, now: Date): ConnectionView {
  const age = row.consented_at === null ? null : consentAge(row.consented_at, now);
  return {
    connectionId: row.connection_id,
    channel: row.channel,
    accountId: row.account_id,
    region: row.region,
    status: row.status,
    problemCode: row.problem_code,
    problemAt: iso(row.problem_at),
    consentedAt: iso(row.consented_at),
    consentDaysLeft: age?.daysLeft ?? null,
    consent: age?.state ?? null,
    accountStatus: row.account_status,
    accountStatusAt: iso(row.account_status_at),
    marketplaces: row.marketplaces,
    listings: row.listings,
    notifications: row.notifications,
    importedAt: iso(row.imported_at),
    sweptAt: iso(row.swept_at),
    isImporting: row.is_importing,
    isErasing: row.erase_asked_at !== null,
  };
}

const CONNECTIONS = `
  WITH held AS (
    SELECT connection_id, marketplace_id, count(*)::int AS listings FROM listing
     WHERE shop_id = current_shop() AND status <> 'deleted' GROUP BY 1, 2
  )
  SELECT c.connection_id, c.channel, c.account_id, c.region, c.status, c.problem_code, c.problem_at, c.consented_at,
         c.account_status, c.account_status_at, c.erase_asked_at, c.notifications, c.imported_at, c.swept_at,
         EXISTS (SELECT 1 FROM sync_run r WHERE r.shop_id = current_shop() AND r.connection_id = c.connection_id
                   AND r.kind = 'import' AND r.state = 'running') AS is_importing,
         coalesce((SELECT sum(n.listings)::int FROM held n WHERE n.connection_id = c.connection_id), 0) AS listings,
         coalesce((SELECT jsonb_agg(jsonb_build_object('marketplaceId', m.marketplace_id, 'currency', m.currency,
                     'storeName', m.store_name, 'isParticipating', m.is_participating,
                     'hasSuspendedListings', m.has_suspended_listings, 'listings', coalesce(n.listings, 0))
                     ORDER BY coalesce(n.listings, 0) DESC, m.marketplace_id)
                     FROM connection_marketplace m LEFT JOIN held n USING (connection_id, marketplace_id)
                    WHERE m.shop_id = current_shop() AND m.connection_id = c.connection_id), '[]') AS marketplaces
    FROM connection c WHERE c.shop_id = current_shop() ORDER BY c.channel, c.connection_id`;
