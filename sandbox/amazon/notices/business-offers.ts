/**
 * B2B_ANY_OFFER_CHANGED for ASINs on which the seller has a business price, and PRICING_HEALTH when an
 * own offer is no longer eligible for the featured offer because it costs too much.
 */
import { isEligible } from "../../market/buy-box.ts";
import { shelfOf, splitShelf } from "../../market/shelf.ts";
import type { Fulfilment, Market, MarketChange, MarketOffer } from "../../market/types.ts";
import { toAmount } from "../decimal.ts";
import type { Listing } from "../listing.ts";
import { channelName, landedMinor, LISTED_OFFERS_MAX } from "../offer-list.ts";
import { businessPrice } from "../purchasable-offer.ts";
import type { SellerAccount, SellerAccounts } from "../seller-accounts.ts";
import type { Publisher } from "./publisher.ts";

interface OfferNoticesOptions {
  readonly market: Market;
  readonly sellers: SellerAccounts;
  readonly publisher: Publisher;
}

export interface OfferNotices {
  reset(): void;
  close(): void;
}

export function watchBusinessOffers({
  market,
  sellers,
  publisher,
}: OfferNoticesOptions): OfferNotices {
  /** Own offers that cost too much to be featured, by seller, marketplace and SKU. */
  const disqualified = new Set<string>();

  const tellHealth = (account: SellerAccount, listing: Listing, change: MarketChange): void => {
    const { sellerId } = account;
    const { marketplaceId, sku, shownMinor } = listing;
    const { competitivePriceThresholdMinor } = market.summary(change.asin);
    const isTooDear =
      account.store.isBuyable(listing) && (shownMinor ?? 0) > competitivePriceThresholdMinor;
    const key = `${sellerId} ${marketplaceId} ${sku}`;
    if (!isTooDear) return void disqualified.delete(key);
    if (disqualified.has(key)) return;
    disqualified.add(key);
    const payload = healthPayload({ sellerId, listing, market, change });
    publisher.publish({ type: "PRICING_HEALTH", sellerId, marketplaceId, payload });
  };

  const tellBusiness = (
    sellerId: string,
    listings: readonly Listing[],
    change: MarketChange,
  ): void => {
    const { marketplaceId } = splitShelf(change.asin);
    const businessMinor = listings.map((each) => businessPrice(each, change.at)).find(Number);
    if (businessMinor === undefined) return;
    const payload = businessPayload({ sellerId, market, change, businessMinor });
    publisher.publish({ type: "B2B_ANY_OFFER_CHANGED", sellerId, marketplaceId, payload });
  };

  const close = market.onChange((change) => {
    const { asin, marketplaceId } = splitShelf(change.asin);
    for (const account of sellers.all()) {
      const { sellerId } = account;
      const listings = account.store.ofAsin(asin, marketplaceId);
      for (const listing of listings) tellHealth(account, listing, change);
      tellBusiness(sellerId, listings, change);
    }
  });

  // A business price moves without the market noticing.
  sellers.onSeller(({ sellerId, store }) => {
    store.onTurn((listing, turn) => {
      if (turn !== "business" || listing.asin === null) return;
      const asin = shelfOf(listing.asin, listing.marketplaceId);
      if (market.has(asin)) {
        tellBusiness(sellerId, [listing], { asin, at: listing.updatedAt, type: "Internal" });
      }
    });
  });

  return { reset: () => disqualified.clear(), close };
}

function healthPayload(input: {
  readonly sellerId: string;
  readonly listing: Listing;
  readonly market: Market;
  readonly change: MarketChange;
}) {
  const { sellerId, listing, market, change } = input;
  const { currency, fulfilment, points } = listing.seed;
  const summary = market.summary(change.asin);
  const money = (minor: number) => ({ amount: toAmount(minor, currency), currencyCode: currency });
  const counts = (of: Readonly<Record<Fulfilment, number>>) =>
    (["AMAZON", "MERCHANT"] as const)
      .filter((each) => of[each] > 0)
      .map((each) => ({ condition: "new", fulfillmentType: typeName(each), offerCount: of[each] }));
  const price = money(listing.shownMinor ?? 0);
  const { featured } = summary;
  return {
    issueType: "BuyBoxDisqualification",
    sellerId,
    offerChangeTrigger: {
      marketplaceId: listing.marketplaceId,
      asin: listing.asin,
      itemCondition: "new",
      timeOfOfferChange: change.at.toISOString(),
    },
    merchantOffer: {
      condition: "new",
      fulfillmentType: typeName(fulfilment),
      listingPrice: price,
      shipping: money(0),
      landedPrice: price,
      ...(points === undefined ? {} : { points: { pointsNumber: points } }),
    },
    summary: {
      numberOfOffers: counts(summary.offerCount),
      buyBoxEligibleOffers: counts(summary.buyBoxEligibleCount),
      buyBoxPrices:
        featured === null
          ? []
          : [
              {
                condition: "new",
                listingPrice: money(featured.listingPriceMinor),
                shipping: money(featured.shippingMinor),
                landedPrice: money(landedMinor(featured)),
              },
            ],
      salesRankings: [
        { productCategoryId: "home_garden_display_on_website", rank: summary.salesRank },
      ],
      referencePrice: {
        competitivePriceThreshold: money(summary.competitivePriceThresholdMinor),
        msrpPrice: money(summary.listPriceMinor),
      },
    },
  };
}

function typeName(fulfilment: Fulfilment): "AFN" | "MFN" {
  return fulfilment === "AMAZON" ? "AFN" : "MFN";
}

/** Business customers see every consumer offer too, and of ours the business price. */
function businessPayload(input: {
  readonly sellerId: string;
  readonly market: Market;
  readonly change: MarketChange;
  readonly businessMinor: number;
}) {
  const { sellerId, market, change, businessMinor } = input;
  const { asin, marketplaceId } = splitShelf(change.asin);
  const offers = market
    .offers(change.asin)
    .map((offer) =>
      offer.sellerId === sellerId ? { ...offer, listingPriceMinor: businessMinor } : offer,
    )
    .sort((a, b) => landedMinor(a) - landedMinor(b));
  const [lowest] = offers;
  const best = offers.find(isEligible);
  return {
    B2BAnyOfferChangedNotification: {
      SellerId: sellerId,
      OfferChangeTrigger: {
        MarketplaceId: marketplaceId,
        ASIN: asin,
        ItemCondition: "New",
        TimeOfOfferChange: change.at.toISOString(),
      },
      Summary: {
        NumberOfOffers: countsOf(offers),
        BuyBoxEligibleOffers: countsOf(offers.filter(isEligible)),
        LowestPrices:
          lowest === undefined
            ? []
            : [{ ...pricesOf(lowest), FulfillmentChannel: channelName(lowest.fulfilment) }],
        BuyBoxPrices: best === undefined ? [] : [{ ...pricesOf(best), SellerId: best.sellerId }],
      },
      Offers: offers.slice(0, LISTED_OFFERS_MAX).map((offer) => offerOf(offer, offer === best)),
    },
  };
}

function countsOf(offers: readonly MarketOffer[]) {
  return [...Map.groupBy(offers, ({ fulfilment }) => fulfilment)].map(([fulfilment, group]) => ({
    Condition: "new",
    FulfillmentChannel: channelName(fulfilment),
    OfferCount: group.length,
  }));
}

function pricesOf(offer: MarketOffer) {
  return {
    Condition: "new",
    OfferType: "B2B",
    QuantityTier: 1,
    LandedPrice: moneyOf(landedMinor(offer), offer.currency),
    ListingPrice: moneyOf(offer.listingPriceMinor, offer.currency),
    Shipping: moneyOf(offer.shippingMinor, offer.currency),
  };
}

function moneyOf(minor: number, currency: string) {
  return { Amount: toAmount(minor, currency), CurrencyCode: currency };
}

function offerOf(offer: MarketOffer, isBuyBoxWinner: boolean) {
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
    },
    ListingPrice: moneyOf(offer.listingPriceMinor, offer.currency),
    Shipping: moneyOf(offer.shippingMinor, offer.currency),
    ShipsFrom: { Country: offer.shipsFrom },
    IsFulfilledByAmazon: offer.fulfilment === "AMAZON",
    IsBuyBoxWinner: isBuyBoxWinner,
    PrimeInformation: { IsPrime: offer.isPrime, IsNationalPrime: offer.isPrime },
    IsFeaturedMerchant: offer.isFeaturedMerchant,
  };
}
