import type { ConnectionId, ShopId } from "../../core/ids.ts";
import type { Clock } from "../../ports/clock.ts";
import type { InboxEvent } from "../../ports/inbox-store.ts";
import type { Logger } from "../../ports/logger.ts";
import type { MarketEvent } from "../../ports/offer-source.ts";
import type { ShopDirectory } from "../../ports/shop-directory.ts";
import type { InShop } from "../../ports/shop-transaction.ts";

/** What ingesting needs from outside. */
export interface IngestDeps {
  readonly inShop: InShop;
  readonly directory: Pick<ShopDirectory, "connectionsOfSeller">;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What became of a batch of events. */
export interface IngestCounts {
  /** Events kept for the first time, summed over shops. */
  readonly kept: number;
  /** Events seen before. */
  readonly duplicates: number;
  /** Listings marked for a new decision. */
  readonly marked: number;
  /** Events for sellers that no shop is connected to. */
  readonly strangers: number;
}

/**
 * Takes a batch of notifications in: inbox, current market, history and dirty marks of each shop in one
 * transaction. Safe to call again with the same events; order does not matter, newer pictures win.
 *
 * The caller acknowledges the batch only after this has returned.
 */
export async function ingestMarketEvents(
  deps: IngestDeps,
  events: readonly MarketEvent[],
): Promise<IngestCounts> {
  const byShop = new Map<ShopId, MarketEvent[]>();
  let strangers = 0;
  for (const [sellerId, ofSeller] of groupBySeller(events)) {
    const owners = await deps.directory.connectionsOfSeller(sellerId);
    if (owners.length === 0) {
      strangers += ofSeller.length;
      deps.logger.warn("market_event_for_unknown_seller", { sellerId, events: ofSeller.length });
    }
    for (const shopId of new Set(
      owners.map((owner: { shopId: ShopId; connectionId: ConnectionId }) => owner.shopId),
    )) {
      byShop.set(shopId, [...(byShop.get(shopId) ?? []), ...ofSeller]);
    }
  }
  let kept = 0;
  let duplicates = 0;
  let marked = 0;
  for (const [shopId, ofShop] of byShop) {
    const counts = await ingestForShop(deps, shopId, ofShop);
    kept += counts.kept;
    duplicates += ofShop.length - counts.kept;
    marked += counts.marked;
  }
  return { kept, duplicates, marked, strangers };
}

async function ingestForShop(
  deps: IngestDeps,
  shopId: ShopId,
  events: readonly MarketEvent[],
): Promise<{ kept: number; marked: number }> {
  return deps.inShop(shopId, async (tx) => {
    const fresh = await tx.inbox.keep(uniqueById(events).map(toInboxEvent), deps.clock.now());
    const snapshots = events.flatMap((event) =>
      fresh.has(event.eventId) && event.snapshot !== null ? [event.snapshot] : [],
    );
    const marked = await tx.market.recordSnapshots(snapshots, "offer_changed");
    if (marked > 0) await tx.wake("decide");
    return { kept: fresh.size, marked };
  });
}

function groupBySeller(events: readonly MarketEvent[]): Map<string, MarketEvent[]> {
  const groups = new Map<string, MarketEvent[]>();
  for (const event of events)
    groups.set(event.sellerId, [...(groups.get(event.sellerId) ?? []), event]);
  return groups;
}

function uniqueById(events: readonly MarketEvent[]): MarketEvent[] {
  return [...new Map(events.map((event) => [event.eventId, event])).values()];
}

function toInboxEvent(event: MarketEvent): InboxEvent {
  const ending =
    event.snapshot !== null
      ? { state: "done" as const, note: null }
      : event.problem !== null
        ? { state: "poison" as const, note: event.problem }
        : { state: "ignored" as const, note: "carries no market picture" };
  return {
    eventId: event.eventId,
    source: "amazon",
    topic: event.topic,
    payload: event.payload,
    occurredAt: event.occurredAt,
    ...ending,
  };
}
