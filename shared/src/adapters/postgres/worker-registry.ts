import pg from "pg";
import { invariant } from "../../core/assert.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Logger } from "../../ports/logger.ts";
import type { DeadWorker, WorkerRegistry } from "../../ports/worker-registry.ts";
import { onConnection, type Pool } from "./pool.ts";

// First key of our two-part advisory locks, so that worker ids cannot collide with other uses.
const LOCK_CLASS = 7_261;
// A half-open connection can hold its lock for a long time after the machine is gone: then the beat decides.
const SILENT_MS_MAX = 30_000;
// The life connection answers at once or is broken; well inside the silence after which others reap us.
const ANSWER_MS_MAX = 10_000;

/** What the registry is built from. */
export interface WorkerRegistryOptions {
  readonly workerUrl: string;
  readonly workers: Pool;
  readonly queue: Pool;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Registers this process and returns its registry, with a way to leave. */
export async function openWorkerRegistry(
  options: WorkerRegistryOptions,
): Promise<WorkerRegistry & { leave(): Promise<void> }> {
  const place = new WorkerPlace(options);
  await place.take();
  return {
    current: () => place.workerId,
    setPool: (poolId) => place.setPool(poolId),
    beat: (now) => place.beat(now),
    findDead: (now) => findDead(options, now, place.workerId),
    async unlockJobs(poolIds) {
      if (poolIds.length === 0) return;
      await onConnection(options.queue, (client) =>
        client.query("SELECT graphile_worker.force_unlock_workers($1::text[])", [poolIds]),
      );
    },
    async remove(workerId) {
      await onConnection(options.workers, (client) =>
        client.query("DELETE FROM worker WHERE worker_id = $1", [workerId]),
      );
    },
    leave: () => place.leave(),
  };
}

/**
 * This process's place among the workers: a row and, on a connection of its own, the lock that proves life.
 * Lost (the connection ended, or another worker took us for dead and forgot our row) → no id → a new place
 * is taken at the next beat.
 */
class WorkerPlace {
  workerId: string | null = null;
  readonly #options: WorkerRegistryOptions;
  #connection: pg.Client | null = null;
  #poolId: string | null = null;

  constructor(options: WorkerRegistryOptions) {
    this.#options = options;
  }

  async take(): Promise<void> {
    const connection = this.#connect();
    try {
      await connection.connect();
      const workerId = await register(connection, {
        poolId: this.#poolId,
        now: this.#options.clock.now(),
      });
      this.#connection = connection;
      this.workerId = workerId;
    } catch (cause) {
      await closeQuietly(connection);
      throw cause;
    }
  }

  async setPool(poolId: string): Promise<void> {
    this.#poolId = poolId;
    await this.#connection?.query("UPDATE worker SET pool_id = $2 WHERE worker_id = $1", [
      this.workerId,
      poolId,
    ]);
  }

  async beat(now: Date): Promise<void> {
    if (await this.#isKept(now)) return;
    const lost = this.#connection;
    this.#connection = null;
    this.workerId = null;
    if (lost !== null) await closeQuietly(lost);
    await this.take();
  }

  async leave(): Promise<void> {
    const workerId = this.workerId;
    if (workerId !== null)
      await this.#connection?.query("DELETE FROM worker WHERE worker_id = $1", [workerId]);
    await this.#connection?.end();
  }

  #connect(): pg.Client {
    const connection = new pg.Client({
      connectionString: this.#options.workerUrl,
      application_name: "calibr-worker-life",
      connectionTimeoutMillis: ANSWER_MS_MAX,
      query_timeout: ANSWER_MS_MAX,
    });
    // A connection given up earlier may report its end late: by then the place is another one.
    const lose = (): void => {
      if (this.#connection === connection) this.workerId = null;
    };
    connection.on("error", (cause) => {
      this.#options.logger.error("worker_life_connection_lost", {}, cause);
      lose();
    });
    connection.on("end", lose);
    return connection;
  }

  /** Whether the beat reached our row. */
  async #isKept(now: Date): Promise<boolean> {
    if (this.workerId === null || this.#connection === null) return false;
    try {
      const beaten = await this.#connection.query(
        "UPDATE worker SET beat_at = $2 WHERE worker_id = $1",
        [this.workerId, now],
      );
      if (beaten.rowCount === 1) return true;
      this.#options.logger.warn("worker_place_lost", { workerId: this.workerId });
    } catch (cause) {
      this.#options.logger.error("worker_beat_failed", { workerId: this.workerId }, cause);
    }
    return false;
  }
}

/**
 * Makes a row and takes its lock. The row becomes visible only once the lock is held, so nobody can take a
 * newborn for dead; the lock belongs to the session and outlives this transaction.
 */
async function register(
  connection: pg.Client,
  worker: { poolId: string | null; now: Date },
): Promise<string> {
  await connection.query("BEGIN");
  const made = await connection.query<{ worker_id: string }>(
    "INSERT INTO worker (pool_id, started_at, beat_at) VALUES ($1, $2, $2) RETURNING worker_id",
    [worker.poolId, worker.now],
  );
  const workerId = made.rows[0]?.worker_id;
  invariant(workerId !== undefined, "a stored worker has an id");
  await connection.query("SELECT pg_advisory_lock($1, ($2::bigint % 2147483647)::int)", [
    LOCK_CLASS,
    workerId,
  ]);
  await connection.query("COMMIT");
  return workerId;
}

async function closeQuietly(connection: pg.Client): Promise<void> {
  try {
    await connection.end();
  } catch {
    // It was broken already; what counts is that nothing of ours holds it.
  }
}

async function findDead(
  options: WorkerRegistryOptions,
  now: Date,
  self: string | null,
): Promise<DeadWorker[]> {
  return onConnection(options.workers, async (client) => {
    const answer = await client.query<{ worker_id: string; pool_id: string | null }>(
      `SELECT w.worker_id, w.pool_id FROM worker w
        WHERE w.worker_id <> coalesce($2::bigint, 0)
          AND (w.beat_at < $3
               OR NOT EXISTS (SELECT 1 FROM pg_locks k WHERE k.locktype = 'advisory' AND k.classid = $1::int::oid
                               AND k.objid = ((w.worker_id % 2147483647)::int)::oid AND k.database =
                               (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())))`,
      [LOCK_CLASS, self, new Date(now.getTime() - SILENT_MS_MAX)],
    );
    return answer.rows.map((row) => ({ workerId: row.worker_id, poolId: row.pool_id }));
  });
}
