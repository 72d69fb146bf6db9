/**
 * The orders of all sellers: from the market's purchases, from a seeded past, or placed by hand. A
 * listener hears of every step when its instant comes.
 */
import type { SandboxClock } from "../../clock.ts";
import { createRandom } from "../../market/random.ts";
import { shelfOf } from "../../market/shelf.ts";
import { buyShare, DAY_MS } from "../../market/demand.ts";
import type { Market } from "../../market/types.ts";
import type { Listing } from "../listing.ts";
import type { SellerAccount, SellerAccounts } from "../seller-accounts.ts";
import { orderAt } from "./order.ts";
import type { Order, OrderLine, OrderStatus, OrderView } from "./order.ts";
import { planOrder } from "./order-plan.ts";

export interface OrderBook {
  /** Places an order now, with the plan its number draws. */
  place(input: PlacedOrder): Order;
  /** Fills the last days with orders of one seller, by the demand of each listing's shelf. */
  seedPast(account: SellerAccount, past: { days: number; share: number; seed: number }): number;
  find(id: string): Order | undefined;
  /** Every order of a seller as it shows now, by purchase. */
  views(sellerId: string): OrderView[];
  /** Changes an order now; its listeners hear of it. */
  correct(order: Order, edit: (order: Order) => OrderStatus | null): void;
  onStep(listener: (view: OrderView, at: Date) => void): void;
  reset(): void;
}

export interface PlacedOrder {
  readonly sellerId: string;
  readonly listing: Listing;
  readonly quantity: number;
  readonly unitPriceMinor: number;
  readonly isBusiness: boolean;
  readonly purchasedAt: Date;
  /** Without a plan it stays Pending until it is corrected. */
  readonly isPlanned: boolean;
}

interface OrderBookOptions {
  readonly clock: SandboxClock;
  readonly market: Market;
  readonly sellers: SellerAccounts;
}

const BUSINESS_SHARE = 0.08;
/** A past price lies this far from today's at most, in steps of a week. */
const PAST_PRICE_SPREAD = 0.06;

export function createOrderBook(options: OrderBookOptions): OrderBook {
  return new SellersOrders(options);
}

class SellersOrders implements OrderBook {
  readonly #options: OrderBookOptions;
  readonly #orders = new Map<string, Order>();
  readonly #listeners: ((view: OrderView, at: Date) => void)[] = [];
  #serial = 0;

  constructor(options: OrderBookOptions) {
    this.#options = options;
    options.sellers.onSeller(({ sellerId, store }) => {
      store.onSold((listing, sale) => {
        const { at: purchasedAt, units: quantity, unitPriceMinor } = sale;
        const order = { sellerId, listing, quantity, unitPriceMinor, purchasedAt };
        this.place({ ...order, isBusiness: false, isPlanned: true });
      });
    });
  }

  place(input: PlacedOrder): Order {
    const order = this.#make(input);
    this.#orders.set(order.id, order);
    this.#follow(order);
    return order;
  }

  seedPast(account: SellerAccount, past: { days: number; share: number; seed: number }): number {
    const { market, clock } = this.#options;
    const before = this.#orders.size;
    const nowMs = clock.now().getTime();
    for (const listing of account.store.all()) {
      const { asin, shownMinor, sku, marketplaceId } = listing;
      const shelf = asin === null ? "" : shelfOf(asin, marketplaceId);
      if (asin === null || shownMinor === null || !market.has(shelf)) continue;
      const { demand } = market.truth(shelf);
      const random = createRandom(`${past.seed}/past/${account.sellerId}/${marketplaceId}/${sku}`);
      let week = -1;
      let unitPriceMinor = shownMinor;
      for (let atMs = nowMs - past.days * DAY_MS; ;) {
        const ageWeek = Math.floor((nowMs - atMs) / (7 * DAY_MS));
        if (ageWeek !== week) {
          week = ageWeek;
          const change = random.between(-PAST_PRICE_SPREAD, PAST_PRICE_SPREAD);
          unitPriceMinor = Math.max(1, Math.round(shownMinor * (1 + change)));
        }
        const perDay = demand.arrivalsPerDay * buyShare(demand, unitPriceMinor) * past.share;
        if (perDay <= 0) break;
        atMs += random.gap(DAY_MS / perDay);
        if (atMs >= nowMs) break;
        this.place({
          sellerId: account.sellerId,
          listing,
          quantity: random.unit() < 0.1 ? 2 : 1,
          unitPriceMinor,
          isBusiness: random.unit() < BUSINESS_SHARE,
          purchasedAt: new Date(Math.floor(atMs)),
          isPlanned: true,
        });
      }
    }
    return this.#orders.size - before;
  }

  find(id: string): Order | undefined {
    return this.#orders.get(id);
  }

  views(sellerId: string): OrderView[] {
    const now = this.#options.clock.now();
    return [...this.#orders.values()]
      .filter((order) => order.sellerId === sellerId)
      .flatMap((order) => orderAt(order, now) ?? [])
      .sort((a, b) => a.order.purchasedAt.getTime() - b.order.purchasedAt.getTime());
  }

  correct(order: Order, edit: (order: Order) => OrderStatus | null): void {
    const at = this.#options.clock.now();
    const status = edit(order);
    // A hand that ends an order ends its plan too.
    if (status !== null) order.steps.splice(0, order.steps.length, ...doneBy(order, at));
    order.steps.push({ at, status });
    this.#tell(order, at);
  }

  onStep(listener: (view: OrderView, at: Date) => void): void {
    this.#listeners.push(listener);
  }

  reset(): void {
    this.#orders.clear();
    this.#serial = 0;
  }

  #make(input: PlacedOrder): Order {
    const { sellerId, listing, purchasedAt } = input;
    this.#serial += 1;
    const digits = String(this.#serial).padStart(7, "0");
    const id = `113-${digits}-${String(1_000_000 + ((this.#serial * 7_919) % 8_999_999))}`;
    const plan = planOrder(`orders/${sellerId}/${id}`, purchasedAt);
    const line = (ordinal: number, quantity: number, arrivesAt: Date): OrderLine => ({
      id: `${digits}${String(ordinal).padStart(7, "0")}`,
      sku: listing.sku,
      asin: listing.asin ?? "",
      title: listing.seed.title,
      quantity,
      unitPriceMinor: input.unitPriceMinor,
      isBusiness: input.isBusiness,
      arrivesAt,
    });
    const late = input.isPlanned ? plan.lateLineAt : null;
    return {
      id,
      sellerId,
      marketplaceId: listing.marketplaceId,
      currency: listing.seed.currency,
      fulfilment: listing.seed.fulfilment,
      purchasedAt,
      lines: [line(1, input.quantity, purchasedAt), ...(late === null ? [] : [line(2, 1, late)])],
      steps: input.isPlanned ? [...plan.steps] : [],
    };
  }

  /** Tells of the purchase if it is new, and of every step still to come when it comes. */
  #follow(order: Order): void {
    const { clock } = this.#options;
    const now = clock.now();
    if (order.purchasedAt >= now) this.#tell(order, now);
    for (const { at } of [...order.steps]) {
      if (at <= now) continue;
      clock.after(at.getTime() - now.getTime(), () => {
        const isStillPlanned = order.steps.some((step) => step.at.getTime() === at.getTime());
        if (this.#orders.get(order.id) === order && isStillPlanned) this.#tell(order, at);
      });
    }
  }

  #tell(order: Order, at: Date): void {
    const view = orderAt(order, at);
    if (view !== undefined) for (const listener of this.#listeners) listener(view, at);
  }
}

function doneBy({ steps }: Order, now: Date) {
  return steps.filter(({ at }) => at <= now);
}
