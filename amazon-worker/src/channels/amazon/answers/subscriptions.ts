import { z } from "zod";
import { fitting, name, type Page, part, readFrame, text, texts } from "./lenient.ts";

/** A topic that Amazon sends us for one seller (Notifications API v1). */
export interface Subscription {
  readonly subscriptionId: string;
  readonly destinationId: string;
  readonly payloadVersion: string | null;
  /** The topic, where the subscription has a filter: Amazon names it nowhere else. */
  readonly filterType: string | null;
  /** Empty when not filtered by marketplace. */
  readonly marketplaceIds: readonly string[];
  /** FiveMinutes, TenMinutes or a new word; null when nothing is held back. */
  readonly aggregation: string | null;
}

/** A queue or an event bus that notifications go to; they belong to the application. */
export interface Destination {
  readonly destinationId: string;
  readonly name: string | null;
  readonly queueArn: string | null;
  readonly eventBus: { readonly accountId: string | null; readonly region: string | null } | null;
}

const SubscriptionEntry = z
  .object({
    subscriptionId: name,
    destinationId: name,
    payloadVersion: text,
    processingDirective: part(
      z.object({
        eventFilter: part(
          z.object({
            eventFilterType: text,
            marketplaceIds: texts,
            aggregationSettings: part(z.object({ aggregationTimePeriod: text })),
          }),
        ),
      }),
    ),
  })
  .transform((entry): Subscription => {
    const filter = entry.processingDirective?.eventFilter;
    return {
      subscriptionId: entry.subscriptionId,
      destinationId: entry.destinationId,
      payloadVersion: entry.payloadVersion,
      filterType: filter?.eventFilterType ?? null,
      marketplaceIds: filter?.marketplaceIds ?? [],
      aggregation: filter?.aggregationSettings?.aggregationTimePeriod ?? null,
    };
  });
const DestinationEntry = z
  .object({
    destinationId: name,
    name: text,
    resource: z.object({
      sqs: part(z.object({ arn: name })),
      eventBridge: part(z.object({ accountId: text, region: text })),
    }),
  })
  .transform(({ destinationId, name: title, resource }): Destination => ({
    destinationId,
    name: title,
    queueArn: resource.sqs?.arn ?? null,
    eventBus: resource.eventBridge,
  }));
const OneSubscription = z.object({ payload: SubscriptionEntry });
const Subscriptions = z.object({
  payload: z.object({ subscriptions: z.array(z.unknown()).nullish(), nextToken: text }),
});
const OneDestination = z.object({ payload: DestinationEntry });
const Destinations = z.object({ payload: z.array(z.unknown()) });

/** One subscription, read or just made. @throws AppError amazon_bad_answer without its ids. */
export function readSubscription(body: unknown): Subscription {
  return readFrame("getSubscription", OneSubscription, body).payload;
}

/** A page of the seller's subscriptions. @throws AppError amazon_bad_answer without a payload. */
export function readSubscriptions(body: unknown): Page<Subscription> {
  const { payload } = readFrame("getSubscriptions", Subscriptions, body);
  return {
    ...fitting(payload.subscriptions ?? [], SubscriptionEntry),
    nextToken: payload.nextToken,
  };
}

/** One destination, read or just made. @throws AppError amazon_bad_answer without its id. */
export function readDestination(body: unknown): Destination {
  return readFrame("getDestination", OneDestination, body).payload;
}

/** The application's destinations. @throws AppError amazon_bad_answer when there is no list. */
export function readDestinations(body: unknown): readonly Destination[] {
  const { payload } = readFrame("getDestinations", Destinations, body);
  return fitting(payload, DestinationEntry).entries;
}
