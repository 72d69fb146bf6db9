import type { RankPoint } from "../../ports/market-store.ts";
import { jsonText } from "./json-text.ts";
import type { QueryClient } from "./query-client.ts";

/** Adds to the history of sales ranks; a rank known for that instant stays as it is. */
export async function recordRanks(client: QueryClient, ranks: readonly RankPoint[]): Promise<void> {
  if (ranks.length === 0) return;
  await client.query(INSERT_RANKS, [
    jsonText(
      ranks.map((each) => ({
        marketplace_id: each.marketplaceId,
        asin: each.asin,
        category: each.category,
        rank: each.rank,
        observed_at: each.observedAt.toISOString(),
        source: each.source,
      })),
    ),
  ]);
}

const INSERT_RANKS = `
  INSERT INTO rank_point (shop_id, marketplace_id, asin, category, observed_at, rank, source)
  SELECT current_shop(), r.marketplace_id, r.asin, r.category, r.observed_at, r.rank, r.source
    FROM jsonb_to_recordset($1::jsonb) AS r(marketplace_id text, asin text, category text, rank int, observed_at timestamptz, source text)
  ON CONFLICT DO NOTHING`;
