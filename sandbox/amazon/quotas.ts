/**
 * The published quotas, enforced: one token bucket per operation × selling partner × region, and one
 * per operation for the whole application where Amazon states such a plan. Rates and bursts are those
 * printed in each operation's description in Amazon's models (2026-08), application plans those of
 * "Usage plans and rate limits" (2025).
 *
 * Buckets fill by the machine's time, not by the sandbox clock: they meter real calls, and a client
 * paces itself by its own clock.
 */
interface Quota {
  /** Tokens a second for one selling partner. */
  readonly rate: number;
  readonly burst: number;
  /** Calls a second of the application over all its sellers. */
  readonly applicationRate?: number;
}

const PUBLISHED_QUOTAS = {
  getMarketplaceParticipations: { rate: 0.016, burst: 15 },
  getAccount: { rate: 0.016, burst: 15 },
  searchCatalogItems: { rate: 2, burst: 2, applicationRate: 500 },
  getCatalogItem: { rate: 2, burst: 2, applicationRate: 250 },
  searchListingsItems: { rate: 5, burst: 5 },
  getListingsItem: { rate: 5, burst: 10, applicationRate: 100 },
  patchListingsItem: { rate: 5, burst: 5, applicationRate: 500 },
  patchListingsItemPreview: { rate: 1, burst: 1, applicationRate: 20 },
  getListingsRestrictions: { rate: 5, burst: 10, applicationRate: 100 },
  searchDefinitionsProductTypes: { rate: 5, burst: 5, applicationRate: 100 },
  getDefinitionsProductType: { rate: 5, burst: 5, applicationRate: 100 },
  getPricing: { rate: 0.5, burst: 1 },
  getCompetitivePricing: { rate: 0.5, burst: 1 },
  getListingOffers: { rate: 1, burst: 2 },
  getItemOffers: { rate: 0.5, burst: 1 },
  getItemOffersBatch: { rate: 0.1, burst: 1 },
  getListingOffersBatch: { rate: 0.5, burst: 1 },
  getFeaturedOfferExpectedPriceBatch: { rate: 0.033, burst: 1 },
  getCompetitiveSummary: { rate: 0.033, burst: 1 },
  getMyFeesEstimates: { rate: 0.5, burst: 1 },
  getMyFeesEstimateForSKU: { rate: 1, burst: 2 },
  getMyFeesEstimateForASIN: { rate: 1, burst: 2 },
  getInventorySummaries: { rate: 2, burst: 2 },
  getOrderMetrics: { rate: 0.5, burst: 15 },
  createReportSchedule: { rate: 0.0222, burst: 10 },
  getReportSchedules: { rate: 0.0222, burst: 10 },
  getReportSchedule: { rate: 0.0222, burst: 10 },
  cancelReportSchedule: { rate: 0.0222, burst: 10 },
  createReport: { rate: 0.0167, burst: 15 },
  getReport: { rate: 2, burst: 15 },
  getReports: { rate: 0.0222, burst: 10 },
  cancelReport: { rate: 0.0222, burst: 10 },
  getReportDocument: { rate: 0.0167, burst: 15 },
  createFeedDocument: { rate: 0.5, burst: 15 },
  createFeed: { rate: 0.0083, burst: 15 },
  // Five submissions in five minutes for each account and region, on top of createFeed's own plan.
  createListingsFeed: { rate: 5 / 300, burst: 5 },
  getFeed: { rate: 2, burst: 15 },
  getFeeds: { rate: 0.0222, burst: 10 },
  cancelFeed: { rate: 2, burst: 15 },
  getFeedDocument: { rate: 0.0222, burst: 10 },
  createDestination: { rate: 1, burst: 5 },
  getDestinations: { rate: 1, burst: 5 },
  getDestination: { rate: 1, burst: 5 },
  deleteDestination: { rate: 1, burst: 5 },
  createSubscription: { rate: 1, burst: 5 },
  getSubscription: { rate: 1, burst: 5 },
  getSubscriptions: { rate: 1, burst: 5 },
  getSubscriptionById: { rate: 1, burst: 5 },
  deleteSubscriptionById: { rate: 1, burst: 5 },
} as const satisfies Record<string, Quota>;

export type PlanName = keyof typeof PUBLISHED_QUOTAS;

export function isPlanName(name: string): name is PlanName {
  return Object.hasOwn(PUBLISHED_QUOTAS, name);
}

interface Bucket {
  tokens: number;
  filledAtMs: number;
}

export interface Quotas {
  /** Takes one token; "application" names the plan that refused when it was not the seller's. */
  take(plan: PlanName, account: string): "granted" | "account" | "application";
  quotaOf(plan: PlanName): Quota;
  /** Changes one plan; buckets of that plan start full again. */
  set(plan: PlanName, quota: Quota): void;
  setEnforced(isEnforced: boolean): void;
  reset(): void;
}

export function createQuotas(machineNowMs: () => number): Quotas {
  const overrides = new Map<PlanName, Quota>();
  const buckets = new Map<string, Bucket>();
  let isEnforced = true;

  const quotaOf = (plan: PlanName): Quota => overrides.get(plan) ?? PUBLISHED_QUOTAS[plan];

  const takeFrom = (key: string, rate: number, burst: number): boolean => {
    const nowMs = machineNowMs();
    const bucket = buckets.get(key) ?? { tokens: burst, filledAtMs: nowMs };
    const filled = bucket.tokens + ((nowMs - bucket.filledAtMs) / 1000) * rate;
    bucket.tokens = Math.min(burst, filled);
    bucket.filledAtMs = nowMs;
    buckets.set(key, bucket);
    // A millionth of tolerance: ten refills of a tenth must make a whole token.
    if (bucket.tokens < 1 - 1e-6) return false;
    bucket.tokens -= 1;
    return true;
  };

  return {
    quotaOf,
    take(plan, account) {
      if (!isEnforced) return "granted";
      const quota = quotaOf(plan);
      if (!takeFrom(`${plan} ${account}`, quota.rate, quota.burst)) return "account";
      const { applicationRate } = quota;
      if (applicationRate === undefined) return "granted";
      return takeFrom(`${plan} *`, applicationRate, applicationRate) ? "granted" : "application";
    },
    set(plan, quota) {
      overrides.set(plan, quota);
      for (const key of buckets.keys()) if (key.startsWith(`${plan} `)) buckets.delete(key);
    },
    setEnforced(next) {
      isEnforced = next;
    },
    reset() {
      overrides.clear();
      buckets.clear();
      isEnforced = true;
    },
  };
}
