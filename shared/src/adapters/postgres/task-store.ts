import { toConnectionId } from "../../core/ids.ts";
import type { TaskKind } from "../../jobs/tasks.ts";
import type { ClaimedTask, TaskName, TaskProgress, TaskStore } from "../../ports/task-store.ts";
import { jsonText } from "./json-text.ts";
import type { QueryClient } from "./query-client.ts";

/** Tasks as rows: leased while a step runs, asleep until `due_at` otherwise. */
export function createTaskStore(client: QueryClient): TaskStore {
  return {
    plan: async (task, at) => void (await client.query(PLAN, [...nameOf(task), at])),
    ensure: async (task, at) => void (await client.query(ENSURE, [...nameOf(task), at])),
    async claim({ kinds, worker, now, leaseUntil }) {
      const answer = await client.query<TaskRow>(CLAIM, [kinds, worker, now, leaseUntil]);
      const [row] = answer.rows;
      return row === undefined ? null : toTask(row);
    },
    async end(task, end) {
      const answer = await client.query(END, [
        task.taskId,
        task.fence,
        end.state,
        end.dueAt,
        jsonText(end.progress),
        end.attempts,
        end.errorCode,
        end.at,
      ]);
      return answer.rowCount > 0;
    },
    async holds(task) {
      const answer = await client.query(
        "SELECT 1 FROM task WHERE shop_id = current_shop() AND task_id = $1 AND fence = $2::bigint AND lease_owner IS NOT NULL FOR SHARE",
        [task.taskId, task.fence],
      );
      return answer.rowCount > 0;
    },
    async nextDueAt(now) {
      const answer = await client.query<{ due_at: Date | null }>(NEXT_DUE, [now]);
      return answer.rows[0]?.due_at ?? null;
    },
    async hasten({ connectionId, naming }, at) {
      const answer = await client.query(HASTEN, [connectionId, naming, at]);
      return answer.rowCount;
    },
    async releaseLeasesOf(worker) {
      const answer = await client.query(
        "UPDATE task SET lease_owner = NULL, lease_until = NULL WHERE shop_id = current_shop() AND lease_owner = $1::bigint",
        [worker],
      );
      return answer.rowCount;
    },
  };
}

interface TaskRow {
  task_id: string;
  connection_id: string | null;
  kind: TaskKind;
  key: string;
  progress: TaskProgress;
  attempts: number;
  fence: string;
}

function toTask(row: TaskRow): ClaimedTask {
  return {
    taskId: row.task_id,
    connectionId: row.connection_id === null ? null : toConnectionId(row.connection_id),
    kind: row.kind,
    key: row.key,
    progress: row.progress,
    attempts: row.attempts,
    fence: row.fence,
  };
}

function nameOf(task: TaskName): readonly unknown[] {
  return [task.connectionId, task.kind, task.key];
}

const INSERT = `
  INSERT INTO task AS t (shop_id, connection_id, kind, key, due_at) VALUES (current_shop(), $1, $2, $3, $4)
  ON CONFLICT (shop_id, coalesce(connection_id, 0), kind, key)`;

// One laid aside is tried again a day later for as long as somebody still wants it.
const ENSURE = `${INSERT} DO UPDATE SET state = 'waiting', attempts = 0, due_at = excluded.due_at
  WHERE t.state = 'dead' AND t.ended_at <= excluded.due_at - interval '1 day'`;

// While a step runs, the wish waits in again_at: the step's own plan must not push it back.
const PLAN = `${INSERT} DO UPDATE SET state = 'waiting', attempts = CASE WHEN t.state = 'dead' THEN 0 ELSE t.attempts END,
    due_at = CASE WHEN t.lease_owner IS NULL THEN least(excluded.due_at, t.due_at) ELSE t.due_at END,
    again_at = CASE WHEN t.lease_owner IS NULL THEN t.again_at ELSE least(excluded.due_at, t.again_at) END`;

// A running step's own plan must not push the wish back: it waits in again_at, as PLAN's does.
const HASTEN = `
  UPDATE task t SET due_at = CASE WHEN t.lease_owner IS NULL THEN least(t.due_at, $3::timestamptz) ELSE t.due_at END,
         again_at = CASE WHEN t.lease_owner IS NULL THEN t.again_at ELSE least(t.again_at, $3::timestamptz) END
   WHERE t.shop_id = current_shop() AND t.connection_id = $1 AND t.state = 'waiting'
     AND (t.due_at IS NOT NULL OR t.lease_owner IS NOT NULL)
     AND jsonb_path_exists(t.progress, '$.** ? (@ == $id)', jsonb_build_object('id', $2::text))`;

const CLAIM = `
  UPDATE task SET lease_owner = $2::bigint, lease_until = $4, fence = fence + 1
   WHERE shop_id = current_shop() AND task_id = (
     SELECT t.task_id FROM task t LEFT JOIN connection c ON c.shop_id = current_shop() AND c.connection_id = t.connection_id
      WHERE t.shop_id = current_shop() AND t.state = 'waiting' AND t.due_at <= $3 AND t.kind = ANY ($1::text[])
        AND (t.lease_until IS NULL OR t.lease_until <= $3) AND (t.connection_id IS NULL OR c.status = 'connected' OR t.kind = 'erase')
      ORDER BY t.due_at, t.task_id LIMIT 1 FOR UPDATE OF t SKIP LOCKED)
  RETURNING task_id, connection_id, kind, key, progress, attempts, fence::text`;

const END = `
  UPDATE task SET state = CASE WHEN again_at IS NULL THEN $3 ELSE 'waiting' END, due_at = least($4::timestamptz, again_at),
         again_at = NULL, progress = $5::jsonb, attempts = $6, error_code = $7, ended_at = $8, lease_owner = NULL, lease_until = NULL
   WHERE shop_id = current_shop() AND task_id = $1 AND fence = $2::bigint AND lease_owner IS NOT NULL`;

const NEXT_DUE = `
  SELECT min(t.due_at) AS due_at FROM task t LEFT JOIN connection c ON c.shop_id = current_shop() AND c.connection_id = t.connection_id
   WHERE t.shop_id = current_shop() AND t.state = 'waiting' AND t.due_at > $1 AND (t.connection_id IS NULL OR c.status = 'connected' OR t.kind = 'erase')`;
