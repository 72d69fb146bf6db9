import { AppError } from "../core/app-error.ts";
import type { ConnectionId, ShopId } from "../core/ids.ts";
import type { MarketSnapshot } from "../core/offers/market-snapshot.ts";
import type { OfferSource } from "../ports/offer-source.ts";
import { sweepMarket } from "../services/market/sweep-market.ts";
import {
  listingFact,
  makeLinkedProduct,
  type Pipeline,
  rowsOf,
  snapshotOf,
  US,
} from "./pipeline-shop.ts";

/** A shop with many ASINs, a market that moves them, and an Amazon that answers sweeps at its published pace. */
export interface WatchedMarket {
  readonly shopId: ShopId;
  readonly connectionId: ConnectionId;
  readonly asins: readonly string[];
  /** Calls that were answered, with the instant of each. */
  readonly calls: readonly { readonly atMs: number; readonly asins: readonly string[] }[];
  readonly offers: OfferSource;
  /** A rival moves; the notification arrives at once, unless it is dropped. @returns the picture after it. */
  move(asin: string, rivalMinor: bigint, isDropped: boolean): Promise<MarketSnapshot>;
  /** The market of an ASIN now. */
  look(asin: string): MarketSnapshot;
  /** Runs the sweep at every alarm it sets until `untilMs` of the clock. */
  runUntil(untilMs: number): Promise<void>;
  rows<Row>(text: string): Promise<Row[]>;
}

/** What may differ between watched markets. */
interface WatchedMarketGiven {
  readonly asins: number;
  readonly hasQueue?: boolean;
  readonly callsPerSecond?: number;
  readonly perCall?: number;
}

/** Makes a {@link WatchedMarket} with every ASIN at 30.00 and nothing seen yet. */
export async function makeWatchedMarket(
  pipeline: Pipeline,
  given: WatchedMarketGiven,
): Promise<WatchedMarket> {
  const { shopId, asin: first } = await makeLinkedProduct(pipeline);
  const connectionId = await watch(pipeline, shopId, given);
  const rows = <Row>(text: string) => rowsOf<Row>(pipeline.pool, shopId, text);
  const watched = await rows<{ asin: string }>(
    "SELECT DISTINCT parent_id AS asin FROM listing WHERE channel = 'amazon' ORDER BY 1",
  );
  const asins = watched.map((row) => row.asin);
  const prices = new Map(asins.map((asin) => [asin, 3_000n]));
  const calls: { atMs: number; asins: readonly string[] }[] = [];
  const look = (asin: string): MarketSnapshot =>
    snapshotOf(asin, { rivalMinor: prices.get(asin) ?? 0n, observedAt: pipeline.clock.now() });
  const offers = sandboxOffers(pipeline, { given, calls, look });
  const { signal } = new AbortController();
  if (!asins.includes(first)) throw new Error("the linked product is watched too");
  return {
    shopId,
    connectionId,
    asins,
    calls,
    offers,
    look,
    rows,
    async move(asin, rivalMinor, isDropped) {
      prices.set(asin, rivalMinor);
      const picture = look(asin);
      if (!isDropped)
        await pipeline.inShop(shopId, (tx) =>
          tx.market.recordSnapshots([picture], "offer_changed"),
        );
      return picture;
    },
    async runUntil(untilMs) {
      for (;;) {
        const { nextAt } = await sweepMarket({ ...pipeline, offers, worker: "1" }, shopId, signal);
        const nowMs = pipeline.clock.now().getTime();
        const nextMs = Math.min(nextAt?.getTime() ?? untilMs, untilMs);
        pipeline.clock.advance(Math.max(0, nextMs - nowMs));
        if (nextMs >= untilMs) return;
      }
    },
  };
}

async function watch(
  pipeline: Pipeline,
  shopId: ShopId,
  given: WatchedMarketGiven,
): Promise<ConnectionId> {
  const now = pipeline.clock.now();
  return pipeline.inShop(shopId, async (tx) => {
    const [amazon] = await tx.connections.byChannel("amazon");
    if (amazon === undefined) throw new Error("the product has an Amazon connection");
    const { connectionId } = amazon;
    const facts = Array.from({ length: given.asins - 1 }, (_, place) =>
      listingFact({
        externalId: `WATCHED-${String(place)}`,
        sku: `WATCHED-${String(place)}`,
        parentId: `B0W${String(shopId).padStart(3, "0")}${String(place).padStart(4, "0")}`,
        marketplaceId: US,
        fulfilment: "merchant",
      }),
    );
    if (facts.length > 0) await tx.catalog.saveListings(connectionId, "amazon", facts, now);
    await tx.connections.setNotifications(
      connectionId,
      given.hasQueue === false ? "none" : "subscribed",
    );
    await tx.connections.requestDue(connectionId, "sweep", now);
    return connectionId;
  });
}

/** One call a turn, none saved up; a call before its turn is told when the turn comes. */
function sandboxOffers(
  pipeline: Pipeline,
  parts: {
    given: WatchedMarketGiven;
    calls: { atMs: number; asins: readonly string[] }[];
    look: (asin: string) => MarketSnapshot;
  },
): OfferSource {
  const { callsPerSecond = 0.5, perCall = 20 } = parts.given;
  const turnMs = 1_000 / callsPerSecond;
  let nextTurnMs = 0;
  return {
    sweepQuota: { callsPerSecond, perCall },
    readOffers(_account, queries) {
      const nowMs = pipeline.clock.now().getTime();
      // A turn so near is waited for within the call.
      if (nextTurnMs - nowMs > 1_000) {
        const retry = { afterMs: nextTurnMs - nowMs };
        return Promise.reject(new AppError({ code: "amazon_throttled", retry, message: "later" }));
      }
      pipeline.clock.advance(Math.max(0, nextTurnMs - nowMs));
      const atMs = pipeline.clock.now().getTime();
      nextTurnMs = atMs + turnMs;
      parts.calls.push({ atMs, asins: queries.map((query) => query.asin) });
      return Promise.resolve(
        queries.map((query) => ({
          kind: "market" as const,
          query,
          snapshot: { ...parts.look(query.asin), source: "sweep" as const },
        })),
      );
    },
  };
}
