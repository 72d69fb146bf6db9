// A spreadsheet takes a cell that begins like this for a formula and runs it.
const FORMULA = /^[=+\-@\t\r]/;

/** Rows as comma-separated values (RFC 4180), safe to open in a spreadsheet: no cell becomes a formula. */
export function printCsv(rows: readonly (readonly (string | null)[])[]): string {
  return rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

function cell(value: string | null): string {
  const text = value ?? "";
  const plain = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
