import { invariant } from "../../core/assert.ts";
import type { ConnectionStore } from "../../ports/connection-store.ts";
import { makeAllDue } from "./asin-watch-queries.ts";
import { readWhere } from "./connection-rows.ts";
import type { QueryClient } from "./query-client.ts";

type RunQueries = Pick<
  ConnectionStore,
  "claimDue" | "finishDue" | "noteImported" | "requestDue" | "startRun" | "countRun" | "endRun"
>;

// The two kinds of due work and their columns; names come from here only, never from outside.
const DUE = {
  import: { due: "import_due_at", done: "imported_at" },
  sweep: { due: "sweep_due_at", done: "swept_at" },
} as const;

/** Imports and sweeps: when they are due, who runs them, and how the run went. */
export function createRunQueries(client: QueryClient): RunQueries {
  return {
    async claimDue(kind, claim) {
      const column = DUE[kind].due;
      const answer = await client.query<{ connection_id: string }>(
        `UPDATE connection SET lease_owner = $1::bigint, lease_until = $3
          WHERE shop_id = current_shop() AND connection_id = (
            SELECT c.connection_id FROM connection c
             WHERE c.shop_id = current_shop() AND c.status = 'connected' AND c.${column} <= $2
               AND (c.lease_until IS NULL OR c.lease_until <= $2)
             ORDER BY c.${column} LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING connection_id`,
        [claim.worker, claim.now, claim.leaseUntil],
      );
      const id = answer.rows[0]?.connection_id;
      return id === undefined
        ? null
        : ((await readWhere(client, "c.connection_id = $1", [id]))[0] ?? null);
    },
    async finishDue(connectionId, kind, plan) {
      const { due, done } = DUE[kind];
      await client.query(
        `UPDATE connection SET ${due} = CASE WHEN status = 'connected' THEN $2::timestamptz END, ${done} = coalesce($3::timestamptz, ${done}),
                lease_owner = NULL, lease_until = NULL
          WHERE shop_id = current_shop() AND connection_id = $1`,
        [connectionId, plan.nextDueAt, plan.at],
      );
    },
    async noteImported(connectionId, at) {
      await client.query(
        "UPDATE connection SET imported_at = $2 WHERE shop_id = current_shop() AND connection_id = $1",
        [connectionId, at],
      );
    },
    requestDue: (connectionId, kind, at) => requestDue(client, connectionId, kind, at),
    async startRun(connectionId, kind, at) {
      // A run left "running" by a worker that died is closed by the next one.
      await client.query(
        `UPDATE sync_run SET state = 'failed', error_code = 'worker_lost', finished_at = $3
          WHERE shop_id = current_shop() AND connection_id = $1 AND kind = $2 AND state = 'running'`,
        [connectionId, kind, at],
      );
      const answer = await client.query<{ run_id: string }>(
        "INSERT INTO sync_run (shop_id, connection_id, kind, started_at) VALUES (current_shop(), $1, $2, $3) RETURNING run_id",
        [connectionId, kind, at],
      );
      const runId = answer.rows[0]?.run_id;
      invariant(runId !== undefined, "a stored run has an id");
      return runId;
    },
    async countRun(runId, counts) {
      await client.query(
        `UPDATE sync_run r SET counts = r.counts || (
            SELECT coalesce(jsonb_object_agg(n.key, coalesce((r.counts ->> n.key)::bigint, 0) + n.value::bigint), '{}')
              FROM jsonb_each_text($2::jsonb) n)
          WHERE r.shop_id = current_shop() AND r.run_id = $1`,
        [runId, JSON.stringify(counts)],
      );
    },
    async endRun(runId, end) {
      await client.query(
        "UPDATE sync_run SET state = $2, error_code = $3, finished_at = $4 WHERE shop_id = current_shop() AND run_id = $1",
        [runId, end.state, end.errorCode, end.at],
      );
    },
  };
}

async function requestDue(
  client: QueryClient,
  ...[connectionId, kind, at]: Parameters<ConnectionStore["requestDue"]>
): Promise<void> {
  const { due } = DUE[kind];
  if (kind === "sweep") await makeAllDue(client, connectionId, at);
  await client.query(
    `UPDATE connection SET ${due} = least($2::timestamptz, coalesce(${due}, $2::timestamptz))
      WHERE shop_id = current_shop() AND connection_id = $1 AND status = 'connected'`,
    [connectionId, at],
  );
}
