/** What crash tests need of the market: a listing, a rival's move, and what Calibr made of it. */
import { moveRival } from "../../spine/subjects.ts";
import { brakeRow, type Obstacle } from "./crash-obstacle.ts";
import type { CrashScene } from "./crash-scene.ts";

/** A listing on Amazon whose rivals can move. */
export interface WatchedListing {
  readonly listingId: string;
  readonly sku: string;
  readonly asin: string;
}

/** A listing that this scene has not used yet, and whose ASIN tells of moves: some never do, at Amazon as here. */
export async function watchedListing(scene: CrashScene): Promise<WatchedListing> {
  const { changeId, sku } = await scene.nextProposal("amazon");
  const [row] = await scene.onlooker.ask<{ listingId: string; asin: string }>(
    `SELECT listing_id::text AS "listingId", parent_id AS asin
       FROM price_change JOIN listing USING (shop_id, listing_id) WHERE change_id = $1`,
    [changeId],
  );
  if (row === undefined) throw new Error(`change ${changeId} has no listing`);
  await scene.stack.control("amazon", "silence-asin", { asin: row.asin, isSilent: false });
  return { ...row, sku };
}

/** A rival moves, and the worker is killed at the obstacle. @returns when it moved, in seconds. */
export async function dieAtMove(
  scene: CrashScene,
  { asin, sku }: WatchedListing,
  arm: () => Promise<Obstacle>,
): Promise<number> {
  const [row] = await scene.onlooker.ask<{ now: number }>(
    "SELECT extract(epoch FROM clock_timestamp())::float8 AS now",
  );
  const obstacle = await arm();
  await moveRival(scene.stack, { asin, sku, variantGid: "", amazonMinor: 0, shopifyMinor: 0 }, 97);
  await obstacle.reached();
  await scene.stack.worker().kill();
  await obstacle.release();
  return row?.now ?? 0;
}

/** Stops whoever stores a decision on the listing. */
export function brakeDecision(
  { ownerUrl }: CrashScene,
  listingId: string,
  at: "change" | "commit",
): Promise<Obstacle> {
  const when = `NEW.listing_id = ${listingId}`;
  return brakeRow(ownerUrl, { table: "decision", on: "INSERT", when, at });
}

/** The id of the newest decision on a listing. */
export async function lastDecision(
  { onlooker }: CrashScene,
  { listingId }: WatchedListing,
): Promise<string> {
  const rows = await onlooker.ask<{ id: string }>(
    "SELECT decision_id::text AS id FROM decision_head WHERE listing_id = $1",
    [listingId],
  );
  return rows[0]?.id ?? "undecided";
}

/** Decisions since a moment and proposals open now; null until there is a decision and nothing left to decide. */
export async function decisionsSince(
  { onlooker }: CrashScene,
  { listingId }: WatchedListing,
  sinceS: number,
): Promise<{ decisions: number; proposals: number } | null> {
  const [row] = await onlooker.ask<{ decisions: number; proposals: number; isDirty: boolean }>(
    `SELECT (SELECT count(*)::int FROM decision WHERE listing_id = $1 AND decided_at >= to_timestamp($2)) AS decisions,
            (SELECT count(*)::int FROM price_change WHERE listing_id = $1 AND state = 'proposed') AS proposals,
            EXISTS (SELECT 1 FROM dirty WHERE listing_id = $1) AS "isDirty"`,
    [listingId, sinceS],
  );
  if (row === undefined || row.isDirty || row.decisions === 0) return null;
  return { decisions: row.decisions, proposals: row.proposals };
}

/** How many changes of a listing's offers were taken in since a moment; a move may be told in other kinds of news too. */
export async function offerChangesSince(
  { onlooker }: CrashScene,
  { asin }: WatchedListing,
  sinceS: number,
): Promise<number> {
  const rows = await onlooker.ask(
    `SELECT 1 FROM inbox WHERE source = 'amazon' AND topic = 'ANY_OFFER_CHANGED' AND received_at >= to_timestamp($1)
        AND strpos(payload::text, $2) > 0`,
    [sinceS, asin],
  );
  return rows.length;
}

/** True when Amazon's queue holds nothing, also nothing that is only hidden; null before. */
export async function queueIsEmpty({ stack }: CrashScene): Promise<true | null> {
  const { queue } = await stack.control<{ queue: { visible: number; inFlight: number } }>(
    "amazon",
    "notifications",
  );
  return queue.visible + queue.inFlight === 0 ? true : null;
}
