/** The bodies of createDestination and createSubscription, checked as Amazon checks them. */
import type { ProcessingDirective } from "@sp-api-sdk/notifications-api-v1";
import { isRecord } from "../purchasable-offer.ts";
import { invalidInput } from "../reply.ts";
import type { SpCall } from "../sp-api.ts";
import { findNotificationType } from "./notification-types.ts";

/** The types that take a processing directive. */
const DIRECTED_TYPES = ["ANY_OFFER_CHANGED", "ORDER_CHANGE", "SHIPMENT_TRACKING_MILESTONE_CHANGED"];

export type DestinationRequest =
  | { readonly name: string; readonly arn: string }
  | { readonly name: string; readonly accountId: string; readonly region: string };

export function parseDestination(body: unknown): DestinationRequest {
  const { name, resourceSpecification } = isRecord(body) ? body : {};
  const { sqs, eventBridge } = isRecord(resourceSpecification) ? resourceSpecification : {};
  if (typeof name !== "string" || name === "") throw invalidInput("Missing name.");
  if (isRecord(eventBridge)) {
    const { accountId, region } = eventBridge;
    if (typeof accountId !== "string" || !/^\d{12}$/.test(accountId))
      throw invalidInput("Invalid accountId.");
    if (typeof region !== "string" || region === "") throw invalidInput("Missing region.");
    return { name, accountId, region };
  }
  const arn = isRecord(sqs) ? sqs["arn"] : undefined;
  if (typeof arn !== "string") throw invalidInput("Missing resourceSpecification.");
  if (arn.endsWith(".fifo")) throw invalidInput("FIFO queues are not supported.");
  return { name, arn };
}

export function parseSubscription(
  call: SpCall,
  type: string,
): { destinationId: string; payloadVersion: string; processingDirective?: ProcessingDirective } {
  const { destinationId, payloadVersion, processingDirective } = isRecord(call.body)
    ? call.body
    : {};
  const known = findNotificationType(type);
  if (known === undefined) throw invalidInput(`Invalid notification type ${type}.`);
  if (typeof destinationId !== "string") throw invalidInput("Missing destinationId.");
  if (payloadVersion !== known.payloadVersion) throw invalidInput("Invalid payloadVersion.");
  if (processingDirective === undefined)
    return { destinationId, payloadVersion: known.payloadVersion };
  if (!DIRECTED_TYPES.includes(type)) {
    throw invalidInput(`Notification type ${type} takes no processingDirective.`);
  }
  const eventFilter = isRecord(processingDirective)
    ? processingDirective["eventFilter"]
    : undefined;
  if (!isRecord(eventFilter) || eventFilter["eventFilterType"] !== type) {
    throw invalidInput("processingDirective.eventFilter.eventFilterType must name the type.");
  }
  const { payloadVersion: version } = known;
  return {
    destinationId,
    payloadVersion: version,
    processingDirective: directiveOf(type, eventFilter),
  };
}

function directiveOf(type: string, filter: Readonly<Record<string, unknown>>): ProcessingDirective {
  const { marketplaceIds, aggregationSettings } = filter;
  const period = isRecord(aggregationSettings)
    ? aggregationSettings["aggregationTimePeriod"]
    : undefined;
  if (period !== undefined && period !== "FiveMinutes" && period !== "TenMinutes") {
    throw invalidInput("aggregationTimePeriod must be FiveMinutes or TenMinutes.");
  }
  const eventFilterType = type === "ORDER_CHANGE" ? "ORDER_CHANGE" : "ANY_OFFER_CHANGED";
  return {
    eventFilter: {
      eventFilterType,
      ...(Array.isArray(marketplaceIds) ? { marketplaceIds: marketplaceIds.map(String) } : {}),
      ...(period === undefined ? {} : { aggregationSettings: { aggregationTimePeriod: period } }),
    },
  };
}
