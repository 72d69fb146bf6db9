import type { ActivityRow, ChangeView, PageOf, ShopViews } from "../../../ports/shop-views.ts";
import type { QueryClient } from "../query-client.ts";
import {
  CHANGE_COLUMNS,
  CHANGE_JOINS,
  type ChangeRow,
  type EventRow,
  IS_UNDOABLE,
  toChangeView,
  toEventView,
} from "./change-rows.ts";
import { moneyOf } from "./money-columns.ts";

type PageArgument<Name extends "approvals" | "activity"> = Parameters<ShopViews[Name]>[1];

/** Open proposals, oldest first, so that a page that is worked off from the top stays in place. */
export async function readApprovals(
  client: QueryClient,
  page: PageArgument<"approvals">,
): Promise<PageOf<ChangeView>> {
  const filter = `c.shop_id = current_shop() AND c.state = 'proposed' AND ($1::text IS NULL OR l.channel = $1)
    AND ($2::text IS NULL OR l.title ILIKE $2 OR l.sku ILIKE $2 OR l.parent_id ILIKE $2)`;
  const values = [page.channel, likePattern(page.query)];
  const total = await client.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM price_change c JOIN listing l ON l.shop_id = current_shop() AND l.listing_id = c.listing_id WHERE ${filter}`,
    values,
  );
  const answer = await client.query<ChangeRow>(
    `SELECT ${CHANGE_COLUMNS} FROM price_change c ${CHANGE_JOINS}
      WHERE ${filter} AND c.change_id > coalesce($3::bigint, 0) ORDER BY c.change_id LIMIT $4`,
    [...values, digitsOrNull(page.after), page.limit + 1],
  );
  return toPage(
    answer.rows.map(toChangeView),
    page.limit,
    total.rows[0]?.n ?? 0,
    (row) => row.changeId,
  );
}

/** One change with its whole receipt. */
export async function readChange(
  client: QueryClient,
  changeId: string,
): ReturnType<ShopViews["change"]> {
  const id = digitsOrNull(changeId);
  if (id === null) return null;
  const found = await client.query<ChangeRow & { inputs: string | null }>(
    `SELECT ${CHANGE_COLUMNS}, nullif(d.inputs, '') AS inputs FROM price_change c ${CHANGE_JOINS}
       LEFT JOIN decision d ON d.shop_id = current_shop() AND d.decision_id = c.decision_id
      WHERE c.shop_id = current_shop() AND c.change_id = $1`,
    [id],
  );
  const row = found.rows[0];
  if (row === undefined) return null;
  const events = await client.query<EventRow>(
    `SELECT seq, from_state, to_state, at, actor, code, facts FROM price_change_event
      WHERE shop_id = current_shop() AND change_id = $1 ORDER BY seq`,
    [id],
  );
  const broken = await client.query("SELECT 1 FROM broken_receipts($1)", [id]);
  return {
    change: toChangeView(row),
    events: events.rows.map(toEventView),
    inputs: row.inputs,
    isReceiptWhole: broken.rowCount === 0,
  };
}

/** Every move of every change, newest first. The cursor is "milliseconds:change:seq". */
export async function readActivity(
  client: QueryClient,
  page: PageArgument<"activity">,
): Promise<PageOf<ActivityRow>> {
  const cursor = parseCursor(page.after);
  const total = await client.query<{ n: number }>(
    "SELECT count(*)::int AS n FROM price_change_event e WHERE e.shop_id = current_shop() AND ($1::text IS NULL OR e.to_state = $1)",
    [page.state],
  );
  const answer = await client.query<
    EventRow & {
      change_id: string;
      channel: ActivityRow["channel"];
      title: string;
      sku: string | null;
      old_minor: string;
      new_minor: string;
      currency: string;
      is_undoable: boolean | null;
    }
  >(
    `SELECT e.change_id, e.seq, e.from_state, e.to_state, e.at, e.actor, e.code, e.facts, l.channel, l.title, l.sku,
            c.old_minor, c.new_minor, c.currency, e.to_state = 'live' AND ${IS_UNDOABLE} AS is_undoable
       FROM price_change_event e
       JOIN price_change c ON c.shop_id = current_shop() AND c.change_id = e.change_id
       JOIN listing l ON l.shop_id = current_shop() AND l.listing_id = c.listing_id
       LEFT JOIN channel_head h ON h.shop_id = current_shop() AND h.listing_id = c.listing_id
      WHERE e.shop_id = current_shop() AND ($1::text IS NULL OR e.to_state = $1)
        AND ($2::timestamptz IS NULL OR (e.at, e.change_id, e.seq) < ($2, $3::bigint, $4::int))
      ORDER BY e.at DESC, e.change_id DESC, e.seq DESC LIMIT $5`,
    [page.state, cursor?.at ?? null, cursor?.changeId ?? null, cursor?.seq ?? null, page.limit + 1],
  );
  const rows = answer.rows.map((row): ActivityRow => ({
    changeId: row.change_id,
    channel: row.channel,
    title: row.title,
    sku: row.sku,
    oldPrice: moneyOf(row.old_minor, row.currency),
    newPrice: moneyOf(row.new_minor, row.currency),
    event: toEventView(row),
    isUndoable: row.is_undoable === true,
  }));
  return toPage(
    rows,
    page.limit,
    total.rows[0]?.n ?? 0,
    (row) => `${String(Date.parse(row.event.at))}:${row.changeId}:${String(row.event.seq)}`,
  );
}

function parseCursor(text: string | null): { at: Date; changeId: string; seq: number } | null {
  const match = /^(\d{1,15}):(\d{1,18}):(\d{1,9})$/.exec(text ?? "");
  if (match === null) return null;
  const [, ms = "", changeId = "", seq = ""] = match;
  return { at: new Date(Number.parseInt(ms, 10)), changeId, seq: Number.parseInt(seq, 10) };
}

/** One row more than asked was read: it says whether there is a next page. */
export function toPage<Row>(
  rows: readonly Row[],
  limit: number,
  total: number,
  cursorOf: (row: Row) => string,
): PageOf<Row> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    rows: shown,
    total,
    next: rows.length > limit && last !== undefined ? cursorOf(last) : null,
  };
}

/** Decimal digits of a key, or null for anything else a URL may hold. */
export function digitsOrNull(text: string | null): string | null {
  return text !== null && /^\d{1,18}$/.test(text) ? text : null;
}

/** A search text as an ILIKE pattern; null for a blank one. Wildcards mean themselves, and NUL, which no text column holds, nothing. */
export function likePattern(query: string | null): string | null {
  const text = query?.replaceAll("\0", "").trim() ?? "";
  return text === "" ? null : `%${text.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
}
