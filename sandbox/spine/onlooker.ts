import pg from "pg";

/** What the ledger says of the changes of a run. */
export interface ChangeSeen {
  readonly changeId: string;
  readonly channel: "amazon" | "shopify";
  /** Amazon SKU or Shopify variant gid. */
  readonly externalId: string;
  readonly sku: string;
  readonly state: string;
  readonly stateCode: string | null;
  readonly oldMinor: number;
  readonly newMinor: number;
  readonly floorMinor: number;
  readonly revertsChangeId: string | null;
  readonly eventAtMs: number;
  readonly decidedAtMs: number | null;
  readonly approvedAtMs: number | null;
  readonly acceptedAtMs: number | null;
  readonly liveAtMs: number | null;
}

/** Looks at Calibr's rows from outside, as its owner: to wait and to count, never to act. */
export interface Onlooker {
  /** Rows of one statement. */
  ask<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  changes(): Promise<ChangeSeen[]>;
  close(): Promise<void>;
}

/** Opens an onlooker on a database. */
export async function openOnlooker(ownerUrl: string): Promise<Onlooker> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  async function ask<Row extends pg.QueryResultRow>(
    text: string,
    values: readonly unknown[] = [],
  ): Promise<Row[]> {
    return (await client.query<Row>(text, [...values])).rows;
  }
  return {
    ask,
    async changes() {
      const rows = await ask<Record<keyof ChangeSeen, never>>(CHANGES);
      return rows;
    },
    close: () => client.end(),
  };
}

const ms = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::float8`;

const CHANGES = `
  SELECT c.change_id::text AS "changeId", l.channel, l.external_id AS "externalId", l.sku, c.state, c.state_code AS "stateCode",
         c.old_minor::int AS "oldMinor", c.new_minor::int AS "newMinor", c.floor_minor::int AS "floorMinor",
         c.reverts_change_id::text AS "revertsChangeId", ${ms("c.event_at")} AS "eventAtMs", ${ms("d.decided_at")} AS "decidedAtMs",
         ${ms("c.approved_at")} AS "approvedAtMs", ${ms("c.accepted_at")} AS "acceptedAtMs", ${ms("c.live_at")} AS "liveAtMs"
    FROM price_change c
    JOIN listing l ON l.shop_id = c.shop_id AND l.listing_id = c.listing_id
    LEFT JOIN decision d ON d.shop_id = c.shop_id AND d.decision_id = c.decision_id
   ORDER BY c.change_id`;
