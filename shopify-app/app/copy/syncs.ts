/** Words about runs of imports, market checks and other readings. */
import type {
  SyncDifferenceView,
  SyncKind,
  SyncPartView,
  SyncState,
} from "@calibr/shared/ports/sync-views";
import { placeName } from "./countries.ts";
import { moneyWords } from "./money.ts";
import { instantWords } from "./time.ts";

export const SYNC_KIND_WORDS: Readonly<Record<SyncKind, string>> = {
  import: "Import",
  sweep: "Market check",
  changes: "Changes",
  items: "Catalogue pages",
  stock: "Stock",
  fees: "Fees",
};

export const SYNC_STATE_WORDS: Readonly<Record<SyncState, string>> = {
  running: "Running",
  done: "Done",
  failed: "Failed",
};

export const PART_STATE_WORDS: Readonly<Record<SyncPartView["state"], string>> = {
  report: "Waiting for Amazon’s list",
  details: "Looking listings up",
  done: "Done",
  failed: "Failed",
};

export const DIFFERENCE_WORDS: Readonly<Record<SyncDifferenceView["kind"], string>> = {
  added: "New",
  changed: "Changed",
  gone: "Gone",
  not_believed: "Not believed",
};

const FIELDS: Readonly<Record<string, string | undefined>> = {
  asin: "ASIN",
  sku: "SKU",
  barcode: "Barcode",
  asin_field: "ASIN in your store",
  title: "Title",
  currency: "Currency",
  status: "Status",
  fulfilment: "Fulfilment",
  condition: "Condition",
  product_type: "Product type",
  is_auto_priced: "Automate Pricing",
  sale_until: "Sale price until",
  quantity: "Stock",
  price_minor: "Price",
  compare_at_minor: "Compare-at price",
  listings: "Listings",
};

/** The name of a fact; one that came later keeps its own. */
export function fieldName(field: string): string {
  return FIELDS[field] ?? field.replace(/_minor$/, "").replaceAll("_", " ");
}

/** One side of a difference as a person reads it. */
export function differenceValue(
  difference: Pick<SyncDifferenceView, "field" | "currency">,
  value: string | null,
): string {
  const { field, currency } = difference;
  if (value === null || value === "") return "–";
  if (field?.endsWith("_minor") === true && currency !== null && /^-?\d+$/.test(value))
    return moneyWords({ amountMinor: value, currency });
  if (field === "is_auto_priced") return value === "true" ? "On" : "Off";
  if (field === "sale_until") return instantWords(value);
  return /^[a-z_]+$/.test(value) && field !== "title" ? value.replaceAll("_", " ") : value;
}

/** Differences as rows of a table, its headings first. */
export function differenceTable(rows: readonly SyncDifferenceView[]): string[][] {
  const lines = rows.map((row) => [
    row.marketplaceId === "" ? "" : placeName(row.marketplaceId),
    row.sku,
    row.title ?? "",
    DIFFERENCE_WORDS[row.kind],
    row.field === null ? "" : fieldName(row.field),
    row.oldValue === null ? "" : differenceValue(row, row.oldValue),
    row.newValue === null ? "" : differenceValue(row, row.newValue),
  ]);
  return [["Country store", "SKU", "Title", "What", "Fact", "Before", "Now"], ...lines];
}
