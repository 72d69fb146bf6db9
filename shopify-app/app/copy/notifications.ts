/** Words about Amazon's notifications, by Amazon's own type names. */
import type { SubscriptionView } from "@calibr/shared/ports/connection-views";
import { failureWords } from "./failures.ts";

const NAMES: Readonly<Record<string, string | undefined>> = {
  ANY_OFFER_CHANGED: "Offers of others",
  B2B_ANY_OFFER_CHANGED: "Offers to business buyers",
  PRICING_HEALTH: "Prices that cost the featured offer",
  FEED_PROCESSING_FINISHED: "Price feeds",
  REPORT_PROCESSING_FINISHED: "Reports",
  LISTINGS_ITEM_STATUS_CHANGE: "Listings that stop or start selling",
  LISTINGS_ITEM_ISSUES_CHANGE: "Issues of listings",
  ORDER_CHANGE: "Orders",
  ACCOUNT_STATUS_CHANGED: "Account health",
};

/** What a type tells of; Amazon's own name for one that came later. */
export function notificationName(type: string): string {
  return NAMES[type] ?? type;
}

type State = SubscriptionView["state"];

export const SUBSCRIPTION_STATE_WORDS: Readonly<Record<State, string>> = {
  wanted: "Being set up",
  active: "As it happens",
  failed: "By regular checks",
  unsupported: "By regular checks",
};

/** Why a type is not told of; null when it is, or is about to be. */
export function subscriptionProblem(subscription: SubscriptionView): string | null {
  const { state, problemCode, role } = subscription;
  switch (state) {
    case "active":
    case "wanted":
      return null;
    case "unsupported":
      return problemCode === null ? null : failureWords(problemCode).text;
    case "failed":
      if (problemCode === "amazon_access_denied" && role !== null)
        return `Calibr’s access at Amazon lacks the role “${role}”. Calibr asks again every hour.`;
      return problemCode === null ? null : failureWords(problemCode).text;
  }
}
