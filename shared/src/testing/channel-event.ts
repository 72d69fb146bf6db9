import type { MarketSnapshot } from "../core/offers/market-snapshot.ts";
import type { ChannelEvent, EventFact } from "../ports/notification-source.ts";
import { OUR_SELLER } from "./pipeline-shop.ts";

let events = 0;

/** A notification for our seller; a test names only what matters to its claim. */
export function channelEvent(
  fact: EventFact,
  given: Partial<ChannelEvent> & { occurredAt: Date },
): ChannelEvent {
  events += 1;
  return {
    eventId: `event-${String(process.pid)}-${String(events)}`,
    topic: "ANY_OFFER_CHANGED",
    sellerId: OUR_SELLER,
    subscriptionId: null,
    region: null,
    payload: {},
    fact,
    ...given,
  };
}

/** A notification of consumers' offers, of the instant at which they were seen. */
export function offersEvent(
  snapshot: MarketSnapshot,
  given: Partial<ChannelEvent> = {},
): ChannelEvent {
  return channelEvent(
    { kind: "offers", snapshot },
    { occurredAt: snapshot.observedAt, region: "na", ...given },
  );
}
