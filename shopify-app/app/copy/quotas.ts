/** Words for what Amazon limits: what each kind of call is for. */
import type { QuotaLineView } from "@calibr/shared/ports/connection-views";
import { countWords, plural } from "./money.ts";
import { longSpanWords } from "./time.ts";

const NAMES: Readonly<Record<string, string | undefined>> = {
  patchListingsItem: "Price changes",
  patchListingsItemPreview: "Previews of first price changes",
  searchListingsItems: "Looking up and reading back listings",
  getListingsItem: "Reading one listing",
  getListingsRestrictions: "Restrictions",
  searchCatalogItems: "Catalogue pages",
  getCatalogItem: "One catalogue page",
  getListingOffersBatch: "Market checks",
  getListingOffers: "Closer looks at one listing",
  getItemOffersBatch: "Closer looks by ASIN",
  getItemOffers: "A closer look at one ASIN",
  getPricing: "Own prices",
  getCompetitivePricing: "Reference prices",
  getCompetitiveSummary: "Competition summaries",
  getFeaturedOfferExpectedPriceBatch: "Expected featured prices",
  getMyFeesEstimates: "Fee estimates",
  getMyFeesEstimateForSKU: "Fee of one SKU",
  getMyFeesEstimateForASIN: "Fee of one ASIN",
  getInventorySummaries: "Stock at Amazon",
  getOrderMetrics: "Sales totals",
  createFeed: "Feeds",
  createListingsFeed: "Price feeds",
  createFeedDocument: "Feed uploads",
  getFeed: "State of feeds",
  getFeeds: "Lists of feeds",
  cancelFeed: "Cancelled feeds",
  getFeedDocument: "Results of feeds",
  createReport: "Asking for reports",
  getReport: "State of reports",
  getReports: "Lists of reports",
  cancelReport: "Cancelled reports",
  getReportDocument: "Reading reports",
  getMarketplaceParticipations: "Country stores",
  getAccount: "Account",
  createSubscription: "Subscribing to news",
  getSubscription: "Subscriptions",
  getSubscriptions: "Lists of subscriptions",
};

/** What calls of an operation are for; Amazon's own name for one that came later. */
export function operationName(operation: string): string {
  return NAMES[operation] ?? operation;
}

/** All quotas in a line: what was used, what waits, what was refused. */
export function quotaSummary(quotas: readonly QuotaLineView[]): string {
  const taken = quotas.reduce((sum, quota) => sum + quota.takenLastHour, 0);
  const throttled = quotas.reduce((sum, quota) => sum + quota.throttledLastHour, 0);
  const longest = Math.max(0, ...quotas.map((quota) => quota.waitSeconds));
  const waits =
    longest === 0 ? "nothing waits" : `all work done in ${longSpanWords(longest * 1_000)}`;
  const refused = throttled === 0 ? "" : `, ${countWords(throttled)} refused as too fast`;
  return `${plural(taken, "call")} in the last hour, ${waits}${refused}`;
}
