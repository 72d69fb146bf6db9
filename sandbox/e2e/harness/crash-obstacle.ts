/**
 * Obstacles that stop a worker at an exact step, so that it can be killed there. None of them is a hook in
 * the product: channels are held by the sandbox's control calls, the database by a trigger or a lock of ours.
 */
import pg from "pg";
import type { Control } from "../../stack/control-client.ts";
import { waitFor } from "../../stack/wait.ts";

/** Something a worker runs into. */
export interface Obstacle {
  /** Resolves once a worker stands before it. */
  reached(): Promise<void>;
  /** Clears the way. */
  release(): Promise<void>;
}

/** Rows to brake at. */
export interface RowBrake {
  readonly table: "price_change" | "inbox" | "decision";
  readonly on: "INSERT" | "UPDATE";
  /** SQL over NEW. */
  readonly when: string;
  /**
   * `change`: inside the transaction; a worker killed there has not committed.
   * `commit`: after the worker said COMMIT; killed there, it has committed and does not know.
   */
  readonly at: "change" | "commit";
}

// First key of the advisory locks of brakes; unlike the product's own.
const LOCK_CLASS = 8_311;
const REACHED_MS = 20_000;
let brakes = 0;

/** Stops whoever changes such a row. */
export async function brakeRow(ownerUrl: string, brake: RowBrake): Promise<Obstacle> {
  brakes += 1;
  const key = brakes;
  const name = `crash_brake_${String(key)}`;
  const client = await connect(ownerUrl);
  await client.query("SELECT pg_advisory_lock($1, $2)", [LOCK_CLASS, key]);
  await client.query(
    `CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN PERFORM pg_advisory_xact_lock(${String(LOCK_CLASS)}, ${String(key)}); RETURN NEW; END $$`,
  );
  const moment =
    brake.at === "change"
      ? `TRIGGER ${name} BEFORE ${brake.on} ON ${brake.table}`
      : `CONSTRAINT TRIGGER ${name} AFTER ${brake.on} ON ${brake.table} DEFERRABLE INITIALLY DEFERRED`;
  await client.query(
    `CREATE ${moment} FOR EACH ROW WHEN (${brake.when}) EXECUTE FUNCTION ${name}()`,
  );
  return {
    reached: () =>
      someoneWaits(client, `a worker at ${brake.when}`, {
        condition: "locktype = 'advisory' AND classid = $1::int::oid AND objid = $2::int::oid",
        values: [LOCK_CLASS, key],
      }),
    async release() {
      await client.query("SELECT pg_advisory_unlock($1, $2)", [LOCK_CLASS, key]);
      // Waits for the transaction that stood here, so that its end is certain.
      await client.query(`DROP FUNCTION ${name}() CASCADE`);
      await client.end();
    },
  };
}

/** Stops whoever reads a table. */
export async function brakeTable(ownerUrl: string, table: "rule"): Promise<Obstacle> {
  const client = await connect(ownerUrl);
  await client.query("BEGIN");
  await client.query(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
  return {
    reached: () =>
      someoneWaits(client, `a worker that reads ${table}`, {
        condition: "locktype = 'relation' AND relation = $1::regclass",
        values: [table],
      }),
    async release() {
      await client.query("ROLLBACK");
      await client.end();
    },
  };
}

/** Which call to a channel to hold. */
export interface ChannelHold {
  readonly channel: "amazon" | "shopify";
  readonly call: "write" | "read";
  /** Before the channel has acted, or after it and before its answer leaves. */
  readonly point: "before" | "after";
}

/** Stops the next such call at the channel. */
export async function holdCall(control: Control, hold: ChannelHold): Promise<Obstacle> {
  const { call, point } = hold;
  if (hold.channel === "amazon") {
    const operation = call === "write" ? "patchListingsItem" : "searchListingsItems";
    await control("amazon", "hold", { operation, point });
    return {
      async reached() {
        const args = { timeoutMs: REACHED_MS };
        const { isReached } = await control<{ isReached: boolean }>("amazon", "wait-held", args);
        if (!isReached) throw new Error(`no ${operation} reached Amazon`);
      },
      release: () => control("amazon", "release"),
    };
  }
  const query = call === "write" ? {} : { query: "VariantPrices" };
  await control("shopify", "hold", { at: point, ...query });
  return {
    async reached() {
      const args = { timeoutMs: REACHED_MS };
      const { isHeld } = await control<{ isHeld: boolean }>("shopify", "wait_held", args);
      if (!isHeld) throw new Error(`no ${call} reached Shopify`);
    },
    release: () => control("shopify", "release"),
  };
}

async function connect(ownerUrl: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: "crash-brake" });
  await client.connect();
  return client;
}

async function someoneWaits(
  client: pg.Client,
  what: string,
  lock: { condition: string; values: readonly unknown[] },
): Promise<void> {
  await waitFor(
    what,
    async () => {
      const { rowCount } = await client.query(
        `SELECT 1 FROM pg_locks WHERE NOT granted AND ${lock.condition}`,
        [...lock.values],
      );
      return rowCount ? true : null;
    },
    { timeoutMs: REACHED_MS, everyMs: 5 },
  );
}
