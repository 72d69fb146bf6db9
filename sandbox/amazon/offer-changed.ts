/**
 * ANY_OFFER_CHANGED: sent for every ASIN on which a subscribed seller has a buyable offer, whenever the
 * market's picture of it changes, by a competitor's doing or by the seller's own.
 *
 * `IsBuyBoxWinner` is not in Amazon's schema, is usually present and sometimes missing: it can be
 * switched off here. Everything the schema calls required is present.
 */
import type { SandboxClock } from "../clock.ts";
import { splitShelf } from "../market/shelf.ts";
import type { Fulfilment, Market, MarketChange, MarketOffer } from "../market/types.ts";
import { toAmount } from "./decimal.ts";
import type { Listing } from "./listing.ts";
import type { Misfortunes } from "./misfortunes.ts";
import type { Publisher } from "./notices/publisher.ts";
import type { Notifications, StoredSubscription } from "./notifications.ts";
import { channelName, landedMinor, LISTED_OFFERS_MAX } from "./offer-list.ts";
import type { SellerAccounts } from "./seller-accounts.ts";
import { sentinelOf } from "./sentinels.ts";

const ANY_OFFER_CHANGED = "ANY_OFFER_CHANGED";
const AGGREGATION_MS = { FiveMinutes: 300_000, TenMinutes: 600_000 } as const;

interface OfferChangedOptions {
  readonly clock: SandboxClock;
  readonly market: Market;
  readonly sellers: SellerAccounts;
  readonly notifications: Notifications;
  readonly publisher: Publisher;
  readonly misfortunes: Misfortunes;
  /** Sandbox time between the change and the message in the queue. */
  readonly delayMs: number;
}

export interface OfferChanged {
  /** An ASIN that changes without a word, as 10–20 % of them do. */
  silence(asin: string, isSilent: boolean): void;
  showWinner(isShown: boolean): void;
  reset(): void;
  close(): void;
}

export function watchOffers(options: OfferChangedOptions): OfferChanged {
  const { clock, market, sellers, notifications, publisher, misfortunes } = options;
  const silenced = new Map<string, boolean>();
  /** Changes that wait for the end of their aggregation window, by subscription and ASIN. */
  const aggregated = new Map<string, MarketChange>();
  let isWinnerShown = true;

  const isSilent = (shelf: string, listings: readonly Listing[]): boolean =>
    silenced.get(shelf) ??
    (misfortunes.isSilent(shelf) ||
      listings.some(
        (listing) => listing.seed.isSilent === true || sentinelOf(listing.sku) === "silent",
      ));

  const deliver = (to: StoredSubscription, marketplaceId: string, change: MarketChange): void => {
    const { sellerId } = to;
    const payload = offerChangedPayload({ market, change, marketplaceId, sellerId, isWinnerShown });
    publisher.send(to, payload, change);
  };

  const publish = (to: StoredSubscription, marketplaceId: string, change: MarketChange): void => {
    const filter = to.subscription.processingDirective?.eventFilter;
    const wanted = filter?.marketplaceIds ?? [];
    if (wanted.length > 0 && !wanted.includes(marketplaceId)) return;
    const period = filter?.aggregationSettings?.aggregationTimePeriod;
    const delayMs = options.delayMs + (period === undefined ? 0 : AGGREGATION_MS[period]);
    if (delayMs === 0) return deliver(to, marketplaceId, change);
    if (period === undefined)
      return void clock.after(delayMs, () => deliver(to, marketplaceId, change));
    const key = `${to.subscription.subscriptionId} ${change.asin}`;
    const isWaiting = aggregated.has(key);
    aggregated.set(key, change);
    if (isWaiting) return;
    clock.after(delayMs, () => {
      const last = aggregated.get(key);
      aggregated.delete(key);
      if (last !== undefined) deliver(to, marketplaceId, last);
    });
  };

  const close = market.onChange((change) => {
    const { asin, marketplaceId } = splitShelf(change.asin);
    for (const subscription of notifications.subscriptions(ANY_OFFER_CHANGED)) {
      const listings = sellers.find(subscription.sellerId)?.store.ofAsin(asin, marketplaceId) ?? [];
      const isActive = listings.some((listing) => listing.seed.status === "ACTIVE");
      if (isActive && !isSilent(change.asin, listings)) {
        publish(subscription, marketplaceId, change);
      }
    }
  });

  return {
    silence: (asin, next) => void silenced.set(asin, next),
    showWinner(isShown) {
      isWinnerShown = isShown;
    },
    reset() {
      silenced.clear();
      aggregated.clear();
      isWinnerShown = true;
    },
    close,
  };
}

function offerChangedPayload(input: {
  readonly market: Market;
  readonly change: MarketChange;
  readonly marketplaceId: string;
  readonly sellerId: string;
  readonly isWinnerShown: boolean;
}) {
  const { market, change, marketplaceId, sellerId, isWinnerShown } = input;
  const offers = market.offers(change.asin);
  return {
    AnyOfferChangedNotification: {
      SellerId: sellerId,
      OfferChangeTrigger: {
        MarketplaceId: marketplaceId,
        ASIN: splitShelf(change.asin).asin,
        ItemCondition: "New",
        TimeOfOfferChange: change.at.toISOString(),
        OfferChangeType: change.type,
      },
      Summary: summaryOf(market, change.asin),
      Offers: offers.slice(0, LISTED_OFFERS_MAX).map((offer) => offerOf(offer, isWinnerShown)),
    },
  };
}

function summaryOf(market: Market, asin: string) {
  const summary = market.summary(asin);
  const { currency, featured } = summary;
  const money = (minor: number) => moneyOf(minor, currency);
  const lowest = [summary.lowest.AMAZON, summary.lowest.MERCHANT].filter((offer) => offer !== null);
  const eligible = summary.buyBoxEligibleCount;
  const suggested =
    lowest.length > 0 ? Math.min(...lowest.map(landedMinor)) : summary.listPriceMinor;
  return {
    NumberOfOffers: countsOf(summary.offerCount),
    LowestPrices: lowest.map((offer) => ({
      Condition: "new",
      FulfillmentChannel: channelName(offer.fulfilment),
      ...pricesOf(offer),
    })),
    BuyBoxPrices: featured === null ? [] : [{ Condition: "new", ...pricesOf(featured) }],
    ListPrice: money(summary.listPriceMinor),
    MinimumAdvertisedPrice: money(0),
    SuggestedLowerPricePlusShipping: money(suggested),
    TotalBuyBoxEligibleOffers: eligible.AMAZON + eligible.MERCHANT,
    SalesRankings: [
      { ProductCategoryId: "home_garden_display_on_website", Rank: summary.salesRank },
    ],
    NumberOfBuyBoxEligibleOffers: countsOf(eligible),
    CompetitivePriceThreshold: money(summary.competitivePriceThresholdMinor),
  };
}

function countsOf(counts: Readonly<Record<Fulfilment, number>>) {
  return (["AMAZON", "MERCHANT"] as const)
    .filter((fulfilment) => counts[fulfilment] > 0)
    .map((fulfilment) => ({
      Condition: "new",
      FulfillmentChannel: channelName(fulfilment),
      OfferCount: counts[fulfilment],
    }));
}

function pricesOf(offer: MarketOffer) {
  return {
    LandedPrice: moneyOf(landedMinor(offer), offer.currency),
    ListingPrice: moneyOf(offer.listingPriceMinor, offer.currency),
    Shipping: moneyOf(offer.shippingMinor, offer.currency),
    ...(offer.points === undefined ? {} : { Points: { PointsNumber: offer.points } }),
  };
}

function moneyOf(minor: number, currency: string) {
  return { Amount: toAmount(minor, currency), CurrencyCode: currency };
}

function offerOf(offer: MarketOffer, isWinnerShown: boolean) {
  return {
    SellerId: offer.sellerId,
    SubCondition: "new",
    SellerFeedbackRating: {
      FeedbackCount: offer.feedbackCount,
      SellerPositiveFeedbackRating: offer.positivePercent,
    },
    ShippingTime: {
      MinimumHours: offer.handlingHoursMin,
      MaximumHours: offer.handlingHoursMax,
      AvailabilityType: "NOW",
      AvailableDate: "",
    },
    ListingPrice: moneyOf(offer.listingPriceMinor, offer.currency),
    Points: { PointsNumber: offer.points ?? 0 },
    Shipping: moneyOf(offer.shippingMinor, offer.currency),
    ShipsFrom: { Country: offer.shipsFrom, State: "" },
    IsFulfilledByAmazon: offer.fulfilment === "AMAZON",
    PrimeInformation: { IsOfferPrime: offer.isPrime, IsOfferNationalPrime: offer.isPrime },
    IsExpeditedShippingAvailable: offer.isPrime,
    IsFeaturedMerchant: offer.isFeaturedMerchant,
    ShipsDomestically: true,
    ShipsInternationally: false,
    ...(isWinnerShown ? { IsBuyBoxWinner: offer.isBuyBoxWinner } : {}),
  };
}
