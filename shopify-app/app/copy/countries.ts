import { findMarketplace } from "@calibr/shared/core/marketplaces";

/** Names of the countries in which Amazon has a store. */
const names = new Intl.DisplayNames("en", { type: "region" });

/** "Germany" for "DE". */
export function countryName(country: string): string {
  return names.of(country) ?? country;
}

/** The country of an Amazon store; its id for a store that nobody knows, "" for Shopify. */
export function placeName(marketplaceId: string): string {
  const marketplace = findMarketplace(marketplaceId);
  return marketplace === null ? marketplaceId : countryName(marketplace.country);
}
