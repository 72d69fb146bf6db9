import { toConnectionId } from "../../core/ids.ts";
import {
  MISSES_TO_SILENCE,
  MISSES_TO_SILENCE_UNHEARD,
  NOTIFICATION_GRACE_MS,
} from "../../core/offers/detection-bound.ts";
import type { OfferCondition } from "../../core/offers/offer.ts";
import { invariant } from "../../core/assert.ts";
import type { SweepRound, WatchCounts, WatchStore } from "../../ports/watch-store.ts";
import { syncWatches } from "./asin-watch-queries.ts";
import type { QueryClient } from "./query-client.ts";

/** Sweeps as rows: which ASIN is asked about when, and by whom. */
export function createWatchStore(client: QueryClient): WatchStore {
  return { ...createRoundQueries(client), ...createClaimQueries(client) };
}

type ClaimQueries = Pick<WatchStore, "claim" | "release" | "finish" | "judgeSilence">;

function createRoundQueries(client: QueryClient): Omit<WatchStore, keyof ClaimQueries> {
  return {
    async nextDue(now) {
      const answer = await client.query<{ connection_id: string }>(NEXT_DUE, [now]);
      const id = answer.rows[0]?.connection_id;
      return id === undefined ? null : toConnectionId(id);
    },
    async nextAt(now) {
      const answer = await client.query<{ at: Date | null }>(NEXT_AT, [now]);
      return answer.rows[0]?.at ?? null;
    },
    hold: async (connectionId) => void (await client.query(HOLD, [connectionId])),
    openRound: (connectionId, at) => openRound(client, connectionId, at),
    async leftInRound(connectionId, startedAt) {
      const answer = await client.query<{ left: number }>(LEFT_IN_ROUND, [connectionId, startedAt]);
      return answer.rows[0]?.left ?? 0;
    },
    async noteRound(connectionId, at) {
      await client.query(
        "UPDATE connection SET swept_at = $2 WHERE shop_id = current_shop() AND connection_id = $1",
        [connectionId, at],
      );
    },
    async counts(connectionId) {
      const answer = await client.query<Omit<WatchCounts, "isTold"> & { is_told: boolean }>(
        COUNTS,
        [connectionId],
      );
      const [row] = answer.rows;
      invariant(row !== undefined, "an aggregate has a row");
      const { is_told: isTold, ...counts } = row;
      return { ...counts, isTold };
    },
    async savePromise(connectionId, promise) {
      await client.query(SAVE_PROMISE, [
        connectionId,
        promise.watched,
        promise.silent,
        promise.unreadable,
        promise.isTold,
        promise.heardMs,
        promise.unheardMs,
        promise.changeMs,
        promise.unheardChangeMs,
        promise.silenceMs,
        promise.at,
      ]);
    },
    async planNext(connectionId, at) {
      // Held first: a wish that came meanwhile has then been written, and is read below.
      await client.query(HOLD, [connectionId]);
      await client.query(PLAN_NEXT, [connectionId, at, NOTIFICATION_GRACE_MS]);
    },
  };
}

function createClaimQueries(client: QueryClient): ClaimQueries {
  return {
    async claim(connectionId, { worker, now, leaseUntil, limit }) {
      const answer = await client.query<ClaimRow>(CLAIM, [
        connectionId,
        worker,
        now,
        leaseUntil,
        limit,
        limit * CANDIDATES_PER_PLACE,
      ]);
      // Due, and yet nothing to ask: their listings have gone.
      if (answer.rows.length === 0) await syncWatches(client, connectionId);
      return answer.rows.map((row) => ({
        marketplaceId: row.marketplace_id,
        sku: row.sku,
        asin: row.asin,
        condition: row.condition,
      }));
    },
    async release(connectionId, asins, dueAt) {
      await client.query(RELEASE, [
        connectionId,
        asins.map((each) => each.marketplaceId),
        asins.map((each) => each.asin),
        dueAt,
      ]);
    },
    async finish(connectionId, asins, plan) {
      await client.query(FINISH, [
        connectionId,
        asins.map((each) => each.marketplaceId),
        asins.map((each) => each.asin),
        asins.map((each) => each.unreadCode),
        plan.at,
        plan.isTold ? plan.heardMs : plan.unheardMs,
        plan.unheardMs,
      ]);
    },
    async judgeSilence(connectionId, now, unheardMs) {
      const answer = await client.query<{ is_new: boolean }>(JUDGE_SILENCE, [
        connectionId,
        new Date(now.getTime() - NOTIFICATION_GRACE_MS),
        MISSES_TO_SILENCE,
        MISSES_TO_SILENCE_UNHEARD,
        unheardMs,
      ]);
      return answer.rows.filter((row) => row.is_new).length;
    },
  };
}

interface ClaimRow {
  marketplace_id: string;
  sku: string;
  asin: string;
  condition: OfferCondition;
}

// Two ASINs of one SKU (in two marketplaces) cannot go into one call: some to choose from.
const CANDIDATES_PER_PLACE = 3;

async function openRound(client: QueryClient, connectionId: string, at: Date): Promise<SweepRound> {
  const open = await client.query<{ run_id: string; started_at: Date }>(OPEN_RUN, [connectionId]);
  const [run] = open.rows;
  if (run !== undefined) return { runId: run.run_id, startedAt: run.started_at, isNew: false };
  await syncWatches(client, connectionId);
  const answer = await client.query<{ run_id: string }>(
    "INSERT INTO sync_run (shop_id, connection_id, kind, started_at) VALUES (current_shop(), $1, 'sweep', $2) RETURNING run_id",
    [connectionId, at],
  );
  const runId = answer.rows[0]?.run_id;
  invariant(runId !== undefined, "a stored run has an id");
  return { runId, startedAt: at, isNew: true };
}

const NEXT_DUE = `
  SELECT connection_id FROM connection
   WHERE shop_id = current_shop() AND status = 'connected' AND channel = 'amazon' AND sweep_due_at <= $1
   ORDER BY sweep_due_at, connection_id LIMIT 1 FOR NO KEY UPDATE`;

const NEXT_AT = `
  SELECT min(sweep_due_at) AS at FROM connection
   WHERE shop_id = current_shop() AND status = 'connected' AND channel = 'amazon' AND sweep_due_at > $1`;

const HOLD =
  "SELECT 1 FROM connection WHERE shop_id = current_shop() AND connection_id = $1 FOR NO KEY UPDATE";

const OPEN_RUN = `
  SELECT run_id, started_at FROM sync_run
   WHERE shop_id = current_shop() AND connection_id = $1 AND kind = 'sweep' AND state = 'running' ORDER BY run_id DESC LIMIT 1`;

const LEFT_IN_ROUND = `
  SELECT count(*)::int AS left FROM asin_watch
   WHERE shop_id = current_shop() AND connection_id = $1 AND (swept_at IS NULL OR swept_at < $2)`;

const COUNTS = `
  SELECT count(*)::int AS watched, count(*) FILTER (WHERE silent_since IS NOT NULL)::int AS silent,
         count(*) FILTER (WHERE unread > 0)::int AS unreadable,
         EXISTS (SELECT 1 FROM connection c WHERE c.shop_id = current_shop() AND c.connection_id = $1 AND c.notifications = 'subscribed') AS is_told
    FROM asin_watch WHERE shop_id = current_shop() AND connection_id = $1`;

const SAVE_PROMISE = `
  INSERT INTO market_watch (shop_id, connection_id, watched, silent, unreadable, is_told, heard_pace_ms, unheard_pace_ms, change_ms,
    unheard_change_ms, silence_ms, reckoned_at)
  VALUES (current_shop(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
  ON CONFLICT (shop_id, connection_id) DO UPDATE SET watched = excluded.watched, silent = excluded.silent,
    unreadable = excluded.unreadable, is_told = excluded.is_told, heard_pace_ms = excluded.heard_pace_ms,
    unheard_pace_ms = excluded.unheard_pace_ms, change_ms = excluded.change_ms, unheard_change_ms = excluded.unheard_change_ms,
    silence_ms = excluded.silence_ms, reckoned_at = excluded.reckoned_at`;

// An ASIN whose SKU could not be read is asked by its next SKU, where there are several; new goods go first, so that the
// market of used ones is swept where nothing else of the ASIN is sold.
const CLAIM = `
  WITH due AS (
    SELECT w.marketplace_id, w.asin, w.due_at, w.silent_since, w.swept_at, w.unread FROM asin_watch w
     WHERE w.shop_id = current_shop() AND w.connection_id = $1 AND w.due_at <= $3 AND (w.lease_until IS NULL OR w.lease_until <= $3)
     ORDER BY w.due_at, w.silent_since NULLS LAST, w.swept_at NULLS FIRST, w.asin LIMIT $6 FOR UPDATE SKIP LOCKED
  ), named AS (
    SELECT d.*, s.skus[1 + d.unread % cardinality(s.skus)] AS sku, s.conditions[1 + d.unread % cardinality(s.skus)] AS condition FROM due d CROSS JOIN LATERAL (
      SELECT array_agg(l.external_id ORDER BY l.condition <> 'new', l.listing_id) AS skus,
             array_agg(l.condition ORDER BY l.condition <> 'new', l.listing_id) AS conditions FROM listing l
       WHERE l.shop_id = current_shop() AND l.channel = 'amazon' AND l.parent_id = d.asin AND l.connection_id = $1
         AND l.marketplace_id = d.marketplace_id AND l.status = 'active') s
     WHERE s.skus IS NOT NULL
  ), apart AS (
    SELECT n.*, row_number() OVER (PARTITION BY n.sku ORDER BY n.due_at, n.silent_since NULLS LAST, n.swept_at NULLS FIRST, n.asin) AS place
      FROM named n
  ), taken AS (
    SELECT * FROM apart WHERE place = 1 ORDER BY due_at, silent_since NULLS LAST, swept_at NULLS FIRST, asin LIMIT $5
  )
  UPDATE asin_watch w SET lease_owner = $2::bigint, lease_until = $4
    FROM taken t WHERE w.shop_id = current_shop() AND w.connection_id = $1 AND w.marketplace_id = t.marketplace_id AND w.asin = t.asin
  RETURNING w.marketplace_id, t.sku, t.condition, w.asin`;

const RELEASE = `
  UPDATE asin_watch w SET lease_owner = NULL, lease_until = NULL, due_at = coalesce($4::timestamptz, w.due_at)
    FROM unnest($2::text[], $3::text[]) AS a(marketplace_id, asin)
   WHERE w.shop_id = current_shop() AND w.connection_id = $1 AND w.marketplace_id = a.marketplace_id AND w.asin = a.asin`;

const FINISH = `
  UPDATE asin_watch w SET lease_owner = NULL, lease_until = NULL, swept_at = $5, unread_code = a.code,
         unread = CASE WHEN a.code IS NULL THEN 0 ELSE w.unread + 1 END,
         due_at = $5::timestamptz + make_interval(secs => (CASE WHEN w.silent_since IS NULL THEN $6 ELSE $7 END)::float8 / 1000)
    FROM unnest($2::text[], $3::text[], $4::text[]) AS a(marketplace_id, asin, code)
   WHERE w.shop_id = current_shop() AND w.connection_id = $1 AND w.marketplace_id = a.marketplace_id AND w.asin = a.asin`;

const JUDGE_SILENCE = `
  WITH judged AS (
    SELECT marketplace_id, asin, silent_since IS NULL AND missed_in_row + pending >= CASE WHEN heard_at IS NULL THEN $4::int ELSE $3::int END AS is_new
      FROM asin_watch WHERE shop_id = current_shop() AND connection_id = $1 AND pending_at <= $2 FOR UPDATE
  )
  UPDATE asin_watch w SET missed = w.missed + w.pending, missed_in_row = w.missed_in_row + w.pending, pending = 0, pending_at = NULL,
         pending_after = NULL, silent_since = CASE WHEN j.is_new THEN w.pending_at ELSE w.silent_since END,
         due_at = CASE WHEN j.is_new THEN least(w.due_at, w.swept_at + make_interval(secs => $5::float8 / 1000)) ELSE w.due_at END
    FROM judged j WHERE w.shop_id = current_shop() AND w.connection_id = $1 AND w.marketplace_id = j.marketplace_id AND w.asin = j.asin
  RETURNING j.is_new`;

// A claimed ASIN is looked at again when its lease ends; a find is judged when its grace ends. With nothing to
// watch there is nothing to do until an import finds something.
const PLAN_NEXT = `
  UPDATE connection SET sweep_due_at = coalesce($2::timestamptz, (
      SELECT least(min(greatest(w.due_at, coalesce(w.lease_until, w.due_at))), min(w.pending_at) + make_interval(secs => $3::float8 / 1000))
        FROM asin_watch w WHERE w.shop_id = current_shop() AND w.connection_id = $1))
   WHERE shop_id = current_shop() AND connection_id = $1 AND status = 'connected'`;
