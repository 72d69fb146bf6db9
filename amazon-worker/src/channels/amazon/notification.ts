import { createHash } from "node:crypto";
import { parseAsin } from "@calibr/shared/core/ids";
import { findMarketplace } from "@calibr/shared/core/marketplaces";
import type { MarketSnapshot } from "@calibr/shared/core/offers/market-snapshot";
import type { MarketEvent } from "@calibr/shared/ports/offer-source";
import { z } from "zod";
import { readCondition, readOffers } from "./offer-document.ts";
import { readJson, withLowerCaseKeys } from "./vendor-json.ts";
import { instantOf } from "./vendor-time.ts";

/** What a queue message is before anybody looked into it. */
export interface QueueText {
  readonly messageId: string;
  readonly body: string;
  readonly sentAt: Date;
  readonly receivedAt: Date;
}

/** The topic of a message whose envelope cannot be read. */
export const UNREADABLE_TOPIC = "UNREADABLE";

const text = z.string().min(1).nullish().catch(null);
const Envelope = z.object({
  notificationtype: z.string().min(1),
  eventtime: text,
  notificationmetadata: z.object({ notificationid: text, publishtime: text }).nullish().catch(null),
  payload: z.unknown().optional(),
});

const AnyOfferChanged = z.object({
  anyofferchangednotification: z.object({
    sellerid: text,
    offerchangetrigger: z.object({
      marketplaceid: text,
      asin: text,
      itemcondition: z.unknown().optional(),
      timeofofferchange: text,
    }),
    summary: z.unknown().optional(),
    offers: z.unknown().optional(),
  }),
});

/**
 * Turns a queue message into an event. Never throws: what cannot be read becomes an event that says
 * why, so that it can be set aside and shown.
 */
export function readNotification(message: QueueText): MarketEvent {
  const payload = parse(message.body);
  if (payload === undefined) return unreadable(message, { body: message.body }, "no_json");
  const lower = withLowerCaseKeys(payload);
  const envelope = Envelope.safeParse(lower);
  if (!envelope.success) return unreadable(message, payload, "no_notification");
  const { notificationtype: topic, notificationmetadata: metadata, eventtime } = envelope.data;
  const body = envelope.data.payload;
  const reading = topic === "ANY_OFFER_CHANGED" ? readAnyOfferChanged(body, message) : NO_MARKET;
  const saidAt = instantOf(eventtime) ?? instantOf(metadata?.publishtime);
  return {
    eventId: metadata?.notificationid ?? fingerprint(message.body),
    topic,
    sellerId: findSellerId(body) ?? "",
    occurredAt: reading.snapshot?.observedAt ?? saidAt ?? message.sentAt,
    payload,
    ...reading,
  };
}

interface Reading {
  readonly snapshot: MarketSnapshot | null;
  readonly problem: string | null;
}

const NO_MARKET: Reading = { snapshot: null, problem: null };

function readAnyOfferChanged(body: unknown, message: QueueText): Reading {
  const parsed = AnyOfferChanged.safeParse(body);
  if (!parsed.success) return refuse("no_offer_change");
  const change = parsed.data.anyofferchangednotification;
  const trigger = change.offerchangetrigger;
  const marketplace = findMarketplace(trigger.marketplaceid ?? "");
  if (marketplace === null) return refuse("marketplace_unknown");
  const asin = parseAsin(trigger.asin);
  if (asin === null) return refuse("asin_unreadable");
  const condition = readCondition(trigger.itemcondition);
  if (condition === null) return refuse("condition_unknown");
  const { offers: entries, summary, sellerid } = change;
  const read = readOffers({ offers: entries, summary, condition, ownSellerId: sellerid ?? "" });
  if (read.kind === "unreadable") return refuse(read.problem);
  const snapshot: MarketSnapshot = {
    asin,
    marketplaceId: marketplace.id,
    condition,
    currency: marketplace.currency,
    offers: read.offers,
    featuredLanded: read.featuredLanded,
    observedAt: instantOf(trigger.timeofofferchange) ?? message.sentAt,
    receivedAt: message.receivedAt,
    source: "notification",
  };
  return { snapshot, problem: null };
}

function refuse(problem: string): Reading {
  return { snapshot: null, problem };
}

function unreadable(message: QueueText, payload: unknown, problem: string): MarketEvent {
  return {
    eventId: message.messageId,
    topic: UNREADABLE_TOPIC,
    sellerId: "",
    occurredAt: message.sentAt,
    payload,
    snapshot: null,
    problem,
  };
}

// SellerId stands in the payload itself or in the one object within it, depending on the topic.
function findSellerId(payload: unknown): string | null {
  const Named = z.object({ sellerid: z.string().min(1) });
  const direct = Named.safeParse(payload);
  if (direct.success) return direct.data.sellerid;
  if (typeof payload !== "object" || payload === null) return null;
  for (const part of Object.values(payload)) {
    const inside = Named.safeParse(part);
    if (inside.success) return inside.data.sellerid;
  }
  return null;
}

function parse(body: string): unknown {
  try {
    return readJson(body);
  } catch {
    // Told to the caller as undefined, which is no JSON value.
    return undefined;
  }
}

// The same text delivered twice must be the same event, also when Amazon left its id out.
function fingerprint(body: string): string {
  return `sha256:${createHash("sha256").update(body).digest("hex")}`;
}
