/**
 * The notification types offered here: payload version, letter case, and the road each travels. Source:
 * Notifications v1 model and its use-case guide, read 2026-11.
 */
interface NotificationType {
  readonly payloadVersion: string;
  /** Some types spell everything in Pascal case, the newer ones in camel case. */
  readonly casing: "pascal" | "camel";
  readonly road: "sqs" | "eventBridge";
  readonly notificationVersion: string;
}

const PASCAL = { payloadVersion: "1.0", casing: "pascal", notificationVersion: "1.0" } as const;
const PROCESSING = {
  payloadVersion: "2020-09-04",
  casing: "camel",
  notificationVersion: "2020-09-04",
} as const;

const TYPES = {
  ANY_OFFER_CHANGED: { ...PASCAL, road: "sqs" },
  B2B_ANY_OFFER_CHANGED: { ...PASCAL, road: "sqs" },
  ORDER_CHANGE: { ...PASCAL, road: "sqs" },
  PRICING_HEALTH: { ...PASCAL, casing: "camel", road: "sqs" },
  FEED_PROCESSING_FINISHED: { ...PROCESSING, road: "sqs" },
  REPORT_PROCESSING_FINISHED: { ...PROCESSING, road: "sqs" },
  ACCOUNT_STATUS_CHANGED: { ...PASCAL, casing: "camel", payloadVersion: "2021-01-01", road: "sqs" },
  FBA_INVENTORY_AVAILABILITY_CHANGES: { ...PASCAL, road: "sqs" },
  LISTINGS_ITEM_STATUS_CHANGE: { ...PASCAL, road: "eventBridge" },
  LISTINGS_ITEM_ISSUES_CHANGE: { ...PASCAL, payloadVersion: "2023-12-13", road: "eventBridge" },
} as const satisfies Record<string, NotificationType>;

export type NotificationTypeName = keyof typeof TYPES;

export function findNotificationType(name: string): NotificationType | undefined {
  return isTypeName(name) ? TYPES[name] : undefined;
}

function isTypeName(name: string): name is NotificationTypeName {
  return Object.hasOwn(TYPES, name);
}
