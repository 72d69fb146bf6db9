/** What goes on around the worker while it is being killed: rivals move, a merchant approves and takes back. */
import { DEMO_SELLER_ID } from "../amazon/demo-listings.ts";
import type { MarketOffer } from "../market/types.ts";
import type { Random } from "../seed/random.ts";
import type { Onlooker } from "../spine/onlooker.ts";
import type { Subject } from "../spine/subjects.ts";
import type { Stack } from "../stack/stack.ts";

/** Something that goes on until it is stopped. */
export interface Activity {
  /** Resolves once nothing of it is under way. @throws what went wrong meanwhile. */
  stop(): Promise<void>;
}

const RIVAL_EVERY_MS = 200;
const MERCHANT_EVERY_MS = 700;
const UNDO_SHARE = 0.3;

/** Rivals move around the prices that the shop began with, so that there is always something to follow. */
export function moveRivals(stack: Stack, subjects: readonly Subject[], random: Random): Activity {
  return repeat(RIVAL_EVERY_MS, async () => {
    const { asin, amazonMinor } = random.pick(subjects);
    const { offers } = await stack.control<{ offers: MarketOffer[] }>("market", "offers", { asin });
    const rivals = offers.filter(
      (offer) => offer.sellerId !== DEMO_SELLER_ID && offer.isFeaturedMerchant,
    );
    const [rival] = rivals;
    if (rival === undefined) return;
    const landedMinor = Math.round((amazonMinor * random.int(88, 104)) / 100);
    const listingPriceMinor = Math.max(1, landedMinor - rival.shippingMinor);
    await stack.control("market", "move", { asin, sellerId: rival.sellerId, listingPriceMinor });
  });
}

/** A merchant who approves whatever is proposed and now and then takes a live price back. */
export function keepApproving(stack: Stack, onlooker: Onlooker, random: Random): Activity {
  return repeat(MERCHANT_EVERY_MS, async () => {
    const open = await onlooker.ask<{ id: string }>(PROPOSALS);
    const id = open.map((row) => row.id);
    await stack.merchant.submit("/app/approvals", { intent: "approve", id });
    if (!random.chance(UNDO_SHARE)) return;
    const live = await onlooker.ask<{ id: string }>(
      "SELECT change_id::text AS id FROM price_change WHERE state = 'live' ORDER BY live_at DESC LIMIT 20",
    );
    if (live.length === 0) return;
    await stack.merchant.submit("/app/activity", { intent: "undo", id: random.pick(live).id });
  });
}

// Without the SKUs that make a channel misbehave: some of them are never taken, however often they are sent.
const PROPOSALS = `
  SELECT c.change_id::text AS id FROM price_change c JOIN listing l USING (shop_id, listing_id)
   WHERE c.state = 'proposed' AND l.external_id !~ 'SKU-' AND l.sku !~ 'SKU-' ORDER BY c.change_id LIMIT 100`;

function repeat(everyMs: number, act: () => Promise<void>): Activity {
  let isStopped = false;
  let failure: unknown = null;
  const done = (async () => {
    while (!isStopped) {
      try {
        await act();
      } catch (cause) {
        failure ??= cause;
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  })();
  return {
    async stop() {
      isStopped = true;
      await done;
      if (failure !== null)
        throw new Error("the noise around the worker broke off", { cause: failure });
    },
  };
}
