/**
 * The seller's listings as Amazon holds them, and the one place that knows which price a shopper is
 * shown. Whenever that price or the stock changes it tells the market and the ledger.
 */
import type { Issue } from "@sp-api-sdk/listings-items-api-2021-08-01";
import type { SandboxClock } from "../clock.ts";
import type { Fulfilment, Market } from "../market/types.ts";
import { toAmount } from "./decimal.ts";
import { consumerOffer, effectivePrice, nextPriceTurn } from "./purchasable-offer.ts";
import type { OfferElement } from "./purchasable-offer.ts";
import type { WriteLedger, WriteSource } from "./write-ledger.ts";

type ListingStatus = "ACTIVE" | "INACTIVE" | "INCOMPLETE";

/** A listing as the seed or a control call states it. */
export interface SeedListing {
  readonly sku: string;
  /** Null: Amazon has not matched the listing with a catalogue page yet. */
  readonly asin: string | null;
  readonly title: string;
  readonly brand: string;
  readonly productType: string;
  /** EAN-13 as the report's product-id. */
  readonly barcode: string;
  readonly fulfilment: Fulfilment;
  readonly quantity: number;
  readonly status: ListingStatus;
  readonly weightGrams: number;
  readonly marketplaceId: string;
  readonly currency: string;
  /** Null: a listing without a price, which a shopper cannot buy. */
  readonly priceMinor: number | null;
  readonly minimumMinor?: number;
  readonly maximumMinor?: number;
  readonly sale?: {
    readonly priceMinor: number;
    readonly fromMs: number;
    readonly untilMs: number;
  };
  /** Amazon's Automate Pricing has a rule on it. */
  readonly isAutomated?: boolean;
  /** Its ASIN never sends ANY_OFFER_CHANGED. */
  readonly isSilent?: boolean;
}

export interface Listing {
  readonly sku: string;
  readonly asin: string | null;
  readonly fnSku: string;
  readonly listingId: string;
  readonly seed: SeedListing;
  readonly createdAt: Date;
  quantity: number;
  updatedAt: Date;
  offers: readonly OfferElement[];
  /** Other attributes that were patched, by name. */
  attributes: Readonly<Record<string, unknown>>;
  issues: readonly Issue[];
  isSuppressed: boolean;
  /** What shoppers are shown now; null when the listing cannot be bought. */
  shownMinor: number | null;
}

export interface ListingsStore {
  all(): Listing[];
  find(sku: string): Listing | undefined;
  ofAsin(asin: string): Listing[];
  /** Adds a listing, or puts it in place of the one with that SKU. */
  put(seed: SeedListing): Listing;
  /** Changes what is stored, then works out price and stock anew. */
  change(sku: string, source: WriteSource, edit: (listing: Listing) => void): void;
  isBuyable(listing: Listing): boolean;
  /** Back to the seed. */
  reset(): void;
}

interface ListingsStoreOptions {
  readonly clock: SandboxClock;
  readonly market: Market;
  readonly ledger: WriteLedger;
  readonly sellerId: string;
  readonly seeds: readonly SeedListing[];
}

const DAY_MS = 86_400_000;

export function createListingsStore(options: ListingsStoreOptions): ListingsStore {
  return new SellerListings(options);
}

class SellerListings implements ListingsStore {
  readonly #options: ListingsStoreOptions;
  readonly #listings = new Map<string, Listing>();
  /** Cancels the timer of the next sale that begins or ends, by SKU. */
  readonly #turns = new Map<string, () => void>();

  constructor(options: ListingsStoreOptions) {
    this.#options = options;
    options.market.onSale((sale) => {
      if (sale.sellerId !== options.sellerId) return;
      const sold = this.ofAsin(sale.asin).find((listing) => listing.quantity > 0);
      // The market already counts the unit as gone; telling it again would be a second change.
      if (sold !== undefined) sold.quantity = Math.max(0, sold.quantity - sale.units);
    });
    for (const seed of options.seeds) this.put(seed);
  }

  all(): Listing[] {
    return [...this.#listings.values()];
  }

  find(sku: string): Listing | undefined {
    return this.#listings.get(sku);
  }

  ofAsin(asin: string): Listing[] {
    return this.all().filter((listing) => listing.asin === asin);
  }

  put(seed: SeedListing): Listing {
    const before = this.#listings.get(seed.sku);
    if (before !== undefined && before.asin !== seed.asin) this.#withdraw(before);
    const listing = newListing(seed, this.#listings.size + 1, this.#options.clock.now());
    this.#listings.set(seed.sku, listing);
    this.#refresh(listing, "seed");
    return listing;
  }

  change(sku: string, source: WriteSource, edit: (listing: Listing) => void): void {
    const listing = this.#listings.get(sku);
    if (listing === undefined) return;
    edit(listing);
    listing.updatedAt = this.#options.clock.now();
    this.#refresh(listing, source);
  }

  isBuyable(listing: Listing): boolean {
    const isOffered = listing.asin !== null && listing.seed.status === "ACTIVE";
    return isOffered && !listing.isSuppressed && listing.quantity > 0;
  }

  reset(): void {
    for (const cancel of this.#turns.values()) cancel();
    this.#turns.clear();
    const kept = new Set(this.#options.seeds.map((seed) => seed.sku));
    for (const listing of this.all()) if (!kept.has(listing.sku)) this.#withdraw(listing);
    this.#listings.clear();
    for (const seed of this.#options.seeds) this.put(seed);
  }

  #refresh(listing: Listing, source: WriteSource): void {
    const { clock, ledger } = this.#options;
    const oldMinor = listing.shownMinor;
    const offer = consumerOffer(listing.offers, listing.seed.marketplaceId);
    const newMinor = (offer && effectivePrice(offer, clock.now())) ?? null;
    listing.shownMinor = newMinor;
    if (newMinor !== oldMinor && source !== "seed") {
      ledger.effective({ sku: listing.sku, oldMinor, newMinor, at: clock.now(), source });
    }
    this.#tellMarket(listing, oldMinor);
    this.#watchTurn(listing, offer);
  }

  #tellMarket(listing: Listing, lastShownMinor: number | null): void {
    const { sku, asin, seed, shownMinor } = listing;
    const listingPriceMinor = shownMinor ?? lastShownMinor;
    // Without a page, or never priced: the market does not know this offer at all.
    if (asin === null || listingPriceMinor === null) return;
    this.#options.market.setOwnOffer({
      sellerId: this.#options.sellerId,
      sku,
      asin,
      listingPriceMinor,
      fulfilment: seed.fulfilment,
      quantity: shownMinor !== null && this.isBuyable(listing) ? listing.quantity : 0,
    });
  }

  /** A sale window opens and closes by itself: the price turns without a write. */
  #watchTurn(listing: Listing, offer: OfferElement | undefined): void {
    const { clock } = this.#options;
    this.#turns.get(listing.sku)?.();
    this.#turns.delete(listing.sku);
    const turn = offer && nextPriceTurn(offer, clock.now());
    if (turn === undefined) return;
    const delayMs = turn.getTime() - clock.now().getTime();
    const cancel = clock.after(delayMs, () => this.#refresh(listing, "sale-window"));
    this.#turns.set(listing.sku, cancel);
  }

  #withdraw(listing: Listing): void {
    listing.quantity = 0;
    this.#tellMarket(listing, listing.shownMinor);
  }
}

function newListing(seed: SeedListing, ordinal: number, now: Date): Listing {
  const serial = String(ordinal).padStart(6, "0");
  return {
    sku: seed.sku,
    asin: seed.asin,
    fnSku: `X00${serial}K`,
    listingId: `1123CALIB${serial}`,
    seed,
    createdAt: new Date(now.getTime() - (30 + (ordinal % 300)) * DAY_MS),
    updatedAt: new Date(now.getTime() - (ordinal % 25) * DAY_MS - ordinal * 1000),
    quantity: seed.quantity,
    offers: seed.priceMinor === null ? [] : [seedOffer(seed, seed.priceMinor, now)],
    attributes: {},
    issues: [],
    isSuppressed: false,
    shownMinor: null,
  };
}

function seedOffer(seed: SeedListing, priceMinor: number, now: Date): OfferElement {
  const price = (minor: number): unknown => [
    { schedule: [{ value_with_tax: toAmount(minor, seed.currency) }] },
  ];
  const { minimumMinor, maximumMinor, sale } = seed;
  return {
    marketplace_id: seed.marketplaceId,
    currency: seed.currency,
    audience: "ALL",
    our_price: price(priceMinor),
    ...(minimumMinor === undefined ? {} : { minimum_seller_allowed_price: price(minimumMinor) }),
    ...(maximumMinor === undefined ? {} : { maximum_seller_allowed_price: price(maximumMinor) }),
    ...(sale === undefined ? {} : { discounted_price: salePrice(seed, sale, now) }),
    ...(seed.isAutomated === true
      ? {
          automated_pricing_merchandising_rule_plan: [
            { merchandising_rule: [{ rule_id: "calibr-demo-rule" }] },
          ],
        }
      : {}),
  };
}

function salePrice(seed: SeedListing, sale: NonNullable<SeedListing["sale"]>, now: Date): unknown {
  const instant = (offsetMs: number): string => new Date(now.getTime() + offsetMs).toISOString();
  return [
    {
      schedule: [
        {
          value_with_tax: toAmount(sale.priceMinor, seed.currency),
          start_at: instant(sale.fromMs),
          end_at: instant(sale.untilMs),
        },
      ],
    },
  ];
}
