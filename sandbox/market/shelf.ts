/**
 * A shelf is one ASIN in one marketplace: its own offers, currency and shoppers. The market names its
 * places by shelf. In the United States, where the demo sells, a shelf is named by the ASIN alone.
 */
const HOME_MARKETPLACE = "ATVPDKIKX0DER";
const MARK = "@";

/** `B0X` in the United States, `B0X@A1PA6795UKMFR9` in Germany. */
export function shelfOf(asin: string, marketplaceId: string): string {
  return marketplaceId === HOME_MARKETPLACE ? asin : `${asin}${MARK}${marketplaceId}`;
}

export function splitShelf(shelf: string): { asin: string; marketplaceId: string } {
  const [asin = shelf, marketplaceId = HOME_MARKETPLACE] = shelf.split(MARK);
  return { asin, marketplaceId };
}
