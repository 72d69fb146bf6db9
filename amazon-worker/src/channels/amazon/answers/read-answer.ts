/**
 * Every answer of Amazon's in one step: a 2xx becomes our type, anything else a named error. Which reader
 * belongs to which operation stands here once, and the result's type follows the operation's name.
 */
import { answerError } from "../client/client.ts";
import { type VendorAnswer, withRequestId } from "../client/errors.ts";
import type { OperationName } from "../client/operations.ts";
import { readCatalogItem, readCatalogItems } from "./catalog-items.ts";
import { readCompetitiveSummary } from "./competitive-summary.ts";
import { readFeaturedOfferExpectedPrices } from "./expected-prices.ts";
import { readFeesEstimate, readFeesEstimates } from "./fees.ts";
import { readCreatedFeed, readFeed, readFeedDocument, readFeeds } from "./feeds.ts";
import { readInventorySummaries } from "./inventory-summaries.ts";
import { readListingsItem, readListingsItems, readSubmission } from "./listings.ts";
import { readItemOffers, readOffersBatch } from "./offers.ts";
import { readOrderMetrics } from "./order-metrics.ts";
import { readCompetitivePricing, readPricing } from "./pricing.ts";
import {
  readListingRestrictions,
  readProductTypeDefinition,
  readProductTypes,
} from "./product-types.ts";
import { readCreatedReport, readReport, readReportDocument, readReports } from "./reports.ts";
import { readAccount, readMarketplaceParticipations } from "./sellers.ts";
import {
  readDestination,
  readDestinations,
  readSubscription,
  readSubscriptions,
} from "./subscriptions.ts";

/** What some answers cannot be read without. */
export interface ReadContext {
  /** The marketplace the call was about. */
  readonly marketplaceId: string;
  /** Whose offers are our own. */
  readonly ownSellerId: string;
  readonly now: Date;
}

// An empty object: the answer says nothing beside that it was done.
const nothing = (): null => null;

const READERS = {
  patchListingsItem: readSubmission,
  searchListingsItems: readListingsItems,
  getListingsItem: readListingsItem,
  getListingsRestrictions: readListingRestrictions,
  searchCatalogItems: (body, { marketplaceId }) => readCatalogItems(body, marketplaceId),
  getCatalogItem: (body, { marketplaceId }) => readCatalogItem(body, marketplaceId),
  searchDefinitionsProductTypes: readProductTypes,
  getDefinitionsProductType: readProductTypeDefinition,
  getPricing: readPricing,
  getCompetitivePricing: readCompetitivePricing,
  getListingOffers: (body, { ownSellerId }) =>
    readItemOffers("getListingOffers", body, ownSellerId),
  getItemOffers: (body, { ownSellerId }) => readItemOffers("getItemOffers", body, ownSellerId),
  getListingOffersBatch: (body, { ownSellerId }) =>
    readOffersBatch("getListingOffersBatch", body, ownSellerId),
  getItemOffersBatch: (body, { ownSellerId }) =>
    readOffersBatch("getItemOffersBatch", body, ownSellerId),
  getCompetitiveSummary: readCompetitiveSummary,
  getFeaturedOfferExpectedPriceBatch: readFeaturedOfferExpectedPrices,
  getMyFeesEstimates: readFeesEstimates,
  getMyFeesEstimateForSKU: readFeesEstimate,
  getMyFeesEstimateForASIN: readFeesEstimate,
  getInventorySummaries: readInventorySummaries,
  getOrderMetrics: readOrderMetrics,
  createFeedDocument: readFeedDocument,
  createFeed: readCreatedFeed,
  getFeed: readFeed,
  getFeeds: readFeeds,
  cancelFeed: nothing,
  getFeedDocument: readFeedDocument,
  createReport: readCreatedReport,
  getReport: readReport,
  getReports: readReports,
  cancelReport: nothing,
  getReportDocument: readReportDocument,
  getMarketplaceParticipations: readMarketplaceParticipations,
  getAccount: readAccount,
  getSubscription: readSubscription,
  getSubscriptions: readSubscriptions,
  createSubscription: readSubscription,
  getSubscriptionById: readSubscription,
  deleteSubscriptionById: nothing,
  getDestinations: readDestinations,
  getDestination: readDestination,
  createDestination: readDestination,
  deleteDestination: nothing,
} as const satisfies Record<OperationName, (body: unknown, context: ReadContext) => unknown>;

/** What the answer to an operation becomes. */
export type AnswerOf<Name extends OperationName> = ReturnType<(typeof READERS)[Name]>;

/**
 * The answer to an operation in our types.
 * @throws AppError for every answer outside 2xx, and amazon_bad_answer for a 2xx that cannot be read.
 */
export function readAnswer<Name extends OperationName>(
  operation: Name,
  answer: VendorAnswer,
  context: ReadContext,
): AnswerOf<Name> {
  const error = answerError(operation, answer);
  if (error !== null) throw error;
  const read: (body: unknown, context: ReadContext) => unknown = READERS[operation];
  try {
    // The table above ties each name to its reader; TypeScript cannot follow a name that is not known.
    return read(answer.body, context) as AnswerOf<Name>;
  } catch (failure) {
    throw withRequestId(failure, answer.requestId);
  }
}
