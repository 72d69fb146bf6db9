import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { openDocument, readLines } from "./report-document.ts";
import { readReportRows, type ReportRow } from "./report-rows.ts";
import { openTable } from "./report-table.ts";

const HEADER =
  "item-name\titem-description\tlisting-id\tseller-sku\tprice\tquantity\topen-date\timage-url\t" +
  "product-id-type\tasin1\tproduct-id\tfulfillment-channel\tmerchant-shipping-group\tstatus";

async function rowsOf(bytes: Uint8Array | string, charset: string | null = "UTF-8") {
  const url = `data:text/plain${charset === null ? "" : `;charset=${charset}`};base64,${Buffer.from(bytes).toString("base64")}`;
  const document = await openDocument(url, new AbortController().signal);
  const rows: ReportRow[] = [];
  const table = await openTable(readLines(document, "windows-1252"));
  for await (const row of readReportRows(table)) rows.push(row);
  return rows;
}

function line(fields: Partial<Record<string, string>>): string {
  return HEADER.split("\t")
    .map((name) => fields[name] ?? "")
    .join("\t");
}

const CUP = line({
  "item-name": "Tasse für Café",
  "seller-sku": "CUP 1/2, blau ☕",
  quantity: "12",
  "product-id-type": "1",
  asin1: "B071VG5N9D",
  "product-id": "B071VG5N9D",
  "fulfillment-channel": "DEFAULT",
  status: "Active",
});
const CUP_ROW = {
  sku: "CUP 1/2, blau ☕",
  title: "Tasse für Café",
  asin: "B071VG5N9D",
  barcode: null,
  isActive: true,
  quantity: 12,
  fulfilment: "merchant",
};

describe("the listings report", () => {
  it.each([
    { how: "as it is", bytes: Buffer.from(`${HEADER}\n${CUP}\n`) },
    { how: "with Windows line ends and no last one", bytes: Buffer.from(`${HEADER}\r\n${CUP}`) },
    { how: "with a byte order mark", bytes: Buffer.from(`\uFEFF${HEADER}\n${CUP}\n`) },
    { how: "compressed", bytes: gzipSync(`${HEADER}\n${CUP}\n`) },
    { how: "with words for hyphens", bytes: Buffer.from(`${HEADER.replaceAll("seller-sku", "Seller SKU")}\n${CUP}\n`) },
  ])("is read $how", async ({ bytes }) => {
    expect(await rowsOf(bytes)).toEqual([CUP_ROW]);
  }); // prettier-ignore

  it("is read in the charset its document names", async () => {
    const bytes = Buffer.from(`${HEADER}\n${CUP.replace(" ☕", "")}\n`, "latin1");

    expect((await rowsOf(bytes, "windows-1252"))[0]?.title).toBe("Tasse für Café");
    expect((await rowsOf(bytes, "x-no-such-charset"))[0]?.sku).toBe("CUP 1/2, blau");
  });

  it("is read in Shift_JIS", async () => {
    // 日本 in Shift_JIS.
    const name = Buffer.from([0x93, 0xfa, 0x96, 0x7b]);
    const bytes = Buffer.concat([
      Buffer.from("item-name\tseller-sku\n"),
      name,
      Buffer.from("\tSKU-1\n"),
    ]);

    expect((await rowsOf(bytes, "Shift_JIS"))[0]).toMatchObject({ title: "日本", sku: "SKU-1" });
  });

  it.each([
    [{ asin1: "", "product-id-type": "1", "product-id": "B071VG5N9D" }, { asin: "B071VG5N9D" }],
    [{ asin1: "", "product-id-type": "4", "product-id": "4006381333931" }, { asin: null, barcode: "4006381333931" }],
    [{ asin1: "", "product-id": "" }, { asin: null, barcode: null }],
    [{ "fulfillment-channel": "AMAZON_NA", quantity: "" }, { fulfilment: "amazon", quantity: null }],
    [{ "fulfillment-channel": "", status: "" }, { fulfilment: null, isActive: false }],
    [{ status: "Incomplete", quantity: "many" }, { isActive: false, quantity: null }],
  ])("with %j has %j", async (fields, row) => {
    expect(await rowsOf(`${HEADER}\n${line({ "seller-sku": "S", ...fields })}\n`)).toMatchObject([row]);
  }); // prettier-ignore

  it("leaves out rows without a SKU and takes short rows as they are", async () => {
    const rows = await rowsOf(`${HEADER}\n\n${line({ "item-name": "x" })}\nname\t\t\tSHORT\n`);

    expect(rows.map(({ sku }) => sku)).toEqual(["SHORT"]);
  });

  it.each(["", "\n", "Artikelname\tPreis\n"])("with header %j is a failed report", async (text) => {
    const reading = rowsOf(text);

    if (text.trim() === "") expect(await reading).toEqual([]);
    else await expect(reading).rejects.toMatchObject({ code: "amazon_report_failed" });
  });

  it("is read row by row, however long", async () => {
    const rows = 20_000;
    const text = Array.from({ length: rows }, (_, index) => line({ "seller-sku": `S${index}` }));

    expect(await rowsOf(gzipSync(`${HEADER}\n${text.join("\n")}`))).toHaveLength(rows);
  });
});
