import type { Channel } from "../core/channel.ts";
import type { ListingId } from "../core/ids.ts";
import { money } from "../core/money/money.ts";
import type { PriceChannel, PricePush, PriceReading, PushOutcome } from "../ports/price-channel.ts";

/** A small real channel: prices stick, every write is kept, and its next answers can be set. */
export interface FakePriceChannel extends PriceChannel {
  /** Price shown for each listing, minor units. */
  readonly shown: Map<ListingId, { minor: bigint; currency: string }>;
  /** Every push received, in order. */
  readonly received: { listingId: ListingId; minor: bigint }[];
  /** Answers of the next pushes, one each; afterwards it accepts and shows. */
  readonly nextOutcomes: (
    PushOutcome | "accept_and_ignore" | "ignore_for_good" | "apply_then_unknown" | Error
  )[];
  /** Answers of the next readings, one each; afterwards it says what is shown. */
  readonly nextReadings: (PriceReading | Error)[];
}

const STOPPING: PushOutcome = { kind: "not_sent", code: "worker_stopping", afterMs: 0 };

/** Makes a channel that starts by showing nothing; fill `shown` first. */
export function createFakePriceChannel(channel: Channel, now: () => Date): FakePriceChannel {
  const shown: FakePriceChannel["shown"] = new Map();
  const received: FakePriceChannel["received"] = [];
  const nextOutcomes: FakePriceChannel["nextOutcomes"] = [];
  const nextReadings: FakePriceChannel["nextReadings"] = [];
  /** Prices that are accepted and never shown, however often they are sent. */
  const ignored = new Set<string>();

  function take(push: PricePush): PushOutcome {
    received.push({ listingId: push.address.listingId, minor: push.price.amountMinor });
    const next = nextOutcomes.shift();
    if (next instanceof Error) throw next;
    const apply = () =>
      shown.set(push.address.listingId, {
        minor: push.price.amountMinor,
        currency: push.price.currency,
      });
    const name = `${push.address.listingId} ${push.pushKey}`;
    if (next === "ignore_for_good" || ignored.has(name)) {
      ignored.add(name);
      return { kind: "accepted", receiptId: "ignored" };
    }
    if (next === undefined) {
      apply();
      return { kind: "accepted", receiptId: `receipt-${String(received.length)}` };
    }
    if (next === "accept_and_ignore") return { kind: "accepted", receiptId: "ignored" };
    if (next === "apply_then_unknown") {
      apply();
      return {
        kind: "unknown",
        code: channel === "amazon" ? "amazon_unavailable" : "shopify_unavailable",
      };
    }
    return next;
  }

  function read(listingId: ListingId): PriceReading {
    const next = nextReadings.shift();
    if (next instanceof Error) throw next;
    if (next !== undefined) return next;
    const price = shown.get(listingId);
    if (price === undefined) return { kind: "missing" };
    return {
      kind: "price",
      price: money(price.minor, price.currency),
      observedAt: now(),
      saleUntil: null,
    };
  }

  return {
    channel,
    batchMax: { push: 10, read: 20 },
    shown,
    received,
    nextOutcomes,
    nextReadings,
    pushPrices: async (_account, pushes, signal) =>
      Promise.resolve(signal.aborted ? pushes.map(() => STOPPING) : pushes.map(take)),
    readPrices: async (_account, listings) =>
      Promise.resolve(listings.map((listing) => read(listing.listingId))),
  };
}
