import type { FollowedPicture } from "./followed-picture.ts";
import { jsonText } from "./json-text.ts";
import type { QueryClient } from "./query-client.ts";

/** What pictures of one ASIN say of its notifications. */
interface Spoken {
  readonly marketplaceId: string;
  readonly asin: string;
  heardAt: Date | null;
  /** The latest instant that a notification told of. */
  toldUntil: Date | null;
  told: number;
  found: number;
  foundAt: Date | null;
  foundAfter: Date | null;
}

/**
 * Notes for each watched ASIN whether a notification or only a sweep told that its market moved. A sweep's find
 * is held against nobody before the grace is over; a notification about something later takes it back.
 */
export async function noteSpoken(
  client: QueryClient,
  pictures: readonly FollowedPicture[],
): Promise<void> {
  const spoken = new Map<string, Spoken>();
  for (const picture of pictures) {
    const { asin, marketplaceId } = picture.snapshot;
    const key = `${marketplaceId}|${asin}`;
    const each = spoken.get(key) ?? {
      marketplaceId,
      asin,
      heardAt: null,
      toldUntil: null,
      told: 0,
      found: 0,
      foundAt: null,
      foundAfter: null,
    };
    spoken.set(key, each);
    note(each, picture);
  }
  const rows = [...spoken.values()].filter((each) => each.heardAt !== null || each.found > 0);
  if (rows.length > 0) await client.query(NOTE_SPOKEN, [jsonText(rows.map(toRow))]);
}

function note(spoken: Spoken, picture: FollowedPicture): void {
  const { snapshot, difference, before } = picture;
  const isMoved = difference?.isMoved === true;
  if (snapshot.source === "notification") {
    spoken.heardAt = later(spoken.heardAt, snapshot.receivedAt);
    spoken.toldUntil = later(spoken.toldUntil, snapshot.observedAt);
    if (isMoved) spoken.told += 1;
  } else if (isMoved) {
    spoken.found += 1;
    spoken.foundAt ??= snapshot.receivedAt;
    spoken.foundAfter ??= before?.observedAt ?? snapshot.observedAt;
  }
}

function later(known: Date | null, at: Date): Date {
  return known !== null && known > at ? known : at;
}

function toRow(spoken: Spoken): Record<string, unknown> {
  return {
    marketplace_id: spoken.marketplaceId,
    asin: spoken.asin,
    heard_at: spoken.heardAt?.toISOString() ?? null,
    told_until: spoken.toldUntil?.toISOString() ?? null,
    told: spoken.told,
    found: spoken.found,
    found_at: spoken.foundAt?.toISOString() ?? null,
    found_after: spoken.foundAfter?.toISOString() ?? null,
  };
}

// Told late is told: the first sweep may see a change before its notification arrives. Where no notifications are
// subscribed to, nothing can be missed. An ASIN speaks again when it tells of something after it fell silent.
const NOTE_SPOKEN = `
  UPDATE asin_watch w SET
      heard_at = greatest(w.heard_at, r.heard_at),
      told = w.told + r.told + CASE WHEN r.told_until > w.pending_after THEN w.pending ELSE 0 END,
      missed_in_row = CASE WHEN r.told > 0 OR r.told_until > w.pending_after THEN 0 ELSE w.missed_in_row END,
      silent_since = CASE WHEN r.told_until >= w.silent_since THEN NULL ELSE w.silent_since END,
      pending = CASE WHEN r.told_until > w.pending_after THEN 0 ELSE w.pending END + CASE WHEN c.notifications = 'subscribed' THEN r.found ELSE 0 END,
      pending_at = CASE WHEN w.pending_at IS NOT NULL AND (r.told_until > w.pending_after) IS NOT TRUE THEN w.pending_at
                        WHEN c.notifications = 'subscribed' THEN r.found_at END,
      pending_after = CASE WHEN w.pending_at IS NOT NULL AND (r.told_until > w.pending_after) IS NOT TRUE THEN w.pending_after
                           WHEN c.notifications = 'subscribed' THEN r.found_after END
    FROM jsonb_to_recordset($1::jsonb) AS r(marketplace_id text, asin text, heard_at timestamptz, told_until timestamptz, told int,
           found int, found_at timestamptz, found_after timestamptz), connection c
   WHERE w.shop_id = current_shop() AND w.marketplace_id = r.marketplace_id AND w.asin = r.asin
     AND c.shop_id = current_shop() AND c.connection_id = w.connection_id`;

/**
 * Makes every ASIN of a connection due at once, and takes in those that came or went: after an import, or
 * because a person wants to know.
 */
export async function makeAllDue(
  client: QueryClient,
  connectionId: string,
  at: Date,
): Promise<void> {
  await syncWatches(client, connectionId);
  await client.query(
    "UPDATE asin_watch SET due_at = $2 WHERE shop_id = current_shop() AND connection_id = $1 AND due_at > $2",
    [connectionId, at],
  );
}

/** Watches exactly the ASINs of active listings. A new one has been due for ever, so that it is asked first. */
export async function syncWatches(client: QueryClient, connectionId: string): Promise<void> {
  await client.query(
    `DELETE FROM asin_watch w WHERE w.shop_id = current_shop() AND w.connection_id = $1 AND NOT EXISTS (
       SELECT 1 FROM listing l WHERE l.shop_id = current_shop() AND l.channel = 'amazon' AND l.parent_id = w.asin
          AND l.connection_id = w.connection_id AND l.marketplace_id = w.marketplace_id AND l.status = 'active')`,
    [connectionId],
  );
  await client.query(
    `INSERT INTO asin_watch (shop_id, connection_id, marketplace_id, asin, due_at)
     SELECT DISTINCT current_shop(), l.connection_id, l.marketplace_id, l.parent_id, 'epoch'::timestamptz FROM listing l
      WHERE l.shop_id = current_shop() AND l.channel = 'amazon' AND l.connection_id = $1 AND l.status = 'active' AND l.parent_id IS NOT NULL
     ON CONFLICT DO NOTHING`,
    [connectionId],
  );
}
