/** Kept of a run, so that a catalogue that changed as a whole stays readable; the count stays exact. */
const DIFFERENCES_KEPT = 1_000;

/**
 * Common table expressions that store what a run found different, from one named `found` with listing_id,
 * marketplace_id, external_id, kind, field, old_value and new_value. Without a run nothing is stored.
 */
export function storeDifferences(places: { readonly run: string; readonly at: string }): string {
  const { run, at } = places;
  return `counted AS (
    UPDATE sync_run SET differences = differences + (SELECT count(*) FROM found)
     WHERE shop_id = current_shop() AND run_id = ${run}::bigint AND EXISTS (SELECT 1 FROM found)
  ), kept AS (
    INSERT INTO sync_difference (shop_id, run_id, kind, listing_id, marketplace_id, external_id, field, old_value, new_value, at)
    SELECT current_shop(), ${run}::bigint, kind, listing_id, marketplace_id, external_id, field, left(old_value, 500), left(new_value, 500), ${at}
      FROM found WHERE ${run}::bigint IS NOT NULL
     ORDER BY external_id, field
     LIMIT (SELECT greatest(0, ${String(DIFFERENCES_KEPT)} - r.differences) FROM sync_run r
             WHERE r.shop_id = current_shop() AND r.run_id = ${run}::bigint)
  )`;
}
