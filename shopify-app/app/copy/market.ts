/** Words about an Amazon listing's market: who is featured, what Amazon holds against it, what else moves its price. */
import type {
  AmazonFactsView,
  BuyBoxState,
  OfferTermsView,
} from "@calibr/shared/ports/market-views";
import { moneyWords } from "./money.ts";
import { shortInstantWords, UTC, zoneWords } from "./time.ts";

export const BUY_BOX_WORDS: Readonly<Record<BuyBoxState, string>> = {
  won: "Featured offer is yours",
  lost: "Featured offer lost",
  suppressed: "Nobody is featured",
  none: "No offers",
};

const ENFORCEMENTS: Readonly<Record<string, string | undefined>> = {
  SEARCH_SUPPRESSED: "Hidden from search",
  CATALOG_ITEM_REMOVED: "Removed from the catalogue",
  LISTING_SUPPRESSED: "Listing suppressed",
  ATTRIBUTE_SUPPRESSED: "Some details hidden",
  LISTING_DISABLED: "Listing disabled",
};

/** What Amazon holds against a listing; null when it has said nothing of that kind. */
export function suppressionWords(facts: AmazonFactsView): string | null {
  const [first] = facts.enforcements;
  if (first !== undefined) return ENFORCEMENTS[first] ?? first.toLowerCase().replaceAll("_", " ");
  return facts.isSuppressed ? "Not for sale at Amazon" : null;
}

/** What stands on the offer beside the price, a line each; empty when nothing does. */
export function termLines(
  terms: OfferTermsView,
  isAutoPriced: boolean,
  zone: string = UTC,
): string[] {
  return [
    ...saleLine(terms, zone),
    ...businessLine(terms),
    ...(isAutoPriced || terms.autoRules.length > 0
      ? ["Amazon’s Automate Pricing moves this price, so Calibr leaves it alone."]
      : []),
  ];
}

function saleLine({ sale, saleFrom, saleUntil }: OfferTermsView, zone: string): string[] {
  if (sale === null) return [];
  const from = saleFrom === null ? "" : ` from ${shortInstantWords(saleFrom, zone)}`;
  const until = saleUntil === null ? "" : ` until ${shortInstantWords(saleUntil, zone)}`;
  const edge = saleUntil ?? saleFrom;
  const clock = edge === null ? "" : ` ${zoneWords(edge, zone)}`;
  return [`Sale price ${moneyWords(sale)}${from}${until}${clock}.`];
}

function businessLine({ business, businessTiers }: OfferTermsView): string[] {
  if (business === null && businessTiers === 0) return [];
  const price = business === null ? "Business buyers" : `Business price ${moneyWords(business)}`;
  const tiers =
    businessTiers === 0
      ? ""
      : ` with ${String(businessTiers)} quantity ${businessTiers === 1 ? "discount" : "discounts"}`;
  return [`${price}${tiers}; Calibr leaves it as it is.`];
}

/** Where the copy of floor and ceiling at Amazon stands. */
export const MIRROR_WORDS: Readonly<Record<NonNullable<OfferTermsView["mirror"]>, string>> = {
  wanted: "about to be sent",
  sent: "sent, not seen yet",
  done: "seen at Amazon",
  failed: "refused by Amazon",
};
