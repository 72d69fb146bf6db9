/**
 * Amazon's stores as data. Ids, regions and Seller Central hosts: SP-API documentation,
 * "Marketplace IDs" and "Seller Central URLs", read 2026-11.
 */
export type AmazonRegion = "na" | "eu" | "fe";

export interface Marketplace {
  readonly id: string;
  readonly country: string;
  readonly name: string;
  readonly region: AmazonRegion;
  readonly currency: string;
  readonly language: string;
  readonly domain: string;
  readonly sellerCentralHost: string;
}

const EUROPE_HOST = "sellercentral-europe.amazon.com";

type Row = readonly [
  id: string,
  country: string,
  region: AmazonRegion,
  currency: string,
  language: string,
  domain: string,
  sellerCentralHost?: string,
];

const ROWS: readonly Row[] = [
  ["A2EUQ1WTGCTBG2", "CA", "na", "CAD", "en_CA", "amazon.ca"],
  ["ATVPDKIKX0DER", "US", "na", "USD", "en_US", "amazon.com"],
  ["A1AM78C64UM0Y8", "MX", "na", "MXN", "es_MX", "amazon.com.mx"],
  ["A2Q3Y263D00KWC", "BR", "na", "BRL", "pt_BR", "amazon.com.br"],
  ["A28R8C7NBKEWEA", "IE", "eu", "EUR", "en_IE", "amazon.ie"],
  ["A1RKKUPIHCS9HS", "ES", "eu", "EUR", "es_ES", "amazon.es", EUROPE_HOST],
  ["A1F83G8C2ARO7P", "GB", "eu", "GBP", "en_GB", "amazon.co.uk", EUROPE_HOST],
  ["A13V1IB3VIYZZH", "FR", "eu", "EUR", "fr_FR", "amazon.fr", EUROPE_HOST],
  ["AMEN7PMS3EDWL", "BE", "eu", "EUR", "fr_BE", "amazon.com.be"],
  ["A1805IZSGTT6HS", "NL", "eu", "EUR", "nl_NL", "amazon.nl"],
  ["A1PA6795UKMFR9", "DE", "eu", "EUR", "de_DE", "amazon.de", EUROPE_HOST],
  ["APJ6JRA9NG5V4", "IT", "eu", "EUR", "it_IT", "amazon.it", EUROPE_HOST],
  ["A2NODRKZP88ZB9", "SE", "eu", "SEK", "sv_SE", "amazon.se"],
  ["AE08WJ6YKNBMC", "ZA", "eu", "ZAR", "en_ZA", "amazon.co.za"],
  ["A1C3SOZRARQ6R3", "PL", "eu", "PLN", "pl_PL", "amazon.pl"],
  ["ARBP9OOSHTCHU", "EG", "eu", "EGP", "ar_EG", "amazon.eg"],
  ["A33AVAJ2PDY3EV", "TR", "eu", "TRY", "tr_TR", "amazon.com.tr"],
  ["A17E79C6D8DWNP", "SA", "eu", "SAR", "ar_SA", "amazon.sa"],
  ["A2VIGQ35RCS4UG", "AE", "eu", "AED", "en_AE", "amazon.ae"],
  ["A21TJRUUN4KGV", "IN", "eu", "INR", "en_IN", "amazon.in"],
  ["A19VAU5U5O7RUS", "SG", "fe", "SGD", "en_SG", "amazon.sg"],
  ["A39IBJ37TRP1C6", "AU", "fe", "AUD", "en_AU", "amazon.com.au"],
  ["A1VC38T7YXB528", "JP", "fe", "JPY", "ja_JP", "amazon.co.jp"],
];

export const MARKETPLACES: readonly Marketplace[] = ROWS.map(
  ([id, country, region, currency, language, domain, sellerCentralHost]) => ({
    id,
    country,
    region,
    currency,
    language,
    domain: `www.${domain}`,
    name: country === "US" ? "Amazon.com" : `Amazon.${domain.replace("amazon.", "")}`,
    sellerCentralHost: sellerCentralHost ?? `sellercentral.${domain}`,
  }),
);

export function findMarketplace(id: string): Marketplace | undefined {
  return MARKETPLACES.find((marketplace) => marketplace.id === id);
}

/** `sellingpartnerapi-na.amazon.com` → `na`; undefined for any other host. */
export function regionOfApiHost(host: string): AmazonRegion | undefined {
  const found = /^sellingpartnerapi-(na|eu|fe)\.amazon\.com$/.exec(host)?.[1];
  return found === "na" || found === "eu" || found === "fe" ? found : undefined;
}

export function isSellerCentralHost(host: string): boolean {
  return /^sellercentral(-[a-z]+)?\.amazon\.[a-z.]+$/.test(host);
}
