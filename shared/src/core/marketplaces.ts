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
  /** IANA zone whose midnight ends a day in Amazon's own reports of this store. */
  readonly timeZone: string;
};

/**
 * Amazon's 23 marketplaces. Ids and hosts: SP-API guide, "Marketplace IDs" and "Seller Central URLs",
 * read 2026-11. Ids that Amazon returns beside these ("Non-Amazon" multi-channel stores) are not
 * places where a price can be set.
 *
 * Time zones: the store's own, but Pacific time for Canada and Mexico too: Amazon keeps the day of its
 * three North American stores in Pacific time (Amazon Ads guide, "Time zones"; general knowledge for the rest).
 */
export const MARKETPLACES: readonly Marketplace[] = [
  row(
    "A2EUQ1WTGCTBG2",
    "CA",
    "na",
    "CAD",
    "sellercentral.amazon.ca",
    "amazon.ca",
    "America/Los_Angeles",
  ),
  row(
    "ATVPDKIKX0DER",
    "US",
    "na",
    "USD",
    "sellercentral.amazon.com",
    "amazon.com",
    "America/Los_Angeles",
  ),
  row(
    "A1AM78C64UM0Y8",
    "MX",
    "na",
    "MXN",
    "sellercentral.amazon.com.mx",
    "amazon.com.mx",
    "America/Los_Angeles",
  ),
  row(
    "A2Q3Y263D00KWC",
    "BR",
    "na",
    "BRL",
    "sellercentral.amazon.com.br",
    "amazon.com.br",
    "America/Sao_Paulo",
  ),
  row("A28R8C7NBKEWEA", "IE", "eu", "EUR", "sellercentral.amazon.ie", "amazon.ie", "Europe/Dublin"),
  row(
    "A1RKKUPIHCS9HS",
    "ES",
    "eu",
    "EUR",
    "sellercentral-europe.amazon.com",
    "amazon.es",
    "Europe/Madrid",
  ),
  row(
    "A1F83G8C2ARO7P",
    "GB",
    "eu",
    "GBP",
    "sellercentral-europe.amazon.com",
    "amazon.co.uk",
    "Europe/London",
  ),
  row(
    "A13V1IB3VIYZZH",
    "FR",
    "eu",
    "EUR",
    "sellercentral-europe.amazon.com",
    "amazon.fr",
    "Europe/Paris",
  ),
  row(
    "AMEN7PMS3EDWL",
    "BE",
    "eu",
    "EUR",
    "sellercentral.amazon.com.be",
    "amazon.com.be",
    "Europe/Brussels",
  ),
  row(
    "A1805IZSGTT6HS",
    "NL",
    "eu",
    "EUR",
    "sellercentral.amazon.nl",
    "amazon.nl",
    "Europe/Amsterdam",
  ),
  row(
    "A1PA6795UKMFR9",
    "DE",
    "eu",
    "EUR",
    "sellercentral-europe.amazon.com",
    "amazon.de",
    "Europe/Berlin",
  ),
  row(
    "APJ6JRA9NG5V4",
    "IT",
    "eu",
    "EUR",
    "sellercentral-europe.amazon.com",
    "amazon.it",
    "Europe/Rome",
  ),
  row(
    "A2NODRKZP88ZB9",
    "SE",
    "eu",
    "SEK",
    "sellercentral.amazon.se",
    "amazon.se",
    "Europe/Stockholm",
  ),
  row(
    "AE08WJ6YKNBMC",
    "ZA",
    "eu",
    "ZAR",
    "sellercentral.amazon.co.za",
    "amazon.co.za",
    "Africa/Johannesburg",
  ),
  row("A1C3SOZRARQ6R3", "PL", "eu", "PLN", "sellercentral.amazon.pl", "amazon.pl", "Europe/Warsaw"),
  row("ARBP9OOSHTCHU", "EG", "eu", "EGP", "sellercentral.amazon.eg", "amazon.eg", "Africa/Cairo"),
  row(
    "A33AVAJ2PDY3EV",
    "TR",
    "eu",
    "TRY",
    "sellercentral.amazon.com.tr",
    "amazon.com.tr",
    "Europe/Istanbul",
  ),
  row("A17E79C6D8DWNP", "SA", "eu", "SAR", "sellercentral.amazon.sa", "amazon.sa", "Asia/Riyadh"),
  row("A2VIGQ35RCS4UG", "AE", "eu", "AED", "sellercentral.amazon.ae", "amazon.ae", "Asia/Dubai"),
  row("A21TJRUUN4KGV", "IN", "eu", "INR", "sellercentral.amazon.in", "amazon.in", "Asia/Kolkata"),
  row(
    "A19VAU5U5O7RUS",
    "SG",
    "fe",
    "SGD",
    "sellercentral.amazon.sg",
    "amazon.sg",
    "Asia/Singapore",
  ),
  row(
    "A39IBJ37TRP1C6",
    "AU",
    "fe",
    "AUD",
    "sellercentral.amazon.com.au",
    "amazon.com.au",
    "Australia/Sydney",
  ),
  row(
    "A1VC38T7YXB528",
    "JP",
    "fe",
    "JPY",
    "sellercentral.amazon.co.jp",
    "amazon.co.jp",
    "Asia/Tokyo",
  ),
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
  timeZone: string,
): Marketplace {
  return {
    id: toMarketplaceId(id),
    country,
    region,
    currency: currency(code),
    sellerCentralHost,
    domain,
    timeZone,
  };
}
