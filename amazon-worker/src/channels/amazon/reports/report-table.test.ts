import { describe, expect, it } from "vitest";
import { openTable } from "./report-table.ts";

async function cellsOf(text: string): Promise<string[][]> {
  const lines = (async function* () {
    await Promise.resolve();
    yield* text.split("\n");
  })();
  const cells: string[][] = [];
  for await (const row of (await openTable(lines)).rows) cells.push([...row.cells]);
  return cells;
}

describe("a tab-separated report", () => {
  it.each([
    ["keeps quotation marks that quote nothing", 'a\tb\n12" ruler\t"x"', [['12" ruler', '"x"']]],
    ["keeps a tab inside quotes in its cell", 'a\tb\n"one\ttwo"\t3', [["one\ttwo", "3"]]],
    ["keeps stray cells when no quote explains them", "a\tb\n1\t2\t3", [["1", "2", "3"]]],
    ["unquotes where the header is quoted", '"a"\t"b"\n"say ""hi"""\t"2"', [['say "hi"', "2"]]],
    ["keeps a quote that is never closed", 'a\tb\n"x\ty\tz', [['"x', "y", "z"]]],
    ["joins a row that a line break inside a cell cut", "a\tb\tc\n1\ttext\nmore\nend\t3\n4\t5\t6", [["1", "text\nmore\nend", "3"], ["4", "5", "6"]]],
    ["takes rows as they are when they only lack cells", "a\tb\tc\n1\t2\n4\t5\t6\n7\t8", [["1", "2"], ["4", "5", "6"], ["7", "8"]]],
    ["passes over empty lines", "\n\na\tb\n\n1\t2\n\n", [["1", "2"]]],
    ["has no rows without a header", "", []],
  ])("%s", async (_claim, text, cells) => {
    expect(await cellsOf(text)).toEqual(cells);
  }); // prettier-ignore
});
