/**
 * Random notifications made from Amazon's own schemas (issue "The Amazon channel, whole", criterion 1):
 * nothing that arrives breaks the reader, no unknown field changes what it finds, and a document that
 * fits its schema is understood.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readNotification } from "../notifications/read-notification.ts";
import { arrayOf, MODELS_MISSING, modelFiles, objectOf, readModel } from "./amazon-models.ts";
import { documentOf, spoiled, withUnknownFields } from "./model-arbitrary.ts";

const RUNS = 100;
const AT = new Date("2026-11-23T12:00:00Z");

/** What a document of this schema says to us; the others are kept without being read. */
const KINDS: Readonly<Record<string, readonly [topic: string, kind: string]>> = {
  "AnyOfferChangedNotification.json": ["ANY_OFFER_CHANGED", "offers"],
  "B2bAnyOfferChangedNotification.json": ["B2B_ANY_OFFER_CHANGED", "business_offers"],
  "PricingHealthNotification.json": ["PRICING_HEALTH", "pricing_health"],
  "FeedProcessingFinishedNotification.json": ["FEED_PROCESSING_FINISHED", "feed_finished"],
  "ReportProcessingFinishedNotification.json": ["REPORT_PROCESSING_FINISHED", "report_finished"],
  "ListingsItemStatusChangeNotification.json": ["LISTINGS_ITEM_STATUS_CHANGE", "listing_status"],
  "ListingsItemIssuesChangeNotification_2023-12-13.json": [
    "LISTINGS_ITEM_ISSUES_CHANGE",
    "listing_issues",
  ],
  "OrderChangeNotification.json": ["ORDER_CHANGE", "order_changed"],
};

// An older version of a type we know, understood as far as it goes.
const UNNAMED: Readonly<Record<string, string>> = {
  "ListingsItemIssuesChangeNotification.json": "listing_issues",
};

// Optional in some schemas; every real document has them.
const ALWAYS = ["NotificationType", "notificationType", "Payload", "payload", "MarketplaceId"];

const files = modelFiles().filter((file) => /Notification|MfnQuantityChange/.test(file));

function documentsOf(file: string): fc.Arbitrary<unknown> {
  const root = readModel(file);
  const topic = KINDS[file]?.[0] ?? "SOMETHING_ELSE";
  return documentOf({ schema: root, root }, ALWAYS).map((document) => {
    const fields = objectOf(document);
    const key = "notificationType" in fields ? "notificationType" : "NotificationType";
    return { ...fields, [key]: topic };
  });
}

const read = (document: unknown) =>
  readNotification({
    messageId: "m-1",
    body: JSON.stringify(document),
    sentAt: AT,
    receivedAt: AT,
  });

const cases = files.map((file) => [file, documentsOf(file)] as const);

describe.skipIf(MODELS_MISSING !== null)("a notification made from Amazon's schema", () => {
  it("is made for every schema", () => {
    expect(files).toHaveLength(23);
    expect(Object.keys(KINDS).filter((file) => !files.includes(file))).toEqual([]);
  });

  it.each(files)("%s has examples of Amazon's that are understood", (file) => {
    for (const example of arrayOf(readModel(file)["examples"])) {
      // The one of ANY_OFFER_CHANGED names the ASIN "123", which is none.
      const text = JSON.stringify(example).replaceAll('"ASIN":"123"', '"ASIN":"B007IBIWZY"');
      const event = read(JSON.parse(text));

      expect(event.fact.kind).toBe(KINDS[file]?.[1] ?? UNNAMED[file] ?? "unknown_type");
      expect(event.topic).toMatch(/^[A-Z_]+$/);
      expect(event.eventId).not.toMatch(/^sha256:/);
    }
  });

  it.each(cases)("%s is understood, and the same with fields we do not know", (file, documents) => {
    fc.assert(
      fc.property(documents, fc.jsonValue(), (document, unknown) => {
        const plain = read(document);

        expect(plain.fact).toMatchObject({ kind: KINDS[file]?.[1] ?? "unknown_type" });
        const { fact, topic, eventId, sellerId } = read(withUnknownFields(document, unknown));
        expect({ fact, topic, sellerId }).toEqual({
          fact: plain.fact,
          topic: plain.topic,
          sellerId: plain.sellerId,
        });
        if (!plain.eventId.startsWith("sha256:")) expect(eventId).toBe(plain.eventId);
      }),
      { numRuns: RUNS },
    );
  });

  it.each(cases)("%s that does not fit is kept all the same", (_file, documents) => {
    fc.assert(
      fc.property(spoiled(documents), (document) => {
        const event = read(document);

        expect(event.topic).not.toBe("");
        expect(event.occurredAt.getTime()).not.toBeNaN();
      }),
      { numRuns: RUNS },
    );
  });
});

if (MODELS_MISSING !== null) {
  it("a notification made from Amazon's schema", ({ skip }) => skip(MODELS_MISSING ?? ""));
}
