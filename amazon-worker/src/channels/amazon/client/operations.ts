/** The scope of an application's own token for notification destinations. */
export const NOTIFICATIONS_SCOPE = "sellingpartnerapi::notifications";

/** What a call is for; where quota is short, the earlier word goes first. */
export type CallPriority = "push" | "read_back" | "shortlist" | "sweep";

/** A token bucket of Amazon's: what one seller and our application may do together. */
export interface Plan {
  /** Tokens a second. */
  readonly ratePerSecond: number;
  readonly burst: number;
  /** Tokens a second over all sellers of the application, where Amazon states such a plan. */
  readonly applicationRatePerSecond?: number;
}

interface RawPath {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
}

/** How one operation is called. Versions are pinned: the library falls back to the oldest it knows. */
export interface Operation extends Plan {
  /** The library's endpoint name. */
  readonly endpoint: string;
  readonly version: string;
  /** What the operation is usually called for; a caller may say otherwise. */
  readonly priority: CallPriority;
  /** Called with the application's own token instead of the seller's; the library knows no other way. */
  readonly grantless?: RawPath;
  /** Its success has no body that says anything. */
  readonly isSilent?: true;
  /** Called by its path, because the library does not know the operation or is wrong about it. */
  readonly byPath?: RawPath;
}

const patient = { priority: "sweep" } as const;
const catalog = { ...patient, endpoint: "catalogItems", version: "2022-04-01" } as const;
const listings = { endpoint: "listingsItems", version: "2021-08-01", burst: 5 } as const;
const pricing = { ...patient, endpoint: "productPricing", version: "v0" } as const;
const pricing2022 = {
  endpoint: "productPricing",
  version: "2022-05-01",
  priority: "shortlist",
} as const;
const fees = { ...patient, endpoint: "productFees", version: "v0" } as const;
const feeds = {
  endpoint: "feeds",
  version: "2021-06-30",
  priority: "push",
} as const;
const reports = { ...patient, endpoint: "reports", version: "2021-06-30" } as const;
const notifications = {
  ...patient,
  endpoint: "notifications",
  version: "v1",
  ratePerSecond: 1,
  burst: 5,
} as const;
const sellers = { ...patient, endpoint: "sellers", version: "v1" } as const;
const definitions = {
  ...patient,
  endpoint: "productTypeDefinitions",
  version: "2020-09-01",
  ratePerSecond: 5,
  burst: 5,
  applicationRatePerSecond: 100,
} as const;

const DESTINATIONS = "/notifications/v1/destinations";
const SUBSCRIPTIONS = "/notifications/v1/subscriptions";
const ONE_SUBSCRIPTION = `${SUBSCRIPTIONS}/{notificationType}/{subscriptionId}`;

/**
 * Every operation we call, with the default plans printed in Amazon's models (2026-08-05) and the
 * application's plans from "Usage plans and rate limits" (2025). Where the documentation and the model
 * disagree (getListingsItem: burst 5 or 10) the smaller number stands.
 */
export const OPERATIONS = {
  patchListingsItem: { ...listings, ratePerSecond: 5, applicationRatePerSecond: 500, priority: "push" },
  searchListingsItems: { ...listings, ratePerSecond: 5, priority: "read_back" },
  getListingsItem: { ...listings, ratePerSecond: 5, applicationRatePerSecond: 100, priority: "read_back" },
  getListingsRestrictions: { ...patient, endpoint: "listingsRestrictions", version: "2021-08-01", ratePerSecond: 5, burst: 10, applicationRatePerSecond: 100 },

  searchCatalogItems: { ...catalog, ratePerSecond: 2, burst: 2, applicationRatePerSecond: 500 },
  getCatalogItem: { ...catalog, ratePerSecond: 2, burst: 2, applicationRatePerSecond: 250 },
  searchDefinitionsProductTypes: definitions,
  getDefinitionsProductType: definitions,

  getPricing: { ...pricing, ratePerSecond: 0.5, burst: 1 },
  getCompetitivePricing: { ...pricing, ratePerSecond: 0.5, burst: 1 },
  getListingOffers: { ...pricing, ratePerSecond: 1, burst: 2, priority: "shortlist" },
  getItemOffers: { ...pricing, ratePerSecond: 0.5, burst: 1, priority: "shortlist" },
  getListingOffersBatch: { ...pricing, ratePerSecond: 0.5, burst: 1 },
  getItemOffersBatch: { ...pricing, ratePerSecond: 0.1, burst: 1, priority: "shortlist" },
  getCompetitiveSummary: { ...pricing2022, ratePerSecond: 0.033, burst: 1 },
  getFeaturedOfferExpectedPriceBatch: { ...pricing2022, ratePerSecond: 0.033, burst: 1 },

  getMyFeesEstimates: { ...fees, ratePerSecond: 0.5, burst: 1 },
  getMyFeesEstimateForSKU: { ...fees, ratePerSecond: 1, burst: 2 },
  getMyFeesEstimateForASIN: { ...fees, ratePerSecond: 1, burst: 2 },
  getInventorySummaries: { ...patient, endpoint: "fbaInventory", version: "v1", ratePerSecond: 2, burst: 2 },
  getOrderMetrics: { ...patient, endpoint: "sales", version: "v1", ratePerSecond: 0.5, burst: 15 },

  createFeedDocument: { ...feeds, ratePerSecond: 0.5, burst: 15 },
  createFeed: { ...feeds, ratePerSecond: 0.0083, burst: 15 },
  getFeed: { ...feeds, ratePerSecond: 2, burst: 15 },
  getFeeds: { ...feeds, ratePerSecond: 0.0222, burst: 10 },
  cancelFeed: { ...feeds, isSilent: true, ratePerSecond: 2, burst: 15 },
  getFeedDocument: { ...feeds, ratePerSecond: 0.0222, burst: 10 },

  createReport: { ...reports, ratePerSecond: 0.0167, burst: 15 },
  getReport: { ...reports, ratePerSecond: 2, burst: 15 },
  getReports: { ...reports, ratePerSecond: 0.0222, burst: 10 },
  cancelReport: { ...reports, isSilent: true, ratePerSecond: 0.0222, burst: 10 },
  getReportDocument: { ...reports, ratePerSecond: 0.0167, burst: 15 },

  getMarketplaceParticipations: { ...sellers, ratePerSecond: 0.016, burst: 15 },
  // The library warns that it exists in the sandbox alone, which is out of date.
  getAccount: { ...sellers, ratePerSecond: 0.016, burst: 15, byPath: { method: "GET", path: "/sellers/v1/account" } },

  getSubscription: notifications,
  getSubscriptions: { ...notifications, byPath: { method: "GET", path: SUBSCRIPTIONS } },
  createSubscription: notifications,
  getSubscriptionById: { ...notifications, grantless: { method: "GET", path: ONE_SUBSCRIPTION } },
  deleteSubscriptionById: { ...notifications, isSilent: true, grantless: { method: "DELETE", path: ONE_SUBSCRIPTION } },
  getDestinations: { ...notifications, grantless: { method: "GET", path: DESTINATIONS } },
  getDestination: { ...notifications, grantless: { method: "GET", path: `${DESTINATIONS}/{destinationId}` } },
  createDestination: { ...notifications, grantless: { method: "POST", path: DESTINATIONS } },
  deleteDestination: { ...notifications, isSilent: true, grantless: { method: "DELETE", path: `${DESTINATIONS}/{destinationId}` } },
} as const satisfies Record<string, Operation>; // prettier-ignore

export type OperationName = keyof typeof OPERATIONS;

/** The description of an operation, without the literal types of the table. */
export function operationOf(name: OperationName): Operation {
  return OPERATIONS[name];
}

/** Narrower plans that some calls of an operation fall under beside its own: the first one hit refuses. */
export const NARROWER_PLANS = {
  // Listings Items API, "Usage plans": mode=VALIDATION_PREVIEW.
  patchListingsItemPreview: { ratePerSecond: 1, burst: 1, applicationRatePerSecond: 20 },
  // Announced 2025-05-06: five JSON_LISTINGS_FEED submissions in five minutes for account and region.
  createListingsFeed: { ratePerSecond: 5 / 300, burst: 5 },
} as const satisfies Record<string, Plan>;

export type PlanName = OperationName | keyof typeof NARROWER_PLANS;

/** The description of a plan, without the literal types of the tables. */
export function planOf(name: PlanName): Plan {
  return { ...OPERATIONS, ...NARROWER_PLANS }[name];
}

/** What decides which plans a call is metered by. */
export interface MeteredCall {
  readonly operation: OperationName;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

/** Every plan that a call draws one token from, its operation's own first. */
export function plansOf(call: MeteredCall): readonly PlanName[] {
  const { operation, query, body } = call;
  if (operation === "patchListingsItem" && query?.["mode"] === "VALIDATION_PREVIEW") {
    return [operation, "patchListingsItemPreview"];
  }
  if (operation === "createFeed" && feedTypeOf(body) === "JSON_LISTINGS_FEED") {
    return [operation, "createListingsFeed"];
  }
  return [operation];
}

function feedTypeOf(body: unknown): unknown {
  return typeof body === "object" && body !== null && "feedType" in body ? body.feedType : null;
}

/**
 * Operations of Amazon's that this product never calls, each with its reason. The types refuse them and
 * so does the client, whoever names them.
 */
export const NEVER_CALLED: Readonly<Record<string, string>> = {
  deleteListingsItem: "deletes the seller's SKU",
  putListingsItem: "replaces the whole listing; a price is merged by patchListingsItem",
  getOrders: "removed 2027-03-27; order lines come without personal data from reports",
  getOrder: "order lines come without personal data from reports",
  searchOrders: "order lines come without personal data from reports",
  getOrderBuyerInfo: "personal data of buyers",
  getOrderAddress: "personal data of buyers",
  getOrderItems: "order lines come without personal data from reports",
  getOrderItemsBuyerInfo: "personal data of buyers",
  getOrderRegulatedInfo: "personal data of buyers",
  updateShipmentStatus: "orders are fulfilled elsewhere",
  updateVerificationStatus: "orders are fulfilled elsewhere",
  confirmShipment: "orders are fulfilled elsewhere",
  createRestrictedDataToken: "opens personal data of buyers",
  getReportSchedules: "reports are asked for when they are due, so that schedules cannot outlive us",
  createReportSchedule: "reports are asked for when they are due, so that schedules cannot outlive us",
  cancelReportSchedule: "reports are asked for when they are due, so that schedules cannot outlive us",
  getReportSchedule: "reports are asked for when they are due, so that schedules cannot outlive us",
  createInventoryItem: "exists in Amazon's own sandbox only",
  deleteInventoryItem: "exists in Amazon's own sandbox only",
  addInventory: "exists in Amazon's own sandbox only",
  sendTestNotification: "exists in Amazon's own sandbox only",
}; // prettier-ignore

/** True for an operation that stands in {@link OPERATIONS}. */
export function isOperation(name: string): name is OperationName {
  return Object.hasOwn(OPERATIONS, name);
}
