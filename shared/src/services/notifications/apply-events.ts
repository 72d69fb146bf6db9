import { assertNever } from "../../core/assert.ts";
import type { ConnectionId } from "../../core/ids.ts";
import type { MarketSnapshot } from "../../core/offers/market-snapshot.ts";
import type { InboxEvent } from "../../ports/inbox-store.ts";
import type { ChannelEvent } from "../../ports/notification-source.ts";
import type { ListingNotice, PricingHealthNotice } from "../../ports/notification-store.ts";
import type { ShopTransaction } from "../../ports/shop-transaction.ts";

/** An event with the connections of one shop that it is about; mostly one. */
export interface OwnedEvent {
  readonly event: ChannelEvent;
  readonly connectionIds: readonly ConnectionId[];
}

// Orders change in bursts (placed, paid, shipped), and a report of them costs one of Amazon's scarcest
// quotas (one a minute): what happens within five minutes is read at once.
const ORDERS_AFTER_MS = 5 * 60_000;

/** Everything that new events of one connection ask for, gathered before anything is written. */
interface Effects {
  readonly health: PricingHealthNotice[];
  readonly listings: ListingNotice[];
  readonly feeds: string[];
  readonly reports: string[];
  ordersAt: Date | null;
  readonly heard: Map<string, number>;
}

/**
 * Carries out what new events mean, older ones first, inside the transaction that keeps them.
 * @returns listings that are to be decided again.
 */
export async function applyEvents(
  tx: ShopTransaction,
  owned: readonly OwnedEvent[],
  now: Date,
): Promise<{ marked: number }> {
  const inOrder = owned.toSorted((a, b) => timeOf(a) - timeOf(b));
  const offers: MarketSnapshot[] = [];
  const business: MarketSnapshot[] = [];
  const byConnection = new Map<ConnectionId, Effects>();
  for (const { event, connectionIds } of inOrder) {
    if (event.fact.kind === "offers") offers.push(event.fact.snapshot);
    if (event.fact.kind === "business_offers") business.push(event.fact.snapshot);
    for (const connectionId of connectionIds) {
      const effects = byConnection.get(connectionId) ?? noEffects();
      byConnection.set(connectionId, effects);
      effects.heard.set(event.topic, (effects.heard.get(event.topic) ?? 0) + 1);
      gather(effects, event, now);
      if (event.fact.kind === "account_status")
        await tx.connections.setAccountStatus(connectionId, event.fact.status, event.occurredAt);
    }
  }
  let marked = await tx.market.recordSnapshots(offers, "offer_changed");
  await tx.notifications.recordBusinessOffers(business);
  for (const [connectionId, effects] of byConnection)
    marked += await carryOut(tx, { connectionId, effects }, now);
  if (marked > 0) await tx.wake("decide");
  return { marked };
}

const timeOf = ({ event }: OwnedEvent): number => event.occurredAt.getTime();

function noEffects(): Effects {
  return { health: [], listings: [], feeds: [], reports: [], ordersAt: null, heard: new Map() };
}

function gather(effects: Effects, { fact, occurredAt }: ChannelEvent, now: Date): void {
  switch (fact.kind) {
    case "pricing_health":
      effects.health.push({ fact, occurredAt });
      return;
    case "listing_status":
    case "listing_issues":
      effects.listings.push({ fact, occurredAt });
      return;
    case "feed_finished":
      effects.feeds.push(fact.feedId);
      return;
    case "report_finished":
      effects.reports.push(fact.reportId);
      return;
    case "order_changed":
      effects.ordersAt = new Date(now.getTime() + ORDERS_AFTER_MS);
      return;
    case "offers":
    case "business_offers":
    case "account_status":
    case "client_secret":
    case "unknown_type":
    case "unreadable":
      return;
    default:
      assertNever(fact);
  }
}

/** @returns listings whose price is to be decided again. */
async function carryOut(
  tx: ShopTransaction,
  work: { connectionId: ConnectionId; effects: Effects },
  now: Date,
): Promise<number> {
  const { connectionId, effects } = work;
  let isPlanned = false;
  const plan = async (kind: "feed" | "orders" | "listing_details", at: Date, key = "") => {
    await tx.tasks.plan({ connectionId, kind, key }, at);
    isPlanned = true;
  };
  await tx.notifications.noteHeard(connectionId, effects.heard, now);
  for (const feedId of effects.feeds)
    if (await tx.notifications.noteFeedFinished(connectionId, feedId, now)) await plan("feed", now);
  for (const reportId of effects.reports)
    isPlanned = (await tx.tasks.hasten({ connectionId, naming: reportId }, now)) > 0 || isPlanned;
  const { listings } = effects;
  for (const key of await tx.notifications.recordListingNotices(connectionId, listings, now))
    await plan("listing_details", now, key);
  if (effects.ordersAt !== null) await plan("orders", effects.ordersAt);
  if (isPlanned) await tx.wake("task");
  const unhealthy = await tx.notifications.recordPricingHealth(connectionId, effects.health, now);
  await tx.market.markDirty(
    unhealthy.map(({ listingId, occurredAt }) => ({
      listingId,
      cause: "pricing_health" as const,
      eventAt: occurredAt,
    })),
    now,
  );
  return unhealthy.length;
}

/** The row that keeps an event, with what became of it. */
export function toInboxEvent({ event, connectionIds }: OwnedEvent): InboxEvent {
  const [connectionId] = connectionIds;
  return {
    eventId: event.eventId,
    source: "amazon",
    topic: event.topic,
    payload: event.payload,
    occurredAt: event.occurredAt,
    ...(connectionId === undefined ? {} : { connectionId }),
    ...endingOf(event),
  };
}

function endingOf({ fact }: ChannelEvent): Pick<InboxEvent, "state" | "note"> {
  if (fact.kind === "unreadable") return { state: "poison", note: fact.problem };
  if (fact.kind === "unknown_type") return { state: "ignored", note: "unknown_type" };
  return { state: "done", note: null };
}
