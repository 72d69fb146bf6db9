import { AppError } from "@calibr/shared/core/app-error";
import { parseAsin } from "@calibr/shared/core/ids";
import type { ReportTable } from "./report-table.ts";

/** One row of GET_MERCHANT_LISTINGS_ALL_DATA. */
export interface ReportRow {
  readonly sku: string;
  readonly title: string;
  /** Null for offers that Amazon has not matched to its catalogue. */
  readonly asin: string | null;
  readonly barcode: string | null;
  readonly isActive: boolean;
  /** Blank for items that Amazon stores. */
  readonly quantity: number | null;
  readonly fulfilment: "merchant" | "amazon" | null;
}

/**
 * Reads the rows of the report. Rows without a SKU are left out.
 * @throws AppError amazon_report_failed when the header does not name the SKU column.
 */
export async function* readReportRows(table: ReportTable): AsyncGenerator<ReportRow> {
  if (table.columns.length > 0 && !table.columns.includes(SKU_COLUMN)) {
    throw new AppError({
      code: "amazon_report_failed",
      retry: "never",
      message: `listings report: no column ${SKU_COLUMN} among ${table.columns.length} columns`,
      context: { columns: table.columns.length },
    });
  }
  for await (const { at } of table.rows) {
    const row = readRow(at);
    if (row !== null) yield row;
  }
}

const SKU_COLUMN = "seller-sku";

function readRow(at: ReadColumn): ReportRow | null {
  const sku = at(SKU_COLUMN);
  if (sku.trim() === "") return null;
  return {
    sku,
    title: at("item-name").trim(),
    asin: readAsin(at),
    barcode: readBarcode(at),
    isActive: at("status").trim().toLowerCase() === "active",
    quantity: readQuantity(at("quantity").trim()),
    fulfilment: readFulfilment(at("fulfillment-channel").trim().toUpperCase()),
  };
}

type ReadColumn = (name: string) => string;

// product-id-type: 1 ASIN, 2 ISBN, 3 UPC, 4 EAN (listings report reference, read 2026-11).
function readAsin(at: ReadColumn): string | null {
  const named = parseAsin(at("asin1"));
  return named ?? (at("product-id-type").trim() === "1" ? parseAsin(at("product-id")) : null);
}

function readBarcode(at: ReadColumn): string | null {
  const isBarcode = ["3", "4"].includes(at("product-id-type").trim());
  const digits = at("product-id").trim();
  return isBarcode && /^\d{8,14}$/.test(digits) ? digits : null;
}

function readQuantity(text: string): number | null {
  return /^\d{1,9}$/.test(text) ? Number.parseInt(text, 10) : null;
}

function readFulfilment(channel: string): "merchant" | "amazon" | null {
  if (channel === "DEFAULT") return "merchant";
  return channel.startsWith("AMAZON") ? "amazon" : null;
}
