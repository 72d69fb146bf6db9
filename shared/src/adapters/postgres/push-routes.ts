import type { PushStore } from "../../ports/push-store.ts";
import { IS_HELD_BACK } from "./push-claim.ts";
import type { QueryClient } from "./query-client.ts";

/** Accounts with work, and when the next of it is due; one look into an index for each account. */
export const WAITING = `
  SELECT k.connection_id, k.account_id, k.region, next.next_at
    FROM connection k
    JOIN LATERAL (
      SELECT min(x.next_at) AS next_at FROM (
        (SELECT p.next_at FROM push p
          WHERE $2 = 'send' AND p.shop_id = current_shop() AND p.connection_id = k.connection_id AND p.stage = 'send'
            AND p.way IS DISTINCT FROM 'feed' AND p.lease_until IS NULL AND NOT ${IS_HELD_BACK}
          ORDER BY p.next_at LIMIT 1)
        UNION ALL
        (SELECT greatest(p.next_at, p.lease_until) FROM push p
          WHERE $2 = 'send' AND p.shop_id = current_shop() AND p.connection_id = k.connection_id AND p.stage = 'send'
            AND p.lease_until IS NOT NULL
          ORDER BY p.lease_until LIMIT 1)
        UNION ALL
        (SELECT CASE WHEN p.lease_until IS NULL THEN p.next_at ELSE greatest(p.next_at, p.lease_until) END FROM push p
          WHERE $2 = 'read' AND p.shop_id = current_shop() AND p.connection_id = k.connection_id
            AND p.stage IN ('resolve', 'confirm')
          ORDER BY 1 LIMIT 1)
      ) x
    ) next ON next.next_at IS NOT NULL
   WHERE k.shop_id = current_shop() AND k.channel = $1
   ORDER BY next.next_at, k.connection_id`;

/** Pushes without a way, and those that go one by one already. */
export async function routable(
  client: QueryClient,
  connectionId: string,
): ReturnType<PushStore["routable"]> {
  const answer = await client.query<{ unrouted: number; patching: number }>(ROUTABLE, [
    connectionId,
  ]);
  return answer.rows[0] ?? { unrouted: 0, patching: 0 };
}

/** Chooses ways, in one statement. */
export async function routePushes(
  client: QueryClient,
  { connectionId, feedMax, previewsMax }: Parameters<PushStore["route"]>[0],
): Promise<number> {
  const answer = await client.query<{ by_feed: number }>(ROUTE, [
    connectionId,
    feedMax,
    previewsMax,
  ]);
  return answer.rows[0]?.by_feed ?? 0;
}

// The second count is needed only when there is something to choose for, which is rare.
const ROUTABLE = `
  WITH fresh AS (
    SELECT count(*)::int AS unrouted FROM push p
     WHERE p.shop_id = current_shop() AND p.connection_id = $1 AND p.stage = 'send' AND p.way IS NULL
  )
  SELECT f.unrouted, CASE WHEN f.unrouted = 0 THEN 0 ELSE (
           SELECT count(*)::int FROM push p
            WHERE p.shop_id = current_shop() AND p.connection_id = $1 AND p.stage = 'send' AND p.way = 'patch') END AS patching
    FROM fresh f`;

// Urgent: a person takes a price back, or the price now live stands outside the walls. The newest of the others go by
// feed: who has waited longest is served first either way. Ranks, not a join of the set with itself: on tables without
// statistics such a join compares each push with each.
const ROUTE = `
  WITH fresh AS MATERIALIZED (
    SELECT p.listing_id, p.version, p.change_id, p.next_at FROM push p
     WHERE p.shop_id = current_shop() AND p.connection_id = $1 AND p.stage = 'send' AND p.way IS NULL
       FOR UPDATE SKIP LOCKED
  ), judged AS MATERIALIZED (
    SELECT f.listing_id, f.version, f.next_at, w.first_written_at IS NULL AS is_first,
           c.origin = 'undo' OR c.old_minor < c.floor_minor OR c.old_minor > coalesce(i.ceiling_minor, c.old_minor)
             OR c.old_minor < coalesce(i.floor_minor, 0) AS is_urgent
      FROM fresh f
      JOIN price_change c ON c.shop_id = current_shop() AND c.change_id = f.change_id
      JOIN listing l ON l.shop_id = current_shop() AND l.listing_id = f.listing_id
      LEFT JOIN item i ON i.shop_id = current_shop() AND i.item_id = l.item_id
      LEFT JOIN listing_write w ON w.shop_id = current_shop() AND w.listing_id = f.listing_id
  ), ranked AS MATERIALIZED (
    SELECT j.*, NOT is_urgent
             AND row_number() OVER (PARTITION BY is_urgent ORDER BY next_at DESC, listing_id DESC) <= $2 AS is_fed
      FROM judged j
  ), chosen AS MATERIALIZED (
    SELECT r.*, is_first AND NOT is_fed
             AND row_number() OVER (PARTITION BY is_first AND NOT is_fed ORDER BY next_at, listing_id) <= $3 AS needs_preview
      FROM ranked r
  ), routed AS (
    UPDATE push p SET way = CASE WHEN c.is_fed THEN 'feed' ELSE 'patch' END, is_urgent = c.is_urgent, needs_preview = c.needs_preview
      FROM chosen c
     WHERE p.shop_id = current_shop() AND p.listing_id = c.listing_id AND p.version = c.version
  )
  SELECT count(*)::int AS by_feed FROM chosen WHERE is_fed`;
