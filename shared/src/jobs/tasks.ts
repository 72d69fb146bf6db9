/**
 * Kinds of durable slow work (`task` rows): reports, look-ups, repairs. Each kind has one handler in the worker.
 * A step does a bounded amount of work and says when the next is due; what it must remember stands in its row.
 */
export const TASK_KINDS = [
  /** Notification destinations and subscriptions of a connection: made, checked, repaired. */
  "subscriptions",
  /** The whole catalogue of one marketplace (key) by report. */
  "listings_report",
  /** Prices and attributes of listings that the report named or a notification pointed at, twenty a call. */
  "listing_details",
  /** Listings that changed since the last look, of one marketplace (key). */
  "listing_changes",
  /** Titles, images, identifiers and sales ranks of ASINs of one marketplace (key). */
  "catalog_items",
  /** Stock at Amazon's warehouses, of one marketplace (key). */
  "inventory",
  /** Amazon's own fee estimates, of one marketplace (key). */
  "fees",
  /** Closer looks at few ASINs, of one marketplace (key). */
  "shortlist",
  /** Price feeds of a connection: sent, watched, read. */
  "feed",
  /** Order lines since the last look. */
  "orders",
  /** Sessions, page views and featured share of one marketplace (key), day by day. */
  "traffic",
  /** What was read from Amazon over a connection: subscriptions ended, then rows deleted. */
  "erase",
] as const;

/** One kind of task. */
export type TaskKind = (typeof TASK_KINDS)[number];
