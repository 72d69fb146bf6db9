/** Names of the countries in which Amazon has a store. */
const names = new Intl.DisplayNames("en", { type: "region" });

/** "Germany" for "DE". */
export function countryName(country: string): string {
  return names.of(country) ?? country;
}
