import type { PageOf, ShopViews } from "../../../ports/shop-views.ts";
import type {
  SyncAccountView,
  SyncDifferenceView,
  SyncPartView,
  SyncRunView,
} from "../../../ports/sync-views.ts";
import type { QueryClient } from "../query-client.ts";
import { digitsOrNull, toPage } from "./change-views.ts";
import { iso } from "./money-columns.ts";

interface RunRow extends Pick<SyncRunView, "channel" | "region" | "kind" | "state" | "counts"> {
  run_id: string;
  connection_id: string;
  account_id: string;
  error_code: string | null;
  differences: number;
  started_at: Date;
  finished_at: Date | null;
}

const RUNS = `
  SELECT r.run_id, r.connection_id, c.channel, c.account_id, c.region, r.kind, r.state, r.counts, r.error_code,
         r.differences::float8 AS differences, r.started_at, r.finished_at
    FROM sync_run r JOIN connection c ON c.shop_id = current_shop() AND c.connection_id = r.connection_id
   WHERE r.shop_id = current_shop()`;

/** The newest runs of all connections. */
export async function readLatestRuns(client: QueryClient, limit: number): Promise<SyncRunView[]> {
  const answer = await client.query<RunRow>(`${RUNS} ORDER BY r.run_id DESC LIMIT $1`, [limit]);
  return answer.rows.map(toRunView);
}

/** A page of runs, newest first, and the accounts that a filter can name. */
export async function readSyncs(
  client: QueryClient,
  page: Parameters<ShopViews["syncs"]>[1],
): Promise<{ page: PageOf<SyncRunView>; accounts: SyncAccountView[] }> {
  const where = `($1::bigint IS NULL OR r.connection_id = $1) AND ($2::text IS NULL OR r.kind = $2) AND ($3::text IS NULL OR r.state = $3)`;
  // An id that is none fits no run, rather than every run.
  const connection = page.connectionId === null ? null : (digitsOrNull(page.connectionId) ?? "0");
  const values = [connection, page.kind, page.state];
  const total = await client.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM sync_run r WHERE r.shop_id = current_shop() AND ${where}`,
    values,
  );
  const answer = await client.query<RunRow>(
    `${RUNS} AND ${where} AND ($4::bigint IS NULL OR r.run_id < $4) ORDER BY r.run_id DESC LIMIT $5`,
    [...values, digitsOrNull(page.after), page.limit + 1],
  );
  const runs = answer.rows.map(toRunView);
  return {
    page: toPage(runs, page.limit, total.rows[0]?.n ?? 0, (row) => row.runId),
    accounts: await readAccounts(client),
  };
}

async function readAccounts(client: QueryClient): Promise<SyncAccountView[]> {
  const answer = await client.query<
    Pick<SyncAccountView, "channel" | "region"> & { connection_id: string; account_id: string }
  >(
    `SELECT connection_id, channel, account_id, region FROM connection
      WHERE shop_id = current_shop() ORDER BY channel, connection_id`,
  );
  return answer.rows.map(({ connection_id, channel, account_id, region }) => ({
    connectionId: connection_id,
    channel,
    accountId: account_id,
    region,
  }));
}

/** One run with its parts and a page of what it found. */
export async function readSync(
  client: QueryClient,
  runId: string,
  page: Parameters<ShopViews["sync"]>[2],
): ReturnType<ShopViews["sync"]> {
  const id = digitsOrNull(runId);
  if (id === null) return null;
  const found = await client.query<RunRow>(`${RUNS} AND r.run_id = $1`, [id]);
  const row = found.rows[0];
  if (row === undefined) return null;
  const parts = await client.query<
    Pick<SyncPartView, "state" | "failures"> & {
      marketplace_id: string;
      error_code: string | null;
      started_at: Date;
      ended_at: Date | null;
    }
  >(
    `SELECT marketplace_id, state, error_code, failures, started_at, ended_at FROM sync_part
      WHERE shop_id = current_shop() AND run_id = $1 ORDER BY marketplace_id`,
    [id],
  );
  return {
    run: toRunView(row),
    parts: parts.rows.map((part) => ({
      marketplaceId: part.marketplace_id,
      state: part.state,
      errorCode: part.error_code,
      failures: part.failures,
      startedAt: iso(part.started_at),
      endedAt: iso(part.ended_at),
    })),
    differences: await readDifferences(client, id, page),
  };
}

interface DifferenceRow extends Pick<
  SyncDifferenceView,
  "kind" | "title" | "sku" | "field" | "currency"
> {
  difference_id: string;
  item_id: string | null;
  marketplace_id: string;
  old_value: string | null;
  new_value: string | null;
}

async function readDifferences(
  client: QueryClient,
  runId: string,
  page: { after: string | null; limit: number },
): Promise<PageOf<SyncDifferenceView>> {
  const total = await client.query<{ n: number }>(
    "SELECT count(*)::int AS n FROM sync_difference WHERE shop_id = current_shop() AND run_id = $1",
    [runId],
  );
  const answer = await client.query<DifferenceRow>(
    `SELECT d.difference_id, d.kind, l.item_id, nullif(l.title, '') AS title, d.marketplace_id,
            coalesce(nullif(l.sku, ''), d.external_id) AS sku, d.field,
            d.old_value, d.new_value, l.currency
       FROM sync_difference d LEFT JOIN listing l ON l.shop_id = current_shop() AND l.listing_id = d.listing_id
      WHERE d.shop_id = current_shop() AND d.run_id = $1 AND d.difference_id > coalesce($2::bigint, 0)
      ORDER BY d.difference_id LIMIT $3`,
    [runId, digitsOrNull(page.after), page.limit + 1],
  );
  const rows = answer.rows.map((row) => ({
    differenceId: row.difference_id,
    kind: row.kind,
    itemId: row.item_id,
    title: row.title,
    marketplaceId: row.marketplace_id,
    sku: row.sku,
    field: row.field,
    oldValue: row.old_value,
    newValue: row.new_value,
    currency: row.currency,
  }));
  return toPage(rows, page.limit, total.rows[0]?.n ?? 0, (row) => row.differenceId);
}

function toRunView(row: RunRow): SyncRunView {
  return {
    runId: row.run_id,
    connectionId: row.connection_id,
    channel: row.channel,
    accountId: row.account_id,
    region: row.region,
    kind: row.kind,
    state: row.state,
    counts: row.counts,
    errorCode: row.error_code,
    differences: row.differences,
    startedAt: iso(row.started_at),
    finishedAt: iso(row.finished_at),
  };
}
