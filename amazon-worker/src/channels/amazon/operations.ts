import type { ChannelAccount } from "@calibr/shared/ports/channel-account";

/** The scope of an application's own token for notification destinations. */
export const NOTIFICATIONS_SCOPE = "sellingpartnerapi::notifications";

/** How one operation is called. Versions are pinned: the library falls back to the oldest it knows. */
export interface Operation {
  /** The library's endpoint name. */
  readonly endpoint: string;
  readonly version: string;
  /** Published plan: tokens a second and burst for one seller and application. */
  readonly ratePerSecond: number;
  readonly burst: number;
  /** Longest wait for quota before the call is given up as throttled. */
  readonly waitMsMax: number;
  /** Called with the application's own token instead of the seller's; the library knows no other way. */
  readonly grantless?: { readonly method: "GET" | "POST" | "DELETE"; readonly path: string };
}

// A price push is useless when late and its caller has others to send; an import has time.
const URGENT_MS = 5_000;
const SOON_MS = 15_000;
const PATIENT_MS = 150_000;

const notifications = {
  endpoint: "notifications",
  version: "v1",
  ratePerSecond: 1,
  burst: 5,
  waitMsMax: PATIENT_MS,
} as const;
const reports = { endpoint: "reports", version: "2021-06-30", waitMsMax: PATIENT_MS } as const;
const listings = { endpoint: "listingsItems", version: "2021-08-01", burst: 5 } as const;

/**
 * Every operation we call, with the default plans printed in Amazon's models (2026-08-05). Where the
 * documentation and the model disagree (getListingsItem: burst 5 or 10) the smaller number stands.
 */
export const OPERATIONS = {
  patchListingsItem: { ...listings, ratePerSecond: 5, waitMsMax: URGENT_MS },
  searchListingsItems: { ...listings, ratePerSecond: 5, waitMsMax: SOON_MS },
  getListingsItem: { ...listings, ratePerSecond: 5, waitMsMax: SOON_MS },
  getListingOffersBatch: {
    endpoint: "productPricing",
    version: "v0",
    ratePerSecond: 0.5,
    burst: 1,
    waitMsMax: PATIENT_MS,
  },
  getMarketplaceParticipations: {
    endpoint: "sellers",
    version: "v1",
    ratePerSecond: 0.016,
    burst: 15,
    waitMsMax: PATIENT_MS,
  },
  createReport: { ...reports, ratePerSecond: 0.0167, burst: 15 },
  getReport: { ...reports, ratePerSecond: 2, burst: 15 },
  getReportDocument: { ...reports, ratePerSecond: 0.0167, burst: 15 },
  getSubscription: notifications,
  createSubscription: notifications,
  deleteSubscriptionById: {
    ...notifications,
    grantless: {
      method: "DELETE",
      path: "/notifications/v1/subscriptions/{notificationType}/{subscriptionId}",
    },
  },
  getDestinations: {
    ...notifications,
    grantless: { method: "GET", path: "/notifications/v1/destinations" },
  },
  createDestination: {
    ...notifications,
    grantless: { method: "POST", path: "/notifications/v1/destinations" },
  },
} as const satisfies Record<string, Operation>;

export type OperationName = keyof typeof OPERATIONS;

/** The description of an operation, without the literal types of the table. */
export function operationOf(name: OperationName): Operation {
  return OPERATIONS[name];
}

/** Whose bucket a call draws from: grantless calls are the application's own. */
export function quotaKey(name: OperationName, account: ChannelAccount): string {
  const owner = operationOf(name).grantless === undefined ? account.accountId : "application";
  return `${name} ${owner} ${account.region}`;
}
