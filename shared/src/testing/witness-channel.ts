import type { ListingId, ShopId } from "../core/ids.ts";
import type { PriceChannel } from "../ports/price-channel.ts";
import type { FakePriceChannel } from "./fake-price-channel.ts";
import { type Pipeline, rowsOf } from "./pipeline-shop.ts";

/** Thrown out of a call to stand for SIGKILL: nothing after it runs. */
export class Killed extends Error {}

/** A channel that looks into the ledger whenever a price arrives, and can kill the worker around the call. */
export interface WitnessChannel extends PriceChannel {
  /** What arrived and should not have. */
  readonly violations: string[];
  /** Listings whose price somebody else changed since our last reading. */
  readonly unseen: Set<ListingId>;
  /** Kills the worker of the next call: before it arrives, or after. */
  nextDeath: "before" | "after" | null;
}

/** Puts a witness in front of a fake channel. */
export function createWitnessChannel(
  pipeline: Pipeline,
  shopId: ShopId,
  inner: FakePriceChannel,
): WitnessChannel {
  async function judge(listingId: ListingId, minor: bigint): Promise<void> {
    const [found] = await rowsOf<{ is_fit: boolean }>(
      pipeline.pool,
      shopId,
      `SELECT c.floor_minor <= $2 AND coalesce(c.ceiling_minor, $2) >= $2 AND coalesce(i.floor_minor, 0) <= $2
              AND coalesce(i.ceiling_minor, $2) >= $2 AND i.cost_minor < $2 AND c.new_minor = $2
              AND EXISTS (SELECT 1 FROM price_change_event e WHERE e.change_id = c.change_id AND e.to_state = 'approved'
                             AND e.actor IN ('person', 'policy')) AS is_fit
         FROM price_change c JOIN listing l USING (listing_id) JOIN item i USING (item_id)
         JOIN push p USING (change_id)
        WHERE c.listing_id = $1 AND p.lease_until IS NOT NULL AND p.stage = 'send'
          AND (c.state = 'sending' OR c.state IN ('accepted', 'live') AND p.resends > 0)`,
      [listingId, String(minor)],
    );
    if (found?.is_fit !== true) witness.violations.push(`${listingId} received ${String(minor)}`);
  }
  const witness: WitnessChannel = {
    channel: inner.channel,
    batchMax: inner.batchMax,
    violations: [],
    unseen: new Set(),
    nextDeath: null,
    async pushPrices(account, pushes, signal) {
      const death = witness.nextDeath;
      witness.nextDeath = null;
      if (death === "before") throw new Killed();
      for (const push of pushes) await judge(push.address.listingId, push.price.amountMinor);
      const outcomes = await inner.pushPrices(account, pushes, signal);
      if (death === "after") throw new Killed();
      return outcomes;
    },
    async readPrices(account, listings, signal) {
      const readings = await inner.readPrices(account, listings, signal);
      for (const listing of listings) witness.unseen.delete(listing.listingId);
      return readings;
    },
  };
  return witness;
}
