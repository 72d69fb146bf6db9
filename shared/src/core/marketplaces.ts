import { type CurrencyCode, currency } from "./money/currency.ts";
import { type MarketplaceId, toMarketplaceId } from "./ids.ts";

/** One of Amazon's three API regions; one seller authorisation covers exactly one. */
export type AmazonRegion = "na" | "eu" | "fe";

/** One Amazon country store. */
export type Marketplace = {
  readonly id: MarketplaceId;
  /** ISO 3166-1 alpha-2; Amazon itself writes UK for GB. */
  readonly country: string;
  readonly region: AmazonRegion;
  readonly currency: CurrencyCode;
  /** Where a seller of this store signs in and gives consent. */
  readonly sellerCentralHost: string;
  /** The store's own host name, for links to a product page. */
  readonly domain: string;
};

/**
 * Amazon's 23 marketplaces. Ids and hosts: SP-API guide, "Marketplace IDs" and "Seller Central URLs",
 * read 2026-11. Ids that Amazon returns beside these ("Non-Amazon" multi-channel stores) are not
 * places where a price can be set.
 */
export const MARKETPLACES: readonly Marketplace[] = [
  row("A2EUQ1WTGCTBG2", "CA", "na", "CAD", "sellercentral.amazon.ca", "amazon.ca"),
  row("ATVPDKIKX0DER", "US", "na", "USD", "sellercentral.amazon.com", "amazon.com"),
  row("A1AM78C64UM0Y8", "MX", "na", "MXN", "sellercentral.amazon.com.mx", "amazon.com.mx"),
  row("A2Q3Y263D00KWC", "BR", "na", "BRL", "sellercentral.amazon.com.br", "amazon.com.br"),
  row("A28R8C7NBKEWEA", "IE", "eu", "EUR", "sellercentral.amazon.ie", "amazon.ie"),
  row("A1RKKUPIHCS9HS", "ES", "eu", "EUR", "sellercentral-europe.amazon.com", "amazon.es"),
  row("A1F83G8C2ARO7P", "GB", "eu", "GBP", "sellercentral-europe.amazon.com", "amazon.co.uk"),
  row("A13V1IB3VIYZZH", "FR", "eu", "EUR", "sellercentral-europe.amazon.com", "amazon.fr"),
  row("AMEN7PMS3EDWL", "BE", "eu", "EUR", "sellercentral.amazon.com.be", "amazon.com.be"),
  row("A1805IZSGTT6HS", "NL", "eu", "EUR", "sellercentral.amazon.nl", "amazon.nl"),
  row("A1PA6795UKMFR9", "DE", "eu", "EUR", "sellercentral-europe.amazon.com", "amazon.de"),
  row("APJ6JRA9NG5V4", "IT", "eu", "EUR", "sellercentral-europe.amazon.com", "amazon.it"),
  row("A2NODRKZP88ZB9", "SE", "eu", "SEK", "sellercentral.amazon.se", "amazon.se"),
  row("AE08WJ6YKNBMC", "ZA", "eu", "ZAR", "sellercentral.amazon.co.za", "amazon.co.za"),
  row("A1C3SOZRARQ6R3", "PL", "eu", "PLN", "sellercentral.amazon.pl", "amazon.pl"),
  row("ARBP9OOSHTCHU", "EG", "eu", "EGP", "sellercentral.amazon.eg", "amazon.eg"),
  row("A33AVAJ2PDY3EV", "TR", "eu", "TRY", "sellercentral.amazon.com.tr", "amazon.com.tr"),
  row("A17E79C6D8DWNP", "SA", "eu", "SAR", "sellercentral.amazon.sa", "amazon.sa"),
  row("A2VIGQ35RCS4UG", "AE", "eu", "AED", "sellercentral.amazon.ae", "amazon.ae"),
  row("A21TJRUUN4KGV", "IN", "eu", "INR", "sellercentral.amazon.in", "amazon.in"),
  row("A19VAU5U5O7RUS", "SG", "fe", "SGD", "sellercentral.amazon.sg", "amazon.sg"),
  row("A39IBJ37TRP1C6", "AU", "fe", "AUD", "sellercentral.amazon.com.au", "amazon.com.au"),
  row("A1VC38T7YXB528", "JP", "fe", "JPY", "sellercentral.amazon.co.jp", "amazon.co.jp"),
];

/** The marketplace with this id; null for ids that are not one of Amazon's country stores. */
export function findMarketplace(id: string): Marketplace | null {
  return MARKETPLACES.find((marketplace) => marketplace.id === id) ?? null;
}

/** The marketplaces that one authorisation in `region` covers, in table order. */
export function marketplacesIn(region: AmazonRegion): readonly Marketplace[] {
  return MARKETPLACES.filter((marketplace) => marketplace.region === region);
}

// One row of the table above: positional on purpose, so that the columns line up under each other.
function row(
  id: string,
  country: string,
  region: AmazonRegion,
  code: string,
  sellerCentralHost: string,
  domain: string,
): Marketplace {
  return {
    id: toMarketplaceId(id),
    country,
    region,
    currency: currency(code),
    sellerCentralHost,
    domain,
  };
}
