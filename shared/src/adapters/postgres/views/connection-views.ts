import type { Channel } from "../../../core/channel.ts";
import type { ConnectionsView, ConnectionView, SyncRunView } from "../../../ports/shop-views.ts";
import type { QueryClient } from "../query-client.ts";
import { iso } from "./money-columns.ts";

// Amazon asks a seller to authorise again a year after the consent (contracts: website workflow).
const CONSENT_DAYS = 365;
const DAY_MS = 24 * 60 * 60_000;

interface Row {
  connection_id: string;
  channel: Channel;
  account_id: string;
  region: string;
  status: "connected" | "disconnected";
  problem_code: string | null;
  problem_at: Date | null;
  consented_at: Date | null;
  notifications: ConnectionView["notifications"];
  imported_at: Date | null;
  swept_at: Date | null;
  is_importing: boolean;
  listings: number;
  marketplaces: { marketplaceId: string; currency: string; storeName: string }[];
}

/** Every connection of the shop, Amazon's first. */
export async function readConnectionList(
  client: QueryClient,
  now: Date,
): Promise<ConnectionView[]> {
  const answer = await client.query<Row>(
    `SELECT c.connection_id, c.channel, c.account_id, c.region, c.status, c.problem_code, c.problem_at, c.consented_at,
            c.notifications, c.imported_at, c.swept_at,
            EXISTS (SELECT 1 FROM sync_run r WHERE r.shop_id = current_shop() AND r.connection_id = c.connection_id
                      AND r.kind = 'import' AND r.state = 'running') AS is_importing,
            (SELECT count(*)::int FROM listing l WHERE l.shop_id = current_shop() AND l.connection_id = c.connection_id
                AND l.status <> 'deleted') AS listings,
            coalesce((SELECT jsonb_agg(jsonb_build_object('marketplaceId', m.marketplace_id, 'currency', m.currency,
                        'storeName', m.store_name) ORDER BY m.marketplace_id)
                        FROM connection_marketplace m
                       WHERE m.shop_id = current_shop() AND m.connection_id = c.connection_id), '[]') AS marketplaces
       FROM connection c WHERE c.shop_id = current_shop() ORDER BY c.channel, c.connection_id`,
  );
  return answer.rows.map((row) => toConnectionView(row, now));
}

/** Connections, their latest runs and the newest linking attempt. */
export async function readConnections(client: QueryClient, now: Date): Promise<ConnectionsView> {
  const connections = await readConnectionList(client, now);
  const runs = await client.query<{
    run_id: string;
    connection_id: string;
    channel: Channel;
    kind: "import" | "sweep";
    state: SyncRunView["state"];
    counts: Record<string, number>;
    error_code: string | null;
    started_at: Date;
    finished_at: Date | null;
  }>(
    `SELECT r.run_id, r.connection_id, c.channel, r.kind, r.state, r.counts, r.error_code, r.started_at, r.finished_at
       FROM sync_run r JOIN connection c ON c.shop_id = current_shop() AND c.connection_id = r.connection_id
      WHERE r.shop_id = current_shop() ORDER BY r.started_at DESC, r.run_id DESC LIMIT 20`,
  );
  const link = await client.query<{
    status: NonNullable<ConnectionsView["link"]>["status"];
    failure_code: string | null;
    started_at: Date;
  }>(
    `SELECT status, failure_code, started_at FROM amazon_link
      WHERE shop_id = current_shop() AND (expires_at > $1 OR status = 'failed') ORDER BY link_id DESC LIMIT 1`,
    [now],
  );
  const attempt = link.rows[0];
  return {
    connections,
    runs: runs.rows.map((row) => ({
      runId: row.run_id,
      connectionId: row.connection_id,
      channel: row.channel,
      kind: row.kind,
      state: row.state,
      counts: row.counts,
      errorCode: row.error_code,
      startedAt: iso(row.started_at),
      finishedAt: iso(row.finished_at),
    })),
    link:
      attempt === undefined
        ? null
        : {
            status: attempt.status,
            failureCode: attempt.failure_code,
            startedAt: iso(attempt.started_at),
          },
  };
}

function toConnectionView(row: Row, now: Date): ConnectionView {
  const endsMs =
    row.consented_at === null ? null : row.consented_at.getTime() + CONSENT_DAYS * DAY_MS;
  return {
    connectionId: row.connection_id,
    channel: row.channel,
    accountId: row.account_id,
    region: row.region,
    status: row.status,
    problemCode: row.problem_code,
    problemAt: iso(row.problem_at),
    consentedAt: iso(row.consented_at),
    consentDaysLeft:
      endsMs === null ? null : Math.max(0, Math.floor((endsMs - now.getTime()) / DAY_MS)),
    marketplaces: row.marketplaces,
    listings: row.listings,
    notifications: row.notifications,
    importedAt: iso(row.imported_at),
    sweptAt: iso(row.swept_at),
    isImporting: row.is_importing,
  };
}
