/** Amazon's regions: one permission of a seller covers the stores of one of them. */
export const REGION_NAMES = {
  na: "Americas",
  eu: "Europe, Middle East, Africa, India",
  fe: "Asia and Pacific",
} as const;

/** The name of a region; "" for Shopify, which has none. */
export function regionName(region: string): string {
  return Object.entries(REGION_NAMES).find(([known]) => known === region)?.[1] ?? region;
}
