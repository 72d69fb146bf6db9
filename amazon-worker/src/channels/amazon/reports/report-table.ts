/** One row of a tab-separated report. */
export interface TableRow {
  /** The cell under a header name in lower case with hyphens; empty when there is no such column. */
  readonly at: (name: string) => string;
  readonly cells: readonly string[];
}

/** A tab-separated report while it is read. */
export interface ReportTable {
  /** Header names in lower case with hyphens, in order; empty for an empty document. */
  readonly columns: readonly string[];
  readonly rows: AsyncIterable<TableRow>;
}

/**
 * Reads the header and gives the rows one by one. Columns are found by name, because Amazon adds and moves
 * them.
 *
 * Amazon's reports quote nothing, so a quotation mark is a character like any other, unless the header
 * itself is quoted. Seller text may still hold what separates cells: a cell that opens a quote and is closed
 * some cells later is one cell where that makes the row as wide as the header, and lines that are too short
 * are joined where together they are exactly one row.
 */
export async function openTable(lines: AsyncGenerator<string>): Promise<ReportTable> {
  const header = await firstLine(lines);
  const isQuoted = header.startsWith('"');
  const columns = header === "" ? [] : splitLine(header, isQuoted).map(normalName);
  return { columns, rows: readRows(lines, columns, isQuoted) };
}

async function firstLine(lines: AsyncGenerator<string>): Promise<string> {
  for (;;) {
    const next = await lines.next();
    if (next.done === true) return "";
    if (next.value.trim() !== "") return next.value;
  }
}

/** "Seller SKU" and "seller-sku" both occur. */
export function normalName(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_\u00a0]+/g, "-");
}

// Longer than any description with line breaks; a damaged document must not be gathered into one row.
const JOINED_LINES_MAX = 200;

async function* readRows(
  lines: AsyncGenerator<string>,
  columns: readonly string[],
  isQuoted: boolean,
): AsyncGenerator<TableRow> {
  const places = new Map(columns.map((name, index) => [name, index]));
  const toRow = (cells: readonly string[]): TableRow => ({
    cells,
    at: (name) => cells[places.get(name) ?? -1] ?? "",
  });
  let short: (readonly string[])[] = [];
  for await (const line of lines) {
    if (line === "" && short.length === 0) continue;
    const cells = fitted(splitLine(line, isQuoted), columns.length);
    if (cells.length >= columns.length) {
      yield* short.map(toRow);
      short = [];
      yield toRow(cells);
      continue;
    }
    short.push(cells);
    const width = widthOf(short);
    if (width < columns.length && short.length < JOINED_LINES_MAX) continue;
    if (width === columns.length) yield toRow(joined(short));
    else yield* short.map(toRow);
    short = [];
  }
  yield* short.map(toRow);
}

/** How many cells short lines have together when the breaks between them stood inside cells. */
function widthOf(lines: readonly (readonly string[])[]): number {
  return lines.reduce((width, cells) => width + cells.length - 1, 1);
}

function joined(lines: readonly (readonly string[])[]): string[] {
  const cells: string[] = [];
  for (const [head = "", ...tail] of lines) {
    const last = cells.pop();
    cells.push(last === undefined ? head : `${last}\n${head}`, ...tail);
  }
  return cells;
}

function splitLine(line: string, isQuoted: boolean): string[] {
  const cells = line.split("\t");
  return isQuoted ? withoutTabsInQuotes(cells).map(unquoted) : cells;
}

/** A row wider than the header: cells that a quote holds together become one where that makes it fit. */
function fitted(cells: string[], width: number): string[] {
  if (cells.length <= width) return cells;
  const together = withoutTabsInQuotes(cells);
  return together.length === width ? together.map(unquoted) : cells;
}

function withoutTabsInQuotes(cells: readonly string[]): string[] {
  const together: string[] = [];
  let open: string | null = null;
  for (const cell of cells) {
    const so: string = open === null ? cell : `${open}\t${cell}`;
    const isOpen = so.startsWith('"') && !isClosed(so);
    if (!isOpen) together.push(so);
    open = isOpen ? so : null;
  }
  // Never closed: the mark was a character like any other.
  return open === null ? together : [...together, ...open.split("\t")];
}

/** Whether a text that opens a quote also closes it: an odd number of marks stands at its end. */
function isClosed(text: string): boolean {
  const marks = /"*$/.exec(text.slice(1))?.[0].length ?? 0;
  return marks % 2 === 1;
}

function unquoted(cell: string): string {
  if (!cell.startsWith('"') || !isClosed(cell)) return cell;
  return cell.slice(1, -1).replaceAll('""', '"');
}
