import type { ConnectionStore } from "../../ports/connection-store.ts";
import type { QueryClient } from "./query-client.ts";

type LinkQueries = Pick<ConnectionStore, "startLink" | "receiveCode" | "claimLink" | "endLink">;

/** Attempts to link Amazon: started by a page, code received by the callback, exchanged by the worker. */
export function createLinkQueries(client: QueryClient): LinkQueries {
  return {
    async startLink(link) {
      const answer = await client.query<{ link_id: string }>(
        `INSERT INTO amazon_link (shop_id, state_hash, region, redirect_uri, started_at, expires_at, expected_seller_id, ticket_hash)
         VALUES (current_shop(), $1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (shop_id, ticket_hash) DO NOTHING RETURNING link_id`,
        [
          Buffer.from(link.stateHash),
          link.region,
          link.redirectUri,
          link.startedAt,
          link.expiresAt,
          link.appstore?.sellerId ?? null,
          link.appstore === undefined ? null : Buffer.from(link.appstore.ticketHash),
        ],
      );
      return answer.rows[0]?.link_id ?? null;
    },
    async receiveCode(receipt) {
      const answer = await client.query(
        `UPDATE amazon_link SET status = 'code_received', code_sealed = $2, seller_id = $3
          WHERE shop_id = current_shop() AND state_hash = $1 AND status = 'started' AND expires_at > $4
            AND coalesce(expected_seller_id, $3) = $3`,
        [Buffer.from(receipt.stateHash), receipt.codeSealed, receipt.sellerId, receipt.at],
      );
      return answer.rowCount === 1;
    },
    async claimLink(claim) {
      const answer = await client.query<{
        link_id: string;
        region: string;
        redirect_uri: string;
        seller_id: string;
        code_sealed: string;
        expires_at: Date;
      }>(
        `UPDATE amazon_link SET lease_owner = $1::bigint, lease_until = $3
          WHERE shop_id = current_shop() AND link_id = (
            SELECT l.link_id FROM amazon_link l
             WHERE l.shop_id = current_shop() AND l.status = 'code_received' AND (l.lease_until IS NULL OR l.lease_until <= $2)
             ORDER BY l.link_id LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING link_id, region, redirect_uri, seller_id, code_sealed, expires_at`,
        [claim.worker, claim.now, claim.leaseUntil],
      );
      const row = answer.rows[0];
      if (row === undefined) return null;
      return {
        linkId: row.link_id,
        region: row.region,
        redirectUri: row.redirect_uri,
        sellerId: row.seller_id,
        codeSealed: row.code_sealed,
        expiresAt: row.expires_at,
      };
    },
    async endLink(linkId, end) {
      // The code has served: it is not kept.
      await client.query(
        `UPDATE amazon_link SET status = $2, failure_code = $3, code_sealed = NULL, lease_owner = NULL, lease_until = NULL
          WHERE shop_id = current_shop() AND link_id = $1`,
        [linkId, end.status, end.failureCode],
      );
    },
  };
}
