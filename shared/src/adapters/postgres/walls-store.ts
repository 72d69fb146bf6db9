import { toConnectionId, toListingId } from "../../core/ids.ts";
import type { ShopId } from "../../core/ids.ts";
import type { ClaimedWalls, WallsStore } from "../../ports/walls-store.ts";
import { toMinor } from "./change-store.ts";
import type { QueryClient } from "./query-client.ts";

/** Mirrors of walls as rows of `listing_write`. */
export function createWallsStore(client: QueryClient, shopId: ShopId): WallsStore {
  return {
    async claim({ worker, now, leaseUntil, limit }) {
      const answer = await client.query<WallsRow>(CLAIM, [worker, now, leaseUntil, limit]);
      return answer.rows.map((row) => toClaimed(row, shopId));
    },
    async hasPush(listingId) {
      const answer = await client.query<{ has_push: boolean }>(
        `SELECT ${hasPush("$1")} AS has_push`,
        [listingId],
      );
      return answer.rows[0]?.has_push ?? false;
    },
    async step(listingId, { fence, mirror, code, nextAt, sent }) {
      const values = [
        listingId,
        fence,
        mirror,
        code,
        nextAt,
        sent?.at ?? null,
        sent?.currency ?? null,
        sent?.minMinor == null ? null : String(sent.minMinor),
        sent?.maxMinor == null ? null : String(sent.maxMinor),
        sent?.removesMax ?? false,
      ];
      return (await client.query(STEP, values)).rowCount > 0;
    },
    async nextDueAt() {
      return (await client.query<{ at: Date | null }>(NEXT_DUE)).rows[0]?.at ?? null;
    },
  };
}

interface WallsRow {
  readonly listing_id: string;
  readonly connection_id: string;
  readonly account_id: string;
  readonly region: string;
  readonly marketplace_id: string;
  readonly external_id: string;
  readonly parent_id: string | null;
  readonly product_type: string | null;
  readonly mirror: "wanted" | "sent";
  readonly currency: string;
  readonly floor_minor: string | null;
  readonly hand_floor_minor: string | null;
  readonly hand_ceiling_minor: string | null;
  readonly map_minor: string | null;
  readonly bounds_currency: string | null;
  readonly sent_min_minor: string | null;
  readonly sent_max_minor: string | null;
  readonly seen_min_minor: string | null;
  readonly seen_max_minor: string | null;
  readonly shown_minor: string | null;
  readonly is_dirty: boolean;
  readonly has_push: boolean;
  readonly sends: number;
  readonly fence: string;
}

function toClaimed(row: WallsRow, shopId: ShopId): ClaimedWalls {
  return {
    account: {
      shopId,
      connectionId: toConnectionId(row.connection_id),
      accountId: row.account_id,
      region: row.region,
    },
    address: {
      listingId: toListingId(row.listing_id),
      marketplaceId: row.marketplace_id,
      externalId: row.external_id,
      parentId: row.parent_id,
      productType: row.product_type,
    },
    mirror: row.mirror,
    currency: row.currency,
    floorMinor: toMinor(row.floor_minor),
    handFloorMinor: toMinor(row.hand_floor_minor),
    handCeilingMinor: toMinor(row.hand_ceiling_minor),
    mapMinor: toMinor(row.map_minor),
    boundsCurrency: row.bounds_currency,
    sentMinMinor: toMinor(row.sent_min_minor),
    sentMaxMinor: toMinor(row.sent_max_minor),
    seenMinMinor: toMinor(row.seen_min_minor),
    seenMaxMinor: toMinor(row.seen_max_minor),
    shownMinor: toMinor(row.shown_minor),
    isDirty: row.is_dirty,
    hasPush: row.has_push,
    sends: row.sends,
    fence: row.fence,
  };
}

function hasPush(listing: string): string {
  return `EXISTS (SELECT 1 FROM push p WHERE p.shop_id = current_shop() AND p.listing_id = ${listing} AND p.stage IN ('send', 'feed', 'resolve'))`;
}

const CLAIM = `
  WITH mine AS MATERIALIZED (
    SELECT w.listing_id FROM listing_write w
      JOIN connection k ON k.shop_id = current_shop() AND k.connection_id = w.connection_id AND k.status = 'connected'
     WHERE w.shop_id = current_shop() AND w.mirror IN ('wanted', 'sent') AND w.next_at <= $2
       AND (w.lease_until IS NULL OR w.lease_until <= $2)
       AND NOT (w.mirror = 'wanted' AND coalesce((SELECT s.is_paused FROM shop_settings s WHERE s.shop_id = current_shop()), false))
     ORDER BY w.next_at LIMIT $4 FOR UPDATE OF w SKIP LOCKED
  ), w AS (
    UPDATE listing_write w SET lease_owner = $1::bigint, lease_until = $3, fence = w.fence + 1
      FROM mine m WHERE w.shop_id = current_shop() AND w.listing_id = m.listing_id
    RETURNING w.*
  )
  SELECT w.listing_id, w.connection_id, k.account_id, k.region, l.marketplace_id, l.external_id, l.parent_id, l.product_type, w.mirror,
         l.currency, d.floor_minor, i.floor_minor AS hand_floor_minor, i.ceiling_minor AS hand_ceiling_minor, i.map_minor,
         i.bounds_currency, w.sent_min_minor, w.sent_max_minor, w.seen_min_minor, w.seen_max_minor, h.price_minor AS shown_minor,
         EXISTS (SELECT 1 FROM dirty t WHERE t.shop_id = current_shop() AND t.listing_id = w.listing_id) AS is_dirty,
         ${hasPush("w.listing_id")} AS has_push, w.sends, w.fence::text
    FROM w
    JOIN listing l ON l.shop_id = current_shop() AND l.listing_id = w.listing_id
    JOIN connection k ON k.shop_id = current_shop() AND k.connection_id = w.connection_id
    LEFT JOIN item i ON i.shop_id = current_shop() AND i.item_id = l.item_id
    LEFT JOIN channel_head h ON h.shop_id = current_shop() AND h.listing_id = w.listing_id
    LEFT JOIN decision_head e ON e.shop_id = current_shop() AND e.listing_id = w.listing_id
    LEFT JOIN decision d ON d.shop_id = current_shop() AND d.decision_id = e.decision_id
   ORDER BY w.wanted_at, w.listing_id`;

// A wall that was moved while the step ran is wanted still: moving it has raised the fence.
const STEP = `
  UPDATE listing_write w
     SET mirror = $3, mirror_code = CASE WHEN $10 THEN 'max_removed' ELSE $4 END, next_at = $5, lease_owner = NULL, lease_until = NULL,
         sends = w.sends + CASE WHEN $6::timestamptz IS NULL THEN 0 ELSE 1 END,
         sent_at = coalesce($6, w.sent_at), currency = coalesce($7, w.currency),
         sent_min_minor = CASE WHEN $6::timestamptz IS NULL THEN w.sent_min_minor ELSE $8::bigint END,
         sent_max_minor = CASE WHEN $6::timestamptz IS NULL THEN w.sent_max_minor ELSE $9::bigint END
   WHERE w.shop_id = current_shop() AND w.listing_id = $1 AND w.fence = $2::bigint AND w.lease_owner IS NOT NULL`;

const NEXT_DUE = `
  SELECT min(w.next_at) AS at FROM listing_write w
    JOIN connection k ON k.shop_id = current_shop() AND k.connection_id = w.connection_id AND k.status = 'connected'
   WHERE w.shop_id = current_shop() AND w.mirror IN ('wanted', 'sent')
     AND NOT (w.mirror = 'wanted' AND coalesce((SELECT s.is_paused FROM shop_settings s WHERE s.shop_id = current_shop()), false))`;
