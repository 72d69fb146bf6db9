/** One ASIN: the offers on it and which of them is featured. Knows nothing of time or of listeners. */
import type { CompetitorState } from "./behaviour.ts";
import { chooseFeatured, isEligible, landedMinor } from "./buy-box.ts";
import type {
  Competitor,
  Fulfilment,
  MarketAsin,
  MarketChange,
  MarketOffer,
  MarketSummary,
  OwnOffer,
} from "./types.ts";

/** What shoppers see of a seller of its own: an established one with good marks. */
const OWN_FEEDBACK_COUNT = 1_240;
const OWN_POSITIVE_PERCENT = 97;

/** Times the base price; the market's own choice where the ASIN does not state it. */
const THRESHOLD_TIMES_BASE = 1.25;
const LIST_PRICE_TIMES_BASE = 1.3;

/** Who stands behind an offer. */
export type OfferOwner = { readonly competitor: CompetitorState } | { readonly own: OwnOffer };

export class AsinBook {
  readonly asin: string;
  readonly currency: string;
  readonly isSilent: boolean;
  readonly #thresholdMinor: number;
  readonly #listPriceMinor: number;
  readonly #competitors = new Map<string, CompetitorState>();
  readonly #own = new Map<string, OwnOffer>();
  #offers = new Map<string, MarketOffer>();
  #featuredKey: string | null = null;

  constructor(
    asin: MarketAsin,
    competitors: readonly Competitor[],
    ownOffers: readonly OwnOffer[] = [],
  ) {
    this.asin = asin.asin;
    this.currency = asin.currency;
    this.isSilent = asin.isSilent ?? false;
    this.#thresholdMinor =
      asin.competitivePriceThresholdMinor ?? Math.round(asin.basePriceMinor * THRESHOLD_TIMES_BASE);
    this.#listPriceMinor = Math.round(asin.basePriceMinor * LIST_PRICE_TIMES_BASE);
    for (const competitor of competitors) {
      const { sellerId, listingPriceMinor } = competitor;
      this.#competitors.set(sellerId, { competitor, listingPriceMinor, isInStock: true });
    }
    for (const offer of ownOffers) this.#own.set(ownKey(offer), offer);
    this.settle();
  }

  competitors(): readonly CompetitorState[] {
    return [...this.#competitors.values()];
  }

  competitor(sellerId: string): CompetitorState | undefined {
    return this.#competitors.get(sellerId);
  }

  setCompetitor(state: CompetitorState): void {
    this.#competitors.set(state.competitor.sellerId, state);
  }

  ownOffers(): readonly OwnOffer[] {
    return [...this.#own.values()];
  }

  setOwn(offer: OwnOffer): void {
    this.#own.set(ownKey(offer), offer);
  }

  /** In-stock offers, lowest landed price first, then by seller. */
  offers(): MarketOffer[] {
    return [...this.#offers.values()].sort(byLandedPrice);
  }

  offersBesides(sellerId: string): MarketOffer[] {
    return this.offers().filter((offer) => offer.sellerId !== sellerId);
  }

  /** The offer a shopper is led to, with its owner. */
  featured(): { offer: MarketOffer; owner: OfferOwner } | null {
    return this.#featuredKey === null ? null : this.#entry(this.#featuredKey);
  }

  lowest(): { offer: MarketOffer; owner: OfferOwner } | null {
    const [first] = [...this.#offers].sort(([, a], [, b]) => byLandedPrice(a, b));
    return first === undefined ? null : this.#entry(first[0]);
  }

  /** Chooses the featured offer anew and says what shoppers would notice, null when nothing. */
  settle(): MarketChange["type"] | null {
    const before = this.#offers;
    const featuredBefore = this.#featuredKey;
    const bare = this.#buildOffers();
    this.#featuredKey = chooseFeatured({
      offers: bare,
      holder: featuredBefore,
      thresholdMinor: this.#thresholdMinor,
    });
    this.#offers = new Map(
      [...bare].map(([key, offer]) => [
        key,
        { ...offer, isBuyBoxWinner: key === this.#featuredKey },
      ]),
    );
    if (featuredBefore !== this.#featuredKey) return "FeaturedOffer";
    return isSameOffers(before, this.#offers) ? null : "Internal";
  }

  summary(salesRank: number): MarketSummary {
    const offers = this.offers();
    const eligible = offers.filter(isEligible);
    const lowestOf = (by: Fulfilment) => offers.find((offer) => offer.fulfilment === by) ?? null;
    return {
      asin: this.asin,
      currency: this.currency,
      offerCount: countByFulfilment(offers),
      buyBoxEligibleCount: countByFulfilment(eligible),
      lowest: { AMAZON: lowestOf("AMAZON"), MERCHANT: lowestOf("MERCHANT") },
      featured: this.featured()?.offer ?? null,
      competitivePriceThresholdMinor: this.#thresholdMinor,
      listPriceMinor: this.#listPriceMinor,
      salesRank,
    };
  }

  #entry(key: string): { offer: MarketOffer; owner: OfferOwner } | null {
    const offer = this.#offers.get(key);
    if (offer === undefined) return null;
    const own = this.#own.get(key);
    if (own !== undefined) return { offer, owner: { own } };
    const competitor = this.#competitors.get(offer.sellerId);
    return competitor === undefined ? null : { offer, owner: { competitor } };
  }

  #buildOffers(): Map<string, MarketOffer> {
    const offers = new Map<string, MarketOffer>();
    for (const [sellerId, state] of this.#competitors) {
      if (state.isInStock) offers.set(sellerId, competitorOffer(state, this.currency));
    }
    for (const [key, own] of this.#own) {
      if (own.quantity > 0) offers.set(key, ownMarketOffer(own, this.currency));
    }
    return offers;
  }
}

function ownKey(offer: OwnOffer): string {
  return `${offer.sellerId}/${offer.sku}`;
}

function competitorOffer(state: CompetitorState, currency: string): MarketOffer {
  const { competitor } = state;
  return {
    sellerId: competitor.sellerId,
    listingPriceMinor: state.listingPriceMinor,
    shippingMinor: competitor.shippingMinor,
    currency,
    fulfilment: competitor.fulfilment,
    condition: "new",
    feedbackCount: competitor.feedbackCount,
    positivePercent: competitor.positivePercent,
    handlingHoursMin: competitor.handlingHoursMin,
    handlingHoursMax: competitor.handlingHoursMax,
    shipsFrom: competitor.shipsFrom,
    isFeaturedMerchant: competitor.isFeaturedMerchant,
    isBuyBoxWinner: false,
    isPrime: competitor.fulfilment === "AMAZON",
    ...(competitor.points === undefined ? {} : { points: competitor.points }),
  };
}

function ownMarketOffer(own: OwnOffer, currency: string): MarketOffer {
  const isByAmazon = own.fulfilment === "AMAZON";
  return {
    sellerId: own.sellerId,
    listingPriceMinor: own.listingPriceMinor,
    shippingMinor: own.shippingMinor ?? 0,
    currency,
    fulfilment: own.fulfilment,
    condition: "new",
    feedbackCount: OWN_FEEDBACK_COUNT,
    positivePercent: OWN_POSITIVE_PERCENT,
    handlingHoursMin: isByAmazon ? 0 : 24,
    handlingHoursMax: isByAmazon ? 24 : 48,
    shipsFrom: "US",
    isFeaturedMerchant: true,
    isBuyBoxWinner: false,
    isPrime: isByAmazon,
    ...(own.points === undefined ? {} : { points: own.points }),
  };
}

function countByFulfilment(offers: readonly MarketOffer[]): { AMAZON: number; MERCHANT: number } {
  const byAmazon = offers.filter((offer) => offer.fulfilment === "AMAZON").length;
  return { AMAZON: byAmazon, MERCHANT: offers.length - byAmazon };
}

function byLandedPrice(a: MarketOffer, b: MarketOffer): number {
  const difference = landedMinor(a) - landedMinor(b);
  if (difference !== 0) return difference;
  if (a.isBuyBoxWinner !== b.isBuyBoxWinner) return a.isBuyBoxWinner ? -1 : 1;
  return a.sellerId < b.sellerId ? -1 : a.sellerId > b.sellerId ? 1 : 0;
}

function isSameOffers(
  before: ReadonlyMap<string, MarketOffer>,
  after: ReadonlyMap<string, MarketOffer>,
): boolean {
  if (before.size !== after.size) return false;
  for (const [key, offer] of after) {
    const other = before.get(key);
    if (
      other === undefined ||
      other.listingPriceMinor !== offer.listingPriceMinor ||
      other.shippingMinor !== offer.shippingMinor ||
      other.points !== offer.points ||
      other.fulfilment !== offer.fulfilment
    ) {
      return false;
    }
  }
  return true;
}
