import type { Channel } from "../../core/channel.ts";
import type { PriceChangeState } from "../../core/changes/states.ts";
import type { ChangeId, ShopId } from "../../core/ids.ts";
import { toChangeId, toConnectionId, toListingId } from "../../core/ids.ts";
import type {
  ClaimedPush,
  PushStage,
  PushStep,
  PushStore,
  SeenPrice,
} from "../../ports/push-store.ts";
import { toMinor } from "./change-store.ts";
import { jsonText } from "./json-text.ts";
import type { QueryClient } from "./query-client.ts";

/** Pushes as rows: leases with fences around HTTP calls, and what the channels showed. */
export function createPushStore(client: QueryClient, shopId: ShopId): PushStore {
  return {
    claim: (claim) => claimDue(client, shopId, claim),
    step: (steps) => storeSteps(client, steps),
    stillHeld: (claims, now) => stillHeld(client, claims, now),
    recordSeen: (seen) => recordSeen(client, seen),
    releaseLeasesOf: async (worker) => (await client.query(RELEASE, [worker])).rowCount,
  };
}

interface ClaimedRow {
  change_id: string;
  listing_id: string;
  version: number;
  stage: PushStage;
  change_state: PriceChangeState;
  connection_id: string;
  account_id: string;
  region: string;
  connection_status: "connected" | "disconnected";
  marketplace_id: string;
  external_id: string;
  parent_id: string | null;
  product_type: string | null;
  channel: Channel;
  price_minor: string;
  old_minor: string;
  currency: string;
  floor_minor: string;
  ceiling_minor: string | null;
  attempts: number;
  reads: number;
  deadline_at: Date | null;
  fence: string;
  was_abandoned: boolean;
  approved_at: Date;
  cost_minor: string | null;
  cost_currency: string | null;
  item_floor_minor: string | null;
  item_ceiling_minor: string | null;
  map_minor: string | null;
  bounds_currency: string | null;
  listing_currency: string;
  listing_status: "active" | "inactive" | "deleted";
  fulfilment: "merchant" | "amazon" | null;
  min_margin_bps: number | null;
  is_paused: boolean;
}

async function claimDue(
  client: QueryClient,
  shopId: ShopId,
  claim: Parameters<PushStore["claim"]>[0],
): Promise<ClaimedPush[]> {
  const answer = await client.query<ClaimedRow>(CLAIM, [
    claim.channel,
    claim.worker,
    claim.now,
    claim.leaseUntil,
    claim.limit,
    claim.work,
  ]);
  return answer.rows.map((row) => toClaimedPush(row, shopId));
}

function toClaimedPush(row: ClaimedRow, shopId: ShopId): ClaimedPush {
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
    currency: row.currency,
    floorMinor: BigInt(row.floor_minor),
    ceilingMinor: toMinor(row.ceiling_minor),
    attempts: row.attempts,
    reads: row.reads,
    deadlineAt: row.deadline_at,
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
      channel: row.channel,
      connectionStatus: row.connection_status,
      minMarginBps: row.min_margin_bps,
      isPaused: row.is_paused,
    },
  };
}

async function storeSteps(
  client: QueryClient,
  steps: readonly PushStep[],
): Promise<ReadonlySet<ChangeId>> {
  if (steps.length === 0) return new Set();
  const answer = await client.query<{ change_id: string }>(STEP, [
    steps.map((step) => step.changeId),
    steps.map((step) => step.fence),
    steps.map((step) => step.stage),
    steps.map((step) => step.nextAt),
    steps.map((step) => step.deadlineAt),
    steps.map((step) => step.receiptId),
    steps.map((step) => step.didRead),
  ]);
  return new Set(answer.rows.map((row) => toChangeId(row.change_id)));
}

async function stillHeld(
  client: QueryClient,
  claims: Parameters<PushStore["stillHeld"]>[0],
  now: Date,
): Promise<ReadonlySet<ChangeId>> {
  const answer = await client.query<{ change_id: string }>(STILL_HELD, [
    claims.map((claim) => claim.changeId),
    claims.map((claim) => claim.fence),
    now,
  ]);
  return new Set(answer.rows.map((row) => toChangeId(row.change_id)));
}

async function recordSeen(client: QueryClient, seen: readonly SeenPrice[]): Promise<void> {
  if (seen.length === 0) return;
  const rows = jsonText(
    seen.map((price) => ({
      listing_id: price.listingId,
      price_minor: String(price.priceMinor),
      currency: price.currency,
      observed_at: price.observedAt.toISOString(),
      received_at: price.receivedAt.toISOString(),
      source: price.source,
      confirmed_version: price.confirmedVersion,
    })),
  );
  await client.query(RECORD_SEEN, [rows]);
}

// One connection per claim, so that one account's failure stays its own; a paused shop sends nothing, but
// what was already accepted is still proven. An account whose permission ended by itself keeps its approved
// prices waiting until it is connected again; one that the merchant disconnected, or whose app is gone, does not.
const CLAIM = `
  WITH due AS MATERIALIZED (
    SELECT p.listing_id, p.version, p.connection_id
      FROM push p
     WHERE p.shop_id = current_shop() AND p.channel = $1 AND p.stage <> 'done' AND p.next_at <= $3
       AND (p.lease_until IS NULL OR p.lease_until <= $3)
       AND ($6 = 'all' OR (p.stage = 'send') = ($6 = 'send'))
       AND (p.stage <> 'send' OR p.lease_until IS NOT NULL
            OR NOT (coalesce((SELECT s.is_paused FROM shop_settings s WHERE s.shop_id = current_shop()), false)
                    OR EXISTS (SELECT 1 FROM connection k
                                WHERE k.shop_id = current_shop() AND k.connection_id = p.connection_id
                                  AND k.status = 'disconnected' AND k.problem_code <> 'shopify_not_installed')))
     ORDER BY p.next_at
     LIMIT $5 FOR UPDATE SKIP LOCKED
  ), mine AS (
    SELECT d.* FROM due d WHERE d.connection_id = (SELECT connection_id FROM due LIMIT 1)
  ), leased AS (
    UPDATE push p SET lease_owner = $2::bigint, lease_until = $4, fence = p.fence + 1,
           attempts = p.attempts + CASE WHEN p.stage = 'send' THEN 1 ELSE 0 END
      FROM mine m, push before
     WHERE p.shop_id = current_shop() AND p.listing_id = m.listing_id AND p.version = m.version
       AND before.shop_id = current_shop() AND before.listing_id = m.listing_id AND before.version = m.version
    RETURNING p.*, before.lease_until IS NOT NULL AS was_abandoned
  )
  SELECT p.change_id, p.listing_id, p.version, p.stage, c.state AS change_state, p.connection_id, k.account_id, k.region,
         k.status AS connection_status, l.marketplace_id, l.external_id, l.parent_id, l.product_type, l.channel,
         p.price_minor, c.old_minor, p.currency, p.floor_minor, c.ceiling_minor, p.attempts, p.reads, p.deadline_at,
         p.fence, p.was_abandoned, c.approved_at, i.cost_minor * l.units_per_sale AS cost_minor, i.cost_currency,
         i.floor_minor * l.units_per_sale AS item_floor_minor, i.ceiling_minor * l.units_per_sale AS item_ceiling_minor,
         i.map_minor * l.units_per_sale AS map_minor, i.bounds_currency, l.currency AS listing_currency,
         l.status AS listing_status, l.fulfilment, (r.body ->> 'minMarginBps')::int AS min_margin_bps,
         coalesce(s.is_paused, false) AS is_paused
    FROM leased p
    JOIN price_change c ON c.shop_id = current_shop() AND c.change_id = p.change_id
    JOIN listing l ON l.shop_id = current_shop() AND l.listing_id = p.listing_id
    JOIN connection k ON k.shop_id = current_shop() AND k.connection_id = p.connection_id
    LEFT JOIN item i ON i.shop_id = current_shop() AND i.item_id = l.item_id
    LEFT JOIN rule r ON r.shop_id = current_shop() AND r.channel = l.channel
    LEFT JOIN shop_settings s ON s.shop_id = current_shop()
   ORDER BY c.approved_at, p.change_id`;

const STEP = `
  UPDATE push p
     SET stage = s.stage, next_at = s.next_at, deadline_at = coalesce(s.deadline_at, p.deadline_at),
         receipt_id = coalesce(s.receipt_id, p.receipt_id), reads = p.reads + CASE WHEN s.did_read THEN 1 ELSE 0 END,
         lease_owner = NULL, lease_until = NULL
    FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::text[], $7::boolean[])
      AS s(change_id, fence, stage, next_at, deadline_at, receipt_id, did_read)
   WHERE p.shop_id = current_shop() AND p.change_id = s.change_id AND p.fence = s.fence
  RETURNING p.change_id`;

const STILL_HELD = `
  SELECT p.change_id
    FROM push p JOIN unnest($1::bigint[], $2::bigint[]) AS c(change_id, fence) USING (change_id)
   WHERE p.shop_id = current_shop() AND p.fence = c.fence AND p.lease_until > $3`;

const RECORD_SEEN = `
  WITH incoming AS (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS r(listing_id bigint, price_minor bigint, currency text,
      observed_at timestamptz, received_at timestamptz, source text, confirmed_version int)
  ), head AS (
    INSERT INTO channel_head AS h (shop_id, listing_id, price_minor, currency, observed_at, received_at, source, confirmed_version)
    SELECT current_shop(), listing_id, price_minor, currency, observed_at, received_at, source, coalesce(confirmed_version, 0)
      FROM incoming ORDER BY listing_id
    ON CONFLICT (shop_id, listing_id) DO UPDATE
      SET price_minor = excluded.price_minor, currency = excluded.currency, observed_at = excluded.observed_at,
          received_at = excluded.received_at, source = excluded.source,
          confirmed_version = greatest(h.confirmed_version, excluded.confirmed_version)
      WHERE h.observed_at <= excluded.observed_at
  )
  INSERT INTO price_point (shop_id, listing_id, kind, observed_at, price_minor, currency, source)
  SELECT current_shop(), listing_id, 'own', observed_at, price_minor, currency, source FROM incoming WHERE price_minor > 0
  ON CONFLICT DO NOTHING`;

const RELEASE = `
  UPDATE push SET lease_until = '-infinity'
   WHERE shop_id = current_shop() AND lease_owner = $1::bigint AND stage <> 'done'`;
