import { AppError } from "@calibr/shared/core/app-error";
import { parseAsin } from "@calibr/shared/core/ids";

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
 * Reads the tab-separated lines of the report; columns are found by name, because Amazon adds and moves
 * them. There is no quoting. Rows without a SKU are left out.
 * @throws AppError amazon_report_failed when the header does not name the SKU column.
 */
export async function* readReportRows(lines: AsyncIterable<string>): AsyncGenerator<ReportRow> {
  let columns: ReadonlyMap<string, number> | null = null;
  for await (const line of lines) {
    if (columns === null) {
      columns = readHeader(line);
      continue;
    }
    const row = readRow(line.split("\t"), columns);
    if (row !== null) yield row;
  }
}

const SKU_COLUMN = "seller-sku";

function readHeader(line: string): ReadonlyMap<string, number> {
  const names = line.split("\t").map(normalName);
  if (!names.includes(SKU_COLUMN)) {
    throw new AppError({
      code: "amazon_report_failed",
      retry: "never",
      message: `listings report: no column ${SKU_COLUMN} among ${names.length} columns`,
      context: { columns: names.length },
    });
  }
  return new Map(names.map((name, index) => [name, index]));
}

// "Seller SKU" and "seller-sku" both occur; a byte order mark sticks to the first name.
function normalName(name: string): string {
  return name
    .replace(/^\uFEFF/, "")
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_]+/g, "-");
}

function readRow(
  fields: readonly string[],
  columns: ReadonlyMap<string, number>,
): ReportRow | null {
  const at = (name: string): string => fields[columns.get(name) ?? -1] ?? "";
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
