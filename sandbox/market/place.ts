/** An ASIN in the market: its offers, its shoppers, and the timers that are pending on it. */
import { AsinBook } from "./asin-book.ts";
import { landedMinor } from "./buy-box.ts";
import { buyShare, drawDemand, paceAfterSale, type SalesPace } from "./demand.ts";
import { createRandom, type SeededRandom } from "./random.ts";
import { drawCompetitors, type SellerPool } from "./sellers.ts";
import type { DemandTruth, MarketAsin, MarketSale, OwnOffer } from "./types.ts";

export interface Place {
  readonly book: AsinBook;
  readonly demand: DemandTruth;
  /** An actor's own random stream: the same object for the same name, so that it goes on. */
  readonly random: (actor: string) => SeededRandom;
  /** What cancels each actor's pending timer. */
  readonly timers: Map<string, () => void>;
  pace: SalesPace;
}

export const SHOPPERS = "shoppers";

/** Draws whatever the ASIN does not state. The same seed and ASIN give the same place. */
export function openPlace(input: {
  seed: number;
  sellers: SellerPool;
  asin: MarketAsin;
  ownOffers: readonly OwnOffer[];
  at: Date;
}): Place {
  const { asin } = input;
  const random = streams(`${input.seed}/${asin.asin}`);
  const competitors =
    asin.competitors ?? drawCompetitors(input.sellers, asin, random("competitors"));
  const demand = asin.demand ?? drawDemand(random("demand"), asin.basePriceMinor);
  const unitsPerDay = demand.arrivalsPerDay * demand.buyShareAtBase;
  return {
    book: new AsinBook(asin, competitors, input.ownOffers),
    demand,
    random,
    timers: new Map(),
    pace: { unitsPerDay, asOf: input.at },
  };
}

export function cancelTimers(place: Place): void {
  for (const cancel of place.timers.values()) cancel();
  place.timers.clear();
}

/**
 * One shopper comes and looks at the featured offer; without one, some look for the lowest offer.
 * @returns the sale and, when an own offer sold, that offer with one unit less; null when nobody bought.
 */
export function serveShopper(
  place: Place,
  at: Date,
): { sale: MarketSale; soldOwn: OwnOffer | null } | null {
  const { book, demand } = place;
  const random = place.random(SHOPPERS);
  // Both are always drawn, so that what is on offer does not shift the draws of later shoppers.
  const [search, willingness] = [random.unit(), random.unit()];
  const found = search < demand.searchShareWithoutFeatured ? book.lowest() : null;
  const seen = book.featured() ?? found;
  if (seen === null) return null;
  const unitPriceMinor = landedMinor(seen.offer);
  if (willingness >= buyShare(demand, unitPriceMinor)) return null;
  place.pace = paceAfterSale(place.pace, at);
  const own = "own" in seen.owner ? seen.owner.own : null;
  return {
    sale: {
      at,
      asin: book.asin,
      sellerId: seen.offer.sellerId,
      sku: own?.sku ?? null,
      units: 1,
      unitPriceMinor,
      currency: book.currency,
    },
    soldOwn: own === null ? null : { ...own, quantity: own.quantity - 1 },
  };
}

function streams(path: string): (actor: string) => SeededRandom {
  const byActor = new Map<string, SeededRandom>();
  return (actor) => {
    const stream = byActor.get(actor) ?? createRandom(`${path}/${actor}`);
    byActor.set(actor, stream);
    return stream;
  };
}
