import { AppError } from "@calibr/shared/core/app-error";
import { mergeLines, type OrderSnapshot } from "@calibr/shared/core/sales/order";
import type { OrderBatch } from "@calibr/shared/ports/sales-source";
import type { ReportTable, TableRow } from "../reports/report-table.ts";
import {
  ORDER_COLUMNS,
  type OrderColumn,
  type OrderRow,
  type ReadCell,
  readOrderRow,
} from "./order-row.ts";

// About as many lines; one transaction each.
const ORDERS_PER_BATCH = 500;

/**
 * The orders of GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL, whole orders batch by batch.
 *
 * Rows of one order stand together, and `last-updated-date` is the order's: they are its picture at that
 * instant. Should an order turn up again further down, its rows get keys of their own ("SKU~2"), so that
 * nothing is lost or taken for a newer picture.
 * @throws AppError amazon_report_failed when the columns are unknown or no row at all can be read.
 */
export async function* readOrders(
  table: ReportTable,
  marketplaceIds: readonly string[],
): AsyncGenerator<OrderBatch> {
  if (table.columns.length === 0) return;
  const cellOf = findColumns(table.columns);
  const seen = new Map<string, number>();
  const counts = { read: 0, elsewhere: 0, unreadable: 0 };
  let batch = emptyBatch();
  let open: OrderRow[] = [];
  const close = (): void => {
    const order = toOrder(open, seen);
    if (order !== null) batch.orders.push(order);
    open = [];
  };
  for await (const row of table.rows) {
    const read = readOrderRow(cellOf(row), marketplaceIds);
    if (typeof read === "string") {
      batch[read] += 1;
      counts[read] += 1;
      continue;
    }
    counts.read += 1;
    if (open[0] !== undefined && open[0].orderId !== read.orderId) close();
    open.push(read);
    if (batch.orders.length < ORDERS_PER_BATCH) continue;
    yield batch;
    batch = emptyBatch();
  }
  close();
  if (counts.read + counts.elsewhere === 0 && counts.unreadable > 0) throw unknownLayout("no row can be read");
  yield batch;
} // prettier-ignore

type GrowingBatch = { orders: OrderSnapshot[]; elsewhere: number; unreadable: number };
const emptyBatch = (): GrowingBatch => ({ orders: [], elsewhere: 0, unreadable: 0 });

function toOrder(rows: readonly OrderRow[], seen: Map<string, number>): OrderSnapshot | null {
  const [first] = rows;
  if (first === undefined) return null;
  const turn = (seen.get(first.orderId) ?? 0) + 1;
  seen.set(first.orderId, turn);
  const { orderId, marketplaceId, purchasedAt } = first;
  const latest = Math.max(...rows.map((row) => row.updatedAt.getTime()));
  const lines = mergeLines(rows.map((row) => row.line));
  return {
    orderId,
    marketplaceId,
    purchasedAt,
    updatedAt: new Date(latest),
    isBusiness: rows.some((row) => row.isBusiness),
    lines:
      turn === 1
        ? lines
        : lines.map((line) => ({ ...line, lineKey: `${line.lineKey}~${String(turn)}` })),
  };
}

// As many as all documented columns up to the promotions; a shorter foreign table is another report.
const COLUMNS_MIN = 27;

/**
 * By name where the header is in English; else by the documented places, because a seller's language may
 * translate headers but never the data. Every row is checked either way.
 */
function findColumns(columns: readonly string[]): (row: TableRow) => ReadCell {
  const names: readonly OrderColumn[] = ["amazon-order-id", "purchase-date", "last-updated-date", "sku", "quantity"];
  if (names.every((name) => columns.includes(name))) return (row) => row.at;
  if (columns.length < COLUMNS_MIN || names.some((name) => columns.includes(name)))
    throw unknownLayout(`columns ${columns.slice(0, 5).join(", ")}`);
  return (row) => (name) => row.cells[ORDER_COLUMNS[name]] ?? "";
} // prettier-ignore

function unknownLayout(found: string): AppError {
  return new AppError({
    code: "amazon_report_failed",
    retry: "backoff",
    message: `orders report: ${found.slice(0, 200)}; expected the documented columns`,
  });
}
