/** What channels showed and took, as statements over jsonb record sets. */
import { isNewerSent } from "./push-claim.ts";

export const RECORD_SEEN = `
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

// Terms move forward in time only. A listing found under an Automate Pricing rule or a sale says so at once, so that the
// engine holds before the next import; a mirror that Amazon shows as sent is done.
export const RECORD_TERMS = `
  WITH incoming AS (
    SELECT DISTINCT ON (listing_id) * FROM jsonb_to_recordset($1::jsonb) AS r(listing_id bigint, currency text, listed_minor bigint,
      min_minor bigint, max_minor bigint, sale_minor bigint, sale_from timestamptz, sale_until timestamptz, business_minor bigint,
      business_tiers int, auto_rules text[], observed_at timestamptz)
     ORDER BY listing_id, observed_at DESC
  ), stored AS (
    INSERT INTO offer_terms AS t (shop_id, listing_id, currency, listed_minor, min_minor, max_minor, sale_minor, sale_from, sale_until,
      business_minor, business_tiers, auto_rules, observed_at)
    SELECT current_shop(), listing_id, currency, listed_minor, min_minor, max_minor, sale_minor, sale_from, sale_until,
           business_minor, business_tiers, auto_rules, observed_at
      FROM incoming ORDER BY listing_id
    ON CONFLICT (shop_id, listing_id) DO UPDATE
      SET currency = excluded.currency, listed_minor = excluded.listed_minor, min_minor = excluded.min_minor,
          max_minor = excluded.max_minor, sale_minor = excluded.sale_minor, sale_from = excluded.sale_from,
          sale_until = excluded.sale_until, business_minor = excluded.business_minor, business_tiers = excluded.business_tiers,
          auto_rules = excluded.auto_rules, observed_at = excluded.observed_at
      WHERE t.observed_at <= excluded.observed_at
  ), facts AS (
    UPDATE listing l SET is_auto_priced = cardinality(i.auto_rules) > 0,
           sale_until = CASE WHEN coalesce(i.sale_from, i.observed_at) <= i.observed_at THEN i.sale_until END
      FROM incoming i
     WHERE l.shop_id = current_shop() AND l.listing_id = i.listing_id
       AND (l.is_auto_priced, l.sale_until) IS DISTINCT FROM
           (cardinality(i.auto_rules) > 0, CASE WHEN coalesce(i.sale_from, i.observed_at) <= i.observed_at THEN i.sale_until END)
  )
  UPDATE listing_write w
     SET seen_min_minor = i.min_minor, seen_max_minor = i.max_minor, seen_at = i.observed_at,
         mirror = CASE WHEN ${isMirrored()} THEN 'done' ELSE w.mirror END,
         mirror_code = CASE WHEN ${isMirrored()} THEN NULL ELSE w.mirror_code END,
         next_at = CASE WHEN ${isMirrored()} THEN NULL ELSE w.next_at END
    FROM incoming i
   WHERE w.shop_id = current_shop() AND w.listing_id = i.listing_id AND (w.seen_at IS NULL OR w.seen_at <= i.observed_at)`;

function isMirrored(): string {
  return `(w.mirror IN ('sent', 'failed') AND w.sent_at <= i.observed_at AND w.sent_min_minor IS NOT DISTINCT FROM i.min_minor
           AND (w.sent_max_minor IS NOT DISTINCT FROM i.max_minor OR w.sent_max_minor IS NULL AND w.mirror_code IS DISTINCT FROM 'max_removed'))`;
}

// A price push brings the walls along, so that a mirror that was wanted before is on its way too; a wall moved after the
// push was claimed is still wanted.
export const RECORD_WRITTEN = `
  WITH incoming AS (
    SELECT DISTINCT ON (listing_id) * FROM jsonb_to_recordset($1::jsonb) AS r(listing_id bigint, connection_id bigint, at timestamptz,
      was_previewed boolean, is_accepted boolean)
     ORDER BY listing_id
  ), known AS (
    INSERT INTO listing_write AS w (shop_id, listing_id, connection_id, first_written_at, preview, previewed_at)
    SELECT current_shop(), listing_id, connection_id, CASE WHEN is_accepted THEN at END,
           CASE WHEN NOT is_accepted THEN 'invalid' WHEN was_previewed THEN 'valid' ELSE 'skipped' END, CASE WHEN was_previewed THEN at END
      FROM incoming
    ON CONFLICT (shop_id, listing_id) DO UPDATE
      SET first_written_at = coalesce(w.first_written_at, excluded.first_written_at),
          preview = CASE WHEN w.first_written_at IS NULL THEN excluded.preview ELSE w.preview END,
          previewed_at = coalesce(excluded.previewed_at, w.previewed_at)
    RETURNING w.listing_id
  )
  SELECT listing_id FROM known`;

// Walls that went along with an accepted price.
export const RECORD_WALLS = `
  UPDATE listing_write w
     SET mirror = CASE WHEN w.mirror = 'wanted' AND w.wanted_at > r.walls_at THEN 'wanted' ELSE 'sent' END,
         mirror_code = CASE WHEN w.sent_max_minor IS NOT NULL AND r.max_minor IS NULL THEN 'max_removed' END,
         next_at = CASE WHEN w.mirror = 'wanted' AND w.wanted_at > r.walls_at THEN w.next_at ELSE r.at + interval '15 minutes' END,
         currency = r.currency, sent_min_minor = r.min_minor, sent_max_minor = r.max_minor, sent_at = r.at, reads = 0
    FROM jsonb_to_recordset($1::jsonb) AS r(listing_id bigint, at timestamptz, currency text, min_minor bigint, max_minor bigint,
      walls_at timestamptz, is_accepted boolean)
   WHERE w.shop_id = current_shop() AND w.listing_id = r.listing_id AND r.min_minor IS NOT NULL AND r.is_accepted`;

// Only the newest push of a listing, while its change is live and nothing else of the listing is on its way.
export const REOPEN = `
  UPDATE push p SET stage = 'send', way = 'patch', is_urgent = true, resends = p.resends + 1, base_minor = $2, next_at = $3,
         deadline_at = NULL, fence = p.fence + 1, lease_owner = NULL, lease_until = NULL
    FROM price_change c
   WHERE p.shop_id = current_shop() AND p.listing_id = $1 AND p.stage = 'done'
     AND c.shop_id = current_shop() AND c.change_id = p.change_id AND c.state = 'live' AND c.new_minor <> $2
     AND NOT EXISTS (SELECT 1 FROM price_change n WHERE ${isNewerSent("n")})`;
