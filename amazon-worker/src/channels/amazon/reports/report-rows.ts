import { parseAsin } from "@calibr/shared/core/ids";
import type { ReportBatch, ReportedListing } from "@calibr/shared/ports/catalog-source";
import { type ColumnPlaces, findColumns, type ListingColumn } from "./report-columns.ts";
import type { ReportTable, TableRow } from "./report-table.ts";

// Enough rows for the values to tell the columns apart, few enough to be stored soon.
const SAMPLE_ROWS = 50;
/** Rows of one transaction: large enough that the database's round trips do not count. */
const BATCH_ROWS = 500;

/**
 * Reads the rows of GET_MERCHANT_LISTINGS_ALL_DATA in any language, batch by batch. A SKU that comes twice in
 * a batch is one listing: the active one of the two.
 * @throws AppError amazon_report_unreadable when the SKU's column cannot be found.
 */
export async function* readReportRows(table: ReportTable): AsyncGenerator<ReportBatch> {
  if (table.columns.length === 0) return;
  let places: ColumnPlaces | null = null;
  let waiting: TableRow[] = [];
  for await (const row of table.rows) {
    waiting.push(row);
    if (waiting.length < (places === null ? SAMPLE_ROWS : BATCH_ROWS)) continue;
    places ??= columnsOf(table, waiting);
    yield toBatch(waiting, places);
    waiting = [];
  }
  // Also without a row: a header that we cannot read is told, not taken for an empty catalogue.
  places ??= columnsOf(table, waiting);
  if (waiting.length > 0) yield toBatch(waiting, places);
}

function columnsOf(table: ReportTable, rows: readonly TableRow[]): ColumnPlaces {
  return findColumns(
    table.columns,
    rows.map(({ cells }) => cells),
  );
}

function toBatch(rows: readonly TableRow[], places: ColumnPlaces): ReportBatch {
  const listings = new Map<string, ReportedListing>();
  let unreadable = 0;
  for (const { cells } of rows) {
    const listing = readRow((column) => cells[places.get(column) ?? -1] ?? "");
    if (listing === null) {
      unreadable += 1;
    } else if (listings.get(listing.sku)?.status !== "active") {
      listings.set(listing.sku, listing);
    }
  }
  return { listings: [...listings.values()], unreadable };
}

type ReadColumn = (column: ListingColumn) => string;

function readRow(at: ReadColumn): ReportedListing | null {
  const sku = at("seller-sku");
  if (sku.trim() === "") return null;
  const title = at("item-name").trim();
  return {
    sku,
    // Incomplete listings have no name yet; the SKU is what the seller knows them by.
    title: title === "" ? sku : title,
    asin: readAsin(at),
    barcode: readBarcode(at),
    status: ACTIVE.has(at("status").trim().toLowerCase()) ? "active" : "inactive",
    quantity: readQuantity(at("quantity").trim()),
    fulfilment: readFulfilment(at("fulfillment-channel").trim().toUpperCase()),
    priceText: readPrice(at("price").trim()),
  };
}

// In the languages of the header. A word that is missing here makes a listing inactive until it is looked up.
const ACTIVE: ReadonlySet<string> = new Set(
  "active aktiv actif attivo attiva activo activa aktywny aktywna actief etkin aktif 出品中 アクティブ 在售 نشط".split(" "),
); // prettier-ignore

// product-id-type: 1 ASIN, 2 ISBN, 3 UPC, 4 EAN (listings report reference, read 2026-11).
function readAsin(at: ReadColumn): string | null {
  const named = parseAsin(at("asin1").trim());
  if (named !== null) return named;
  return at("product-id-type").trim() === "1" ? parseAsin(at("product-id").trim()) : null;
}

function readBarcode(at: ReadColumn): string | null {
  const isBarcode = ["3", "4"].includes(at("product-id-type").trim());
  const digits = at("product-id").trim();
  return isBarcode && /^\d{8,14}$/.test(digits) ? digits : null;
}

function readQuantity(text: string): number | null {
  return /^\d{1,9}$/.test(text) ? Number.parseInt(text, 10) : null;
}

function readPrice(text: string): string | null {
  return /^[\d.,]{1,20}$/.test(text) ? text : null;
}

function readFulfilment(channel: string): "merchant" | "amazon" | null {
  if (channel === "DEFAULT") return "merchant";
  return channel.startsWith("AMAZON") ? "amazon" : null;
}
