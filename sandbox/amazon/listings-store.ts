/**
 * One seller's listings as Amazon holds them, and the one place that knows which price a shopper is
 * shown. Whenever that price or the stock changes it tells the market and the ledger.
 */
import type { SandboxClock } from "../clock.ts";
import { shelfOf, splitShelf } from "../market/shelf.ts";
import type { Market, MarketSale } from "../market/types.ts";
import { newListing } from "./listing.ts";
import type { Listing, SeedListing } from "./listing.ts";
import { consumerOffer, effectivePrice, nextPriceTurn } from "./purchasable-offer.ts";
import type { OfferElement } from "./purchasable-offer.ts";
import type { WriteLedger, WriteSource } from "./write-ledger.ts";

/** What names one listing of a seller. */
export type ListingKey = Pick<Listing, "sku" | "marketplaceId">;

export interface ListingsStore {
  readonly sellerId: string;
  all(): Listing[];
  /** Where the seller has listings, each once. */
  marketplaceIds(): string[];
  /** The SKU in one marketplace; in the first it stands in when no marketplace is named. */
  find(sku: string, marketplaceId?: string): Listing | undefined;
  /** The SKU in every marketplace it is listed in. */
  ofSku(sku: string): Listing[];
  ofAsin(asin: string, marketplaceId?: string): Listing[];
  /** Adds a listing, or puts it in place of the one with that SKU and marketplace. */
  put(seed: SeedListing): Listing;
  /** Many at once, without a word to the market's listeners. */
  putAll(seeds: readonly SeedListing[]): void;
  /** Changes what is stored, then works out price and stock anew. */
  change(key: ListingKey, source: WriteSource, edit: (listing: Listing) => void): void;
  isBuyable(listing: Listing): boolean;
  /** Told of every listing whose status, issues or business price a change has turned. */
  onTurn(listener: ListingListener): void;
  /** Told of every purchase of an own listing. */
  onSold(listener: (listing: Listing, sale: MarketSale) => void): void;
  /** Back to the seed. */
  reset(): void;
  /** Every offer off the market, for a seller that goes for good. */
  close(): void;
}

/** What a change did to a listing, beside its price. */
export type ListingTurn = "status" | "issues" | "business";
export type ListingListener = (listing: Listing, turn: ListingTurn) => void;

interface ListingsStoreOptions {
  readonly clock: SandboxClock;
  readonly market: Market;
  readonly ledger: WriteLedger;
  readonly sellerId: string;
  readonly seeds: readonly SeedListing[];
}

export function createListingsStore(options: ListingsStoreOptions): ListingsStore {
  return new SellerListings(options);
}

class SellerListings implements ListingsStore {
  readonly sellerId: string;
  readonly #options: ListingsStoreOptions;
  readonly #listings = new Map<string, Listing>();
  readonly #bySku = new Map<string, Set<Listing>>();
  readonly #byAsin = new Map<string, Set<Listing>>();
  /** Cancels the timer of the next sale that begins or ends, by listing. */
  readonly #turns = new Map<string, () => void>();
  readonly #endSales: () => void;
  readonly #turnListeners: ListingListener[] = [];
  readonly #soldListeners: ((listing: Listing, sale: MarketSale) => void)[] = [];

  constructor(options: ListingsStoreOptions) {
    this.#options = options;
    this.sellerId = options.sellerId;
    this.#endSales = options.market.onSale((sale) => {
      if (sale.sellerId === options.sellerId) this.#sell(sale);
    });
    this.#plant();
  }

  all(): Listing[] {
    return [...this.#listings.values()];
  }

  find(sku: string, marketplaceId?: string): Listing | undefined {
    if (marketplaceId !== undefined) return this.#listings.get(keyOf({ sku, marketplaceId }));
    return this.ofSku(sku)[0];
  }

  marketplaceIds(): string[] {
    return [...new Set(this.all().map((listing) => listing.marketplaceId))];
  }

  ofSku(sku: string): Listing[] {
    return [...(this.#bySku.get(sku) ?? [])];
  }

  ofAsin(asin: string, marketplaceId?: string): Listing[] {
    const found = [...(this.#byAsin.get(asin) ?? [])];
    if (marketplaceId === undefined) return found;
    return found.filter((listing) => listing.marketplaceId === marketplaceId);
  }

  put(seed: SeedListing): Listing {
    const listing = this.#store(seed, false);
    this.#refresh(listing, "seed");
    return listing;
  }

  putAll(seeds: readonly SeedListing[]): void {
    for (const seed of seeds) {
      const listing = this.#store(seed, true);
      const shownMinor = this.#priceOf(listing) ?? null;
      listing.shownMinor = shownMinor;
      const { asin, marketplaceId } = listing;
      if (asin === null || shownMinor === null) continue;
      this.#options.market.shelve(this.#offerOf(listing, shelfOf(asin, marketplaceId), shownMinor));
    }
  }

  change(key: ListingKey, source: WriteSource, edit: (listing: Listing) => void): void {
    const listing = this.#listings.get(keyOf(key));
    if (listing === undefined) return;
    const [wasBuyable, wasWrong] = [this.isBuyable(listing), issueText(listing)];
    const wasBusiness = businessText(listing);
    edit(listing);
    listing.updatedAt = this.#options.clock.now();
    this.#refresh(listing, source);
    const turns: ListingTurn[] = [];
    if (this.isBuyable(listing) !== wasBuyable) turns.push("status");
    if (issueText(listing) !== wasWrong) turns.push("issues");
    if (businessText(listing) !== wasBusiness) turns.push("business");
    for (const turn of turns) for (const tell of this.#turnListeners) tell(listing, turn);
  }

  isBuyable(listing: Listing): boolean {
    const isOffered = listing.asin !== null && listing.seed.status === "ACTIVE";
    return isOffered && !listing.isSuppressed && listing.quantity > 0;
  }

  onTurn(listener: ListingListener): void {
    this.#turnListeners.push(listener);
  }

  onSold(listener: (listing: Listing, sale: MarketSale) => void): void {
    this.#soldListeners.push(listener);
  }

  close(): void {
    this.#endSales();
    for (const cancel of this.#turns.values()) cancel();
    this.#turns.clear();
    for (const listing of this.all()) this.#withdraw(listing);
  }

  reset(): void {
    for (const cancel of this.#turns.values()) cancel();
    this.#turns.clear();
    const kept = new Set(this.#options.seeds.map(keyOf));
    for (const listing of this.all()) if (!kept.has(keyOf(listing))) this.#withdraw(listing);
    this.#listings.clear();
    this.#bySku.clear();
    this.#byAsin.clear();
    this.#plant();
  }

  #plant(): void {
    for (const seed of this.#options.seeds) this.#refresh(this.#store(seed, true), "seed");
  }

  #store(seed: SeedListing, isFromPast: boolean): Listing {
    const before = this.#listings.get(keyOf(seed));
    if (before !== undefined) {
      if (before.asin !== seed.asin) this.#withdraw(before);
      this.#bySku.get(before.sku)?.delete(before);
      this.#byAsin.get(before.asin ?? "")?.delete(before);
    }
    const now = this.#options.clock.now();
    const listing = newListing({ seed, ordinal: this.#listings.size + 1, now, isFromPast });
    this.#listings.set(keyOf(seed), listing);
    addTo(this.#bySku, seed.sku, listing);
    if (seed.asin !== null) addTo(this.#byAsin, seed.asin, listing);
    return listing;
  }

  #sell(sale: MarketSale): void {
    const { asin, marketplaceId } = splitShelf(sale.asin);
    const onShelf = this.ofAsin(asin, marketplaceId);
    const sold =
      onShelf.find((listing) => listing.sku === sale.sku) ??
      onShelf.find((listing) => listing.quantity > 0);
    if (sold === undefined) return;
    // The market already counts the unit as gone; telling it again would be a second change.
    sold.quantity = Math.max(0, sold.quantity - sale.units);
    for (const tell of this.#soldListeners) tell(sold, sale);
    if (sold.quantity === 0) for (const tell of this.#turnListeners) tell(sold, "status");
  }

  #priceOf(listing: Listing): number | undefined {
    const offer = consumerOffer(listing.offers, listing.marketplaceId);
    return offer && effectivePrice(offer, this.#options.clock.now());
  }

  #refresh(listing: Listing, source: WriteSource): void {
    const { clock, ledger, sellerId } = this.#options;
    const { sku, marketplaceId, shownMinor: oldMinor } = listing;
    const newMinor = this.#priceOf(listing) ?? null;
    listing.shownMinor = newMinor;
    if (newMinor !== oldMinor && source !== "seed") {
      const at = clock.now();
      ledger.effective({ sellerId, sku, marketplaceId, oldMinor, newMinor, at, source });
    }
    this.#tellMarket(listing, oldMinor);
    this.#watchTurn(listing, consumerOffer(listing.offers, marketplaceId));
  }

  #tellMarket(listing: Listing, lastShownMinor: number | null): void {
    const { asin, marketplaceId, shownMinor } = listing;
    const listingPriceMinor = shownMinor ?? lastShownMinor;
    // Without a page, or never priced: the market does not know this offer at all.
    if (asin === null || listingPriceMinor === null) return;
    const shelf = shelfOf(asin, marketplaceId);
    this.#options.market.setOwnOffer(this.#offerOf(listing, shelf, listingPriceMinor));
  }

  #offerOf(listing: Listing, shelf: string, listingPriceMinor: number) {
    const { sku, seed, shownMinor } = listing;
    return {
      sellerId: this.sellerId,
      sku,
      asin: shelf,
      listingPriceMinor,
      fulfilment: seed.fulfilment,
      quantity: shownMinor !== null && this.isBuyable(listing) ? listing.quantity : 0,
      currency: seed.currency,
      ...(seed.points === undefined ? {} : { points: seed.points }),
    };
  }

  /** A sale window opens and closes by itself: the price turns without a write. */
  #watchTurn(listing: Listing, offer: OfferElement | undefined): void {
    const { clock } = this.#options;
    const key = keyOf(listing);
    this.#turns.get(key)?.();
    this.#turns.delete(key);
    const turn = offer && nextPriceTurn(offer, clock.now());
    if (turn === undefined) return;
    const delayMs = turn.getTime() - clock.now().getTime();
    const cancel = clock.after(delayMs, () => this.#refresh(listing, "sale-window"));
    this.#turns.set(key, cancel);
  }

  #withdraw(listing: Listing): void {
    listing.quantity = 0;
    this.#tellMarket(listing, listing.shownMinor);
  }
}

function keyOf({ sku, marketplaceId }: ListingKey): string {
  return `${marketplaceId} ${sku}`;
}

function addTo(index: Map<string, Set<Listing>>, name: string, listing: Listing): void {
  const set = index.get(name) ?? new Set();
  index.set(name, set.add(listing));
}

function issueText(listing: Listing): string {
  return listing.issues.map(({ code, severity }) => `${code} ${severity}`).join();
}

function businessText(listing: Listing): string {
  return JSON.stringify(listing.offers.filter((offer) => offer["audience"] === "B2B"));
}
