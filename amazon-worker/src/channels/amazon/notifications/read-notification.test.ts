import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { money } from "@calibr/shared/core/money/money";
import type { MarketSnapshot } from "@calibr/shared/core/offers/market-snapshot";
import type { ChannelEvent } from "@calibr/shared/ports/notification-source";
import { readNotification } from "./read-notification.ts";

const RECEIVED = new Date("2026-11-23T10:00:05Z");
const SENT = new Date("2026-11-23T10:00:04Z");
const OWN = "A3TH9S8BH6GOGM";

const usd = (Amount: number) => ({ Amount, CurrencyCode: "USD" });

function offer(sellerId: string, price: number, change: object = {}): Record<string, unknown> {
  return {
    SellerId: sellerId,
    SubCondition: "new",
    SellerFeedbackRating: { FeedbackCount: 412, SellerPositiveFeedbackRating: 97 },
    ShippingTime: { MinimumHours: 24, MaximumHours: 48, AvailabilityType: "NOW" },
    ListingPrice: usd(price),
    Shipping: usd(0),
    ShipsFrom: { Country: "US", State: "KY" },
    IsFulfilledByAmazon: false,
    IsBuyBoxWinner: false,
    IsFeaturedMerchant: true,
    ...change,
  };
}

function changed(change: {
  readonly offers: readonly unknown[];
  readonly summary?: object;
  readonly trigger?: object;
}): Record<string, unknown> {
  return {
    NotificationVersion: "1.0",
    NotificationType: "ANY_OFFER_CHANGED",
    PayloadVersion: "1.0",
    EventTime: "2026-11-23T10:00:02.100Z",
    Payload: {
      AnyOfferChangedNotification: {
        SellerId: OWN,
        OfferChangeTrigger: {
          MarketplaceId: "ATVPDKIKX0DER",
          ASIN: "B0CALIBR01",
          ItemCondition: "New",
          TimeOfOfferChange: "2026-11-23T10:00:01.000Z",
          OfferChangeType: "Internal",
          ...change.trigger,
        },
        Summary: {
          NumberOfOffers: [{ Condition: "new", FulfillmentChannel: "Merchant", OfferCount: 2 }],
          BuyBoxPrices: [
            { Condition: "New", LandedPrice: usd(19.5), ListingPrice: usd(19.5), Shipping: usd(0) },
          ],
          ...change.summary,
        },
        Offers: change.offers,
      },
    },
    NotificationMetadata: {
      ApplicationId: "amzn1.sellerapps.app.1",
      SubscriptionId: "s-1",
      PublishTime: "2026-11-23T10:00:03.000Z",
      NotificationId: "d0e9e693-c3ad-4373-979f-ed4ec98dd746",
    },
  };
}

const read = (document: unknown) => readText(JSON.stringify(document));
const readText = (body: string) =>
  readNotification({ messageId: "m-1", body, sentAt: SENT, receivedAt: RECEIVED });

function marketOf(event: ChannelEvent): MarketSnapshot | null {
  return event.fact.kind === "offers" ? event.fact.snapshot : null;
}

const refused = (problem: string) => ({ fact: { kind: "unreadable", problem } });

describe("ANY_OFFER_CHANGED", () => {
  it("becomes a market with exact prices, our own offer marked", () => {
    const event = read(
      changed({
        offers: [
          offer(OWN, 20.1),
          offer("ARIVAL", 19.5, { IsFulfilledByAmazon: true, IsBuyBoxWinner: true }),
          offer("ATVPDKIKX0DER", 18.05, { Shipping: usd(4.99) }),
        ],
      }),
    );

    expect(event).toMatchObject({
      eventId: "d0e9e693-c3ad-4373-979f-ed4ec98dd746",
      topic: "ANY_OFFER_CHANGED",
      sellerId: OWN,
      occurredAt: new Date("2026-11-23T10:00:01Z"),
      region: "na",
      subscriptionId: "s-1",
    });
    expect(marketOf(event)).toMatchObject({
      asin: "B0CALIBR01",
      condition: "new",
      currency: "USD",
      featuredLanded: money(1_950n, "USD"),
      observedAt: new Date("2026-11-23T10:00:01Z"),
      receivedAt: RECEIVED,
    });
    expect(marketOf(event)?.offers).toMatchObject([
      { sellerId: OWN, isOwn: true, landed: money(2_010n, "USD"), handlingHoursMax: 48 },
      { sellerId: "ARIVAL", isFeatured: true, fulfilment: "amazon", feedbackCount: 412 },
      { sellerId: "ATVPDKIKX0DER", isAmazonRetail: true, landed: money(2_304n, "USD") },
    ]);
  });

  // Threads tell of both: the flag is in no schema, yet in most documents.
  it.each([
    { why: "one offer fits the price", rival: 19.5, other: 21, winners: ["ARIVAL"] },
    { why: "none fits", rival: 20, other: 21, winners: [] },
    { why: "two fit, nobody can say whose it is", rival: 19.5, other: 19.5, winners: [] },
  ])("without IsBuyBoxWinner finds the winner by price: $why", ({ rival, other, winners }) => {
    const flagless = { IsBuyBoxWinner: undefined };
    const offers = [offer("ARIVAL", rival, flagless), offer("AOTHER", other, flagless)];

    const snapshot = marketOf(read(changed({ offers })));

    const featured = snapshot?.offers.filter(({ isFeatured }) => isFeatured);
    expect(featured?.map(({ sellerId }) => sellerId)).toEqual(winners);
    expect(snapshot?.featuredLanded).toEqual(money(1_950n, "USD"));
  });

  it("has no featured price while the Buy Box is suppressed", () => {
    const snapshot = marketOf(
      read(changed({ offers: [offer("ARIVAL", 19.5)], summary: { BuyBoxPrices: [] } })),
    );

    expect(snapshot?.featuredLanded).toBeNull();
    expect(snapshot?.offers.some(({ isFeatured }) => isFeatured)).toBe(false);
  });

  it("leaves business and bulk prices of the Buy Box aside", () => {
    const price = { Condition: "new", ListingPrice: usd(15), Shipping: usd(0) };
    const summary = {
      BuyBoxPrices: [
        { ...price, offerType: "B2B" },
        { ...price, offerType: "B2C", quantityTier: 20 },
        { ...price, condition: "used", Condition: "used" },
        { ...price, offerType: "B2C", ListingPrice: usd(19), sellerId: "ARIVAL" },
      ],
    };

    const snapshot = marketOf(read(changed({ offers: [offer("ARIVAL", 19)], summary })));

    expect(snapshot?.featuredLanded).toEqual(money(1_900n, "USD"));
  });

  it("takes Japanese points off the landed price, one yen each", () => {
    const yen = (Amount: number) => ({ Amount, CurrencyCode: "JPY" });
    const event = read(
      changed({
        offers: [
          offer("A1", 0, {
            ListingPrice: yen(2_000),
            Shipping: yen(300),
            Points: { PointsNumber: 120 },
          }),
        ],
        trigger: { MarketplaceId: "A1VC38T7YXB528" },
        summary: { BuyBoxPrices: [] },
      }),
    );

    expect(marketOf(event)?.offers).toMatchObject([
      { points: money(120n, "JPY"), landed: money(2_180n, "JPY") },
    ]);
  });

  it("is the same market whatever case its keys are in", () => {
    const document = changed({ offers: [offer(OWN, 20.1), offer("ARIVAL", 19.5)] });
    const inCamel = JSON.parse(
      JSON.stringify(document).replaceAll(
        /"(\w)(\w*)":/g,
        (_, first: string, rest: string) => `"${first.toLowerCase()}${rest}":`,
      ),
    ) as unknown;

    expect(marketOf(read(inCamel))).toEqual(marketOf(read(document)));
    expect(marketOf(read(document))).not.toBeNull();
  });

  // Leaving such an offer out could make us look alone, and raise the price.
  it.each([
    { why: "a price without amount", change: { ListingPrice: { CurrencyCode: "USD" } } },
    { why: "no shipping", change: { Shipping: undefined } },
    {
      why: "a currency nobody knows",
      change: { ListingPrice: { Amount: 1, CurrencyCode: "QQQ" } },
    },
    { why: "a tenth of a cent", change: { ListingPrice: usd(19.999) } },
  ])("with an offer that has $why is unreadable as a whole", ({ change }) => {
    const event = read(changed({ offers: [offer("A1", 20), offer("A2", 21, change)] }));

    expect(event).toMatchObject(refused("offer_price_unreadable"));
  });

  it("leaves an offer in two currencies out", () => {
    const mixed = offer("A2", 1, { Shipping: { Amount: 1, CurrencyCode: "CAD" } });

    const snapshot = marketOf(read(changed({ offers: [offer("A1", 20), mixed] })));

    expect(snapshot?.offers.map(({ sellerId }) => sellerId)).toEqual(["A1"]);
  });

  it.each([
    [{ MarketplaceId: "A1ZFFQZ3HTUKT9" }, "marketplace_unknown"],
    [{ ASIN: "short" }, "asin_unreadable"],
    [{ ItemCondition: "Weird" }, "condition_unknown"],
  ])("with trigger %j says %s", (trigger, problem) => {
    expect(read(changed({ offers: [], trigger }))).toMatchObject(refused(problem));
  });
});

describe("another notification", () => {
  it("keeps its topic and seller and says what finished", () => {
    const event = read({
      notificationType: "REPORT_PROCESSING_FINISHED",
      eventTime: "2026-11-23T10:00:02Z",
      payload: { reportProcessingFinishedNotification: { sellerId: OWN, reportId: "1" } },
      notificationMetadata: { notificationId: "n-2" },
    });

    expect(event).toMatchObject({
      eventId: "n-2",
      topic: "REPORT_PROCESSING_FINISHED",
      sellerId: OWN,
      occurredAt: new Date("2026-11-23T10:00:02Z"),
      fact: { kind: "report_finished", reportId: "1" },
    });
  });

  it("without an id is the same event when it comes twice", () => {
    const document = { NotificationType: "X", Payload: {} };

    expect(read(document).eventId).toBe(read(document).eventId);
    expect(read(document).eventId).not.toBe(read({ ...document, more: 1 }).eventId);
  });

  it.each(["", "no json", "[]", "7", "null", "{}", '{"NotificationType":7}'])(
    "of text %j is set aside with a reason",
    (body) => {
      const event = readText(body);

      expect(event).toMatchObject({ topic: "UNREADABLE", occurredAt: SENT });
      expect(event.fact.kind).toBe("unreadable");
      expect(event.eventId).toMatch(/^sha256:/);
    },
  );
});

describe("anything at all", () => {
  it("never throws", () => {
    fc.assert(
      fc.property(fc.json(), (body) => {
        expect(readText(body)).toHaveProperty("topic");
      }),
    );
  });

  it("in the place of any one value never throws", () => {
    const document = changed({ offers: [offer(OWN, 20.1), offer("ARIVAL", 19.5)] });
    fc.assert(
      fc.property(fc.nat(200), fc.jsonValue(), (position, junk) => {
        const event = read(withJunkAt(document, position, junk));
        expect(marketOf(event)?.asin.length ?? 10).toBe(10);
      }),
      { numRuns: 500 },
    );
  });

  it("added beside the known fields changes nothing", () => {
    const document = changed({ offers: [offer(OWN, 20.1), offer("ARIVAL", 19.5)] });
    const plain = marketOf(read(document));
    fc.assert(
      fc.property(fc.jsonValue(), (junk) => {
        const grown = JSON.parse(JSON.stringify(document), (_key, value: unknown) =>
          typeof value === "object" && value !== null && !Array.isArray(value)
            ? { ...value, xNewField: junk }
            : value,
        ) as unknown;
        expect(marketOf(read(grown))).toEqual(plain);
      }),
    );
  });
});

/** The document with its `position`-th value, counted depth first, replaced. */
function withJunkAt(document: unknown, position: number, junk: unknown): unknown {
  let count = 0;
  return JSON.parse(JSON.stringify(document), (_key, value: unknown) => {
    count += 1;
    return count === position ? junk : value;
  }) as unknown;
}
