import type { Channel } from "../../core/channel.ts";
import { toConnectionId } from "../../core/ids.ts";
import type { StoredConnection } from "../../ports/connection-store.ts";
import type { QueryClient } from "./query-client.ts";

interface ConnectionRow {
  connection_id: string;
  channel: Channel;
  account_id: string;
  region: string;
  status: "connected" | "disconnected";
  token_sealed: string | null;
  problem_code: string | null;
  consented_at: Date | null;
  account_status: StoredConnection["accountStatus"];
  erase_asked_at: Date | null;
  marketplaces: { marketplaceId: string; currency: string }[];
}

/** Reads connections with their marketplaces; `condition` is one of this folder's own texts. */
export async function readWhere(
  client: QueryClient,
  condition: string,
  values: readonly unknown[],
): Promise<StoredConnection[]> {
  const answer = await client.query<ConnectionRow>(
    `SELECT c.connection_id, c.channel, c.account_id, c.region, c.status, c.token_sealed, c.problem_code, c.consented_at,
            c.account_status, c.erase_asked_at,
            coalesce((SELECT jsonb_agg(jsonb_build_object('marketplaceId', m.marketplace_id, 'currency', m.currency)
                             ORDER BY m.marketplace_id)
                        FROM connection_marketplace m
                       WHERE m.shop_id = current_shop() AND m.connection_id = c.connection_id AND m.is_participating), '[]') AS marketplaces
       FROM connection c WHERE c.shop_id = current_shop() AND ${condition} ORDER BY c.connection_id`,
    values,
  );
  return answer.rows.map((row) => ({
    connectionId: toConnectionId(row.connection_id),
    channel: row.channel,
    accountId: row.account_id,
    region: row.region,
    status: row.status,
    tokenSealed: row.token_sealed,
    problemCode: row.problem_code,
    consentedAt: row.consented_at,
    accountStatus: row.account_status,
    eraseAskedAt: row.erase_asked_at,
    marketplaces: row.marketplaces,
  }));
}
