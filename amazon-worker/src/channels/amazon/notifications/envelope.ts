import { createHash } from "node:crypto";
import { z } from "zod";
import { readJson, withLowerCaseKeys } from "../client/vendor-json.ts";
import { instantOf } from "../client/vendor-time.ts";

/** What a queue message is before anybody looked into it. */
export interface QueueText {
  readonly messageId: string;
  readonly body: string;
  readonly sentAt: Date;
  readonly receivedAt: Date;
}

/** A notification out of its wrapping. */
export interface Envelope {
  readonly eventId: string;
  readonly topic: string;
  readonly subscriptionId: string | null;
  /** When Amazon says it happened; null when it says nothing readable. */
  readonly saidAt: Date | null;
  /** The inner document with keys in lower case. */
  readonly body: unknown;
  /** The notification as received, private parts left out. */
  readonly payload: unknown;
}

const text = z.string().min(1).nullish().catch(null);
const Notification = z.object({
  notificationtype: z.string().min(1),
  eventtime: text,
  notificationmetadata: z
    .object({ notificationid: text, publishtime: text, subscriptionid: text })
    .nullish()
    .catch(null),
  payload: z.unknown().optional(),
});

// EventBridge wraps what SQS gets raw (partner event source of SP-API; "detail" is the notification).
const BusEvent = z.object({
  "detail-type": z.string().min(1),
  source: z.string().startsWith("aws.partner/sellingpartnerapi.amazon.com"),
  id: text,
  time: text,
  detail: z.record(z.string(), z.unknown()),
});

/**
 * Reads the wrapping of a notification: Pascal or camel case, raw or inside an EventBridge event.
 * @returns why not, when it is no notification at all.
 */
export function openEnvelope(message: QueueText): Envelope | { readonly problem: string } {
  const document = parse(message.body);
  if (document === undefined) return { problem: "no_json" };
  const bus = BusEvent.safeParse(document);
  const inner = bus.success ? bus.data.detail : document;
  const parsed = Notification.safeParse(
    bus.success ? withTopic(inner, bus.data["detail-type"]) : withLowerCaseKeys(inner),
  );
  if (!parsed.success) return { problem: "no_notification" };
  const { notificationtype, notificationmetadata: metadata, eventtime } = parsed.data;
  const busId = bus.success ? (bus.data.id ?? null) : null;
  const busTime = bus.success ? bus.data.time : null;
  return {
    eventId: metadata?.notificationid ?? busId ?? fingerprint(message.body),
    // The schema of this one type spells it in the past tense (LISTINGS_ITEM_STATUS_CHANGED).
    topic: notificationtype.replace(/^(LISTINGS_ITEM_\w+_CHANGE)D$/, "$1"),
    subscriptionId: metadata?.subscriptionid ?? null,
    saidAt: instantOf(eventtime) ?? instantOf(metadata?.publishtime) ?? instantOf(busTime),
    body: parsed.data.payload,
    payload: withoutPrivateParts(inner),
  };
}

/** The same text delivered twice is the same event, also when Amazon left its id out. */
export function fingerprint(body: string): string {
  return `sha256:${createHash("sha256").update(body).digest("hex")}`;
}

/** A text without anything that has the shape of a client secret. */
export function withoutSecrets(body: string): string {
  return body.replaceAll(/amzn1\.oa2-cs\.[\w.-]+/g, "[left out]");
}

function withTopic(detail: unknown, detailType: string): unknown {
  const lower = withLowerCaseKeys(detail);
  if (typeof lower !== "object" || lower === null) return lower;
  return { notificationtype: detailType, ...lower };
}

// Secrets belong in no row; where a buyer lives is nothing that a price needs.
const PRIVATE_KEYS = new Set(["newclientsecret", "clientsecret", "destinationpostalcode"]);
// Deeper than any of Amazon's documents; a message nested without end is cut off.
const DEPTH_MAX = 40;

function withoutPrivateParts(value: unknown, depth = 0): unknown {
  if (depth > DEPTH_MAX) return null;
  if (typeof value === "string") return withoutSecrets(value);
  if (Array.isArray(value)) return value.map((part) => withoutPrivateParts(part, depth + 1));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !PRIVATE_KEYS.has(key.toLowerCase()))
      .map(([key, part]) => [key, withoutPrivateParts(part, depth + 1)]),
  );
}

function parse(body: string): unknown {
  try {
    return readJson(body);
  } catch {
    // Told to the caller as undefined, which is no JSON value.
    return undefined;
  }
}
