/** One title and sentence per failure code: what happened, and what the merchant can do. */
import type { ErrorCode } from "@calibr/shared/core/app-error";

export interface FailureWords {
  readonly title: string;
  readonly text: string;
}

/** Codes of the pages themselves, beside those of the outside world. */
export type PageFailureCode =
  | "unexpected"
  | "not_found"
  | "link_review_gone"
  | "not_connected"
  | "currency_unknown"
  | "unknown_marketplace"
  | "amazon_consent_ended"
  | "amazon_data_leaving"
  | "no_event_bus_configured"
  | "no_queue_configured"
  | "permission_forgotten"
  | "ticket_ended"
  | "session_ended"
  | "worker_lost"
  | "worker_stopping"
  | "unknown_intent";

export const FAILURE_WORDS: Readonly<Record<ErrorCode | PageFailureCode, FailureWords>> = {
  amazon_access_denied: {
    title: "Amazon refuses access",
    text: "Your Amazon account does not allow Calibr to do this. Reconnect Amazon with an account that manages listings and prices.",
  },
  amazon_authorization_revoked: {
    title: "Amazon access has ended",
    text: "The permission to work with your Amazon account was withdrawn or has run out. No price is sent to Amazon until you reconnect.",
  },
  amazon_bad_answer: {
    title: "Amazon’s answer was not readable",
    text: "Amazon answered in a form that Calibr does not know. Nothing was changed; Calibr tries again.",
  },
  amazon_client_secret_invalid: {
    title: "Calibr’s own Amazon access needs renewal",
    text: "This is on our side: Amazon does not accept Calibr’s credentials. We have been told; no price is lost.",
  },
  amazon_listing_suppressed: {
    title: "Amazon does not show this listing",
    text: "Amazon took the price and then hid the offer, so nobody can say that the price is live. Its own words stand in the receipt; look at the listing in Seller Central.",
  },
  amazon_no_store: {
    title: "This account sells in no store of the region",
    text: "The Amazon account that gave permission takes part in no country store of the region you chose. Start again with a store in which it sells.",
  },
  amazon_not_found: {
    title: "Amazon does not know this listing",
    text: "Amazon found nothing under this SKU. It may have been deleted in Seller Central.",
  },
  amazon_oauth_code_refused: {
    title: "Amazon did not accept the connection",
    text: "Amazon’s permission code was used before or came too late: it lives for five minutes. Start the connection again.",
  },
  amazon_report_failed: {
    title: "Amazon could not list your products",
    text: "Amazon’s report of your listings failed. Calibr asks for it again at the next import.",
  },
  amazon_report_not_believed: {
    title: "Amazon’s list lacks most of your products",
    text: "Amazon’s report named fewer than half of the listings known so far, several times in a row. Calibr keeps the known ones and prices as they are. Look at them in Seller Central.",
  },
  amazon_report_unreadable: {
    title: "Amazon’s list has unknown columns",
    text: "Calibr cannot tell which column of Amazon’s report holds the SKU. Your products stay as they were read last; we have been told.",
  },
  amazon_request_refused: {
    title: "Amazon refused the price",
    text: "Amazon did not accept this price for this listing. Its own words stand in the receipt.",
  },
  amazon_seller_mismatch: {
    title: "The permission is another seller’s",
    text: "Amazon’s permission does not belong to the seller it was named for. Nothing was connected; start again and sign in to the account you mean.",
  },
  amazon_throttled: {
    title: "Amazon asks to wait",
    text: "Calibr has used up what Amazon allows for the moment and goes on by itself.",
  },
  amazon_unavailable: {
    title: "Amazon does not answer",
    text: "Amazon could not be reached. Calibr tries again by itself.",
  },
  config_invalid: {
    title: "Calibr is not set up correctly",
    text: "This is on our side: a setting of the server is missing or wrong.",
  },
  listing_gone: {
    title: "The listing is gone",
    text: "The listing no longer exists on its channel.",
  },
  queue_unavailable: {
    title: "Amazon’s notifications cannot be read",
    text: "The queue of Amazon’s notifications does not answer. Calibr finds changes by sweeps until it does.",
  },
  seal_unreadable: {
    title: "Stored access cannot be opened",
    text: "The stored permission cannot be opened with the current keys. Reconnect the channel.",
  },
  shopify_access_denied: {
    title: "Shopify refuses access",
    text: "Calibr lacks a permission in your store. Open the app again to review its permissions.",
  },
  shopify_bad_answer: {
    title: "Shopify’s answer was not readable",
    text: "Shopify answered in a form that Calibr does not know. Nothing was changed; Calibr tries again.",
  },
  shopify_not_installed: {
    title: "Calibr is not installed",
    text: "The app was removed from this store. Install it again from the Shopify App Store.",
  },
  shopify_request_refused: {
    title: "Shopify refused the price",
    text: "Shopify did not accept this price for this variant. Its own words stand in the receipt.",
  },
  shopify_shop_unavailable: {
    title: "The store is not available",
    text: "Shopify says that this store is frozen, closed or locked. Prices wait until it opens again.",
  },
  shopify_throttled: {
    title: "Shopify asks to wait",
    text: "Calibr has used up what Shopify allows for the moment and goes on by itself.",
  },
  shopify_token_revoked: {
    title: "Shopify access has ended",
    text: "Shopify no longer accepts Calibr’s access to your store. Reload this page to renew it.",
  },
  shopify_unavailable: {
    title: "Shopify does not answer",
    text: "Shopify could not be reached. Calibr tries again by itself.",
  },
  unexpected: {
    title: "Something went wrong on our side",
    text: "Nothing was changed. Try again; if it stays like this, write to us and quote the support id.",
  },
  not_found: {
    title: "Nothing here",
    text: "This page does not exist in your store, or it was removed.",
  },
  link_review_gone: {
    title: "This link was decided already",
    text: "Somebody else answered, or an import settled it meanwhile. Nothing was changed.",
  },
  not_connected: {
    title: "This channel is not connected",
    text: "Connect it again first.",
  },
  currency_unknown: {
    title: "The currency is not known",
    text: "The listings of this item are in different or unknown currencies, so amounts cannot be saved for it.",
  },
  unknown_marketplace: {
    title: "Choose a country store",
    text: "Amazon has no such country store.",
  },
  amazon_consent_ended: {
    title: "Amazon’s year of permission is over",
    text: "Amazon asks for your permission once a year and may stop answering at any moment. Reconnect now, so that no price waits; nothing is lost.",
  },
  amazon_data_leaving: {
    title: "The old data is still being deleted",
    text: "You asked to delete what was read from this Amazon account, and that is not finished. Connect again in a few minutes.",
  },
  no_event_bus_configured: {
    title: "Found by regular checks",
    text: "Amazon sends this kind of news in a way that is not set up here. Calibr finds it by regular checks.",
  },
  no_queue_configured: {
    title: "Found by regular checks",
    text: "No queue for Amazon’s news is set up here. Calibr finds changes by regular checks, some minutes later.",
  },
  permission_forgotten: {
    title: "Connect again",
    text: "Calibr was removed from this store for a while and forgot its permission. Costs, limits, rules and history are still here.",
  },
  session_ended: {
    title: "Please try again",
    text: "Shopify has renewed your session. Reload the page and repeat what you did.",
  },
  ticket_ended: {
    title: "This visit from Amazon has ended",
    text: "It works once and within ten minutes. Begin again from Amazon’s Appstore, or choose Connect Amazon under Connections.",
  },
  worker_lost: {
    title: "Interrupted",
    text: "The process that worked on it was stopped. Calibr does it again by itself.",
  },
  worker_stopping: {
    title: "Interrupted",
    text: "The process that worked on it was being renewed. Calibr does it again by itself.",
  },
  unknown_intent: {
    title: "That did not work",
    text: "The page sent something Calibr does not know. Reload it and try again.",
  },
};

/** The words of a code; an unknown code gets the general ones with the code shown. */
export function failureWords(code: string): FailureWords {
  const all: Readonly<Record<string, FailureWords | undefined>> = FAILURE_WORDS;
  const { title, text } = FAILURE_WORDS.unexpected;
  return all[code] ?? { title, text: `${text} (${code})` };
}
