import { findMarketplace } from "@calibr/shared/core/marketplaces";
import type { ChannelEvent } from "@calibr/shared/ports/notification-source";
import { z } from "zod";
import { readAccountStatus } from "./account-status.ts";
import { readAnyOfferChanged } from "./any-offer-changed.ts";
import { readB2bAnyOfferChanged } from "./b2b-any-offer-changed.ts";
import { readSecretEnding, readSecretRenewed } from "./client-secret.ts";
import { fingerprint, openEnvelope, type QueueText, withoutSecrets } from "./envelope.ts";
import { readListingIssues, readListingStatus } from "./listings-item.ts";
import { changedAtOf } from "./offer-change.ts";
import { readOrderChange } from "./order-change.ts";
import { readPricingHealth } from "./pricing-health.ts";
import { readFeedFinished, readReportFinished } from "./processing-finished.ts";
import type { ReadType } from "./reading.ts";

/** The topic of a message whose envelope cannot be read. */
export const UNREADABLE_TOPIC = "UNREADABLE";

const READERS: Readonly<Record<string, ReadType | undefined>> = {
  ANY_OFFER_CHANGED: readAnyOfferChanged,
  B2B_ANY_OFFER_CHANGED: readB2bAnyOfferChanged,
  PRICING_HEALTH: readPricingHealth,
  FEED_PROCESSING_FINISHED: readFeedFinished,
  REPORT_PROCESSING_FINISHED: readReportFinished,
  LISTINGS_ITEM_STATUS_CHANGE: readListingStatus,
  LISTINGS_ITEM_ISSUES_CHANGE: readListingIssues,
  ORDER_CHANGE: readOrderChange,
  ACCOUNT_STATUS_CHANGED: readAccountStatus,
  APPLICATION_OAUTH_CLIENT_SECRET_EXPIRY: readSecretEnding,
  APPLICATION_OAUTH_CLIENT_NEW_SECRET: readSecretRenewed,
};

/**
 * Turns a queue message into an event. Never throws: what cannot be read becomes an event that says
 * why, so that it can be set aside and shown.
 */
export function readNotification(message: QueueText): ChannelEvent {
  const envelope = openEnvelope(message);
  if ("problem" in envelope) {
    return {
      eventId: fingerprint(message.body),
      topic: UNREADABLE_TOPIC,
      sellerId: "",
      subscriptionId: null,
      region: null,
      occurredAt: message.sentAt,
      payload: { body: withoutSecrets(message.body) },
      fact: { kind: "unreadable", problem: envelope.problem },
    };
  }
  const { eventId, topic, subscriptionId, saidAt, body, payload } = envelope;
  const read = READERS[topic];
  const reading = read?.(envelope, message) ?? { fact: { kind: "unknown_type" as const } };
  return {
    eventId,
    topic,
    sellerId: findSellerId(body) ?? "",
    subscriptionId,
    region: findMarketplace(reading.marketplaceId ?? "")?.region ?? null,
    occurredAt: changedAtOf(reading.changedAt, { saidAt }, message),
    payload,
    fact: reading.fact,
  };
}

const Named = z.object({ sellerid: z.string().min(1) });

// SellerId stands in the payload itself or in the one object within it, depending on the topic.
function findSellerId(payload: unknown): string | null {
  const direct = Named.safeParse(payload);
  if (direct.success) return direct.data.sellerid;
  if (typeof payload !== "object" || payload === null) return null;
  for (const part of Object.values(payload)) {
    const inside = Named.safeParse(part);
    if (inside.success) return inside.data.sellerid;
  }
  return null;
}
