/**
 * A seeded simulation of a marketplace: competitors that react and shoppers that buy.
 *
 * States: `still` until `start`, `running` until `freeze`. In `still` nothing moves by itself, and
 * `step`, `move`, `stock` and `setOwnOffer` still take effect. On a driven clock the same seed and the
 * same calls give the same market: every actor draws from its own random stream.
 */
import type { SandboxClock } from "../clock.ts";
import type { AsinBook } from "./asin-book.ts";
import { nextDelayMs, nextState, paceOf, type CompetitorState } from "./behaviour.ts";
import { DAY_MS, paceAt, rankOfPace } from "./demand.ts";
import { cancelTimers, openPlace, serveShopper, SHOPPERS, type Place } from "./place.ts";
import { drawSellers, type SellerPool } from "./sellers.ts";
import type * as Types from "./types.ts";

export interface MarketOptions {
  readonly seed: number;
  readonly clock: SandboxClock;
  readonly asins: readonly Types.MarketAsin[];
  /** Of ASINs that an own offer opens; USD when left out. */
  readonly defaultCurrency?: string;
}

export function createMarket(options: MarketOptions): Types.Market {
  return new SimulatedMarket(options);
}

class SimulatedMarket implements Types.Market {
  readonly #seed: number;
  readonly #clock: SandboxClock;
  readonly #defaultCurrency: string;
  readonly #sellers: SellerPool;
  readonly #places = new Map<string, Place>();
  /** Shelves with an own offer that nobody has looked at yet: cheap until somebody does. */
  readonly #unopened = new Map<string, Types.OwnOffer[]>();
  readonly #changeListeners = new Set<(change: Types.MarketChange) => void>();
  readonly #saleListeners = new Set<(sale: Types.MarketSale) => void>();
  readonly #sales: Types.MarketSale[] = [];
  #isRunning = false;

  constructor(options: MarketOptions) {
    this.#seed = options.seed;
    this.#clock = options.clock;
    this.#defaultCurrency = options.defaultCurrency ?? "USD";
    this.#sellers = drawSellers(options.seed);
    for (const asin of options.asins) this.open(asin);
  }

  asins(): readonly string[] {
    return [...this.#places.keys(), ...this.#unopened.keys()];
  }

  has(asin: string): boolean {
    return this.#places.has(asin) || this.#unopened.has(asin);
  }

  open(asin: Types.MarketAsin): void {
    const before = this.#found(asin.asin);
    const place = openPlace({
      seed: this.#seed,
      sellers: this.#sellers,
      asin,
      ownOffers: before?.book.ownOffers() ?? [],
      at: this.#clock.now(),
    });
    if (before !== undefined) cancelTimers(before);
    this.#places.set(asin.asin, place);
    if (this.#isRunning) this.#wake(place);
    if (before !== undefined) this.#tell(place, changeBetween(before.book, place.book));
  }

  offers(asin: string): Types.MarketOffer[] {
    return this.#found(asin)?.book.offers() ?? [];
  }

  setOwnOffer(offer: Types.OwnOffer): void {
    checkPrice(offer.listingPriceMinor);
    if (!this.has(offer.asin)) this.open(this.#asinOf(offer));
    const place = this.#place(offer.asin);
    this.#change(place, offer.sellerId, () => place.book.setOwn(offer));
  }

  shelve(offer: Types.OwnOffer): void {
    checkPrice(offer.listingPriceMinor);
    if (this.#places.has(offer.asin)) return this.setOwnOffer(offer);
    const waiting = this.#unopened.get(offer.asin) ?? [];
    const others = waiting.filter(
      ({ sellerId, sku }) => sellerId !== offer.sellerId || sku !== offer.sku,
    );
    this.#unopened.set(offer.asin, [...others, offer]);
  }

  onChange(listener: (change: Types.MarketChange) => void): () => void {
    this.#changeListeners.add(listener);
    return () => void this.#changeListeners.delete(listener);
  }

  onSale(listener: (sale: Types.MarketSale) => void): () => void {
    this.#saleListeners.add(listener);
    return () => void this.#saleListeners.delete(listener);
  }

  salesRank(asin: string): number {
    return rankOfPace(paceAt(this.#place(asin).pace, this.#clock.now()));
  }

  summary(asin: string): Types.MarketSummary {
    return this.#place(asin).book.summary(this.salesRank(asin));
  }

  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    for (const place of this.#places.values()) this.#wake(place);
  }

  freeze(): void {
    this.#isRunning = false;
    for (const place of this.#places.values()) cancelTimers(place);
  }

  step(asin?: string): void {
    const places = asin === undefined ? [...this.#places.values()] : [this.#place(asin)];
    for (const place of places) {
      for (const { competitor } of place.book.competitors()) this.#act(place, competitor.sellerId);
    }
  }

  move(input: { asin: string; sellerId?: string; listingPriceMinor: number }): string {
    const { asin, listingPriceMinor } = input;
    checkPrice(listingPriceMinor);
    const place = this.#place(asin);
    const sellerId = input.sellerId ?? lowestCompetitor(place.book)?.competitor.sellerId;
    if (sellerId === undefined) throw new RangeError(`market: nobody competes on ${asin}`);
    const state = this.#competitor(place, sellerId);
    this.#change(place, sellerId, () => place.book.setCompetitor({ ...state, listingPriceMinor }));
    return sellerId;
  }

  stock(input: { asin: string; sellerId: string; isInStock: boolean }): void {
    const place = this.#place(input.asin);
    const state = this.#competitor(place, input.sellerId);
    this.#change(place, input.sellerId, () =>
      place.book.setCompetitor({ ...state, isInStock: input.isInStock }),
    );
  }

  sales(filter: { asin?: string; sellerId?: string } = {}): Types.MarketSale[] {
    return this.#sales.filter(
      (sale) =>
        (filter.asin === undefined || sale.asin === filter.asin) &&
        (filter.sellerId === undefined || sale.sellerId === filter.sellerId),
    );
  }

  truth(asin: string): Types.AsinTruth {
    const { book, demand } = this.#place(asin);
    return { asin, demand, competitors: book.competitors().map((state) => state.competitor) };
  }

  /** Makes a change, lets the reactors among the others answer it, and tells of it. */
  #change(place: Place, actor: string, make: () => void): void {
    make();
    const type = place.book.settle();
    if (type !== null) {
      for (const state of place.book.competitors()) {
        const isOther = state.competitor.sellerId !== actor;
        if (isOther && paceOf(state.competitor) === "reacts") this.#plan(place, state);
      }
    }
    this.#tell(place, type);
  }

  #tell(place: Place, type: Types.MarketChange["type"] | null): void {
    if (type === null || place.book.isSilent) return;
    const change = { asin: place.book.asin, at: this.#clock.now(), type };
    for (const listener of [...this.#changeListeners]) listener(change);
  }

  #wake(place: Place): void {
    for (const state of place.book.competitors()) {
      if (paceOf(state.competitor) !== "never") this.#plan(place, state);
    }
    this.#expectShopper(place);
  }

  /** One pending move per competitor: a change while it thinks does not make it think twice. */
  #plan(place: Place, state: CompetitorState): void {
    const { sellerId } = state.competitor;
    if (!this.#isAlive(place) || place.timers.has(sellerId)) return;
    const delayMs = nextDelayMs(state, place.random(sellerId));
    const cancel = this.#clock.after(delayMs, () => {
      place.timers.delete(sellerId);
      this.#act(place, sellerId);
      const after = this.#competitor(place, sellerId);
      if (paceOf(after.competitor) === "rhythm") this.#plan(place, after);
    });
    place.timers.set(sellerId, cancel);
  }

  #act(place: Place, sellerId: string): void {
    const state = this.#competitor(place, sellerId);
    const canAct = state.isInStock || state.competitor.kind === "out-of-stock-cycler";
    if (!canAct) return;
    const next = nextState(state, place.book.offersBesides(sellerId), place.random(sellerId));
    this.#change(place, sellerId, () => place.book.setCompetitor(next));
  }

  #expectShopper(place: Place): void {
    if (!this.#isAlive(place) || place.timers.has(SHOPPERS)) return;
    if (place.demand.arrivalsPerDay <= 0) return;
    const gapMs = place.random(SHOPPERS).gap(DAY_MS / place.demand.arrivalsPerDay);
    const cancel = this.#clock.after(gapMs, () => {
      place.timers.delete(SHOPPERS);
      this.#serve(place);
      this.#expectShopper(place);
    });
    place.timers.set(SHOPPERS, cancel);
  }

  #serve(place: Place): void {
    const served = serveShopper(place, this.#clock.now());
    if (served === null) return;
    const { sale, soldOwn } = served;
    this.#sales.push(sale);
    if (soldOwn !== null) this.#change(place, sale.sellerId, () => place.book.setOwn(soldOwn));
    for (const listener of [...this.#saleListeners]) listener(sale);
  }

  /** False once a listener froze the market or opened the ASIN anew: nothing more is planned here. */
  #isAlive(place: Place): boolean {
    return this.#isRunning && this.#places.get(place.book.asin) === place;
  }

  #asinOf(offer: Types.OwnOffer): Types.MarketAsin {
    const currency = offer.currency ?? this.#defaultCurrency;
    return { asin: offer.asin, basePriceMinor: offer.listingPriceMinor, currency };
  }

  /** The place of an ASIN, opened now if it only waited for somebody to look. */
  #found(asin: string): Place | undefined {
    const offers = this.#unopened.get(asin);
    const [first] = offers ?? [];
    if (offers === undefined || first === undefined) return this.#places.get(asin);
    this.#unopened.delete(asin);
    const place = openPlace({
      seed: this.#seed,
      sellers: this.#sellers,
      asin: this.#asinOf(first),
      ownOffers: offers,
      at: this.#clock.now(),
    });
    this.#places.set(asin, place);
    if (this.#isRunning) this.#wake(place);
    return place;
  }

  #place(asin: string): Place {
    const place = this.#found(asin);
    if (place === undefined) throw new RangeError(`market: ${asin} is not sold here`);
    return place;
  }

  #competitor(place: Place, sellerId: string): CompetitorState {
    const state = place.book.competitor(sellerId);
    if (state === undefined) {
      throw new RangeError(`market: ${sellerId} does not compete on ${place.book.asin}`);
    }
    return state;
  }
}

function checkPrice(listingPriceMinor: number): void {
  if (!Number.isSafeInteger(listingPriceMinor) || listingPriceMinor < 1) {
    throw new RangeError(`market: ${listingPriceMinor} is no price in whole minor units`);
  }
}

function changeBetween(before: AsinBook, after: AsinBook): Types.MarketChange["type"] {
  const [was, is] = [before.featured(), after.featured()];
  return was?.offer.sellerId === is?.offer.sellerId ? "Internal" : "FeaturedOffer";
}

function lowestCompetitor(book: AsinBook): CompetitorState | undefined {
  const ownIds = new Set(book.ownOffers().map((offer) => offer.sellerId));
  const lowest = book.offers().find((offer) => !ownIds.has(offer.sellerId));
  return lowest === undefined ? undefined : book.competitor(lowest.sellerId);
}
