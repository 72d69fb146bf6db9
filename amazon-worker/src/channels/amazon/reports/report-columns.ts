import { AppError } from "@calibr/shared/core/app-error";
import { parseAsin } from "@calibr/shared/core/ids";

/** The columns of GET_MERCHANT_LISTINGS_ALL_DATA that we read, by their English names. */
export type ListingColumn =
  | "seller-sku"
  | "item-name"
  | "asin1"
  | "product-id"
  | "product-id-type"
  | "price"
  | "quantity"
  | "fulfillment-channel"
  | "status";

/** Where each column stands; those that could not be found are missing. */
export type ColumnPlaces = ReadonlyMap<ListingColumn, number>;

/**
 * Amazon writes the header in the language of the seller's account and publishes no list of the words. These
 * are the ones that sellers and open tools quote (jlevers/selling-partner-api issue 525 for Chinese). Turkish adds its word in brackets after the English one.
 */
const NAMES: Readonly<Record<ListingColumn, readonly string[]>> = {
  "seller-sku": ["seller-sku", "handler-sku", "sku-vendeur", "sku-venditore", "sku-del-vendedor", "sku-vendedor", "出品者sku", "卖家-sku", "sku-sprzedawcy", "sku-البائع", "sku"],
  "item-name": ["item-name", "artikelbezeichnung", "nom-produit", "nom-de-l-article", "nome-dell-articolo", "titulo-del-producto", "商品名", "商品名称", "nazwa-produktu", "اسم-المنتج"],
  asin1: ["asin1", "asin-1", "asin"],
  "product-id": ["product-id", "produkt-id", "id-produit", "identifiant-produit", "identificativo-del-prodotto", "identificador-del-producto", "商品id", "商品编码", "identyfikator-produktu", "رقم-المنتج"],
  "product-id-type": ["product-id-type", "produkt-id-typ", "type-id-produit", "type-d-identifiant-produit", "tipo-di-identificativo-del-prodotto", "tipo-de-identificador-de-producto", "商品idタイプ", "商品编码类型", "typ-identyfikatora-produktu", "نوع-رقم-المنتج"],
  price: ["price", "preis", "prix", "prezzo", "precio", "価格", "价格", "cena", "السعر"],
  quantity: ["quantity", "menge", "quantite", "quantita", "cantidad", "数量", "ilosc", "الكمية"],
  "fulfillment-channel": ["fulfillment-channel", "fulfilment-channel", "versender", "canal-traitement", "canal-de-traitement", "canale-di-gestione", "canal-de-gestion-logistica", "フルフィルメント-チャンネル", "配送渠道", "kanal-realizacji", "قناة-الشحن"],
  status: ["status", "statut", "etat", "stato", "estado", "ステータス", "状态", "durum", "الحالة"],
}; // prettier-ignore

/** A name as names are compared: lower case, without accents, anything but letters and digits as one hyphen. */
export function plainName(name: string): string {
  return (
    name
      .replace(/\s*[(（].*$/u, "")
      .normalize("NFKD")
      .replaceAll(/\p{Mn}/gu, "")
      .normalize("NFC")
      .toLowerCase()
      // Polish crosses its l instead of adding an accent.
      .replaceAll("ł", "l")
      .replaceAll(/[^\p{L}\p{N}]+/gu, "-")
      .replaceAll(/^-+|-+$/g, "")
  );
}

/**
 * Finds the columns: by name in any language we know, else by what stands in the first rows, else by the
 * order that Amazon keeps in every language.
 * @throws AppError amazon_report_unreadable, with the names found, when no column can be the SKU's.
 */
export function findColumns(
  headers: readonly string[],
  sample: readonly (readonly string[])[],
): ColumnPlaces {
  const plain = headers.map(plainName);
  const places = new Map<ListingColumn, number>();
  for (const [column, names] of entriesOf(NAMES)) {
    // The last of two: in Chinese the listing's id and the product's have one name, in this order.
    const place = names
      .map((name) => plain.lastIndexOf(plainName(name)))
      .find((each) => each !== -1);
    if (place !== undefined) places.set(column, place);
  }
  const byValue = (column: ListingColumn, fits: (cell: string) => boolean): void => {
    if (places.has(column)) return;
    const place = headers.findIndex((_, index) => fitsAll(sample, index, fits));
    if (place !== -1) places.set(column, place);
  };
  byValue("asin1", (cell) => parseAsin(cell) !== null);
  byValue("fulfillment-channel", (cell) => /^(DEFAULT|AMAZON(_[A-Z]{2,4})?)$/.test(cell));
  if (!places.has("seller-sku") && hasUsualOrder(sample, headers.length)) {
    for (const [index, column] of USUAL_ORDER) if (!places.has(column)) places.set(column, index);
  }
  if (!places.has("seller-sku")) throw unreadable(headers);
  return places;
}

function entriesOf(names: typeof NAMES): readonly (readonly [ListingColumn, readonly string[]])[] {
  // The keys of our own constant.
  return Object.entries(names) as [ListingColumn, readonly string[]][];
}

/** Whether a column has values and all of them fit. */
function fitsAll(
  sample: readonly (readonly string[])[],
  index: number,
  fits: (cell: string) => boolean,
): boolean {
  const cells = sample.map((row) => (row[index] ?? "").trim()).filter((cell) => cell !== "");
  return cells.length > 0 && cells.every(fits);
}

// The order of the report since 2014, kept in all languages (models issue 3999: unused columns keep their place).
const USUAL_ORDER: readonly (readonly [number, ListingColumn])[] = [
  [0, "item-name"],
  [3, "seller-sku"],
  [4, "price"],
  [5, "quantity"],
  [9, "product-id-type"],
  [16, "asin1"],
  [22, "product-id"],
  [26, "fulfillment-channel"],
];

/** Whether the values stand where the usual order has them: listing id, SKU, price, date and ASIN. */
function hasUsualOrder(sample: readonly (readonly string[])[], width: number): boolean {
  if (width < 27) return false;
  const isListingId = (cell: string): boolean => /^[0-9A-Z]{10,12}$/.test(cell);
  return (
    fitsAll(sample, 2, isListingId) &&
    fitsAll(sample, 3, (cell) => cell.length <= 255) &&
    fitsAll(sample, 16, (cell) => parseAsin(cell) !== null)
  );
}

const HEADERS_SHOWN = 40;

function unreadable(headers: readonly string[]): AppError {
  const shown = headers.slice(0, HEADERS_SHOWN).map((name) => JSON.stringify(name));
  return new AppError({
    code: "amazon_report_unreadable",
    retry: "never",
    message: `listings report: none of ${String(headers.length)} columns is known as the SKU's: ${shown.join(" ")}`,
    context: { columns: headers.length },
  });
}
