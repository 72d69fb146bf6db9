/**
 * GET_MERCHANT_LISTINGS_ALL_DATA with the column names of other languages. A reader that goes by the
 * English names must find its way all the same. Amazon publishes no list of them: these are the words
 * sellers quote, and columns nobody quotes keep their English name.
 */
import type { ReportColumn } from "./merchant-listings-report.ts";

export const REPORT_LOCALES = ["en", "de", "fr", "ja"] as const;
export type ReportLocale = (typeof REPORT_LOCALES)[number];

type Words = Partial<Record<ReportColumn, string>>;

export const REPORT_HEADERS: Readonly<Record<ReportLocale, Words>> = {
  en: {},
  de: {
    "item-name": "Artikelbezeichnung",
    "item-description": "Artikelbeschreibung",
    "listing-id": "Angebotsnummer",
    "seller-sku": "Händler-SKU",
    price: "Preis",
    quantity: "Menge",
    "open-date": "Erstellungsdatum",
    "image-url": "Bild-URL",
    "item-is-marketplace": "Artikel ist Marketplace-Angebot",
    "product-id-type": "Produkt-ID-Typ",
    "item-note": "Anmerkungen zum Artikel",
    "item-condition": "Artikelzustand",
    asin1: "ASIN 1",
    asin2: "ASIN 2",
    asin3: "ASIN 3",
    "will-ship-internationally": "Internationaler Versand",
    "expedited-shipping": "Expressversand",
    "product-id": "Produkt-ID",
    "add-delete": "Hinzufügen-Löschen",
    "pending-quantity": "Anzahl Bestellungen",
    "fulfillment-channel": "Versender",
    "merchant-shipping-group": "Händlerversandgruppe",
    status: "Status",
  },
  fr: {
    "item-name": "Nom de l'article",
    "item-description": "Description de l'article",
    "listing-id": "Identifiant de l'offre",
    "seller-sku": "SKU vendeur",
    price: "Prix",
    quantity: "Quantité",
    "open-date": "Date de mise en vente",
    "image-url": "URL de l'image",
    "product-id-type": "Type d'identifiant produit",
    "item-note": "Note sur l'état",
    "item-condition": "État de l'article",
    asin1: "ASIN 1",
    asin2: "ASIN 2",
    asin3: "ASIN 3",
    "will-ship-internationally": "Livraison internationale",
    "expedited-shipping": "Livraison express",
    "product-id": "Identifiant produit",
    "pending-quantity": "Quantité en attente",
    "fulfillment-channel": "Canal de traitement",
    "merchant-shipping-group": "Groupe d'expédition du vendeur",
    status: "Statut",
  },
  ja: {
    "item-name": "商品名",
    "item-description": "商品説明",
    "listing-id": "出品ID",
    "seller-sku": "出品者SKU",
    price: "価格",
    quantity: "数量",
    "open-date": "出品日",
    "image-url": "画像URL",
    "product-id-type": "商品IDタイプ",
    "item-note": "コンディション説明",
    "item-condition": "コンディション",
    asin1: "ASIN 1",
    asin2: "ASIN 2",
    asin3: "ASIN 3",
    "will-ship-internationally": "国外へ配送可",
    "expedited-shipping": "迅速な配送",
    "product-id": "商品ID",
    "pending-quantity": "在庫数",
    "fulfillment-channel": "フルフィルメント・チャンネル",
    "merchant-shipping-group": "merchant-shipping-group",
    status: "ステータス",
  },
};
