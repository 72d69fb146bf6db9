/** Statements of price feeds. */
import { IS_HELD_BACK, pushFacts } from "./push-claim.ts";

// The busiest minute of the last day says what patching can do; a quiet day says nothing. Feeds count from submission
// to end, also those that were stuck: their median is taken.
export const SPEEDS = `
  SELECT (SELECT max(n)::int FROM (
            SELECT count(*) AS n FROM push p JOIN price_change c ON c.shop_id = current_shop() AND c.change_id = p.change_id
             WHERE p.shop_id = current_shop() AND p.connection_id = $1 AND p.way = 'patch' AND c.accepted_at > $2::timestamptz - interval '1 day'
             GROUP BY date_trunc('minute', c.accepted_at) HAVING count(*) >= 60) busy) AS per_minute,
         (SELECT array_agg((extract(epoch FROM f.ended_at - f.submitted_at) * 1000)::bigint ORDER BY f.ended_at DESC) FROM (
            SELECT ended_at, submitted_at FROM price_feed
             WHERE shop_id = current_shop() AND connection_id = $1 AND end_code = 'done' AND submitted_at IS NOT NULL
             ORDER BY ended_at DESC LIMIT 9) f) AS feed_ms,
         EXISTS (SELECT 1 FROM price_feed WHERE shop_id = current_shop() AND connection_id = $1
                    AND (end_code IN ('fatal', 'lost') AND ended_at > $2::timestamptz - interval '6 hours'
                         OR is_bypassed AND state IN ('waiting', 'reading'))) AS has_failed`;

export const NEXT_DUE = `
  SELECT price_feed_id, connection_id, marketplace_id, state, messages, bytes, made_at, document_id, document_at, submit_at, submits,
         feed_id, submitted_at, vendor_status, started_at, ended_at, is_bypassed, result_document_id, end_code, due_at
    FROM price_feed
   WHERE shop_id = current_shop() AND connection_id = $1 AND state <> 'closed' AND due_at <= $2
   ORDER BY due_at, price_feed_id LIMIT 1`;

export const OUTLOOK = `
  SELECT min(due_at) AS at, array_agg(feed_id) FILTER (WHERE state = 'waiting' AND feed_id IS NOT NULL) AS feed_ids FROM price_feed WHERE shop_id = current_shop() AND connection_id = $1 AND state <> 'closed'`;

const WAITS_FOR_FEED = `p.shop_id = current_shop() AND p.connection_id = $1 AND p.stage = 'send' AND p.way = 'feed'
         AND p.lease_until IS NULL AND NOT ${IS_HELD_BACK}`;

export const OPEN = `
  INSERT INTO price_feed (shop_id, connection_id, marketplace_id, made_at, due_at)
  SELECT DISTINCT current_shop(), $1::bigint, l.marketplace_id, $2::timestamptz, $2::timestamptz
    FROM push p JOIN listing l ON l.shop_id = current_shop() AND l.listing_id = p.listing_id
   WHERE ${WAITS_FOR_FEED}
  ON CONFLICT (shop_id, connection_id, marketplace_id) WHERE state = 'gathering' DO NOTHING`;

// The fence grows as in a claim: nobody else's result counts for these pushes any more. The marketplace is looked up for
// each push: without statistics a join with listings would go through all of the marketplace for each.
export const TAKE_WAITING = `
  WITH mine AS MATERIALIZED (
    SELECT p.listing_id, p.version FROM push p
     WHERE ${WAITS_FOR_FEED}
       AND (SELECT l.marketplace_id FROM listing l WHERE l.shop_id = current_shop() AND l.listing_id = p.listing_id) = $2
     ORDER BY p.next_at LIMIT $3 FOR UPDATE SKIP LOCKED
  ), p AS (
    UPDATE push p SET fence = p.fence + 1, attempts = p.attempts + 1
      FROM mine m
     WHERE p.shop_id = current_shop() AND p.listing_id = m.listing_id AND p.version = m.version
    RETURNING p.*, false AS was_abandoned
  )${pushFacts()}
   ORDER BY c.approved_at, p.change_id`;

export const ADD = `
  WITH put AS (
    INSERT INTO price_feed_message (shop_id, price_feed_id, message_id, listing_id, version, change_id, fence, price_minor, currency,
      min_minor, max_minor)
    SELECT current_shop(), $1, r.message_id, p.listing_id, p.version, p.change_id, p.fence, r.price_minor, p.currency, r.min_minor, r.max_minor
      FROM jsonb_to_recordset($2::jsonb) AS r(message_id int, change_id bigint, price_minor bigint, min_minor bigint, max_minor bigint)
      JOIN push p ON p.shop_id = current_shop() AND p.change_id = r.change_id
     ORDER BY r.message_id
    RETURNING change_id
  ), staged AS (
    UPDATE push p SET stage = 'feed' FROM put WHERE p.shop_id = current_shop() AND p.change_id = put.change_id RETURNING 1
  )
  UPDATE price_feed SET messages = messages + (SELECT count(*) FROM staged), bytes = bytes + $3
   WHERE shop_id = current_shop() AND price_feed_id = $1`;

export const OPEN_MESSAGES = `
  WITH p AS (
    SELECT p.*, false AS was_abandoned, m.message_id, m.fence AS message_fence, m.price_minor AS message_price_minor, m.min_minor, m.max_minor
      FROM price_feed_message m JOIN push p ON p.shop_id = current_shop() AND p.change_id = m.change_id
     WHERE m.shop_id = current_shop() AND m.price_feed_id = $1 AND m.outcome = 'waiting' AND m.message_id > $2
     ORDER BY m.message_id LIMIT $3
  )${pushFacts(", p.message_id, p.message_fence, p.message_price_minor, p.min_minor, p.max_minor")}
   ORDER BY p.message_id`;

export const SETTLE = `
  UPDATE price_feed_message m SET outcome = r.outcome, issue = left(r.issue, 1000)
    FROM jsonb_to_recordset($2::jsonb) AS r(message_id int, outcome text, issue text)
   WHERE m.shop_id = current_shop() AND m.price_feed_id = $1 AND m.message_id = r.message_id`;

export const WATCH = `
  INSERT INTO price_watch (shop_id, price_feed_id, listing_id, version, price_minor, next_at)
  SELECT current_shop(), m.price_feed_id, m.listing_id, m.version, m.price_minor, $2
    FROM price_feed_message m WHERE m.shop_id = current_shop() AND m.price_feed_id = $1 AND m.outcome <> 'dropped'
  ON CONFLICT DO NOTHING`;

export const DUE_WATCHES = `
  SELECT w.listing_id, l.marketplace_id, l.external_id, l.parent_id, l.product_type, w.price_minor, w.until
    FROM price_watch w JOIN listing l ON l.shop_id = current_shop() AND l.listing_id = w.listing_id
   WHERE w.shop_id = current_shop() AND w.price_feed_id = $1 AND w.next_at <= $2
   ORDER BY w.next_at, w.listing_id LIMIT $3`;
