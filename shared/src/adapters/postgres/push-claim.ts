import type { Channel } from "../../core/channel.ts";
import type { PriceChangeState } from "../../core/changes/states.ts";
import type { ShopId } from "../../core/ids.ts";
import { toChangeId, toConnectionId, toListingId } from "../../core/ids.ts";
import type { ClaimedPush, PushStage } from "../../ports/push-store.ts";
import { toMinor } from "./change-store.ts";

/** A push with everything that the last gate looks at, as {@link pushFacts} reads it. */
export interface ClaimedRow {
  readonly change_id: string;
  readonly listing_id: string;
  readonly version: number;
  readonly stage: PushStage;
  readonly change_state: PriceChangeState;
  readonly connection_id: string;
  readonly account_id: string;
  readonly region: string;
  readonly connection_status: "connected" | "disconnected";
  readonly marketplace_id: string;
  readonly external_id: string;
  readonly parent_id: string | null;
  readonly product_type: string | null;
  readonly channel: Channel;
  readonly price_minor: string;
  readonly old_minor: string;
  readonly older_minors: string[] | null;
  readonly currency: string;
  readonly floor_minor: string;
  readonly ceiling_minor: string | null;
  readonly attempts: number;
  readonly reads: number;
  readonly resends: number;
  readonly deadline_at: Date | null;
  readonly wait_since: Date | null;
  readonly needs_preview: boolean;
  readonly has_newer: boolean;
  readonly fence: string;
  readonly was_abandoned: boolean;
  readonly approved_at: Date;
  readonly cost_minor: string | null;
  readonly cost_currency: string | null;
  readonly item_floor_minor: string | null;
  readonly item_ceiling_minor: string | null;
  readonly map_minor: string | null;
  readonly bounds_currency: string | null;
  readonly listing_currency: string;
  readonly listing_status: "active" | "inactive" | "deleted";
  readonly fulfilment: "merchant" | "amazon" | null;
  readonly is_auto_priced: boolean;
  readonly sale_until: Date | null;
  readonly mirrored_max_minor: string | null;
  readonly min_margin_bps: number | null;
  readonly is_paused: boolean;
}

/** The row as services use it. */
export function toClaimedPush(row: ClaimedRow, shopId: ShopId): ClaimedPush {
  const connectionId = toConnectionId(row.connection_id);
  const listingId = toListingId(row.listing_id);
  return {
    changeId: toChangeId(row.change_id),
    listingId,
    version: row.version,
    stage: row.stage,
    changeState: row.change_state,
    account: { shopId, connectionId, accountId: row.account_id, region: row.region },
    connectionId,
    address: {
      listingId,
      marketplaceId: row.marketplace_id,
      externalId: row.external_id,
      parentId: row.parent_id,
      productType: row.product_type,
    },
    priceMinor: BigInt(row.price_minor),
    oldMinor: BigInt(row.old_minor),
    olderMinors: (row.older_minors ?? []).map(BigInt),
    currency: row.currency,
    floorMinor: BigInt(row.floor_minor),
    ceilingMinor: toMinor(row.ceiling_minor),
    attempts: row.attempts,
    reads: row.reads,
    resends: row.resends,
    deadlineAt: row.deadline_at,
    waitSince: row.wait_since,
    needsPreview: row.needs_preview,
    hasNewer: row.has_newer,
    fence: row.fence,
    wasAbandoned: row.was_abandoned,
    approvedAt: row.approved_at,
    raw: {
      costMinor: toMinor(row.cost_minor),
      costCurrency: row.cost_currency,
      itemFloorMinor: toMinor(row.item_floor_minor),
      itemCeilingMinor: toMinor(row.item_ceiling_minor),
      mapMinor: toMinor(row.map_minor),
      boundsCurrency: row.bounds_currency,
      listingCurrency: row.listing_currency,
      listingStatus: row.listing_status,
      fulfilment: row.fulfilment,
      isAutoPriced: row.is_auto_priced,
      saleUntil: row.sale_until,
      mirroredMaxMinor: toMinor(row.mirrored_max_minor),
      channel: row.channel,
      connectionStatus: row.connection_status,
      minMarginBps: row.min_margin_bps,
      isPaused: row.is_paused,
    },
  };
}

/** Whether change `n` is a newer one of the listing of push `p` that reached the channel, or may. */
export function isNewerSent(n: string): string {
  return `${n}.shop_id = current_shop() AND ${n}.listing_id = p.listing_id AND ${n}.version > p.version
          AND ${n}.state IN ('approved', 'sending', 'unknown', 'accepted', 'live', 'diverged', 'overtaken')`;
}

/**
 * Everything about the pushes `p` (a set with the columns of `push` and `was_abandoned`) that a gate looks at.
 * `more`: further columns of that set, as SQL.
 */
export function pushFacts(more = ""): string {
  return `
  SELECT p.change_id, p.listing_id, p.version, p.stage, c.state AS change_state, p.connection_id, k.account_id, k.region,
         k.status AS connection_status, l.marketplace_id, l.external_id, l.parent_id, l.product_type, l.channel,
         p.price_minor, coalesce(p.base_minor, c.old_minor) AS old_minor, p.currency, p.floor_minor, c.ceiling_minor, p.attempts,
         p.reads, p.resends, p.deadline_at, p.wait_since, p.needs_preview, p.fence, p.was_abandoned, c.approved_at, i.cost_minor,
         i.cost_currency, i.floor_minor AS item_floor_minor, i.ceiling_minor AS item_ceiling_minor, i.map_minor, i.bounds_currency,
         l.currency AS listing_currency, l.status AS listing_status, l.fulfilment, l.is_auto_priced, l.sale_until,
         w.sent_max_minor AS mirrored_max_minor, (r.body ->> 'minMarginBps')::int AS min_margin_bps,
         coalesce(s.is_paused, false) AS is_paused,
         (SELECT array_agg(e.price_minor) FROM price_watch e
           WHERE e.shop_id = current_shop() AND e.listing_id = p.listing_id AND e.version < p.version) AS older_minors,
         EXISTS (SELECT 1 FROM price_change n WHERE ${isNewerSent("n")}) AS has_newer${more}
    FROM p
    JOIN price_change c ON c.shop_id = current_shop() AND c.change_id = p.change_id
    JOIN listing l ON l.shop_id = current_shop() AND l.listing_id = p.listing_id
    JOIN connection k ON k.shop_id = current_shop() AND k.connection_id = p.connection_id
    LEFT JOIN listing_write w ON w.shop_id = current_shop() AND w.listing_id = p.listing_id
    LEFT JOIN item i ON i.shop_id = current_shop() AND i.item_id = l.item_id
    LEFT JOIN rule r ON r.shop_id = current_shop() AND r.channel = l.channel
    LEFT JOIN shop_settings s ON s.shop_id = current_shop()`;
}

/** Whether a push `p` that was never sent has to wait: its shop is paused, or its account has lost its permission or its standing. */
export const IS_HELD_BACK = `
  (coalesce((SELECT s.is_paused FROM shop_settings s WHERE s.shop_id = current_shop()), false)
   OR EXISTS (SELECT 1 FROM connection k
               WHERE k.shop_id = current_shop() AND k.connection_id = p.connection_id
                 AND (k.status = 'disconnected' AND k.problem_code <> 'shopify_not_installed'
                      OR k.status = 'connected' AND k.account_status = 'deactivated')))`;

// Pushes of a paused shop are not sent, but what was already accepted is still proven. An account whose permission
// ended by itself keeps its approved prices waiting until it is connected again; one that the merchant disconnected,
// or whose app is gone, does not.
//
// A first write that has waited for its preview until $8 goes without: no price is late for it.
export const CLAIM = `
  WITH previews AS MATERIALIZED (
    SELECT q.listing_id, q.version FROM push q
     WHERE $6 = 'send' AND q.shop_id = current_shop() AND q.connection_id = $1 AND q.stage = 'send' AND q.needs_preview
       AND q.next_at <= $3 AND (q.lease_until IS NULL OR q.lease_until <= $3)
     ORDER BY q.is_urgent DESC, q.next_at LIMIT $7
  ), mine AS MATERIALIZED (
    SELECT p.listing_id, p.version, (p.listing_id, p.version) IN (SELECT v.listing_id, v.version FROM previews v) AS may_preview
      FROM push p
     WHERE p.shop_id = current_shop() AND p.connection_id = $1 AND p.next_at <= $3
       AND (p.lease_until IS NULL OR p.lease_until <= $3)
       AND CASE WHEN $6 = 'send' THEN p.stage = 'send' ELSE p.stage IN ('resolve', 'confirm') END
       AND ($6 <> 'send' OR p.lease_until IS NOT NULL
            OR (p.way IS DISTINCT FROM 'feed' AND NOT ${IS_HELD_BACK}))
       AND ($6 <> 'send' OR NOT p.needs_preview OR p.next_at <= $8
            OR (p.listing_id, p.version) IN (SELECT v.listing_id, v.version FROM previews v))
       AND NOT EXISTS (SELECT 1 FROM push o
                        WHERE $6 = 'send' AND o.shop_id = current_shop() AND o.listing_id = p.listing_id AND o.version <> p.version
                          AND o.stage = 'send' AND o.lease_until > $3)
       AND NOT EXISTS (SELECT 1 FROM listing_write w
                        WHERE $6 = 'send' AND w.shop_id = current_shop() AND w.listing_id = p.listing_id AND w.lease_until > $3)
     -- One that was begun and found no turn goes before those that were never tried.
     ORDER BY p.is_urgent DESC, (p.attempts > 0) DESC, p.next_at
     LIMIT $5 FOR UPDATE SKIP LOCKED
  ), p AS (
    UPDATE push p SET lease_owner = $2::bigint, lease_until = $4, fence = p.fence + 1,
           needs_preview = p.needs_preview AND ($6 <> 'send' OR m.may_preview),
           attempts = p.attempts + CASE WHEN p.stage = 'send' THEN 1 ELSE 0 END
      FROM mine m, push before
     WHERE p.shop_id = current_shop() AND p.listing_id = m.listing_id AND p.version = m.version
       AND before.shop_id = current_shop() AND before.listing_id = m.listing_id AND before.version = m.version
    RETURNING p.*, before.lease_until IS NOT NULL AS was_abandoned
  )${pushFacts()}
   ORDER BY p.is_urgent DESC, c.approved_at, p.change_id`;
