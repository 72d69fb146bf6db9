/** What happens to workers besides being killed. */
import type { ChangeSeen } from "../../spine/onlooker.ts";
import type { Child } from "../../stack/child.ts";
import type { Obstacle } from "./crash-obstacle.ts";
import type { CrashScene } from "./crash-scene.ts";

/** Freezes the worker at an obstacle and ends the connection that proves its life, as a long pause would. */
export async function freeze(
  scene: CrashScene,
  change: ChangeSeen,
  arm: () => Promise<Obstacle>,
): Promise<readonly [Child, Obstacle]> {
  const frozen = scene.stack.worker();
  const obstacle = await arm();
  await scene.approve([change]);
  await obstacle.reached();
  process.kill(frozen.pid, "SIGSTOP");
  await scene.onlooker.ask(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'calibr-worker-life'`,
  );
  return [frozen, obstacle];
}

/** Ends every connection that workers have to the database. */
export async function cutConnections({ onlooker }: CrashScene): Promise<void> {
  await onlooker.ask(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND usename IN ('calibr_worker', 'calibr_queue')`,
  );
}

/** The workers that have a place, by id. */
export async function workers({ onlooker }: CrashScene): Promise<string> {
  const rows = await onlooker.ask<{ id: string }>(
    "SELECT worker_id::text AS id FROM worker ORDER BY 1",
  );
  return rows.map((row) => row.id).join(",");
}

/** The change that takes another one back; null before there is one. */
export async function reversalOf(
  { onlooker }: CrashScene,
  { changeId }: ChangeSeen,
): Promise<ChangeSeen | null> {
  const changes = await onlooker.changes();
  return changes.find((change) => change.revertsChangeId === changeId) ?? null;
}
