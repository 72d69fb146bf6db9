/**
 * What the simulated market shows to the stand-ins. Prices are whole minor units in a `number`: the
 * sandbox keeps clear of the product's own money code, so that the two cannot share a mistake.
 */

export type Fulfilment = "AMAZON" | "MERCHANT";

/** One offer on an ASIN as a shopper would see it, ours or a competitor's. */
export interface MarketOffer {
  readonly sellerId: string;
  readonly listingPriceMinor: number;
  readonly shippingMinor: number;
  /** Points granted with the sale; only on marketplaces that have them. */
  readonly points?: number;
  /** ISO 4217, the same for all offers of an ASIN. */
  readonly currency: string;
  readonly fulfilment: Fulfilment;
  readonly condition: "new";
  /** Number of ratings the seller has received. */
  readonly feedbackCount: number;
  /** Share of positive ratings, whole percent 0–100. */
  readonly positivePercent: number;
  readonly handlingHoursMin: number;
  readonly handlingHoursMax: number;
  /** Country the parcel leaves from, ISO 3166 alpha-2. */
  readonly shipsFrom: string;
  /** The seller may win the featured offer at all. */
  readonly isFeaturedMerchant: boolean;
  readonly isBuyBoxWinner: boolean;
  readonly isPrime: boolean;
}

/**
 * `FeaturedOffer`: another seller now holds the featured offer, or it appeared or vanished.
 * `Internal`: any other change of an offer's price or presence.
 */
export interface MarketChange {
  readonly asin: string;
  readonly at: Date;
  readonly type: "Internal" | "FeaturedOffer";
}

/** A seller's own offer as its listing states it. Quantity 0 takes it off the market. */
export interface OwnOffer {
  readonly sellerId: string;
  readonly sku: string;
  readonly asin: string;
  readonly listingPriceMinor: number;
  readonly fulfilment: Fulfilment;
  readonly quantity: number;
  /** 0 when left out. */
  readonly shippingMinor?: number;
  /** Points granted with the sale; none when left out. */
  readonly points?: number;
  /** Of the shelf this offer opens, when it is the first; the market's own when left out. */
  readonly currency?: string;
}

/** An ASIN and what is known about it; whatever is left out is drawn from the market's seed. */
export interface MarketAsin {
  readonly asin: string;
  /** The price the item usually sells at; competitors' floors and habits are drawn around it. */
  readonly basePriceMinor: number;
  readonly currency: string;
  /** Exactly these competitors; an empty list leaves the own offer alone. */
  readonly competitors?: readonly Competitor[];
  readonly demand?: DemandTruth;
  readonly competitivePriceThresholdMinor?: number;
  /** Changes happen but nobody is told, as for the ASINs that never send a notification. */
  readonly isSilent?: boolean;
}

/** The numbers a pricing page states about an ASIN as a whole. Empty market: counts 0, prices null. */
export interface MarketSummary {
  readonly asin: string;
  readonly currency: string;
  readonly offerCount: { readonly AMAZON: number; readonly MERCHANT: number };
  readonly buyBoxEligibleCount: { readonly AMAZON: number; readonly MERCHANT: number };
  /** Lowest landed offer of each fulfilment, null when there is none. */
  readonly lowest: { readonly AMAZON: MarketOffer | null; readonly MERCHANT: MarketOffer | null };
  /** The offer shown in the Buy Box, null when it is suppressed or nobody is eligible. */
  readonly featured: MarketOffer | null;
  /** Landed price above which no offer is featured, because the item sells for less elsewhere. */
  readonly competitivePriceThresholdMinor: number;
  readonly listPriceMinor: number;
  readonly salesRank: number;
}

/** A purchase. `at` is the sandbox instant; `unitPriceMinor` the landed price paid. */
export interface MarketSale {
  readonly at: Date;
  readonly asin: string;
  readonly sellerId: string;
  /** The own listing that sold; null for a competitor's sale. */
  readonly sku: string | null;
  readonly units: number;
  readonly unitPriceMinor: number;
  readonly currency: string;
}

export type CompetitorKind =
  "undercutter" | "matcher" | "random-walker" | "out-of-stock-cycler" | "premium";

/** A competitor with all that an observer can only infer. Prices at the moment it enters. */
export interface Competitor {
  readonly sellerId: string;
  readonly kind: CompetitorKind;
  readonly fulfilment: Fulfilment;
  readonly listingPriceMinor: number;
  readonly shippingMinor: number;
  /** The landed prices between which it stays by itself; only `Market.move` leads outside. */
  readonly floorMinor: number;
  readonly ceilingMinor: number;
  /** By how much an undercutter goes below the lowest other offer. */
  readonly stepMinor: number;
  /**
   * Undercutter and matcher: from a change to the answer. Random walker: between two moves.
   * Out-of-stock cycler: mean time in stock (out of stock: a third of it). Premium: unused.
   */
  readonly reactionDelayMs: number;
  readonly feedbackCount: number;
  readonly positivePercent: number;
  readonly handlingHoursMin: number;
  readonly handlingHoursMax: number;
  readonly shipsFrom: string;
  readonly isFeaturedMerchant: boolean;
  /** Points granted with the sale; none when left out. */
  readonly points?: number;
}

/**
 * The true demand of an ASIN. Expected purchases a day at landed price p of the featured offer:
 * `arrivalsPerDay × buyShareAtBase × (p / basePriceMinor) ^ elasticity`, the share capped at 1.
 */
export interface DemandTruth {
  readonly arrivalsPerDay: number;
  readonly buyShareAtBase: number;
  readonly basePriceMinor: number;
  /** Negative: −2 means that a price 1 % higher sells about 2 % less. */
  readonly elasticity: number;
  /** Share of shoppers who look for the lowest offer by themselves when none is featured. */
  readonly searchShareWithoutFeatured: number;
}

export interface AsinTruth {
  readonly asin: string;
  readonly demand: DemandTruth;
  readonly competitors: readonly Competitor[];
}

/** All offers on a set of ASINs, the sellers behind them and the shoppers in front. */
export interface Market {
  asins(): readonly string[];
  has(asin: string): boolean;
  /** Opens an ASIN, or gives an open one new competitors and demand; own offers stay. */
  open(asin: MarketAsin): void;
  /** Every offer that is in stock, ours included, lowest landed price first. Unknown ASIN: none. */
  offers(asin: string): MarketOffer[];
  /** Adds or changes a seller's offer; an unknown ASIN is opened with this price as its usual one. */
  setOwnOffer(offer: OwnOffer): void;
  /**
   * Adds a seller's offer without a word: the shelf is drawn only when somebody looks at it, and its
   * competitors and shoppers rest until then. For listings by the ten thousand.
   */
  shelve(offer: OwnOffer): void;
  /** Told of every change after it happened. Returns a function that ends the subscription. */
  onChange(listener: (change: MarketChange) => void): () => void;
  /** Told of every purchase after it happened; an own offer's quantity is by then one lower. */
  onSale(listener: (sale: MarketSale) => void): () => void;
  salesRank(asin: string): number;
  summary(asin: string): MarketSummary;
  /** Competitors begin to react and shoppers to arrive; until then nothing moves by itself. */
  start(): void;
  /** Every competitor (of one ASIN or of all) makes its next move now. */
  step(asin?: string): void;
  /**
   * A competitor takes this listing price now, even below its floor. Without `sellerId` the one with
   * the lowest landed price moves. Returns who moved.
   */
  move(input: { asin: string; sellerId?: string; listingPriceMinor: number }): string;
  /** A competitor runs out of stock or comes back, whatever its kind. */
  stock(input: { asin: string; sellerId: string; isInStock: boolean }): void;
  /** Stops every competitor and shopper until `start`. */
  freeze(): void;
  sales(filter?: { asin?: string; sellerId?: string }): MarketSale[];
  truth(asin: string): AsinTruth;
}
