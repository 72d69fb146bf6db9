import { invariant } from "../../core/assert.ts";
import { toChangeId, toListingId } from "../../core/ids.ts";
import type { ChangeId } from "../../core/ids.ts";
import type { Channel } from "../../core/channel.ts";
import type { PriceChangeState } from "../../core/changes/states.ts";
import type { ChangeMove, ChangeStore, LockedChange, NewChange } from "../../ports/change-store.ts";
import { jsonText } from "./json-text.ts";
import type { QueryClient } from "./query-client.ts";

/** The ledger as rows. States, walls and one-in-flight are enforced by triggers and constraints below it. */
export function createChangeStore(client: QueryClient): ChangeStore {
  return {
    propose: (changes, at) => propose(client, changes, at),
    move: (moves, at) => move(client, moves, at),
    async noteOvertaken(listingIds, at) {
      if (listingIds.length === 0) return 0;
      return (await client.query(NOTE_OVERTAKEN, [listingIds, at])).rowCount;
    },
    lock: (changeIds) =>
      lock(client, "c.change_id = ANY($1::bigint[])", [changeIds], changeIds.length),
    lockProposalsOf: (listingIds) =>
      lock(
        client,
        "c.state = 'proposed' AND c.listing_id = ANY($1::bigint[])",
        [listingIds],
        listingIds.length,
      ),
    lockProposals: (limit) => lock(client, "c.state = 'proposed'", [], limit),
  };
}

async function propose(
  client: QueryClient,
  changes: readonly NewChange[],
  at: Date,
): Promise<ChangeId[]> {
  if (changes.length === 0) return [];
  const rows = jsonText(
    changes.map((change, place) => ({
      place,
      listing_id: change.listingId,
      origin: change.origin,
      decision_id: change.decisionId,
      reverts_change_id: change.revertsChangeId,
      old_minor: String(change.oldMinor),
      new_minor: String(change.newMinor),
      currency: change.currency,
      floor_minor: String(change.floorMinor),
      ceiling_minor: change.ceilingMinor === null ? null : String(change.ceilingMinor),
      reasons: change.reasons,
      inputs_hash: change.inputsHash,
      event_at: change.eventAt.toISOString(),
      actor: change.actor,
    })),
  );
  const answer = await client.query<{ change_id: string }>(PROPOSE, [rows, at]);
  invariant(answer.rowCount === changes.length, "every proposal is stored once");
  return answer.rows.map((row) => toChangeId(row.change_id));
}

async function move(client: QueryClient, moves: readonly ChangeMove[], at: Date): Promise<void> {
  if (moves.length === 0) return;
  const answer = await client.query(MOVE, [
    moves.map((m) => m.changeId),
    moves.map((m) => m.to),
    moves.map((m) => m.actor),
    moves.map((m) => m.code),
    moves.map((m) => jsonText(m.facts)),
    at,
  ]);
  invariant(
    answer.rowCount === moves.length,
    `${moves.length} price changes to move, ${answer.rowCount} found`,
  );
}

interface LockedRow {
  change_id: string;
  listing_id: string;
  channel: Channel;
  title: string;
  sku: string | null;
  state: PriceChangeState;
  origin: "engine" | "undo";
  old_minor: string;
  new_minor: string;
  currency: string;
  floor_minor: string;
  ceiling_minor: string | null;
  inputs_hash: string;
  is_dirty: boolean;
  head_minor: string | null;
  has_newer: boolean;
  has_in_flight: boolean;
  has_just_failed: boolean;
  item_floor_minor: string | null;
  item_ceiling_minor: string | null;
}

async function lock(
  client: QueryClient,
  condition: string,
  values: readonly unknown[],
  limit: number,
): Promise<LockedChange[]> {
  if (limit === 0) return [];
  const locked = await client.query<{ change_id: string }>(
    `SELECT c.change_id FROM price_change c WHERE c.shop_id = current_shop() AND ${condition}
      ORDER BY c.change_id LIMIT ${String(limit)} FOR UPDATE`,
    values,
  );
  // A statement of its own: one that waited for the lock would still show its neighbours as they were before.
  const answer = await client.query<LockedRow>(LOCKED_DETAILS, [
    locked.rows.map((row) => row.change_id),
  ]);
  return answer.rows.map((row) => ({
    changeId: toChangeId(row.change_id),
    listingId: toListingId(row.listing_id),
    channel: row.channel,
    title: row.title,
    sku: row.sku,
    state: row.state,
    origin: row.origin,
    oldMinor: BigInt(row.old_minor),
    newMinor: BigInt(row.new_minor),
    currency: row.currency,
    floorMinor: BigInt(row.floor_minor),
    ceilingMinor: toMinor(row.ceiling_minor),
    inputsHash: row.inputs_hash,
    isDirty: row.is_dirty,
    headMinor: toMinor(row.head_minor),
    hasNewer: row.has_newer,
    hasInFlight: row.has_in_flight,
    hasJustFailed: row.has_just_failed,
    itemFloorMinor: toMinor(row.item_floor_minor),
    itemCeilingMinor: toMinor(row.item_ceiling_minor),
  }));
}

/** An int8 column as minor units; null stays null. */
export function toMinor(digits: string | null): bigint | null {
  return digits === null ? null : BigInt(digits);
}

const PROPOSE = `
  WITH incoming AS (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS r(
      place int, listing_id bigint, origin text, decision_id bigint, reverts_change_id bigint, old_minor bigint, new_minor bigint,
      currency text, floor_minor bigint, ceiling_minor bigint, reasons jsonb, inputs_hash text, event_at timestamptz, actor text)
  ), numbered AS (
    SELECT i.*, nextval('price_change_change_id_seq') AS change_id,
      1 + coalesce((SELECT max(c.version) FROM price_change c WHERE c.shop_id = current_shop() AND c.listing_id = i.listing_id), 0) AS version
      FROM incoming i
  ), stored AS (
    INSERT INTO price_change (shop_id, change_id, listing_id, version, origin, decision_id, reverts_change_id, old_minor, new_minor,
      currency, floor_minor, ceiling_minor, reasons, inputs_hash, event_at, state, state_at, state_actor, proposed_at)
    SELECT current_shop(), change_id, listing_id, version, origin, decision_id, reverts_change_id, old_minor, new_minor,
      currency, floor_minor, ceiling_minor, reasons, decode(inputs_hash, 'hex'), event_at, 'proposed', $2, actor, $2
      FROM numbered ORDER BY listing_id
    RETURNING change_id
  )
  SELECT n.change_id FROM numbered n JOIN stored s USING (change_id) ORDER BY n.place`;

const MOVE = `
  UPDATE price_change c
     SET state = m.to_state, state_at = $6, state_actor = m.actor, state_code = m.code, state_facts = m.facts
    FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::jsonb[]) AS m(change_id, to_state, actor, code, facts)
   WHERE c.shop_id = current_shop() AND c.change_id = m.change_id`;

const NOTE_OVERTAKEN = `
  UPDATE price_change c
     SET state = 'overtaken', state_at = $2, state_actor = 'channel', state_code = 'other_writer',
         state_facts = jsonb_build_object('seen', h.currency || ' ' || h.price_minor)
    FROM channel_head h
   WHERE h.shop_id = current_shop() AND h.listing_id = ANY($1::bigint[]) AND h.price_minor IS NOT NULL
     AND c.shop_id = current_shop() AND c.listing_id = h.listing_id AND c.state = 'live'
     AND h.price_minor <> c.new_minor AND h.observed_at > c.live_at
     -- An older price of ours that a feed brought back is nobody else's: whoever watches the feed repairs it.
     AND NOT EXISTS (SELECT 1 FROM price_watch e WHERE e.shop_id = current_shop() AND e.listing_id = c.listing_id
                        AND e.version < c.version AND e.price_minor = h.price_minor)
     AND NOT EXISTS (
       SELECT 1 FROM price_change n WHERE n.shop_id = current_shop() AND n.listing_id = c.listing_id
          AND (n.version > c.version AND n.state IN ('live', 'diverged')
               OR n.state IN ('approved', 'sending', 'unknown', 'accepted')))`;

const LOCKED_DETAILS = `
  SELECT c.change_id, c.listing_id, l.channel, l.title, l.sku, c.state, c.origin, c.old_minor, c.new_minor, c.currency,
         c.floor_minor, c.ceiling_minor, encode(c.inputs_hash, 'hex') AS inputs_hash,
         EXISTS (SELECT 1 FROM dirty d WHERE d.shop_id = current_shop() AND d.listing_id = c.listing_id) AS is_dirty,
         h.price_minor AS head_minor,
         EXISTS (SELECT 1 FROM price_change n WHERE n.shop_id = current_shop() AND n.listing_id = c.listing_id
                   AND n.version > c.version AND n.state IN ('approved', 'sending', 'unknown', 'accepted', 'live', 'diverged')) AS has_newer,
         EXISTS (SELECT 1 FROM price_change n WHERE n.shop_id = current_shop() AND n.listing_id = c.listing_id
                   AND n.change_id <> c.change_id AND n.state IN ('approved', 'sending', 'unknown', 'accepted')) AS has_in_flight,
         coalesce((SELECT n.state = 'failed' AND n.new_minor = c.new_minor AND n.currency = c.currency FROM price_change n
                    WHERE n.shop_id = current_shop() AND n.listing_id = c.listing_id AND n.version < c.version
                    ORDER BY n.version DESC LIMIT 1), false) AS has_just_failed,
         i.floor_minor AS item_floor_minor, i.ceiling_minor AS item_ceiling_minor
    FROM price_change c
    JOIN listing l ON l.shop_id = current_shop() AND l.listing_id = c.listing_id
    LEFT JOIN item i ON i.shop_id = current_shop() AND i.item_id = l.item_id
    LEFT JOIN channel_head h ON h.shop_id = current_shop() AND h.listing_id = c.listing_id
   WHERE c.shop_id = current_shop() AND c.change_id = ANY($1::bigint[])
   ORDER BY c.change_id`;
