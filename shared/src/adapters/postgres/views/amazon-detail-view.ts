import { toConnectionId } from "../../../core/ids.ts";
import { DAY_MS } from "../../../core/time/duration.ts";
import type {
  AmazonDetailView,
  ConnectionView,
  QuotaLineView,
  SubscriptionView,
  WatchView,
} from "../../../ports/connection-views.ts";
import type { QueryClient } from "../query-client.ts";
import { readImportStand } from "./import-stand-view.ts";
import { iso } from "./money-columns.ts";
import { readQuotas } from "./quota-view.ts";

// The steps of a new connection are worth a look for as long as they may still be unfamiliar.
const NEW_MS = DAY_MS;

/** What the Connections page shows of one Amazon account beside its card's first lines. */
export async function readAmazonDetail(
  client: QueryClient,
  connection: ConnectionView,
  now: Date,
): Promise<AmazonDetailView> {
  const { connectionId, consentedAt, isImporting, status } = connection;
  const isNew = consentedAt !== null && now.getTime() - Date.parse(consentedAt) < NEW_MS;
  const isWatched = status === "connected" && (isNew || isImporting);
  return {
    connectionId,
    followedAt: await readFollowedAt(client, connectionId),
    watch: await readWatch(client, connectionId),
    subscriptions: await readSubscriptions(client, connectionId),
    quotas: await readQuotaLines(client, connectionId, now),
    setAside: await readSetAside(client, connectionId),
    importStand: isWatched ? await readImportStand(client, connectionId) : null,
  };
}

/** A look for changes that found none leaves no run: its task remembers until when it has looked. */
async function readFollowedAt(client: QueryClient, connectionId: string): Promise<string | null> {
  const answer = await client.query<{ at: Date | null }>(
    `SELECT greatest(
       (SELECT max(finished_at) FROM sync_run WHERE shop_id = current_shop() AND connection_id = $1 AND kind = 'changes' AND state = 'done'),
       (SELECT max((progress ->> 'since')::timestamptz) FROM task WHERE shop_id = current_shop() AND connection_id = $1
           AND kind = 'listing_changes')) AS at`,
    [connectionId],
  );
  return iso(answer.rows[0]?.at ?? null);
}

async function readWatch(client: QueryClient, connectionId: string): Promise<WatchView | null> {
  // The promises were reckoned for the load at the time; who is silent is counted now.
  const answer = await client.query<{
    watched: number;
    silent: number;
    unreadable: number;
    is_told: boolean;
    change_ms: number;
    unheard_change_ms: number;
    silence_ms: number;
  }>(
    `SELECT count(a.asin)::int AS watched, count(a.silent_since)::int AS silent,
            (count(*) FILTER (WHERE a.unread > 0))::int AS unreadable, w.is_told, w.change_ms, w.unheard_change_ms, w.silence_ms
       FROM market_watch w LEFT JOIN asin_watch a ON a.shop_id = current_shop() AND a.connection_id = w.connection_id
      WHERE w.shop_id = current_shop() AND w.connection_id = $1
      GROUP BY w.shop_id, w.connection_id`,
    [connectionId],
  );
  const row = answer.rows[0];
  if (row === undefined) return null;
  return {
    watched: row.watched,
    silent: row.silent,
    unreadable: row.unreadable,
    isTold: row.is_told,
    changeMs: row.change_ms,
    unheardChangeMs: row.unheard_change_ms,
    silenceMs: row.silence_ms,
  };
}

async function readSubscriptions(
  client: QueryClient,
  connectionId: string,
): Promise<SubscriptionView[]> {
  const answer = await client.query<{
    type: string;
    state: SubscriptionView["state"];
    problem_code: string | null;
    role: string | null;
    last_heard_at: Date | null;
    heard: number;
    repairs: number;
  }>(
    `SELECT type, state, problem_code, role, last_heard_at, heard::float8 AS heard, repairs FROM amazon_subscription
      WHERE shop_id = current_shop() AND connection_id = $1 ORDER BY type`,
    [connectionId],
  );
  return answer.rows.map((row) => ({
    type: row.type,
    state: row.state,
    problemCode: row.problem_code,
    role: row.role,
    lastHeardAt: iso(row.last_heard_at),
    heard: row.heard,
    repairs: row.repairs,
  }));
}

// A look-up, a read-back and a market check each ask about twenty listings in one call.
const WAITING = `
  SELECT 'searchListingsItems' AS operation, ceil(count(*) / 20.0)::int AS calls FROM listing
   WHERE shop_id = current_shop() AND connection_id = $1 AND details_due_at <= $2 AND status <> 'deleted'
  UNION ALL
  SELECT 'getListingOffersBatch', ceil(count(*) / 20.0)::int FROM asin_watch
   WHERE shop_id = current_shop() AND connection_id = $1 AND due_at <= $2
  UNION ALL
  SELECT 'patchListingsItem', count(*)::int FROM push
   WHERE shop_id = current_shop() AND connection_id = $1 AND stage = 'send' AND next_at <= $2`;

async function readQuotaLines(
  client: QueryClient,
  connectionId: string,
  now: Date,
): Promise<QuotaLineView[]> {
  const quotas = await readQuotas(client, { connectionId: toConnectionId(connectionId), now });
  const waiting = await client.query<{ operation: string; calls: number }>(WAITING, [
    connectionId,
    now,
  ]);
  const calls = new Map(waiting.rows.map((row) => [row.operation, row.calls]));
  return quotas.map((quota) => {
    const waitingCalls = calls.get(quota.operation) ?? 0;
    return {
      operation: quota.operation,
      takenLastHour: quota.takenLastHour,
      throttledLastHour: quota.throttledLastHour,
      throttledAt: quota.throttledAt,
      turnsNow: Math.floor(quota.turnsNow),
      burst: quota.burst,
      waitingCalls,
      waitSeconds: Math.ceil(quota.secondsFor(waitingCalls)),
    };
  });
}

async function readSetAside(
  client: QueryClient,
  connectionId: string,
): Promise<AmazonDetailView["setAside"]> {
  const answer = await client.query<{ problem: string; messages: number }>(
    `SELECT coalesce(note, topic) AS problem, count(*)::int AS messages FROM inbox
      WHERE shop_id = current_shop() AND state = 'poison' AND source = 'amazon' AND connection_id = $1
      GROUP BY 1 ORDER BY messages DESC, problem LIMIT 5`,
    [connectionId],
  );
  return answer.rows;
}
