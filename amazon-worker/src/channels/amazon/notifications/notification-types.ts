import type { WantedType } from "@calibr/shared/ports/notification-source";

/** How Amazon delivers a type: straight to an SQS queue, or through EventBridge only. */
type Delivery = "queue" | "event_bus";

/** A type we want, with what Amazon's own table says of it. */
export interface NotificationType extends WantedType {
  readonly payloadVersion: string;
  readonly delivery: Delivery;
}

/**
 * Source: SP-API "Notification type values" and each type's schema, read 2026-11. Of the two versions of
 * LISTINGS_ITEM_ISSUES_CHANGE the older one has been removed.
 */
export const NOTIFICATION_TYPES: readonly NotificationType[] = [
  row("ANY_OFFER_CHANGED", "1.0", "queue", "Pricing"),
  row("B2B_ANY_OFFER_CHANGED", "1.0", "queue", "Pricing"),
  row("PRICING_HEALTH", "1.0", "queue", "Pricing"),
  row("FEED_PROCESSING_FINISHED", "2020-09-04", "queue", "Product Listing"),
  row("REPORT_PROCESSING_FINISHED", "2020-09-04", "queue", "Product Listing"),
  row("LISTINGS_ITEM_STATUS_CHANGE", "1.0", "event_bus", "Product Listing"),
  row("LISTINGS_ITEM_ISSUES_CHANGE", "2023-12-13", "event_bus", "Product Listing"),
  row("ORDER_CHANGE", "1.0", "queue", "Inventory and Order Tracking"),
  row("ACCOUNT_STATUS_CHANGED", "2021-01-01", "queue", "Selling Partner Insights"),
];

/** The row of a type we want. @returns null for any other. */
export function findNotificationType(type: string): NotificationType | null {
  return NOTIFICATION_TYPES.find((known) => known.type === type) ?? null;
}

// Positional on purpose, so that the table reads as one.
function row(
  type: string,
  payloadVersion: string,
  delivery: Delivery,
  role: string,
): NotificationType {
  return { type, payloadVersion, delivery, role };
}
