import {
  type BuyBoxSight,
  type BuyBoxTrail,
  currentHolding,
  holdings,
  readBuyBox,
  withSight,
} from "../../core/offers/buy-box.ts";
import { toBuyBoxTrail } from "../../core/offers/buy-box-json.ts";
import { encodeCanonical } from "../../core/json/canonical.ts";
import { jsonText } from "./json-text.ts";
import { type FollowedPicture, marketKey } from "./followed-picture.ts";
import type { QueryClient } from "./query-client.ts";

/** When our own landed price of an ASIN last moved, by `marketKey`: before the pictures at hand. */
export type OwnMoves = ReadonlyMap<string, Date>;

interface Followed {
  readonly picture: FollowedPicture;
  trail: BuyBoxTrail | null;
  ownMovedAt: Date | null;
  isRetold: boolean;
  isTouched: boolean;
}

/**
 * Puts each picture where it belongs in the trail of its ASIN and stores the state of now. Only new goods have
 * a featured offer worth following. @returns when our own prices had moved before these pictures.
 */
export async function followBuyBoxes(
  client: QueryClient,
  pictures: readonly FollowedPicture[],
  ownSellerIds: readonly string[],
): Promise<OwnMoves> {
  const ofNew = pictures.filter(({ snapshot }) => snapshot.condition === "new");
  if (ofNew.length === 0) return new Map();
  const known = await readTrails(client, ofNew);
  const ownMoves = new Map<string, Date>();
  const boxes = new Map<string, Followed>();
  for (const picture of ofNew) {
    const key = marketKey(picture.snapshot);
    const row = known.get(key);
    if (row?.ownMovedAt) ownMoves.set(key, row.ownMovedAt);
    const box = boxes.get(key) ?? {
      picture,
      trail: row?.trail ?? null,
      ownMovedAt: row?.ownMovedAt ?? null,
      isRetold: false,
      isTouched: false,
    };
    boxes.set(key, box);
    follow(box, picture, ownSellerIds);
  }
  const touched = [...boxes.values()].filter((box) => box.isTouched);
  await storeBoxes(client, touched);
  return ownMoves;
}

function follow(box: Followed, picture: FollowedPicture, ownSellerIds: readonly string[]): void {
  const sight = readBuyBox(picture.snapshot, ownSellerIds);
  const trail = withSight(box.trail, sight);
  if (picture.difference?.isOwnMoved === true) {
    box.ownMovedAt = picture.snapshot.observedAt;
    box.isTouched = true;
  }
  if (trail === null) return;
  const was = box.trail === null ? null : currentHolding(box.trail);
  const is = currentHolding(trail);
  box.isRetold ||= picture.isLate || was === null || !isSame(was, is);
  box.isTouched = true;
  box.trail = trail;
}

function isSame(left: BuyBoxSight, right: BuyBoxSight): boolean {
  return left.state === right.state && left.winnerId === right.winnerId;
}

async function readTrails(client: QueryClient, pictures: readonly FollowedPicture[]) {
  const answer = await client.query<{
    marketplace_id: string;
    asin: string;
    trail_since: Date;
    sights: unknown;
    own_moved_at: Date | null;
  }>(READ_TRAILS, [
    pictures.map(({ snapshot }) => snapshot.marketplaceId),
    pictures.map(({ snapshot }) => snapshot.asin),
  ]);
  return new Map(
    answer.rows.map((row) => [
      `${row.marketplace_id}|${row.asin}|new`,
      { trail: toBuyBoxTrail(row.trail_since, row.sights), ownMovedAt: row.own_moved_at },
    ]),
  );
}

async function storeBoxes(client: QueryClient, boxes: readonly Followed[]): Promise<void> {
  const rows = boxes.flatMap((box) => {
    if (box.trail === null) return [];
    const { asin, marketplaceId, currency } = box.picture.snapshot;
    const holding = currentHolding(box.trail);
    const last = box.trail.sights.at(-1) ?? holding;
    return [
      {
        marketplace_id: marketplaceId,
        asin,
        currency,
        state: last.state,
        winner_id: last.winnerId,
        landed: last.landed === null ? null : String(last.landed.amountMinor),
        since: holding.at.toISOString(),
        seen_at: last.at.toISOString(),
        own_moved_at: box.ownMovedAt?.toISOString() ?? null,
        trail_since: box.trail.since.toISOString(),
        sights: encodeCanonical(box.trail.sights),
      },
    ];
  });
  if (rows.length === 0) return;
  await client.query(STORE_BOXES, [jsonText(rows)]);
  const retold = boxes.filter((box) => box.isRetold);
  if (retold.length === 0) return;
  // A late picture may change what stood in between: the part that the trail covers is written anew.
  await client.query(FORGET_CHANGES, [
    retold.map((box) => box.picture.snapshot.marketplaceId),
    retold.map((box) => box.picture.snapshot.asin),
    retold.map((box) => box.trail?.since ?? null),
  ]);
  await client.query(INSERT_CHANGES, [jsonText(retold.flatMap(toChanges))]);
}

function toChanges(box: Followed): Record<string, unknown>[] {
  if (box.trail === null) return [];
  const { asin, marketplaceId, currency } = box.picture.snapshot;
  return holdings(box.trail).map((each) => ({
    marketplace_id: marketplaceId,
    asin,
    currency,
    at: each.at.toISOString(),
    state: each.state,
    winner_id: each.winnerId,
    landed: each.landed === null ? null : String(each.landed.amountMinor),
  }));
}

// Not locked here: whoever follows the same ASIN has waited for its picture's row, and reads what was left there.
const READ_TRAILS = `
  SELECT marketplace_id, asin, trail_since, sights, own_moved_at FROM buy_box
   WHERE shop_id = current_shop() AND (marketplace_id, asin) IN (SELECT * FROM unnest($1::text[], $2::text[]))`;

const STORE_BOXES = `
  INSERT INTO buy_box (shop_id, marketplace_id, asin, state, winner_id, landed_minor, currency, since, seen_at, own_moved_at, trail_since, sights)
  SELECT current_shop(), r.marketplace_id, r.asin, r.state, r.winner_id, r.landed, r.currency, r.since, r.seen_at, r.own_moved_at, r.trail_since, r.sights::jsonb
    FROM jsonb_to_recordset($1::jsonb) AS r(marketplace_id text, asin text, currency text, state text, winner_id text, landed bigint,
      since timestamptz, seen_at timestamptz, own_moved_at timestamptz, trail_since timestamptz, sights text)
   ORDER BY r.marketplace_id, r.asin
  ON CONFLICT (shop_id, marketplace_id, asin) DO UPDATE
    SET state = excluded.state, winner_id = excluded.winner_id, landed_minor = excluded.landed_minor, currency = excluded.currency,
        since = excluded.since, seen_at = excluded.seen_at, own_moved_at = excluded.own_moved_at,
        trail_since = excluded.trail_since, sights = excluded.sights`;

const FORGET_CHANGES = `
  DELETE FROM buy_box_change c USING unnest($1::text[], $2::text[], $3::timestamptz[]) AS r(marketplace_id, asin, since)
   WHERE c.shop_id = current_shop() AND c.marketplace_id = r.marketplace_id AND c.asin = r.asin AND c.at >= r.since`;

const INSERT_CHANGES = `
  INSERT INTO buy_box_change (shop_id, marketplace_id, asin, at, state, winner_id, landed_minor, currency)
  SELECT current_shop(), r.marketplace_id, r.asin, r.at, r.state, r.winner_id, r.landed, r.currency
    FROM jsonb_to_recordset($1::jsonb) AS r(marketplace_id text, asin text, currency text, at timestamptz, state text, winner_id text, landed bigint)
  ON CONFLICT (shop_id, marketplace_id, asin, at) DO UPDATE
    SET state = excluded.state, winner_id = excluded.winner_id, landed_minor = excluded.landed_minor`;
