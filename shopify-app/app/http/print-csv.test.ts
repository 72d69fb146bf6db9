import { expect, it } from "vitest";
import { printCsv } from "./print-csv.ts";

it("quotes what would break a row, and lets no cell become a formula", () => {
  const text = printCsv([
    ["SKU", "Title", null],
    ['a"b', "one, two\nthree", "=1+2"],
    ["-5", "@x", "plain"],
  ]);

  expect(text).toBe('SKU,Title,\r\n"a""b","one, two\nthree",\'=1+2\r\n\'-5,\'@x,plain\r\n');
});
