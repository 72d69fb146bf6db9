/**
 * The sellers of a market. A seller sells many ASINs and keeps its habits on all of them, so that an
 * observer can learn what kind of rival it is.
 */
import { createRandom, type SeededRandom } from "./random.ts";
import type { Competitor, CompetitorKind, Fulfilment, MarketAsin } from "./types.ts";

type Seller = Pick<
  Competitor,
  | "sellerId"
  | "kind"
  | "fulfilment"
  | "reactionDelayMs"
  | "feedbackCount"
  | "positivePercent"
  | "handlingHoursMin"
  | "handlingHoursMax"
  | "shipsFrom"
  | "isFeaturedMerchant"
>;

interface Habit {
  readonly kind: CompetitorKind;
  /** Chance that an ASIN has a competitor of this kind. */
  readonly presence: number;
  readonly delayMs: readonly [number, number];
  /** Landed price on entering, as a share of the base price. */
  readonly entry: readonly [number, number];
}

const MINUTE_MS = 60_000;
const SELLERS_PER_KIND = 3;
const COMPETITORS_MIN = 2;

const HABITS: readonly Habit[] = [
  {
    kind: "undercutter",
    presence: 0.7,
    delayMs: [20_000, 90_000],
    entry: [0.97, 1.05],
  },
  {
    kind: "matcher",
    presence: 0.6,
    delayMs: [MINUTE_MS, 5 * MINUTE_MS],
    entry: [0.98, 1.06],
  },
  {
    kind: "random-walker",
    presence: 0.7,
    delayMs: [15 * MINUTE_MS, 45 * MINUTE_MS],
    entry: [0.97, 1.06],
  },
  {
    kind: "out-of-stock-cycler",
    presence: 0.5,
    delayMs: [180 * MINUTE_MS, 540 * MINUTE_MS],
    entry: [0.95, 1.03],
  },
  { kind: "premium", presence: 0.6, delayMs: [0, 0], entry: [1.1, 1.18] },
];

export type SellerPool = ReadonlyMap<CompetitorKind, readonly Seller[]>;

export function drawSellers(seed: number): SellerPool {
  return new Map(
    HABITS.map((habit) => {
      const random = createRandom(`${seed}/sellers/${habit.kind}`);
      const sellers = Array.from({ length: SELLERS_PER_KIND }, () => drawSeller(habit, random));
      return [habit.kind, sellers] as const;
    }),
  );
}

/** Two to five competitors of different kinds, each with its own floor on this ASIN. */
export function drawCompetitors(
  pool: SellerPool,
  asin: MarketAsin,
  random: SeededRandom,
): Competitor[] {
  const present = HABITS.map((habit) => ({ habit, draw: random.unit() }));
  const chosen = present.filter(({ habit, draw }) => draw < habit.presence);
  // Too lonely: the next kinds in the order of habits join until there is somebody to react to.
  const others = present.filter(({ habit, draw }) => draw >= habit.presence);
  chosen.push(...others.slice(0, Math.max(0, COMPETITORS_MIN - chosen.length)));
  return chosen.map(({ habit }) =>
    enter(random.pick(pool.get(habit.kind) ?? []), habit, asin, random),
  );
}

function enter(seller: Seller, habit: Habit, asin: MarketAsin, random: SeededRandom): Competitor {
  const base = asin.basePriceMinor;
  const paysShipping = seller.fulfilment === "MERCHANT" && random.unit() < 0.4;
  const shippingMinor = paysShipping ? Math.round(base * 0.04) : 0;
  const landed = Math.max(shippingMinor + 1, Math.round(base * random.between(...habit.entry)));
  return {
    ...seller,
    listingPriceMinor: landed - shippingMinor,
    shippingMinor,
    floorMinor: Math.max(shippingMinor + 1, Math.round(base * random.between(0.72, 0.9))),
    ceilingMinor: Math.max(landed, Math.round(base * 1.1)),
    stepMinor: Math.max(1, Math.round(base * random.between(0.002, 0.01))),
    // Only Japan has points; one in a hundred of the price is the usual grant.
    ...(asin.currency === "JPY" ? { points: Math.max(1, Math.round(landed / 100)) } : {}),
  };
}

function drawSeller(habit: Habit, random: SeededRandom): Seller {
  const isPremium = habit.kind === "premium";
  const fulfilment: Fulfilment = isPremium || random.unit() < 0.6 ? "AMAZON" : "MERCHANT";
  const isByAmazon = fulfilment === "AMAZON";
  const handlingHoursMin = isByAmazon ? 0 : random.pick([24, 24, 48]);
  return {
    sellerId: drawSellerId(random),
    kind: habit.kind,
    fulfilment,
    reactionDelayMs: Math.round(random.between(...habit.delayMs)),
    feedbackCount: Math.round(10 ** random.between(isPremium ? 3.5 : 1.3, 4.5)),
    positivePercent: random.whole(isPremium ? 97 : 84, 99),
    handlingHoursMin,
    handlingHoursMax: isByAmazon ? 24 : handlingHoursMin + 24,
    shipsFrom: isByAmazon || random.unit() < 0.8 ? "US" : "CN",
    isFeaturedMerchant: isByAmazon || random.unit() < 0.8,
  };
}

/** Looks like Amazon's: "A" and thirteen capitals or digits. */
function drawSellerId(random: SeededRandom): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  return "A" + Array.from({ length: 13 }, () => letters[random.whole(0, 35)]).join("");
}
