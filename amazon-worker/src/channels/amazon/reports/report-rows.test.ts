import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { openDocument, readLines } from "./report-document.ts";
import type { ReportedListing } from "@calibr/shared/ports/catalog-source";
import { readReportRows } from "./report-rows.ts";
import { openTable } from "./report-table.ts";

const HEADER =
  "item-name\titem-description\tlisting-id\tseller-sku\tprice\tquantity\topen-date\timage-url\t" +
  "product-id-type\tasin1\tproduct-id\tfulfillment-channel\tmerchant-shipping-group\tstatus";

async function rowsOf(bytes: Uint8Array | string, charset: string | null = "UTF-8") {
  const url = `data:text/plain${charset === null ? "" : `;charset=${charset}`};base64,${Buffer.from(bytes).toString("base64")}`;
  const document = await openDocument(url, new AbortController().signal);
  const rows: ReportedListing[] = [];
  const table = await openTable(readLines(document, "windows-1252"));
  for await (const { listings } of readReportRows(table)) rows.push(...listings);
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
  price: "19.99",
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
  status: "active",
  quantity: 12,
  fulfilment: "merchant",
  priceText: "19.99",
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
    [{ "fulfillment-channel": "", status: "" }, { fulfilment: null, status: "inactive" }],
    [{ status: "Incomplete", quantity: "many" }, { status: "inactive", quantity: null }],
  ])("with %j has %j", async (fields, row) => {
    expect(await rowsOf(`${HEADER}\n${line({ "seller-sku": "S", ...fields })}\n`)).toMatchObject([row]);
  }); // prettier-ignore

  it("leaves out rows without a SKU and takes short rows as they are", async () => {
    const rows = await rowsOf(`${HEADER}\n\n${line({ "item-name": "x" })}\nname\t\t\tSHORT\n`);

    expect(rows.map(({ sku }) => sku)).toEqual(["SHORT"]);
  });

  it("that is empty has no rows", async () => {
    expect(await rowsOf("\n")).toEqual([]);
  });

  it("whose SKU column cannot be told says which columns it has", async () => {
    await expect(rowsOf("Warenname\tKosten\nTasse\t19,99\n")).rejects.toMatchObject({
      code: "amazon_report_unreadable",
      message: expect.stringContaining('"warenname" "kosten"') as string,
    });
  });

  it.each([
    ["German", "Artikelbezeichnung\tHändler-SKU\tPreis\tMenge\tASIN 1\tVersender\tStatus", "Aktiv"],
    ["French", "nom-produit\tsku-vendeur\tprix\tquantité\tasin1\tcanal-traitement\tétat", "Actif"],
    ["Italian", "Nome dell'articolo\tSKU venditore\tPrezzo\tQuantità\tASIN1\tCanale di gestione\tStato", "Attivo"],
    ["Spanish", "Título del producto\tSKU del vendedor\tPrecio\tCantidad\tASIN 1\tCanal de gestión logística\tEstado", "Activo"],
    ["Polish", "nazwa-produktu\tsku-sprzedawcy\tcena\tilość\tasin1\tkanał-realizacji\tstatus", "Aktywny"],
    ["Turkish", "item-name (ürün adı)\tseller-sku (satıcı-sku)\tprice (fiyat)\tquantity (adet)\tasin1\tfulfillment-channel (dağıtım kanalı)\tdurum", "Etkin"],
    ["Japanese", "商品名\t出品者SKU\t価格\t数量\tASIN 1\tフルフィルメント・チャンネル\tステータス", "出品中"],
    ["Chinese", "商品名称\t卖家 SKU\t价格\t数量\tASIN1\t配送渠道\t状态", "在售"],
    ["Arabic", "اسم-المنتج\tsku-البائع\tالسعر\tالكمية\tasin1\tقناة-الشحن\tالحالة", "نشط"],
    ["British", "item-name\tseller-sku\tprice\tquantity\tasin1\tfulfilment-channel\tstatus", "Active"],
  ])("with a %s header is read by its names", async (_language, header, active) => {
    const row = `Tasse\tCUP-1\t19,99\t12\tB071VG5N9D\tAMAZON_EU\t${active}`;

    expect(await rowsOf(`${header}\n${row}\n`)).toEqual([
      { sku: "CUP-1", title: "Tasse", asin: "B071VG5N9D", barcode: null, status: "active", quantity: 12, fulfilment: "amazon", priceText: "19,99" },
    ]);
  }); // prettier-ignore

  it("in a language nobody told us is read by what stands in its columns", async () => {
    const header = Array.from({ length: 30 }, (_, index) => `kolumn ${String(index)}`);
    const cells = header.map(() => "");
    Object.assign(cells, { 0: "Kopp", 2: "0816Y30OYFH", 3: "KOPP-1", 4: "19.99", 16: "B071VG5N9D", 26: "DEFAULT" }); // prettier-ignore

    const rows = await rowsOf(`${header.join("\t")}\n${cells.join("\t")}\n`);

    expect(rows).toMatchObject([
      { sku: "KOPP-1", title: "Kopp", asin: "B071VG5N9D", fulfilment: "merchant" },
    ]);
  });

  it("that names no charset is read as UTF-8 and, where it is none, as Windows-1252", async () => {
    const bytes = Buffer.concat([
      Buffer.from("item-name\tseller-sku\nTasse für ☕\tS1\n"),
      Buffer.from("Tasse für\tS2\n", "latin1"),
    ]);

    expect((await rowsOf(bytes, null)).map(({ title }) => title)).toEqual(["Tasse für ☕", "Tasse für"]); // prettier-ignore
  });

  it("names a SKU that comes twice once, as the active one of the two", async () => {
    const off = line({ "seller-sku": "S", status: "Inactive" });
    const on = line({ "seller-sku": "S", status: "Active" });

    expect(await rowsOf(`${HEADER}\n${on}\n${off}\n`)).toMatchObject([{ status: "active" }]);
    expect(await rowsOf(`${HEADER}\n${off}\n${on}\n`)).toMatchObject([{ status: "active" }]);
  });

  it("is read row by row, however long", async () => {
    const rows = 20_000;
    const text = Array.from({ length: rows }, (_, index) => line({ "seller-sku": `S${index}` }));

    expect(await rowsOf(gzipSync(`${HEADER}\n${text.join("\n")}`))).toHaveLength(rows);
  });
});
