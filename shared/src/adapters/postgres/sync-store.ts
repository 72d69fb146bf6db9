import { invariant } from "../../core/assert.ts";
import type { ImportStand, SyncPart, SyncStore } from "../../ports/sync-store.ts";
import type { QueryClient } from "./query-client.ts";

/** Imports part by part and the runs of tasks, as rows. */
export function createSyncStore(client: QueryClient): SyncStore {
  return {
    startImport: (import_) => startImport(client, import_),
    async openPart(connectionId, marketplaceId) {
      const answer = await client.query<{ run_id: string; state: SyncPart["state"] }>(
        `SELECT p.run_id, p.state FROM sync_part p JOIN sync_run r ON r.shop_id = current_shop() AND r.run_id = p.run_id
          WHERE p.shop_id = current_shop() AND r.connection_id = $1 AND r.kind = 'import' AND r.state = 'running'
            AND p.marketplace_id = $2 AND p.state IN ('report', 'details')`,
        [connectionId, marketplaceId],
      );
      const [row] = answer.rows;
      return row === undefined ? null : { runId: row.run_id, state: row.state };
    },
    async movePart(part, to) {
      await client.query(
        `UPDATE sync_part SET state = $3, error_code = $4, failures = 0,
                ended_at = CASE WHEN $3 IN ('done', 'failed') THEN $5::timestamptz END
          WHERE shop_id = current_shop() AND run_id = $1 AND marketplace_id = $2`,
        [part.runId, part.marketplaceId, to.state, to.errorCode, to.at],
      );
    },
    async noteFailure(part, errorCode) {
      const answer = await client.query<{ failures: number }>(
        `UPDATE sync_part SET error_code = $3, failures = failures + 1
          WHERE shop_id = current_shop() AND run_id = $1 AND marketplace_id = $2 RETURNING failures`,
        [part.runId, part.marketplaceId, errorCode],
      );
      return answer.rows[0]?.failures ?? 0;
    },
    async failOpenParts(runId, errorCode, at) {
      await client.query(
        `UPDATE sync_part SET state = 'failed', error_code = $2, ended_at = $3
          WHERE shop_id = current_shop() AND run_id = $1 AND state IN ('report', 'details')`,
        [runId, errorCode, at],
      );
    },
    standOf: (runId) => standOf(client, runId),
    openRun: (connectionId, kind) => openRun(client, connectionId, kind),
    async ensureRun(connectionId, kind, at) {
      return (
        (await openRun(client, connectionId, kind)) ??
        (await addRun(client, { connectionId, kind, at }))
      );
    },
    async countsOf(runId) {
      const answer = await client.query<{ counts: Record<string, number> }>(
        "SELECT counts FROM sync_run WHERE shop_id = current_shop() AND run_id = $1",
        [runId],
      );
      return answer.rows[0]?.counts ?? {};
    },
    async forgetDifferences(before) {
      await client.query(
        `DELETE FROM sync_difference WHERE shop_id = current_shop()
            AND run_id IN (SELECT run_id FROM sync_run WHERE shop_id = current_shop() AND started_at < $1 AND differences > 0)`,
        [before],
      );
    },
    async noteNotBelieved({ runId, marketplaceId, known, named, at }) {
      await client.query(
        `WITH counted AS (
           UPDATE sync_run SET differences = differences + 1 WHERE shop_id = current_shop() AND run_id = $1)
         INSERT INTO sync_difference (shop_id, run_id, kind, marketplace_id, external_id, field, old_value, new_value, at)
         VALUES (current_shop(), $1, 'not_believed', $2, '', 'listings', $3, $4, $5)`,
        [runId, marketplaceId, String(known), String(named), at],
      );
    },
  };
}

async function standOf(client: QueryClient, runId: string): Promise<ImportStand> {
  await client.query(
    "SELECT 1 FROM sync_run WHERE shop_id = current_shop() AND run_id = $1 FOR UPDATE",
    [runId],
  );
  const answer = await client.query<{ open: number; done: number; error_code: string | null }>(
    `SELECT count(*) FILTER (WHERE state IN ('report', 'details'))::int AS open,
            count(*) FILTER (WHERE state = 'done')::int AS done,
            (array_agg(error_code ORDER BY ended_at) FILTER (WHERE state = 'failed'))[1] AS error_code
       FROM sync_part WHERE shop_id = current_shop() AND run_id = $1`,
    [runId],
  );
  const [row] = answer.rows;
  return { open: row?.open ?? 0, done: row?.done ?? 0, errorCode: row?.error_code ?? null };
}

async function startImport(
  client: QueryClient,
  import_: Parameters<SyncStore["startImport"]>[0],
): Promise<{ runId: string; isNew: boolean }> {
  const { connectionId, marketplaceIds, at, staleBefore } = import_;
  // Runs without parts are an older version's, whose worker is gone with its progress.
  await client.query(
    `UPDATE sync_run r SET state = 'failed', error_code = 'worker_lost', finished_at = $2
      WHERE r.shop_id = current_shop() AND r.connection_id = $1 AND r.kind = 'import' AND r.state = 'running'
        AND (r.started_at < $3 OR NOT EXISTS (
          SELECT 1 FROM sync_part p WHERE p.shop_id = current_shop() AND p.run_id = r.run_id))`,
    [connectionId, at, staleBefore],
  );
  const running = await openRun(client, connectionId, "import");
  const runId = running ?? (await addRun(client, { connectionId, kind: "import", at }));
  await client.query(
    `INSERT INTO sync_part (shop_id, run_id, marketplace_id, started_at)
     SELECT current_shop(), $1, m, $3 FROM unnest($2::text[]) AS m ON CONFLICT DO NOTHING`,
    [runId, marketplaceIds, at],
  );
  return { runId, isNew: running === null };
}

async function openRun(
  client: QueryClient,
  connectionId: string,
  kind: string,
): Promise<string | null> {
  const answer = await client.query<{ run_id: string }>(
    `SELECT run_id FROM sync_run WHERE shop_id = current_shop() AND connection_id = $1 AND kind = $2 AND state = 'running'
      ORDER BY run_id DESC LIMIT 1`,
    [connectionId, kind],
  );
  return answer.rows[0]?.run_id ?? null;
}

async function addRun(
  client: QueryClient,
  run: { connectionId: string; kind: string; at: Date },
): Promise<string> {
  const answer = await client.query<{ run_id: string }>(
    "INSERT INTO sync_run (shop_id, connection_id, kind, started_at) VALUES (current_shop(), $1, $2, $3) RETURNING run_id",
    [run.connectionId, run.kind, run.at],
  );
  const runId = answer.rows[0]?.run_id;
  invariant(runId !== undefined, "a stored run has an id");
  return runId;
}
