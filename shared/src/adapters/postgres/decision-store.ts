import type { Channel } from "../../core/channel.ts";
import type { PriceChangeState } from "../../core/changes/states.ts";
import type { ItemId } from "../../core/ids.ts";
import { toChangeId, toItemId, toListingId } from "../../core/ids.ts";
import type {
  DecisionContext,
  DecisionStore,
  LeaderPrice,
  NewDecision,
} from "../../ports/decision-store.ts";
import type { DirtyCause } from "../../ports/market-store.ts";
import { invariant } from "../../core/assert.ts";
import { toMinor } from "./change-store.ts";
import { jsonText } from "./json-text.ts";
import type { QueryClient } from "./query-client.ts";

/** Dirty listings and decisions as rows; one statement per step, whatever the batch's size. */
export function createDecisionStore(client: QueryClient): DecisionStore {
  return {
    claimDirty: (limit) => claimDirty(client, limit),
    leaders: (itemIds) => leaders(client, itemIds),
    record: (decisions) => record(client, decisions),
    async clearDirty(done) {
      if (done.length === 0) return;
      await client.query(CLEAR_DIRTY, [
        done.map((each) => each.listingId),
        done.map((each) => each.generation),
      ]);
    },
  };
}

interface ContextRow {
  listing_id: string;
  generation: string;
  cause: DirtyCause;
  event_at: Date;
  channel: Channel;
  account_id: string;
  own_seller_ids: string[];
  marketplace_id: string;
  sku: string | null;
  parent_id: string | null;
  title: string;
  currency: string;
  status: DecisionContext["status"];
  fulfilment: DecisionContext["fulfilment"];
  is_auto_priced: boolean;
  sale_until: Date | null;
  item_id: string | null;
  cost_minor: string | null;
  cost_currency: string | null;
  floor_minor: string | null;
  ceiling_minor: string | null;
  map_minor: string | null;
  bounds_currency: string | null;
  head_listing_id: string | null;
  head_minor: string | null;
  head_currency: string | null;
  head_observed_at: Date | null;
  snapshot: unknown;
  proposal_id: string | null;
  proposal_minor: string | null;
  proposal_old_minor: string | null;
  in_flight_id: string | null;
  in_flight_minor: string | null;
  in_flight_state: PriceChangeState | null;
  undone_minor: string | null;
  undone_inputs: string | null;
  rule_version: number | null;
  rule_body: unknown;
  connection_status: DecisionContext["connectionStatus"];
}

async function claimDirty(client: QueryClient, limit: number): Promise<DecisionContext[]> {
  const answer = await client.query<ContextRow>(CLAIM_DIRTY, [limit]);
  return answer.rows.map(toContext);
}

function toContext(row: ContextRow): DecisionContext {
  return {
    listingId: toListingId(row.listing_id),
    generation: row.generation,
    cause: row.cause,
    eventAt: row.event_at,
    channel: row.channel,
    accountId: row.account_id,
    ownSellerIds: row.own_seller_ids,
    marketplaceId: row.marketplace_id,
    sku: row.sku,
    asin: row.channel === "amazon" ? row.parent_id : null,
    title: row.title,
    currency: row.currency,
    status: row.status,
    fulfilment: row.fulfilment,
    isAutoPriced: row.is_auto_priced,
    saleUntil: row.sale_until,
    itemId: row.item_id === null ? null : toItemId(row.item_id),
    cost:
      row.cost_minor === null
        ? null
        : { minor: BigInt(row.cost_minor), currency: row.cost_currency ?? "" },
    floorMinor: toMinor(row.floor_minor),
    ceilingMinor: toMinor(row.ceiling_minor),
    mapMinor: toMinor(row.map_minor),
    boundsCurrency: row.bounds_currency,
    head:
      row.head_listing_id === null || row.head_observed_at === null
        ? null
        : {
            priceMinor: toMinor(row.head_minor),
            currency: row.head_currency ?? "",
            observedAt: row.head_observed_at,
          },
    snapshot: row.snapshot,
    proposal:
      row.proposal_id === null || row.proposal_minor === null || row.proposal_old_minor === null
        ? null
        : {
            changeId: toChangeId(row.proposal_id),
            oldMinor: BigInt(row.proposal_old_minor),
            newMinor: BigInt(row.proposal_minor),
          },
    inFlight:
      row.in_flight_id === null || row.in_flight_minor === null || row.in_flight_state === null
        ? null
        : {
            changeId: toChangeId(row.in_flight_id),
            newMinor: BigInt(row.in_flight_minor),
            state: row.in_flight_state,
          },
    undone:
      row.undone_minor === null
        ? null
        : { newMinor: BigInt(row.undone_minor), inputs: row.undone_inputs },
    rule: row.rule_version === null ? null : { version: row.rule_version, body: row.rule_body },
    connectionStatus: row.connection_status,
  };
}

async function leaders(client: QueryClient, itemIds: readonly ItemId[]): Promise<LeaderPrice[]> {
  if (itemIds.length === 0) return [];
  const answer = await client.query<{
    item_id: string;
    listing_id: string;
    currency: string;
    coming_minor: string | null;
    head_minor: string | null;
    observed_at: Date | null;
  }>(LEADERS, [itemIds]);
  return answer.rows.map((row) => ({
    itemId: toItemId(row.item_id),
    listingId: toListingId(row.listing_id),
    currency: row.currency,
    comingMinor: toMinor(row.coming_minor),
    headMinor: toMinor(row.head_minor),
    observedAt: row.observed_at,
  }));
}

async function record(client: QueryClient, decisions: readonly NewDecision[]): Promise<string[]> {
  if (decisions.length === 0) return [];
  const rows = jsonText(
    decisions.map((decision, place) => ({
      place,
      listing_id: decision.listingId,
      kind: decision.kind,
      reasons: decision.reasons,
      reason_code: decision.reasons[0]?.code ?? "unexplained",
      inputs: decision.inputs,
      inputs_hash: decision.inputsHash,
      rule_version: decision.ruleVersion,
      price_minor: digits(decision.priceMinor),
      floor_minor: digits(decision.floorMinor),
      ceiling_minor: digits(decision.ceilingMinor),
      currency: decision.currency,
      cause: decision.cause,
      event_at: decision.eventAt.toISOString(),
      decided_at: decision.decidedAt.toISOString(),
    })),
  );
  const answer = await client.query<{ decision_id: string }>(RECORD, [rows]);
  invariant(answer.rowCount === decisions.length, "every decision is stored once");
  return answer.rows.map((row) => row.decision_id);
}

function digits(minor: bigint | null): string | null {
  return minor === null ? null : String(minor);
}

// The dirty rows are locked first (and only they), then everything a decision needs is joined on.
const CLAIM_DIRTY = `
  WITH claimed AS MATERIALIZED (
    SELECT d.listing_id, d.generation, d.cause, d.event_at FROM dirty d
     WHERE d.shop_id = current_shop() ORDER BY d.marked_at LIMIT $1 FOR UPDATE SKIP LOCKED
  )
  SELECT d.*, l.channel, k.account_id, l.marketplace_id, l.sku, l.parent_id, l.title, l.currency, l.status, l.fulfilment,
         l.is_auto_priced, l.sale_until, l.item_id, i.cost_minor * l.units_per_sale AS cost_minor, i.cost_currency,
         i.floor_minor * l.units_per_sale AS floor_minor, i.ceiling_minor * l.units_per_sale AS ceiling_minor,
         i.map_minor * l.units_per_sale AS map_minor,
         i.bounds_currency, h.listing_id AS head_listing_id, h.price_minor AS head_minor, h.currency AS head_currency,
         h.observed_at AS head_observed_at, o.snapshot, p.change_id AS proposal_id, p.new_minor AS proposal_minor, p.old_minor AS proposal_old_minor,
         f.change_id AS in_flight_id, f.new_minor AS in_flight_minor, f.state AS in_flight_state,
         u.new_minor AS undone_minor, u.inputs AS undone_inputs, r.version AS rule_version, r.body AS rule_body,
         k.status AS connection_status, own.seller_ids AS own_seller_ids
    FROM claimed d
    -- Also one that is disconnected: its offers are still the merchant's own.
    CROSS JOIN (SELECT coalesce(array_agg(DISTINCT a.account_id ORDER BY a.account_id), '{}') AS seller_ids FROM connection a
      WHERE a.shop_id = current_shop() AND a.channel = 'amazon') own
    JOIN listing l ON l.shop_id = current_shop() AND l.listing_id = d.listing_id
    JOIN connection k ON k.shop_id = current_shop() AND k.connection_id = l.connection_id
    LEFT JOIN item i ON i.shop_id = current_shop() AND i.item_id = l.item_id
    LEFT JOIN channel_head h ON h.shop_id = current_shop() AND h.listing_id = l.listing_id
    LEFT JOIN offer_current o ON o.shop_id = current_shop() AND l.channel = 'amazon' AND o.marketplace_id = l.marketplace_id
          AND o.asin = l.parent_id AND o.condition = l.condition
    LEFT JOIN price_change p ON p.shop_id = current_shop() AND p.listing_id = l.listing_id AND p.state = 'proposed'
    LEFT JOIN price_change f ON f.shop_id = current_shop() AND f.listing_id = l.listing_id
          AND f.state IN ('approved', 'sending', 'unknown', 'accepted')
    LEFT JOIN rule r ON r.shop_id = current_shop() AND r.channel = l.channel
    LEFT JOIN LATERAL (
      -- The merchant's last word on this listing: the change an undo took back, or the one that was rejected.
      SELECT taken.new_minor, dec.inputs FROM (
        SELECT c.change_id, c.origin, c.state, c.reverts_change_id FROM price_change c
         WHERE c.shop_id = current_shop() AND c.listing_id = l.listing_id
           AND c.state IN ('approved', 'sending', 'unknown', 'accepted', 'live', 'rejected')
         ORDER BY c.version DESC LIMIT 1) last
      JOIN price_change taken ON taken.shop_id = current_shop()
       AND taken.change_id = CASE WHEN last.state = 'rejected' THEN last.change_id ELSE last.reverts_change_id END
      LEFT JOIN decision dec ON dec.shop_id = current_shop() AND dec.decision_id = taken.decision_id
      WHERE last.origin = 'undo' OR last.state = 'rejected'
    ) u ON true
   ORDER BY d.listing_id`;

const LEADERS = `
  SELECT DISTINCT ON (l.item_id) l.item_id, l.listing_id, l.currency, h.price_minor AS head_minor, h.observed_at, c.new_minor AS coming_minor
    FROM listing l
    LEFT JOIN channel_head h ON h.shop_id = current_shop() AND h.listing_id = l.listing_id
    LEFT JOIN LATERAL (
      SELECT c.new_minor FROM price_change c WHERE c.shop_id = current_shop() AND c.listing_id = l.listing_id
         AND c.state IN ('proposed', 'approved', 'sending', 'unknown', 'accepted')
       ORDER BY c.version DESC LIMIT 1) c ON true
   WHERE l.shop_id = current_shop() AND l.channel = 'amazon' AND l.status = 'active' AND l.item_id = ANY($1::bigint[])
     -- A pack's price is not the price of one, nor is a used one's the price of a new one.
     AND l.units_per_sale = 1 AND l.condition = 'new'
   -- The shop can only follow a price in its own currency.
   ORDER BY l.item_id, (l.currency = (SELECT s.currency FROM shop s WHERE s.shop_id = current_shop())) DESC NULLS LAST,
            (l.fulfilment = 'amazon') DESC NULLS LAST, l.listing_id`;

const RECORD = `
  WITH incoming AS (
    SELECT r.*, nextval('decision_decision_id_seq') AS decision_id FROM jsonb_to_recordset($1::jsonb) AS r(
      place int, listing_id bigint, kind text, reasons jsonb, reason_code text, inputs text, inputs_hash text, rule_version int,
      price_minor bigint, floor_minor bigint, ceiling_minor bigint, currency text, cause text, event_at timestamptz, decided_at timestamptz)
  ), stored AS (
    INSERT INTO decision (shop_id, decision_id, listing_id, kind, reasons, inputs, inputs_hash, rule_version, price_minor,
      floor_minor, ceiling_minor, currency, cause, event_at, decided_at)
    SELECT current_shop(), decision_id, listing_id, kind, reasons, inputs, decode(inputs_hash, 'hex'), rule_version, price_minor,
      floor_minor, ceiling_minor, currency, cause, event_at, decided_at FROM incoming
  ), head AS (
    INSERT INTO decision_head (shop_id, listing_id, decision_id, kind, reason_code, decided_at)
    SELECT current_shop(), listing_id, decision_id, kind, reason_code, decided_at FROM incoming ORDER BY listing_id
    ON CONFLICT (shop_id, listing_id) DO UPDATE SET decision_id = excluded.decision_id, kind = excluded.kind,
      reason_code = excluded.reason_code, decided_at = excluded.decided_at
  )
  SELECT decision_id FROM incoming ORDER BY place`;

const CLEAR_DIRTY = `
  DELETE FROM dirty d USING unnest($1::bigint[], $2::bigint[]) AS done(listing_id, generation)
   WHERE d.shop_id = current_shop() AND d.listing_id = done.listing_id AND d.generation = done.generation`;
