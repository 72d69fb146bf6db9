import type { Channel } from "../../../core/channel.ts";
import type { OverviewView } from "../../../ports/shop-views.ts";
import type { QueryClient } from "../query-client.ts";
import { CHANGE_COLUMNS, CHANGE_JOINS, type ChangeRow, toChangeView } from "./change-rows.ts";
import { readConnectionList } from "./connection-views.ts";

interface CountsRow {
  shop_name: string | null;
  approval_mode: "ask" | "auto" | null;
  auto_max_move_bps: number | null;
  is_paused: boolean | null;
  amazon: number;
  shopify: number;
  linked: number;
  waiting: number;
  under_way: number;
  live: number;
  attention: number;
}

/** Everything the Overview shows, from state tables; nothing scans history further than a day. */
export async function readOverview(client: QueryClient, now: Date): Promise<OverviewView> {
  const since = new Date(now.getTime() - 24 * 60 * 60_000);
  const counts = (await client.query<CountsRow>(COUNTS, [since])).rows[0];
  const holds = await client.query<{ reason_code: string; listings: number }>(
    `SELECT d.reason_code, count(*)::int AS listings
       FROM decision_head d JOIN listing l ON l.shop_id = current_shop() AND l.listing_id = d.listing_id AND l.status <> 'deleted'
      WHERE d.shop_id = current_shop() AND d.kind = 'hold' GROUP BY d.reason_code ORDER BY listings DESC, d.reason_code`,
  );
  const rules = await client.query<OverviewView["rules"][number]>(
    "SELECT channel, version, name, body FROM rule WHERE shop_id = current_shop() ORDER BY channel",
  );
  const recent = await client.query<ChangeRow>(
    `SELECT ${CHANGE_COLUMNS} FROM price_change c ${CHANGE_JOINS}
      WHERE c.shop_id = current_shop() ORDER BY c.state_at DESC, c.change_id DESC LIMIT 8`,
  );
  const speed = (
    await client.query<Record<"accepted50" | "accepted95" | "live50" | "live95", number | null>>(
      SPEED,
      [since],
    )
  ).rows[0];
  return {
    shopName: counts?.shop_name ?? null,
    isPaused: counts?.is_paused ?? false,
    approvalMode: counts?.approval_mode ?? "ask",
    autoMaxMoveBps: counts?.auto_max_move_bps ?? 500,
    rules: rules.rows,
    counts: {
      listings: { amazon: counts?.amazon ?? 0, shopify: counts?.shopify ?? 0 } satisfies Record<
        Channel,
        number
      >,
      linkedItems: counts?.linked ?? 0,
      waitingForApproval: counts?.waiting ?? 0,
      onTheirWay: counts?.under_way ?? 0,
      live24h: counts?.live ?? 0,
      needAttention: counts?.attention ?? 0,
      holds: holds.rows.map((row) => ({ reasonCode: row.reason_code, listings: row.listings })),
    },
    connections: await readConnectionList(client, now),
    recent: recent.rows.map(toChangeView),
    speed: {
      acceptedMsP50: speed?.accepted50 ?? null,
      acceptedMsP95: speed?.accepted95 ?? null,
      liveMsP50: speed?.live50 ?? null,
      liveMsP95: speed?.live95 ?? null,
    },
  };
}

const COUNTS = `
  SELECT s.name AS shop_name, p.approval_mode, p.auto_max_move_bps, p.is_paused,
    (SELECT count(*)::int FROM listing l WHERE l.shop_id = current_shop() AND l.channel = 'amazon' AND l.status <> 'deleted') AS amazon,
    (SELECT count(*)::int FROM listing l WHERE l.shop_id = current_shop() AND l.channel = 'shopify' AND l.status <> 'deleted') AS shopify,
    (SELECT count(*)::int FROM (SELECT l.item_id FROM listing l WHERE l.shop_id = current_shop() AND l.status <> 'deleted'
        AND l.item_id IS NOT NULL GROUP BY l.item_id HAVING count(DISTINCT l.channel) = 2) both_channels) AS linked,
    (SELECT count(*)::int FROM price_change c WHERE c.shop_id = current_shop() AND c.state = 'proposed') AS waiting,
    (SELECT count(*)::int FROM price_change c WHERE c.shop_id = current_shop()
        AND c.state IN ('approved', 'sending', 'unknown', 'accepted')) AS under_way,
    (SELECT count(*)::int FROM price_change c WHERE c.shop_id = current_shop() AND c.state = 'live' AND c.live_at > $1) AS live,
    (SELECT count(*)::int FROM price_change c WHERE c.shop_id = current_shop()
        AND c.state IN ('failed', 'diverged', 'overtaken') AND c.state_at > $1) AS attention
  FROM shop s LEFT JOIN shop_settings p ON p.shop_id = s.shop_id WHERE s.shop_id = current_shop()`;

// From the yes to the channel's receipt and to the proof: a person's thinking time is not ours.
const SPEED = `
  SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY accepted_ms) AS accepted50,
         percentile_disc(0.95) WITHIN GROUP (ORDER BY accepted_ms) AS accepted95,
         percentile_disc(0.5) WITHIN GROUP (ORDER BY live_ms) AS live50,
         percentile_disc(0.95) WITHIN GROUP (ORDER BY live_ms) AS live95
    FROM (SELECT (extract(epoch FROM c.accepted_at - c.approved_at) * 1000)::int AS accepted_ms,
                 (extract(epoch FROM c.live_at - c.approved_at) * 1000)::int AS live_ms
            FROM price_change c
           WHERE c.shop_id = current_shop() AND c.accepted_at > $1) timed`;
