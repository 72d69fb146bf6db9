import { differenceBetween } from "../../core/offers/market-moves.ts";
import type { MarketSnapshot } from "../../core/offers/market-snapshot.ts";
import { snapshotDecoder } from "../../core/offers/snapshot-json.ts";
import type { DirtyCause, DirtyMark, MarketStore } from "../../ports/market-store.ts";
import { noteSpoken } from "./asin-watch-queries.ts";
import { followBuyBoxes } from "./buy-box-queries.ts";
import { followCompetitors } from "./competitor-queries.ts";
import { type FollowedPicture, marketKey } from "./followed-picture.ts";
import { recordRanks } from "./rank-queries.ts";
import type { QueryClient } from "./query-client.ts";
import { storeSnapshots, UPSERT_DIRTY } from "./snapshot-queries.ts";

/** The market as rows: latest picture per ASIN, what changed between pictures, history, and dirty marks. */
export function createMarketStore(client: QueryClient): MarketStore {
  return {
    recordSnapshots: (snapshots, cause) => recordSnapshots(client, snapshots, cause),
    recordRanks: (ranks) => recordRanks(client, ranks),
    markDirty: (marks, markedAt) => markDirty(client, marks, markedAt),
  };
}

async function recordSnapshots(
  client: QueryClient,
  snapshots: readonly MarketSnapshot[],
  cause: DirtyCause,
): Promise<number> {
  if (snapshots.length === 0) return 0;
  const known = await readKnown(client, snapshots);
  const ownSellerIds = await readOwnSellers(client);
  const pictures = followed(snapshots, known, ownSellerIds);
  const marked = await storeSnapshots(client, pictures, cause);
  await recordRanks(
    client,
    pictures.flatMap(({ snapshot, before, isLate }) => (isLate ? [] : newRanks(snapshot, before))),
  );
  const ownMoves = await followBuyBoxes(client, pictures, ownSellerIds);
  await followCompetitors(client, pictures, { ownSellerIds, ownMoves });
  await noteSpoken(client, pictures);
  return marked;
}

function newRanks(snapshot: MarketSnapshot, before: MarketSnapshot | null) {
  const { asin, marketplaceId, observedAt, source } = snapshot;
  const known = new Map(before?.ranks?.map(({ category, rank }) => [category, rank]));
  return (snapshot.ranks ?? [])
    .filter(({ category, rank }) => known.get(category) !== rank)
    .map((each) => ({ asin, marketplaceId, observedAt, source, ...each }));
}

/** Pictures in the order of time, each with the one before it. */
function followed(
  snapshots: readonly MarketSnapshot[],
  known: ReadonlyMap<string, MarketSnapshot>,
  ownSellerIds: readonly string[],
): FollowedPicture[] {
  const last = new Map(known);
  const inOrder = [...snapshots].sort(
    (left, right) =>
      left.observedAt.getTime() - right.observedAt.getTime() ||
      left.receivedAt.getTime() - right.receivedAt.getTime(),
  );
  return inOrder.map((snapshot) => {
    const before = last.get(marketKey(snapshot)) ?? null;
    if (before !== null && !isNewer(snapshot, before))
      return { snapshot, before: null, difference: null, isLate: true };
    last.set(marketKey(snapshot), snapshot);
    const difference = before === null ? null : differenceBetween(before, snapshot, ownSellerIds);
    return { snapshot, before, difference, isLate: false };
  });
}

function isNewer(snapshot: MarketSnapshot, than: MarketSnapshot): boolean {
  const byMs = snapshot.observedAt.getTime() - than.observedAt.getTime();
  return byMs > 0 || (byMs === 0 && snapshot.receivedAt > than.receivedAt);
}

/** The pictures stored so far, locked in one order, so that two batches follow one another. */
async function readKnown(
  client: QueryClient,
  snapshots: readonly MarketSnapshot[],
): Promise<Map<string, MarketSnapshot>> {
  const answer = await client.query<{ snapshot: unknown }>(READ_KNOWN, [
    snapshots.map((each) => each.marketplaceId),
    snapshots.map((each) => each.asin),
    snapshots.map((each) => each.condition),
  ]);
  const known = new Map<string, MarketSnapshot>();
  for (const row of answer.rows) {
    try {
      const snapshot = snapshotDecoder(row.snapshot, "snapshot");
      known.set(marketKey(snapshot), snapshot);
    } catch {
      // Damaged or of another release: nothing can be compared with it, and the new picture takes its place.
    }
  }
  return known;
}

const READ_KNOWN = `
  SELECT o.snapshot FROM offer_current o
   WHERE o.shop_id = current_shop() AND (o.marketplace_id, o.asin, o.condition) IN (
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[]))
   ORDER BY o.marketplace_id, o.asin, o.condition FOR UPDATE`;

/** Every Amazon account of the shop, also one that is disconnected: its offers are still the merchant's own. */
async function readOwnSellers(client: QueryClient): Promise<string[]> {
  const answer = await client.query<{ account_id: string }>(
    "SELECT DISTINCT account_id FROM connection WHERE shop_id = current_shop() AND channel = 'amazon'",
  );
  return answer.rows.map((row) => row.account_id);
}

async function markDirty(
  client: QueryClient,
  marks: readonly DirtyMark[],
  markedAt: Date,
): Promise<void> {
  if (marks.length === 0) return;
  await client.query(MARK_DIRTY, [
    marks.map((mark) => mark.listingId),
    marks.map((mark) => mark.cause),
    marks.map((mark) => mark.eventAt),
    markedAt,
  ]);
}

const MARK_DIRTY = `
  WITH marks AS (
    SELECT * FROM unnest($1::bigint[], $2::text[], $3::timestamptz[]) AS m(listing_id, cause, event_at)
  ), known AS (
    SELECT m.*, l.item_id, l.channel FROM marks m JOIN listing l ON l.shop_id = current_shop() AND l.listing_id = m.listing_id
  ), wanted AS (
    SELECT listing_id, cause, event_at, $4::timestamptz AS marked_at FROM known
    UNION ALL
    SELECT f.listing_id, k.cause, k.event_at, $4::timestamptz
      FROM known k JOIN listing f ON f.shop_id = current_shop() AND f.item_id = k.item_id
       AND f.channel = 'shopify' AND f.status = 'active' AND k.channel = 'amazon'
  )
  ${UPSERT_DIRTY}`;
