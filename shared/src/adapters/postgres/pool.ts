import pg from "pg";
import type { ShopId } from "../../core/ids.ts";
import type { QueryClient } from "./query-client.ts";

/** A pool of connections of one role. */
export type Pool = pg.Pool;

/**
 * Opens a pool for one role's connection string.
 *
 * A dropped idle connection is not an error of any request: it is logged by `onIdleError` and replaced.
 */
export function createPool(options: {
  url: string;
  connectionsMax: number;
  onIdleError: (cause: Error) => void;
}): Pool {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.connectionsMax,
    // A statement that runs longer than this has lost its way; the stage is retried by the sweeper.
    statement_timeout: 30_000,
    idle_in_transaction_session_timeout: 60_000,
    application_name: "calibr",
  });
  pool.on("error", options.onIdleError);
  // A connection that breaks while checked out reports here too; unheard, it would end the process.
  pool.on("connect", (connection) => connection.on("error", options.onIdleError));
  return pool;
}

// A loser that loses this often in a row has met something else than chance.
const RACES_MAX = 4;

/**
 * Runs `work` in a transaction that sees only one shop's rows; rolls back when it throws. A transaction that
 * lost a race against another one runs again from its beginning, on what the winner left: `work` must touch
 * nothing outside its transaction.
 */
export async function inShopTransaction<T>(
  pool: Pool,
  shopId: ShopId,
  work: (client: QueryClient) => Promise<T>,
): Promise<T> {
  for (let race = 1; ; race += 1) {
    try {
      return await inTransaction(pool, "BEGIN", async (client) => {
        await client.query("SELECT set_config('app.shop_id', $1, true)", [String(shopId)]);
        return work(client);
      });
    } catch (cause) {
      if (race >= RACES_MAX || !isLostRace(cause)) throw cause;
    }
  }
}

/**
 * Whether another transaction was faster: the two waited for each other (40P01, 40001), or both added a change
 * to one listing, of which there may be one proposal, one on its way and one of each version.
 */
function isLostRace(cause: unknown): boolean {
  if (!(cause instanceof pg.DatabaseError)) return false;
  if (cause.code === "40P01" || cause.code === "40001") return true;
  return cause.code === "23505" && CHANGE_RACES.has(cause.constraint ?? "");
}

const CHANGE_RACES: ReadonlySet<string> = new Set([
  "price_change_shop_id_listing_id_version_key",
  "price_change_one_proposal",
  "price_change_one_in_flight",
]);

/** Like {@link inShopTransaction}, for pages: one consistent picture, and nothing can be written. */
export async function inShopRead<T>(
  pool: Pool,
  shopId: ShopId,
  work: (client: QueryClient) => Promise<T>,
): Promise<T> {
  return inTransaction(pool, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", async (client) => {
    await client.query("SELECT set_config('app.shop_id', $1, true)", [String(shopId)]);
    return work(client);
  });
}

/** Runs statements that belong to no shop (workers, cross-shop ids) on a pooled connection. */
export async function onConnection<T>(
  pool: Pool,
  work: (client: QueryClient) => Promise<T>,
): Promise<T> {
  const connection = await pool.connect();
  try {
    return await work(toQueryClient(connection));
  } finally {
    connection.release();
  }
}

async function inTransaction<T>(
  pool: Pool,
  begin: string,
  work: (client: QueryClient) => Promise<T>,
): Promise<T> {
  const connection = await pool.connect();
  let broken: Error | undefined;
  try {
    await connection.query(begin);
    const result = await work(toQueryClient(connection));
    await connection.query("COMMIT");
    return result;
  } catch (cause) {
    try {
      await connection.query("ROLLBACK");
    } catch (rollbackCause) {
      // The connection itself is gone; the server rolls back, and the pool must not hand it out again.
      broken = rollbackCause instanceof Error ? rollbackCause : new Error("rollback failed");
    }
    throw cause;
  } finally {
    connection.release(broken);
  }
}

function toQueryClient(connection: pg.PoolClient): QueryClient {
  return {
    async query<Row>(text: string, values: readonly unknown[] = []) {
      const answer = await connection.query<Row & pg.QueryResultRow>(text, [...values]);
      return { rows: answer.rows, rowCount: answer.rowCount ?? 0 };
    },
  };
}
