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

export type ListingStatus = "ACTIVE" | "INACTIVE" | "INCOMPLETE";

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

export interface ListingsStoreOptions {
  readonly clock: SandboxClock;
  readonly market: Market;
  readonly ledger: WriteLedger;
  readonly sellerId: string;
  readonly seeds: readonly SeedListing[];
}

const DAY_MS = 86_400_000;

export function createListingsStore(options: ListingsStoreOptions): ListingsStore {
  const { clock, market, ledger, sellerId, seeds } = options;
  const listings = new Map<string, Listing>();
  const turns = new Map<string, () => void>();

  const isBuyable = (listing: Listing): boolean =>
    listing.asin !== null &&
    listing.seed.status === "ACTIVE" &&
    !listing.isSuppressed &&
    listing.quantity > 0;

  const shownPrice = (listing: Listing): number | null => {
    const offer = consumerOffer(listing.offers, listing.seed.marketplaceId);
    return (offer && effectivePrice(offer, clock.now())) ?? null;
  };

  const tellMarket = (listing: Listing, lastShownMinor: number | null): void => {
    if (listing.asin === null) return;
    const quantity = listing.shownMinor !== null && isBuyable(listing) ? listing.quantity : 0;
    const listingPriceMinor = listing.shownMinor ?? lastShownMinor;
    // Never priced and never bought: the market does not know this offer at all.
    if (listingPriceMinor === null) return;
    const { asin, sku, seed } = listing;
    market.setOwnOffer({
      sellerId,
      sku,
      asin,
      listingPriceMinor,
      fulfilment: seed.fulfilment,
      quantity,
    });
  };

  /** A sale window opens and closes by itself: the price turns without a write. */
  const watchTurn = (listing: Listing): void => {
    turns.get(listing.sku)?.();
    turns.delete(listing.sku);
    const offer = consumerOffer(listing.offers, listing.seed.marketplaceId);
    const turn = offer && nextPriceTurn(offer, clock.now());
    if (turn === undefined) return;
    const delayMs = turn.getTime() - clock.now().getTime();
    turns.set(
      listing.sku,
      clock.after(delayMs, () => refresh(listing, "sale-window")),
    );
  };

  const refresh = (listing: Listing, source: WriteSource): void => {
    const oldMinor = listing.shownMinor;
    listing.shownMinor = shownPrice(listing);
    if (listing.shownMinor !== oldMinor && source !== "seed") {
      const newMinor = listing.shownMinor;
      ledger.effective({ sku: listing.sku, oldMinor, newMinor, at: clock.now(), source });
    }
    tellMarket(listing, oldMinor);
    watchTurn(listing);
  };

  const withdraw = (listing: Listing): void => {
    listing.quantity = 0;
    tellMarket(listing, listing.shownMinor);
  };

  const put = (seed: SeedListing): Listing => {
    const before = listings.get(seed.sku);
    if (before !== undefined && before.asin !== seed.asin) withdraw(before);
    const listing = newListing(seed, listings.size + 1, clock.now());
    listings.set(seed.sku, listing);
    refresh(listing, "seed");
    return listing;
  };

  const reset = (): void => {
    for (const cancel of turns.values()) cancel();
    turns.clear();
    const kept = new Set(seeds.map((seed) => seed.sku));
    for (const listing of listings.values()) {
      if (!kept.has(listing.sku)) withdraw(listing);
    }
    listings.clear();
    for (const seed of seeds) put(seed);
  };

  market.onSale((sale) => {
    if (sale.sellerId !== sellerId) return;
    const sold = [...listings.values()].find(
      (listing) => listing.asin === sale.asin && listing.quantity > 0,
    );
    // The market already counts the unit as gone; telling it again would be a second change.
    if (sold !== undefined) sold.quantity = Math.max(0, sold.quantity - sale.units);
  });
  reset();

  return {
    all: () => [...listings.values()],
    find: (sku) => listings.get(sku),
    ofAsin: (asin) => [...listings.values()].filter((listing) => listing.asin === asin),
    put,
    change(sku, source, edit) {
      const listing = listings.get(sku);
      if (listing === undefined) return;
      edit(listing);
      listing.updatedAt = clock.now();
      refresh(listing, source);
    },
    isBuyable,
    reset,
  };
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
