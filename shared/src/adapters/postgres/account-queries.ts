import type { ConnectionStore } from "../../ports/connection-store.ts";
import { readWhere } from "./connection-rows.ts";
import type { QueryClient } from "./query-client.ts";

type AccountQueries = Pick<ConnectionStore, "askErase" | "eraseAmazonRows" | "setAccountStatus">;

/** An Amazon account's standing, and the deleting of what was read from it. */
export function createAccountQueries(client: QueryClient): AccountQueries {
  return {
    async askErase(connectionId, at) {
      const answer = await client.query(
        `UPDATE connection SET status = 'disconnected', problem_code = NULL, problem_at = NULL, import_due_at = NULL,
                sweep_due_at = NULL, notifications = 'none', erase_asked_at = $2
          WHERE shop_id = current_shop() AND connection_id = $1 AND channel = 'amazon'`,
        [connectionId, at],
      );
      return answer.rowCount > 0;
    },
    async eraseAmazonRows(connectionId, listingsMax, at) {
      const before = await readWhere(client, "c.connection_id = $1", [connectionId]);
      if (before[0]?.eraseAskedAt == null) return "done";
      const answer = await client.query<{ left: string }>(
        "SELECT erase_amazon_rows($1, $2, $3) AS left",
        [connectionId, listingsMax, at],
      );
      if (answer.rows[0]?.left === "-1") return "busy";
      const after = await readWhere(client, "c.connection_id = $1", [connectionId]);
      return after[0]?.eraseAskedAt == null ? "done" : "more";
    },
    async setAccountStatus(connectionId, status, occurredAt) {
      const answer = await client.query<{ changed: boolean }>(
        `UPDATE connection n SET account_status = $2, account_status_at = $3 FROM connection o
          WHERE n.shop_id = current_shop() AND n.connection_id = $1 AND o.shop_id = current_shop() AND o.connection_id = $1
            AND coalesce(n.account_status_at, '-infinity') < $3
        RETURNING o.account_status IS DISTINCT FROM $2 AS changed`,
        [connectionId, status, occurredAt],
      );
      return answer.rows[0]?.changed === true;
    },
  };
}
