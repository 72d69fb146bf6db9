import pg from "pg";
import type { ShopId } from "../core/ids.ts";
import { inShopTransaction, type Pool } from "../adapters/postgres/pool.ts";
import type { QueryClient } from "../adapters/postgres/query-client.ts";

/** Runs in a shop and takes everything back, so that one shop serves many attempts. */
export async function tried<T>(
  pool: Pool,
  shopId: ShopId,
  work: (client: QueryClient) => Promise<T>,
): Promise<T> {
  const done: T[] = [];
  const undo = new Error("taken back");
  await inShopTransaction(pool, shopId, async (client) => {
    done.push(await work(client));
    throw undo;
  }).catch((cause: unknown) => {
    if (cause !== undo) throw cause;
  });
  const [value] = done;
  if (value === undefined) throw new Error("the work gave nothing");
  return value;
}

// check_violation, insufficient_privilege, unique_violation.
const REFUSALS = ["23514", "42501", "23505"];

/** True when PostgreSQL refuses a statement; whatever it did is taken back. Other errors are mistakes of the test. */
export async function isRefused(
  client: QueryClient,
  work: () => Promise<unknown>,
): Promise<boolean> {
  await client.query("SAVEPOINT attempt");
  try {
    await work();
    return false;
  } catch (cause) {
    if (!(cause instanceof pg.DatabaseError) || !REFUSALS.includes(cause.code ?? "")) throw cause;
    return true;
  } finally {
    await client.query("ROLLBACK TO SAVEPOINT attempt");
  }
}
