import type { ImportStandView } from "../../../ports/connection-views.ts";
import type { QueryClient } from "../query-client.ts";

interface StandRow {
  listings: number;
  looked_up: number;
  priced: number;
  linked: number;
  to_check: number;
  without_cost: number;
  asins: number;
  asins_seen: number;
}

/** How far reading an Amazon account has come, counted from the rows themselves. */
export async function readImportStand(
  client: QueryClient,
  connectionId: string,
): Promise<ImportStandView> {
  const runs = await client.query<{
    run_id: string;
    state: "running" | "done" | "failed";
    error_code: string | null;
  }>(
    `SELECT run_id, state, error_code FROM sync_run
      WHERE shop_id = current_shop() AND connection_id = $1 AND kind = 'import' ORDER BY run_id DESC LIMIT 1`,
    [connectionId],
  );
  const run = runs.rows[0];
  const parts = await client.query<{
    marketplace_id: string;
    state: ImportStandView["parts"][number]["state"];
    error_code: string | null;
  }>(
    `SELECT marketplace_id, state, error_code FROM sync_part
      WHERE shop_id = current_shop() AND run_id = $1 ORDER BY marketplace_id`,
    [run?.run_id ?? null],
  );
  const stand = (await client.query<StandRow>(STAND, [connectionId])).rows[0];
  return {
    state: run?.state ?? "waiting",
    errorCode: run?.error_code ?? null,
    parts: parts.rows.map((part) => ({
      marketplaceId: part.marketplace_id,
      state: part.state,
      errorCode: part.error_code,
    })),
    listings: stand?.listings ?? 0,
    lookedUp: stand?.looked_up ?? 0,
    priced: stand?.priced ?? 0,
    linked: stand?.linked ?? 0,
    toCheck: stand?.to_check ?? 0,
    withoutCost: stand?.without_cost ?? 0,
    asins: stand?.asins ?? 0,
    asinsSeen: stand?.asins_seen ?? 0,
  };
}

const STAND = `
  WITH mine AS (
    SELECT l.listing_id, l.status, l.marketplace_id, l.parent_id, l.item_id, l.details_at, l.details_due_at, h.price_minor,
           EXISTS (SELECT 1 FROM listing s WHERE s.shop_id = current_shop() AND s.item_id = l.item_id
                     AND s.channel = 'shopify' AND s.status <> 'deleted') AS is_linked
      FROM listing l LEFT JOIN channel_head h ON h.shop_id = current_shop() AND h.listing_id = l.listing_id
     WHERE l.shop_id = current_shop() AND l.connection_id = $1 AND l.status <> 'deleted'
  ), watched AS (
    SELECT DISTINCT marketplace_id, parent_id AS asin FROM mine WHERE status = 'active' AND parent_id IS NOT NULL
  )
  SELECT count(*)::int AS listings,
         (count(*) FILTER (WHERE details_at IS NOT NULL AND details_due_at IS NULL))::int AS looked_up,
         (count(*) FILTER (WHERE price_minor IS NOT NULL))::int AS priced,
         (count(*) FILTER (WHERE is_linked))::int AS linked,
         (SELECT count(*)::int FROM link_review r JOIN mine USING (listing_id)
           WHERE r.shop_id = current_shop() AND r.state = 'open') AS to_check,
         (SELECT count(*)::int FROM mine JOIN item i ON i.shop_id = current_shop() AND i.item_id = mine.item_id
           WHERE mine.is_linked AND i.cost_minor IS NULL) AS without_cost,
         (SELECT count(*)::int FROM watched) AS asins,
         (SELECT count(*)::int FROM watched w WHERE EXISTS (
            SELECT 1 FROM offer_current o WHERE o.shop_id = current_shop() AND o.marketplace_id = w.marketplace_id AND o.asin = w.asin)
            OR EXISTS (SELECT 1 FROM asin_watch a WHERE a.shop_id = current_shop() AND a.connection_id = $1
                         AND a.marketplace_id = w.marketplace_id AND a.asin = w.asin AND a.swept_at IS NOT NULL)) AS asins_seen
    FROM mine`;
