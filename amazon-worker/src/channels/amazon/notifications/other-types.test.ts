import { describe, expect, it } from "vitest";
import { readNotification } from "./read-notification.ts";

const RECEIVED = new Date("2026-11-23T10:00:05Z");
const SENT = new Date("2026-11-23T10:00:04Z");
const OWN = "A3TH9S8BH6GOGM";
const US = "ATVPDKIKX0DER";

function read(topic: string, payload: unknown, more: object = {}) {
  const document = {
    NotificationType: topic,
    EventTime: "2026-11-23T10:00:02Z",
    Payload: payload,
    NotificationMetadata: { NotificationId: "n-1", SubscriptionId: "s-1" },
    ...more,
  };
  const body = JSON.stringify(document);
  return readNotification({ messageId: "m-1", body, sentAt: SENT, receivedAt: RECEIVED });
}

describe("a notification", () => {
  it("of business offers takes the featured price of one unit, and its own offers", () => {
    const price = (Amount: number) => ({ Amount, CurrencyCode: "USD" });
    const offer = {
      SellerId: "ARIVAL",
      SubCondition: "new",
      ListingPrice: price(18),
      Shipping: price(0),
    };
    const event = read("B2B_ANY_OFFER_CHANGED", {
      B2BAnyOfferChangedNotification: {
        SellerId: OWN,
        OfferChangeTrigger: {
          MarketplaceId: US,
          ASIN: "B0CALIBR01",
          ItemCondition: "new",
          TimeOfOfferChange: "2026-11-23T10:00:01Z",
        },
        Summary: {
          BuyBoxPrices: [
            { OfferType: "B2B", QuantityTier: 10, Condition: "new", LandedPrice: price(15), ListingPrice: price(15), Shipping: price(0) },
            { OfferType: "B2B", QuantityTier: 1, Condition: "new", LandedPrice: price(18), ListingPrice: price(18), Shipping: price(0) },
            { OfferType: "B2C", Condition: "new", LandedPrice: price(20), ListingPrice: price(20), Shipping: price(0) },
          ],
        },
        Offers: [offer],
      },
    }); // prettier-ignore

    expect(event).toMatchObject({ sellerId: OWN, region: "na" });
    expect(event.fact).toMatchObject({
      kind: "business_offers",
      snapshot: {
        asin: "B0CALIBR01",
        offers: [{ sellerId: "ARIVAL" }],
        featuredLanded: { amountMinor: 1_800n },
      },
    });
  });

  it("of pricing health says the issue with Amazon's reference prices, to the cent", () => {
    const price = (amount: number) => ({ amount, currencyCode: "USD" });
    const event = read("PRICING_HEALTH", {
      issueType: "BuyBoxDisqualification",
      sellerId: OWN,
      offerChangeTrigger: {
        marketplaceId: US,
        asin: "B0CALIBR01",
        itemCondition: "New",
        timeOfOfferChange: "2026-11-23T10:00:01Z",
      },
      merchantOffer: { landedPrice: price(81.88) },
      summary: { referencePrice: { competitivePriceThreshold: price(80), msrpPrice: null } },
    });

    expect(event.occurredAt).toEqual(new Date("2026-11-23T10:00:01Z"));
    expect(event.fact).toEqual({
      kind: "pricing_health",
      marketplaceId: US,
      asin: "B0CALIBR01",
      condition: "new",
      issueType: "BuyBoxDisqualification",
      facts: { ownLanded: "USD 8188", competitiveThreshold: "USD 8000" },
    });
  });

  it("of a finished feed names it, also where Amazon leaves the seller out", () => {
    const event = read("FEED_PROCESSING_FINISHED", {
      feedProcessingFinishedNotification: { feedId: "5334", feedType: "JSON_LISTINGS_FEED" },
    });

    expect(event).toMatchObject({ sellerId: "", subscriptionId: "s-1" });
    expect(event.fact).toEqual({
      kind: "feed_finished",
      feedId: "5334",
      feedType: "JSON_LISTINGS_FEED",
    });
  });

  it("of a listing's issues says how grave they are", () => {
    const event = read("LISTINGS_ITEM_ISSUES_CHANGE", {
      SellerId: OWN,
      MarketplaceId: US,
      Sku: "A/1",
      Severities: ["ERROR", 7],
      EnforcementActions: ["SEARCH_SUPPRESSED"],
    });

    expect(event.fact).toEqual({
      kind: "listing_issues",
      marketplaceId: US,
      sku: "A/1",
      severities: ["ERROR"],
      enforcements: ["SEARCH_SUPPRESSED"],
    });
  });

  it("of an order keeps nothing that says where the buyer lives", () => {
    const event = read("ORDER_CHANGE", {
      OrderChangeNotification: {
        SellerId: OWN,
        AmazonOrderId: "903-1",
        OrderChangeTrigger: { TimeOfOrderChange: "2026-11-23T09:00:00Z" },
        Summary: { MarketplaceId: US, DestinationPostalCode: "48110", OrderStatus: "Shipped" },
      },
    });

    expect(event.fact).toEqual({ kind: "order_changed", orderId: "903-1" });
    expect(JSON.stringify(event.payload)).not.toContain("48110");
    expect(JSON.stringify(event.payload)).toContain("Shipped");
  });

  it("of the account's standing knows Amazon's three words and refuses a new one", () => {
    const status = (currentAccountStatus: string) =>
      read("ACCOUNT_STATUS_CHANGED", { accountStatusChangeNotification: { currentAccountStatus } })
        .fact;

    expect(status("DEACTIVATED")).toEqual({ kind: "account_status", status: "deactivated" });
    expect(status("PAUSED")).toEqual({ kind: "unreadable", problem: "account_status_unknown" });
  });

  it("of a type nobody knows is kept as it is", () => {
    expect(read("BRANDED_ITEM_CONTENT_CHANGE", { SellerId: OWN })).toMatchObject({
      topic: "BRANDED_ITEM_CONTENT_CHANGE",
      sellerId: OWN,
      fact: { kind: "unknown_type" },
    });
  });

  it("dated in a far future is of the moment it was sent", () => {
    const event = read(
      "ORDER_CHANGE",
      { OrderChangeNotification: { AmazonOrderId: "1", OrderChangeTrigger: { TimeOfOrderChange: "9999-01-01T00:00:00Z" } } },
      { EventTime: "9999-01-01T00:00:00Z" },
    ); // prettier-ignore

    expect(event.occurredAt).toEqual(SENT);
  });
});
